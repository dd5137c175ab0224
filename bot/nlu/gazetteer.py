"""Finds the facets of a person's situation in a text by word lists; free of Rasa.

Word lists stand in ``lexicon/`` (and country names in CLDR). Longest match wins; negated markets and mentions of the home
country or of a place of listing yield nothing; a long country name may be misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick
import yaml
from babel import Locale
from rapidfuzz.distance import DamerauLevenshtein

from bot.nlu.text import fold

LEXICON_FOLDER = Path(__file__).with_name("lexicon")
_FILES = {"sector": "sectors.yml", "ownership": "ownership.yml", "stage": "stages.yml", "audience": "audiences.yml"}
_HOME = "CN"
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
_WORD = re.compile(r"[a-z]{7,}")
_NEGATION_REACH = 24
_ONLY_IN_CAPITALS = frozenset({"US", "IT", "IN", "NO", "ID", "BE", "AT", "IS", "MY", "ME", "SO", "TO", "AM", "DE", "LA", "IL"})


@dataclass(frozen=True)
class Mention:
    """A facet value and where in the text it is said (end exclusive)."""

    facet: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class _Term:
    """A string of the word list; ``value`` is ``None`` for strings that only keep shorter ones from matching."""

    facet: str
    value: str | None
    length: int
    capitals: str | None = None


class Gazetteer:
    """The word lists, compiled once."""

    def __init__(
        self,
        terms: Iterable[tuple[str, str, str | None]],
        negations: Mapping[str, Mapping[str, list[str]]] | None = None,
        corrigible: Iterable[tuple[str, str]] = (),
        ordinary: Iterable[str] = (),
        patterns: Mapping[str, Mapping[str, list[str]]] | None = None,
    ) -> None:
        """Args:
        terms: (surface form, facet, value) for each entry; value ``None`` consumes the text without a mention.
        negations: words that deny a market, by place ("before" or "after" it) and language.
        corrigible: (name, market) for names which count even when misspelt: single words of seven letters or more.
        ordinary: words that lie near such a name and are no misspelling of it.
        patterns: for each facet and value, expressions that count where no term of the facet is found.
        """
        self._automaton = ahocorasick.Automaton()
        found: dict[str, list[_Term]] = {}
        for surface, facet, value in terms:
            key = fold(surface.strip())
            term = _Term(facet, value, len(key), surface if surface in _ONLY_IN_CAPITALS else None)
            known = found.setdefault(key, [])
            if all((other.facet, other.value) != (facet, value) for other in known):
                known.append(term)
        for key, values in found.items():
            self._automaton.add_word(key, values)
        self._automaton.make_automaton()
        before, after = (_alternatives((negations or {}).get(place, {})) for place in ("before", "after"))
        self._denied_before = re.compile(rf"(?:(?:^|\W)(?:{before['en']})\s+(?:the\s+)?|(?:{before['zh']})\s*)$")
        self._denied_after = re.compile(rf"\s+(?:{after['en']})\b|\s*(?:{after['zh']})")
        self._ordinary = frozenset(ordinary)
        self._names: dict[str, list[tuple[str, str]]] = {}
        for name, value in sorted({(fold(name), value) for name, value in corrigible}):
            self._names.setdefault(name[0], []).append((name, value))
        self._patterns = [
            (facet, value, re.compile(pattern))
            for facet, by_value in (patterns or {}).items()
            for value, listed in by_value.items()
            for pattern in listed
        ]
        self._found = lru_cache(maxsize=64)(self._find)

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> Gazetteer:
        """The word lists of ``lexicon/`` with the country names of CLDR."""
        ordinary = _read("spelling.yml")["ordinary"]
        return cls(_all_terms(), _read("negation.yml"), _corrigible_names(), ordinary, _read("patterns.yml"))

    def find(self, text: str) -> list[Mention]:
        """All mentions in ``text``, in order; several components ask for the same text."""
        return list(self._found(text))

    def _find(self, text: str) -> list[Mention]:
        folded = fold(text)
        by_facet: dict[str, list[tuple[int, _Term]]] = {}
        for last, terms in self._automaton.iter(folded):
            for term in terms:
                start = last + 1 - term.length
                if _stands_alone(folded, start, last + 1) and _in_capitals(text, start, last + 1, term):
                    by_facet.setdefault(term.facet, []).append((start, term))
        mentions: list[Mention] = []
        for facet, hits in by_facet.items():
            mentions.extend(
                Mention(facet, term.value, start, start + term.length)
                for start, term in _longest(hits)
                if term.value and not (facet == "market" and self._is_denied(folded, start, start + term.length))
            )
        taken = [(start, start + term.length) for hits in by_facet.values() for start, term in hits]
        mentions.extend(self._misspelt(folded, taken))
        mentions.extend(
            Mention(facet, value, *found.span())
            for facet, value, pattern in self._patterns
            if facet not in by_facet
            for found in pattern.finditer(folded)
        )
        return sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.facet))

    def _is_denied(self, folded: str, start: int, end: int) -> bool:
        before = folded[max(0, start - _NEGATION_REACH) : start]
        return bool(self._denied_before.search(before) or self._denied_after.match(folded, end))

    def _misspelt(self, folded: str, taken: list[tuple[int, int]]) -> Iterator[Mention]:
        """Market names with a slip: one edit, or two in names of ten letters and more; the first letter must be right."""
        for word in _WORD.finditer(folded):
            if word.group() in self._ordinary or any(start < word.end() and word.start() < end for start, end in taken):
                continue
            value = _nearest(word.group(), self._names.get(word.group()[0], []))
            if value and not self._is_denied(folded, word.start(), word.end()):
                yield Mention("market", value, word.start(), word.end())


def _alternatives(words: Mapping[str, list[str]]) -> dict[str, str]:
    """A regular expression for each language that matches any of its words, the longest first; else never."""
    return {
        language: "|".join(re.escape(fold(word)) for word in sorted(words.get(language, []), key=len, reverse=True)) or "(?!)"
        for language in ("en", "zh")
    }


def _nearest(word: str, names: list[tuple[str, str]]) -> str | None:
    """The market whose name, out of those with the same first letter, is nearest to the word."""
    best: tuple[int, str] | None = None
    for name, value in names:
        if abs(len(name) - len(word)) > 2:
            continue
        allowed = 2 if len(name) >= 10 else 1
        distance = DamerauLevenshtein.distance(word, name, score_cutoff=allowed)
        if distance <= allowed and (best is None or distance < best[0]):
            best = (distance, value)
    return best[1] if best else None


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Latin terms must be whole words; Chinese has no word boundaries to check."""
    before = start > 0 and _is_latin(folded[start - 1]) and _is_latin(folded[start])
    after = end < len(folded) and _is_latin(folded[end]) and _is_latin(folded[end - 1])
    return not (before or after)


