"""Asks the trained model, with Rasa's whole pipeline, what it makes of questions."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.evaluation.figures import Pairs, Understood
from bot.evaluation.questions import Question


def understand(model: Path, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> Pairs:
    """Parse all questions.

    Args:
        model: the trained model's archive.
        questions: what to ask.
        progress: told how many are done.
    """
    import structlog
    from rasa.core.agent import Agent  # ten seconds; only who evaluates should wait for it

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = Agent.load(str(model))

    async def ask() -> list[tuple[Question, Understood]]:
        pairs = []
        for count, question in enumerate(questions, start=1):
            started = time.perf_counter()
            parse = await agent.parse_message(question.text)
            pairs.append((question, Understood.of(parse, 1000 * (time.perf_counter() - started))))
            if progress:
                progress(count)
        return pairs

    return asyncio.run(ask())
