"""Items and sentences that are too long to be read at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.rules.lint.finding import Finding, Material, bilingual_fields

LONG_ITEM = "long-item"
LONG_SENTENCE = "long-sentence"

ITEM_LIMIT = {"en": 60, "zh": 150}
"""Words of an English text, characters of a Chinese one."""
SENTENCE_LIMIT = {"en": 45, "zh": 85}

_UNIT = {"en": "words", "zh": "characters"}
# A semicolon or a colon lets the reader rest as a full stop does; without a space after it, it stands in a figure or an address.
_BREAK = {"en": re.compile(r"[.?!;:][”’\")]*\s+|\s–\s|—"), "zh": re.compile(r"[。？！；：]|——")}


def check_length(material: Material) -> Iterator[Finding]:
    """Texts and sentences over the limits."""
    for rule in material.library.rules:
        for name, text in bilingual_fields(rule):
            for language, words in (("en", text.en), ("zh", text.zh)):
                place, unit = f"{name}.{language}", _UNIT[language]
                length = measure(words, language)
                if length > ITEM_LIMIT[language]:
                    message = f"{place} has {length} {unit} (at most {ITEM_LIMIT[language]}); shorten it, or make two items of it"
                    yield material.on_rule(LONG_ITEM, "warning", rule, message)
                longest = max(_BREAK[language].split(words), key=lambda sentence: measure(sentence, language))
                length = measure(longest, language)
                if length > SENTENCE_LIMIT[language]:
                    message = (
                        f"{place} has a sentence of {length} {unit} without a stop (at most {SENTENCE_LIMIT[language]}): "
                        f"“{longest.strip()[:30]}…”; divide it"
                    )
                    yield material.on_rule(LONG_SENTENCE, "warning", rule, message)


def measure(text: str, language: str) -> int:
    """The length of a text: English words, or Chinese characters, where a Latin word or a figure counts as one."""
    if language == "en":
        return len(text.split())
    return len(re.sub(r"\s+", "", re.sub(r"[A-Za-z0-9][A-Za-z0-9.,%&'-]*", "x", text)))