def _in_capitals(text: str, start: int, end: int, term: _Term) -> bool:
    """Short abbreviations count only in capitals: "US" is a market, "us" is not."""
    return term.capitals is None or text[start:end] == term.capitals


def _longest(hits: list[tuple[int, _Term]]) -> Iterator[tuple[int, _Term]]:
    """Leftmost-longest hits without overlap."""
    reached = -1
    for start, term in sorted(hits, key=lambda hit: (hit[0], -hit[1].length, hit[1].value is None, hit[1].value or "")):
        if start >= reached:
            yield start, term
            reached = start + term.length


def _read(name: str) -> Any:
    return yaml.safe_load((LEXICON_FOLDER / name).read_text(encoding="utf-8")) or {}


def _all_terms() -> Iterator[tuple[str, str, str | None]]:
    yield from _country_names()
    for value, by_language in _read("markets.yml").items():
        yield from ((surface, "market", value) for surfaces in by_language.values() for surface in surfaces)
    for by_language in _read("exclusions.yml").values():
        yield from ((surface, "market", None) for surfaces in by_language.values() for surface in surfaces)
    for facet, name in _FILES.items():
        # the key "null" lists strings that contain a term by accident
        for value, by_language in _read(name).items():
            yield from ((surface, facet, value) for surfaces in by_language.values() for surface in surfaces)


def _country_names() -> Iterator[tuple[str, str, str | None]]:
    """Every country's name in English, Simplified and Traditional Chinese, out of CLDR."""
    for locale in ("en", "zh", "zh_Hant"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) != 2 or not code.isalpha() or code in _NOT_COUNTRIES:
                continue
            yield from ((form, "market", None if code == _HOME else code) for form in _name_forms(name))


def _corrigible_names() -> Iterator[tuple[str, str]]:
    """English country names of one long word; cities and demonyms lie too near to ordinary words ("hangover", "province")."""
    for code, name in Locale("en").territories.items():
        if len(code) == 2 and code.isalpha() and code not in {_HOME, *_NOT_COUNTRIES}:
            yield from ((form, code) for form in _name_forms(name) if _WORD.fullmatch(fold(form)))


def _name_forms(name: str) -> set[str]:
    """A CLDR name without remarks in brackets and administrative additions, "&" spelt out."""
    bare = re.sub(r"\s*[(（][^)）]*[)）]", "", name)
    forms = {
        bare,
        bare.replace("&", "and"),
        bare.replace(" SAR China", ""),
        re.sub("^中国|^中國|特别行政区$|特別行政區$", "", bare),
    }
    return {form for form in forms if len(form) > 1}
