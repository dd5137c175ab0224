"""Declines what would deceive, bribe or evade the law, and names the legitimate route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer, Button
from actions.rules.profile import Profile

ROUTE_SHARE = 0.5
"""A route tells the class of a request if it has at least this part of what all routes have together."""

UNETHICAL = "unethical_request"
"""The intent of a request for help with something wrong."""

SUSPICION = 0.3
"""From this probability on a request for something wrong is suspected, though something else is likelier."""


@dataclass(frozen=True)
class Integrity:
    """The classes of unethical requests, the words of distress and the names of languages, out of ``integrity.yml``."""

    texts: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Integrity:
        """Read ``integrity.yml`` of the content folder."""
        return cls(yaml.safe_load((folder / "integrity.yml").read_text(encoding="utf-8")))

    def refuse(
        self, adviser: Adviser, text: str, profile: Profile, language: str, ranking: Sequence[tuple[str, float]] = ()
    ) -> Answer:
        """One calm refusal with the legitimate route and a button that opens its topic.

        ``ranking`` holds the intents of the message with their probabilities; it decides where no word of a class is said.
        """
        return self._refusal(self._class_of(text, ranking), adviser, profile, language)

    def refuse_again(self, adviser: Adviser, reason: str, profile: Profile, language: str) -> Answer:
        """The refusal of a class once more; the general one if there is no such class."""
        classes = self.texts["classes"]
        return self._refusal(next((k for k in classes if k["reason"] == reason), classes[-1]), adviser, profile, language)

    def asks_only_how(self, text: str) -> bool:
        """Whether a message says nothing but "how do I do that?": what it asks for was said before."""
        how = self.texts["only_how"]
        asked, besides = _any_of(_words(how["must"])), _any_of(_words(how["must"]) + _words(how["may"]))
        lowered = text.lower()
        return asked.search(lowered) is not None and not any(map(str.isalnum, besides.sub("", lowered)))

    def asks_how_to_do_wrong(self, text: str) -> bool:
        """Whether a message says "how" straight before a verb of wrongdoing, and asks nothing about the law."""
        signs, lowered = self.texts["how_to_wrong"], text.lower()
        if _any_of(_words(signs["lawful"])).search(lowered):
            return False
        verbs = _any_of(_words(signs["verbs"]))
        return any(verbs.match(lowered[how.end() :].lstrip()) for how in _any_of(_words(signs["how"])).finditer(lowered))

    def is_suspect(self, text: str, ranking: Sequence[tuple[str, float]]) -> bool:
        """Whether the classifier half suspects a request for something wrong, and a word of the message says so too."""
        suspected = any(name == UNETHICAL and p >= SUSPICION for name, p in ranking)
        return suspected and _any_of(_words(self.texts["suspect"])).search(text.lower()) is not None

    def _refusal(self, kind: Mapping[str, Any], adviser: Adviser, profile: Profile, language: str) -> Answer:
        topic = kind["instead"]
        fields = {"reason": kind["reason"], "instead": topic}
        buttons = (Button(adviser.phrases.topic(topic, language), f"/{topic}"),)
        return Answer("refusal", language, kind["refusal"][language], profile, fields, buttons)

    def is_distress(self, text: str) -> bool:
        """Whether the person seems to be in distress, rather than merely off topic."""
        return _has_any(text, self.texts["distress"])

    def language_named(self, text: str) -> str | None:
        """The language that a person asks to switch to; the last one named wins ("not English, Chinese")."""
        lowered = text.lower()
        last = {
            language: max((lowered.rfind(word.lower()) for word in words), default=-1)
            for language, words in self.texts["languages"].items()
        }
        language = max(last, key=lambda name: last[name])
        return language if last[language] >= 0 else None

    def says(self, signs: str, text: str) -> bool:
        """Whether a text has one of the listed words; dots in ``signs`` descend (``facet_names.market``)."""
        node: Any = self.texts["signs"]
        for part in signs.split("."):
            node = node[part]
        return _any_of(_words(node)).search(text.lower()) is not None

    def _class_of(self, text: str, ranking: Sequence[tuple[str, float]]) -> Mapping[str, Any]:
        """The class with the most of its words in the text; else the one whose legitimate route is the likeliest topic.

        Of equals the first is taken, and the last (default) when neither tells.
        """
        classes = self.texts["classes"]
        counts = [sum(_has(text, word) for words in kind["words"].values() for word in words) for kind in classes]
        best = max(counts)
        if best:
            return classes[counts.index(best)]
        by_route = {kind["instead"]: kind for kind in reversed(classes[:-1])}
        routes = [(p, name) for name, p in ranking if name in by_route]
        likeliest, name = max(routes, default=(0.0, ""))
        is_clear = likeliest > 0 and likeliest >= ROUTE_SHARE * sum(p for p, _ in routes)
        return by_route[name] if is_clear else classes[-1]


def _words(by_language: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(word for listed in by_language.values() for word in listed)


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words, the longest that fits."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in longest_first))


def _has_any(text: str, words: Mapping[str, list[str]]) -> bool:
    return any(_has(text, word) for listed in words.values() for word in listed)


def _has(text: str, word: str) -> bool:
    return word.lower() in text.lower()
