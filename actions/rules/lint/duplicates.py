"""Items that say the same: twice for one situation, or for several countries with only the name changed.

Comparing all texts of a topic with each other would take hours in a large library. Two texts are therefore compared only if
they share one of the few word or character sequences that stand for each of them (those with the smallest hash, so that like
texts have like ones).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from babel import Locale
from rapidfuzz import fuzz

from actions.rules.lint.finding import Finding, Material
from actions.rules.schema import RuleEntry
from actions.rules.taxonomy import LANGUAGES

DUPLICATE = "duplicate"
TEMPLATE = "template"

SAME = {"en": 76, "zh": 65}
"""From which likeness on (0 to 100) two items of one situation say the same."""
FILLER = {"en": 82, "zh": 72}
"""The same for items of different markets, after the countries' names are masked."""
SHORTEST_PART = 0.6
"""A text is not compared with one of less than this share of its length: a sentence is not the same as the item it stands in."""

_SKETCH = 12
_SHARED = 2
"""How many sequences stand for a text, and how many of them another must share with it to be compared."""
_NEIGHBOURS = 12
"""With how many others of the same sketch a text is compared at most; a template that fills a library is found all the same."""
_MASK = "§"


def check_duplicates(material: Material) -> Iterator[Finding]:
    """Items with nearly the same text in either language."""
    topics: dict[str, list[RuleEntry]] = defaultdict(list)
    for rule in sorted(material.library.rules, key=lambda rule: rule.id):
        if rule.status == "published":
            topics[rule.topic].append(rule)
    names = {language: country_names(language, material.words.country_words) for language in LANGUAGES}
    for rules in topics.values():
        yield from _same_situation(rules, material)
        yield from _same_template(rules, names, material)


def _same_situation(rules: Sequence[RuleEntry], material: Material) -> Iterator[Finding]:
    groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[RuleEntry]] = defaultdict(list)
    for rule in rules:
        groups[tuple((facet, tuple(sorted(values))) for facet, values in sorted(rule.when.items()))].append(rule)
    for group in groups.values():
        texts = {language: [getattr(rule.text, language) for rule in group] for language in LANGUAGES}
        for rule, others in _by_later(_alike(group, texts, SAME), material):
            message = f"says nearly the same as {others} for the same situation; merge them or retire one"
            yield material.on_rule(DUPLICATE, "error", rule, message)


def _same_template(rules: Sequence[RuleEntry], names: Mapping[str, re.Pattern[str]], material: Material) -> Iterator[Finding]:
    local = [rule for rule in rules if "market" in rule.when]
    masked = {language: [names[language].sub(_MASK, getattr(rule.text, language)) for rule in local] for language in LANGUAGES}
    apart = [
        (first, second)
        for first, second in _alike(local, masked, FILLER)
        if set(material.by_id[first].when["market"]).isdisjoint(material.by_id[second].when["market"])
    ]
    for rule, others in _by_later(apart, material):
        message = (
            f"differs from {others} by little more than the country; "
            "say what is particular here, or make one general item of them"
        )
        yield material.on_rule(TEMPLATE, "error", rule, message)


def _by_later(pairs: Iterable[tuple[str, str]], material: Material) -> Iterator[tuple[RuleEntry, str]]:
    """Each rule once that repeats earlier ones, with their ids in words."""
    earlier: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        earlier[second].append(first)
    for id_, ids in earlier.items():
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        yield material.by_id[id_], ids[0] + more


def _alike(rules: Sequence[RuleEntry], texts: Mapping[str, Sequence[str]], least: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs of ids of rules whose texts are at least so much alike in one of the languages, sorted."""
    found = set()
    for language, written in texts.items():
        plain = [re.sub(rf"[^\w{_MASK}]+", " ", text.lower()).strip() for text in written]
        for one, other in _candidates(plain, language):
            if _are_alike(plain[one], plain[other], language, least[language]):
                found.add((rules[one].id, rules[other].id))
    return sorted(found)


def _candidates(texts: Sequence[str], language: str) -> list[tuple[int, int]]:
    """Positions of texts that may be alike, each pair once and in order."""
    sketches = [_sketch(text.split() if language == "en" else text) for text in texts]
    buckets: dict[int, list[int]] = defaultdict(list)
    for position, sketch in enumerate(sketches):
        for code in sketch:
            buckets[code].append(position)
    shared = Counter(
        (one, other)
        for positions in buckets.values()
        for at, one in enumerate(positions)
        for other in positions[at + 1 : at + 1 + _NEIGHBOURS]
    )
    return [pair for pair, count in shared.items() if count >= min(_SHARED, len(sketches[pair[0]]))]


def _sketch(parts: Sequence[str]) -> list[int]:
    """The smallest hashes of neighbouring words or characters; a text of one part has that part's."""
    pairs = {f"{one} {other}" for one, other in zip(parts, parts[1:])} or set(parts)
    return sorted(zlib.crc32(pair.encode()) for pair in pairs)[:_SKETCH]


def _are_alike(one: str, other: str, language: str, least: int) -> bool:
    """By the words that they share (English), or character by character (Chinese)."""
    if min(len(one), len(other)) < SHORTEST_PART * max(len(one), len(other)):
        return False
    score = fuzz.token_set_ratio if language == "en" else fuzz.ratio
    return bool(score(one, other, score_cutoff=least) >= least)


def country_names(language: str, extra: Iterable[str]) -> re.Pattern[str]:
    """Finds the names of countries, peoples and languages: those of CLDR, English adjectives formed from them, and ``extra``."""
    locale = Locale(language)
    names = {str(name) for code, name in locale.territories.items() if len(code) == 2}
    if language == "zh":
        names |= {str(name) for name in locale.languages.values() if str(name).endswith(("语", "文")) and len(name) >= 2}
        names |= {name for name in extra if not name.isascii()}
        return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    names |= {str(name) for code, name in locale.languages.items() if len(code) == 2}
    names |= {name for name in extra if name.isascii()}
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    stems = sorted({name[: max(5, len(name) - 2)] for name in names if name.isalpha() and len(name) >= 5})
    return re.compile(rf"\b(?:(?:the )?(?:{words})|(?:{'|'.join(stems)})(?:a|e|i|o|an|n|ian|ean|ese|ish|is|ans|ians))\b")
