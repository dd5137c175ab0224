"""Hype, clichés and exclamation marks, after the lists in ``content/lint.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from actions.rules.lint.finding import Finding, Material, bilingual_fields, excerpt

HYPE = "hype"
EXCLAMATION = "exclamation"

_QUOTED = {"en": re.compile(r"[“\"][^“”\"]*[”\"]"), "zh": re.compile(r"“[^“”]*”|「[^「」]*」|《[^《》]*》")}


def check_wording(material: Material) -> Iterator[Finding]:
    """Expressions that say nothing. What is quoted is somebody else's, or is named in order to advise against it."""
    patterns = _patterns(material.words.hype)
    for rule in material.library.rules:
        for name, text in bilingual_fields(rule):
            for language, words in (("en", text.en), ("zh", text.zh)):
                own = _QUOTED[language].sub(lambda quotation: "\0" * len(quotation.group()), words)
                pattern = patterns.get(language)
                for match in pattern.finditer(own) if pattern else ():
                    message = (
                        f"{name}.{language} says “{match.group()}”, which is hype or a cliché; say what is meant in plain words"
                    )
                    yield material.on_rule(HYPE, "error", rule, message)
                for match in re.finditer("[!！]", own):
                    part = excerpt(words, *match.span())
                    message = f"{name}.{language} holds an exclamation mark in {part}; put a full stop"
                    yield material.on_rule(EXCLAMATION, "error", rule, message)


def _patterns(expressions: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    """For each language one pattern of all its expressions; English ones begin and end at a word's border."""
    border = {"en": r"\b", "zh": ""}
    return {
        language: re.compile(border[language] + f"(?:{'|'.join(alternatives)})" + border[language], re.IGNORECASE)
        for language, alternatives in expressions.items()
        if alternatives
    }
