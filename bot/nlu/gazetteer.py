"""Finds the facets of a person's situation in a text by word lists; free of Rasa.

Word lists stand in ``lexicon/`` (and country names in CLDR). Longest match wins; what is denied, the home country and places of
listing yield nothing; a long country name may be misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import ahocorasick
import yaml
from babel import Locale
from rapidfuzz.distance import DamerauLevenshtein

from bot.nlu.cues import MARKET, Cues, Mention
from bot.nlu.text import fold

LEXICON_FOLDER = Path(__file__).with_name("lexicon")
_SECTOR = "sector"
_NAMED, _IMPLIED, _OWN = range(3)
_FILES = {_SECTOR: "sectors.yml", "ownership": "ownership.yml", "stage": "stages.yml", "audience": "audiences.yml"}
_HOME = "CN"
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
_WORD = re.compile(r"[a-z]{7,}")
_AS_WRITTEN = frozenset(
    "US IT IN NO ID BE AT IS MY ME SO TO AM DE LA IL AU CA Fez Oz Gulf Congress Senate Senator Trump Trump's Petro SiC".split()
    + ["the Commission", "The Commission"]
)


@dataclass(frozen=True)
class _Term:
    """A string of the word list. Without values it only keeps shorter ones from matching; of several, each is one character's."""

    facet: str
    values: tuple[str, ...]
    length: int
    written: str | None = None
    tier: int = _NAMED


_Entry = tuple[str, str, tuple[str, ...]]
_Hit = tuple[int, _Term]


class Gazetteer:
    """The word lists, compiled once."""

    def __init__(
        self,
        terms: Iterable[_Entry],
        implied: Iterable[_Entry] = (),
        cues: Mapping[str, Any] | None = None,
        corrigible: Iterable[tuple[str, str]] = (),
        ordinary: Iterable[str] = (),
        patterns: Mapping[str, Mapping[str, list[str]]] | None = None,
        own: Iterable[_Entry] = (),
    ) -> None:
        """Args:
        terms: (surface form, facet, values) for each entry. Without values it consumes the text without a mention; several
            belong to one character each (日韩).
        implied: the same for what tells a value only where the text names none.
        cues: what is said before or after a mention that is denied, set aside or the asker's own (``lexicon/cues.yml``).
        corrigible: (name, market) for names which count even when misspelt: single words of seven letters or more.
        ordinary: words that lie near such a name and are no misspelling of it.
        patterns: for each facet and value, expressions that count where no term of the facet is found.
        own: the same as terms for what tells a value only where nothing else does and the text says that it is the asker's.
        """
        self._automaton = ahocorasick.Automaton()
        found: dict[str, list[_Term]] = {}
        for tier, listed in ((_NAMED, terms), (_IMPLIED, implied), (_OWN, own)):
            for surface, facet, values_of in listed:
                key = fold(surface.strip())
                term = _Term(facet, values_of, len(key), _needed_writing(surface, tier), tier)
                known = found.setdefault(key, [])
                if all((other.facet, other.values) != (facet, values_of) for other in known):
                    known.append(term)
        for key, values in found.items():
            self._automaton.add_word(key, values)
        self._automaton.make_automaton()
        self._cues = Cues(cues or {})
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
        self._read = lru_cache(maxsize=64)(self._read_text)

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> Gazetteer:
        """The word lists of ``lexicon/`` with the country names of CLDR."""
        ordinary = _read("spelling.yml")["ordinary"]
        return cls(
            _all_terms(), _implied_terms(), _read("cues.yml"), _corrigible_names(), ordinary, _read("patterns.yml"), _own_terms()
        )

    def find(self, text: str) -> list[Mention]:
        """All mentions in ``text`` that are meant, in order; several components ask for the same text."""
        return list(self._read(text)[0])

    def situation(self, text: str) -> list[Mention]:
        """What ``text`` tells of the asker's situation, in order: all markets, but of each other facet a single value.

        Markets that are only compared with or left behind, and nationalities of advisers, count where no other market is
        named; what implies a value, such as a currency, a law or a company, where none is.
        """
        return list(self._read(text)[1])

    def _read_text(self, text: str) -> tuple[list[Mention], list[Mention]]:
        folded = fold(text)
        hits = self._hits(text, folded)
        named = {facet: [hit for hit in of_facet if hit[1].tier == _NAMED] for facet, of_facet in hits.items()}
        mentions = [
            mention
            for facet, of_facet in named.items()
            for mention in self._cues.meant(folded, _mentions(facet, _longest(of_facet)))
        ]
        mentions += self._misspelt(folded, chain.from_iterable(hits.values()))
        mentions += self._expressed(folded, {facet for facet, of_facet in named.items() if of_facet})
        told: list[Mention] = []
        for facet in {*hits, *(mention.facet for mention in mentions)}:
            of_facet = [mention for mention in mentions if mention.facet == facet]
            longest = [] if of_facet else list(_longest(hits.get(facet, [])))
            for tier in (_IMPLIED, _OWN):
                of_tier = _mentions(facet, (hit for hit in longest if hit[1].tier == tier))
                if tier == _OWN:
                    of_tier = self._cues.owned(folded, of_tier)
                of_facet = of_facet or self._cues.meant(folded, of_tier)
            told += self._cues.essential(folded, of_facet)
        return sorted(mentions, key=_place), sorted(told, key=_place)

    def _hits(self, text: str, folded: str) -> dict[str, list[_Hit]]:
        """All terms in the text by facet, but what is part of a market's name ("Port Louis") is no sector."""
        hits: dict[str, list[_Hit]] = {}
        for last, terms in self._automaton.iter(folded):
            for term in terms:
                start = last + 1 - term.length
                if _stands_alone(folded, start, last + 1) and _is_as_written(text, start, last + 1, term):
                    hits.setdefault(term.facet, []).append((start, term))
        names = [_span(hit) for hit in hits.get(MARKET, []) if hit[1].values]
        if names and _SECTOR in hits:
            hits[_SECTOR] = _outside(names, hits[_SECTOR], len(folded))
        return hits

    def _expressed(self, folded: str, named: set[str]) -> Iterator[Mention]:
        """The first expression that matches, of each facet which the word lists do not find."""
        found: set[str] = set()
        for facet, value, pattern in self._patterns:
            if facet not in named and facet not in found:
                for match in pattern.finditer(folded):
                    found.add(facet)
                    yield Mention(facet, value, *match.span())

    def _misspelt(self, folded: str, hits: Iterable[_Hit]) -> Iterator[Mention]:
        """Market names with a slip: one edit, or two in names of ten letters and more; the first letter must be right."""
        is_taken = bytearray(len(folded))
        for start, term in hits:
            is_taken[start : start + term.length] = b"\1" * term.length
        for word in _WORD.finditer(folded):
            if word.group() in self._ordinary or any(is_taken[word.start() : word.end()]):
                continue
            value = _nearest(word.group(), self._names.get(word.group()[0], []))
            if value:
                yield from self._cues.meant(folded, [Mention(MARKET, value, word.start(), word.end())])


