"""What the words around a mention say of it: that it is denied, a competitor's, set aside, or the asker's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.text import fold

MARKET = "market"
_CONTEXT = 32


@dataclass(frozen=True)
class Mention:
    """A facet value and where in the text it is said (end exclusive)."""

    facet: str
    value: str
    start: int
    end: int


class Cues:
    """What the words around a mention say of it."""

    def __init__(self, cues: Mapping[str, Any]) -> None:
        self._denied_before = _before(cues.get("denied", {}))
        self._denied_after = _after(cues.get("denied", {}))
        self._switched_after = _after(cues.get("switched", {}))
        self._denied_verbs = frozenset("不" + verb for verb in cues.get("verbs", ()))
        self._rival_after = _after(cues.get("rivals", {}))
        self._aside_before = _before(cues.get("aside", {}))
        self._aside_after = _after(cues.get("aside", {}))
        self._own_before = _before(cues.get("own", {}), gap=r"(?:[\w'-]+ ){0,2}")
        self._own_after = _after(cues.get("own", {}))
        self._owned_before = _before(cues.get("owned", {}), gap=r"(?:[\w'-]+ ){0,2}")
        self._owned_after = _after(cues.get("owned", {}))
        self._joined = re.compile(rf"(?:{_alternatives(cues.get('joined', {}))})?")
        self._alternatives = re.compile(_alternatives(cues.get("alternatives", {})))

    def meant(self, folded: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions of one facet without those that are denied; a denial holds for a whole list ("not A or B", A和B都不去)."""
        before = [
            bool(self._denied_before.search(_left(folded, mention)))
            or folded[max(0, mention.start - 1) : mention.start + 1] in self._denied_verbs
            for mention in mentions
        ]
        after = [
            bool(self._denied_after.match(folded, mention.end))
            or (mention is not mentions[-1] and bool(self._switched_after.match(folded, mention.end)))
            for mention in mentions
        ]
        for index in range(1, len(mentions)):
            gap = folded[mentions[index - 1].end : mentions[index].start].strip()
            before[index] |= before[index - 1] and bool(self._alternatives.fullmatch(gap))
        for index in range(len(mentions) - 1, 0, -1):
            gap = folded[mentions[index - 1].end : mentions[index].start].strip()
            after[index - 1] |= after[index] and bool(self._joined.fullmatch(gap))
        return [
            mention
            for mention, is_denied in zip(mentions, map(any, zip(before, after)))
            if not is_denied and not (mention.facet == MARKET and self._rival_after.match(folded, mention.end))
        ]

    def essential(self, folded: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions of one facet that tell the asker's situation: see ``Gazetteer.situation``."""
        if mentions and mentions[0].facet == MARKET:
            meant = [mention for mention in mentions if not self._is_aside(folded, mention)]
            return meant or list(mentions)
        counts = Counter(mention.value for mention in mentions)
        best = max(
            mentions, key=lambda mention: (self._is_own(folded, mention), counts[mention.value], -mention.start), default=None
        )
        return [mention for mention in mentions if best and mention.value == best.value]

    def owned(self, folded: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions of which the text says that the asker has, runs, makes or sells it."""
        return [
            mention
            for mention in mentions
            if self._owned_before.search(_left(folded, mention)) or self._owned_after.match(folded, mention.end)
        ]

    def _is_aside(self, folded: str, mention: Mention) -> bool:
        return bool(self._aside_before.search(_left(folded, mention)) or self._aside_after.match(folded, mention.end))

    def _is_own(self, folded: str, mention: Mention) -> bool:
        words = folded[mention.start : mention.end]
        return (
            words.startswith(("our ", "我们"))
            or bool(self._own_before.search(_left(folded, mention)))
            or bool(self._own_after.match(folded, mention.end))
        )


def _left(folded: str, mention: Mention) -> str:
    return folded[max(0, mention.start - _CONTEXT) : mention.start]


def _before(cues: Mapping[str, Any], gap: str = r"(?:the )?") -> re.Pattern[str]:
    """Matches at the end of what stands before a mention."""
    listed = cues.get("before", {})
    return re.compile(rf"(?:(?:^|\W)(?:{_english(listed)})\s+{gap}|(?:{_chinese(listed)})\s*)$")


def _after(cues: Mapping[str, Any]) -> re.Pattern[str]:
    """Matches at the beginning of what stands after a mention."""
    listed = cues.get("after", {})
    return re.compile(rf"\s*(?:{_english(listed)})(?!\w)|\s*(?:{_chinese(listed)})")


def _english(words: Mapping[str, list[str]]) -> str:
    return _any_of(re.escape(fold(word)) for word in _longest_first(words.get("en", [])))


def _chinese(words: Mapping[str, list[str]]) -> str:
    """不是 denies, but 是不是 asks."""
    return _any_of(
        (rf"(?<!{word[1]})" if len(word) > 1 and word[0] == "不" else "") + re.escape(fold(word))
        for word in _longest_first(words.get("zh", []))
    )


def _alternatives(words: Mapping[str, list[str]]) -> str:
    return rf"{_english(words)}|{_chinese(words)}"


def _any_of(expressions: Iterable[str]) -> str:
    return "|".join(expressions) or "(?!)"


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)
