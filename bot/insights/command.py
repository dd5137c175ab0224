"""``python -m bot insights``: reads conversations and records, and reports."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from rich.console import Console

from actions.advice.assessment import Questionnaire
from actions.advice.phrases import Phrases
from actions.advisory import adviser, records
from actions.rules.errors import StoreUnavailable
from actions.rules.guidance import Condition, Rule
from actions.rules.taxonomy import Taxonomy
from bot.insights.findings import find
from bot.insights.report import Insights, as_data, tell, write_html
from bot.insights.turns import read_turns
from bot.settings import Settings


def gather(settings: Settings, since: datetime, until: datetime, *, with_text: bool) -> Insights:
    """What people asked from ``since`` to before ``until`` (UTC).

    Raises:
        CannotRead: the conversations cannot be read.
        StoreUnavailable: the records cannot be read.
    """
    taxonomy = Taxonomy.load(settings.content_folder)
    turns = read_turns(settings.conversations_url, since, until)
    findings = find(turns, since, until, taxonomy, _conditions_of, with_text=with_text)
    rated = records().rated(since, until)
    rules = {item.item: _rule(item.item) for item in rated}
    texts = {id_: rule.text["en"] for id_, rule in rules.items() if rule}
    return Insights(findings, rated, texts, *records().average_scores(since, until), with_text)


@lru_cache(maxsize=4096)
def _rule(id_: str) -> Rule | None:
    """An item as the release in force has it."""
    try:
        return adviser().book().rule(id_)
    except StoreUnavailable:
        return None


def _conditions_of(id_: str) -> Condition:
    rule = _rule(id_)
    return rule.when if rule else {}


def report(settings: Settings, insights: Insights, console: Console, *, html: Path | None, as_json: bool) -> None:
    """Print the report, as tables or as JSON, and write the page if wanted."""
    folder = settings.content_folder
    phrases = Phrases.load(folder, Taxonomy.load(folder))
    if as_json:
        print(json.dumps(as_data(insights), ensure_ascii=False))
    else:
        tell(console, insights, phrases)
    if html:
        write_html(html, insights, phrases, _dimensions(folder))


def _dimensions(folder: Path) -> dict[str, str]:
    titles = Questionnaire.load(folder).dimensions
    return {id_: names["en"] for id_, names in titles.items()}