def _span(hit: _Hit) -> tuple[int, int]:
    return hit[0], hit[0] + hit[1].length


def _outside(names: Iterable[tuple[int, int]], hits: Iterable[_Hit], length: int) -> list[_Hit]:
    """The hits which are not part of a longer name."""
    ends = [0] * (length + 1)
    for start, end in names:
        ends[start + 1] = max(ends[start + 1], end)
    # for each place, how far the names reach that begin before it
    reach = list(accumulate(ends, max))
    return [hit for hit in hits if reach[hit[0]] < _span(hit)[1] and reach[hit[0] + 1] <= _span(hit)[1]]


def _mentions(facet: str, hits: Iterable[_Hit]) -> list[Mention]:
    found = []
    for start, term in hits:
        if len(term.values) == 1:
            found.append(Mention(facet, term.values[0], start, start + term.length))
        else:
            found += [Mention(facet, value, start + place, start + place + 1) for place, value in enumerate(term.values)]
    return found


def _place(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.facet


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


def _needed_writing(surface: str, tier: int) -> str | None:
    is_abbreviation = tier == _IMPLIED and len(surface) <= 4 and surface.isascii() and surface.isupper()
    return surface if is_abbreviation or surface in _AS_WRITTEN else None


def _is_as_written(text: str, start: int, end: int, term: _Term) -> bool:
    """Some words count only as they are written: "US" is a market, "us" is not."""
    return term.written is None or text[start:end] == term.written


def _longest(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """Leftmost-longest hits without overlap."""
    reached = -1
    for start, term in sorted(hits, key=lambda hit: (hit[0], -hit[1].length, not hit[1].values, hit[1].values)):
        if start >= reached:
            yield start, term
            reached = start + term.length


def _read(name: str) -> Any:
    return yaml.load((LEXICON_FOLDER / name).read_text(encoding="utf-8"), yaml.CSafeLoader) or {}


def _entries(facet: str, listed: Mapping[str | None, Mapping[str, list[str]]]) -> Iterator[_Entry]:
    """What a file lists for {value: {language: surface forms}}; the key "null" has strings that contain a term by accident."""
    for value, by_language in listed.items():
        yield from ((surface, facet, (value,) if value else ()) for surfaces in by_language.values() for surface in surfaces)


def _all_terms() -> Iterator[_Entry]:
    yield from _country_names()
    for name in ("markets.yml", "places.yml"):
        yield from _entries(MARKET, _read(name))
    for by_language in _read("exclusions.yml").values():
        yield from _entries(MARKET, {None: by_language})
    for facet, name in _FILES.items():
        yield from _entries(facet, _read(name))
    yield from ((surface, MARKET, tuple(values)) for surface, values in _read("pairs.yml").items())
    yield from ((surface, MARKET, ()) for surface, _ in _of_languages("asked_for"))


def _implied_terms() -> Iterator[_Entry]:
    for facet, listed in _read("implied.yml").items():
        yield from _entries(facet, listed)
    yield from ((surface, MARKET, (market,)) for surface, market in _of_languages("phrases"))


def _own_terms() -> Iterator[_Entry]:
    for facet, listed in _read("owned.yml").items():
        yield from _entries(facet, listed)


def _of_languages(kind: str) -> Iterator[tuple[str, str]]:
    """What is said of each language, and the market where it is spoken."""
    lists = _read("languages.yml")
    for written_in, phrases in lists[kind].items():
        for language, market in lists["spoken_in"][written_in].items():
            yield from ((phrase.format(language), market) for phrase in phrases)


def _country_names() -> Iterator[_Entry]:
    """Every country's name in English, Simplified and Traditional Chinese, out of CLDR."""
    for locale in ("en", "zh", "zh_Hant"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) != 2 or not code.isalpha() or code in _NOT_COUNTRIES:
                continue
            yield from ((form, MARKET, () if code == _HOME else (code,)) for form in _name_forms(name))


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
