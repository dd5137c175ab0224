"""Decides which rules apply to a profile, and in what order they are shown (the semantics stand in docs/rules.md).

The rules of one topic are numbered in the order in which equally near ones are shown. A set of rules is an integer with the
bit of each of its rules set; selecting is a handful of bitwise operations on such integers, whose cost hardly grows with the
number of rules, and a rule's text is only read when it is about to be shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from actions.rules.guidance import Condition, Rule, RuleHeader
from actions.rules.overrides import overridden
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy

PAGE_QUOTA = {"action": 3, "risk": 1, "fact": 2, "metric": 1}
"""How many items of each kind the first look at a topic shows: enough to act on, not so many that nobody reads them."""

PAGE_SIZE = sum(PAGE_QUOTA.values())

Fetch = Callable[[Sequence[str]], list[Rule]]
"""Gives the rules with these ids, in their order."""

_EXACT, _REGION, _ANYWHERE = 2, 1, 0
LEVELS = (_EXACT, _REGION, _ANYWHERE)
"""How near to the market an item is: it names the market, a region of it, or none."""
LOCAL = (_EXACT, _REGION)
"""The levels of items that name the market or a region of it."""
_LARGEST_BATCH = 64


@dataclass(frozen=True)
class Match:
    """A rule that applies, and the facet values that made it apply (for a region rule: the region)."""

    rule: Rule
    because: Mapping[str, tuple[str, ...]]
    market_level: int = _ANYWHERE

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort key over several topics, best first; within one topic the same order as that of the selection."""
        newest_first = tuple(-ord(char) for char in self.rule.as_of.ljust(10, "\0"))
        return (-self.market_level, -len(self.because), -self.rule.weight, newest_first, self.rule.id)


class TopicIndex:
    """The rules of one topic, prepared for selecting."""

    def __init__(self, headers: Iterable[Rule | RuleHeader], taxonomy: Taxonomy) -> None:
        ordered = sorted(headers, key=lambda header: header.id)
        ordered.sort(key=lambda header: (len(header.when), header.weight, header.as_of), reverse=True)
        self.ids = [header.id for header in ordered]
        own = [tuple(header.when.get("market", ())) for header in ordered]
        self.own_markets = Counter(markets[0] for markets in own if len(markets) == 1)
        """How many rules are about one country or region alone."""
        self.markets = frozenset(market for markets in own for market in markets)
        """Every country and region that a rule of the topic names."""

        self._taxonomy = taxonomy
        self._positions = {id_: position for position, id_ in enumerate(self.ids)}
        self._all = (1 << len(ordered)) - 1
        self._kinds = self._masks((header.kind,) for header in ordered)
        self._when = {facet: self._masks(header.when.get(facet, ()) for header in ordered) for facet in FACETS}
        self._unless = {facet: self._masks(header.unless.get(facet, ()) for header in ordered) for facet in FACETS}
        self._free = {facet: self._all & ~self._mask(facet in h.when for h in ordered) for facet in FACETS}
        self._unless_free = {facet: self._all & ~self._mask(facet in h.unless for h in ordered) for facet in FACETS}
        self._has_unless = self._mask(bool(header.unless) for header in ordered)
        self._overrides = {
            position: frozenset(self._positions[id_] for id_ in header.overrides if id_ in self._positions)
            for position, header in enumerate(ordered)
            if header.overrides
        }
        self._overrides_any = self._mask(bool(header.overrides) for header in ordered)

    def select(self, profile: Profile, fetch: Fetch) -> Selection:
        """What applies to ``profile``; ``fetch`` gives the rules' texts when they are looked at."""
        applying = self._all & ~self._excluded(profile)
        unknown = []
        for facet in FACETS:
            if profile.values(facet):
                applying &= self._free[facet] | self._naming(self._when[facet], facet, profile)
            else:
                unknown.append(facet)
        missing = tuple(facet for facet in unknown if applying & ~self._free[facet])
        for facet in unknown:
            applying &= self._free[facet]
        exact = 0
        for market in profile.market:
            exact |= self._when["market"].get(market, 0)
        levels = (applying & exact, applying & ~exact & ~self._free["market"], applying & self._free["market"])
        dropped = set_of(self._overridden(levels))
        near, region, anywhere = (level & ~dropped for level in levels)
        return Selection(self, profile, (near, region, anywhere), missing, fetch)

    def gains(self, profile: Profile, facet: str) -> dict[str, int]:
        """For each value that rules name of ``facet``: how many of them apply to ``profile`` with this value added."""
        applying = self._all & ~self._excluded(profile)
        for other in FACETS:
            if other != facet:
                naming = self._naming(self._when[other], other, profile) if profile.values(other) else 0
                applying &= self._free[other] | naming
        counts = {value: (applying & mask).bit_count() for value, mask in self._when[facet].items()}
        return {value: count for value, count in counts.items() if count}

    def of_kinds(self, kinds: Iterable[str]) -> int:
        """The set of rules of these kinds."""
        found = 0
        for kind in kinds:
            found |= self._kinds.get(kind, 0)
        return found

    def with_ids(self, ids: Iterable[str]) -> int:
        """The set of rules with these ids; unknown ids are none."""
        return set_of(self._positions[id_] for id_ in ids if id_ in self._positions)

    def match(self, rule: Rule, profile: Profile, level: int) -> Match:
        """A selected rule with the facet values that made it apply."""
        because = {facet: held(facet, rule.when, profile, self._taxonomy) for facet in FACETS if facet in rule.when}
        return Match(rule, because, level)

    def _naming(self, masks: Mapping[str, int], facet: str, profile: Profile) -> int:
        """The rules whose condition on ``facet`` holds."""
        found = 0
        for value in profile.values(facet):
            found |= masks.get(value, 0)
            if facet == "market":
                for region in self._taxonomy.regions_of(value):
                    found |= masks.get(region, 0)
        return found

    def _excluded(self, profile: Profile) -> int:
        """The rules whose exception holds: all its facets are known and match."""
        excluded = self._has_unless
        for facet in FACETS:
            if excluded:
                excluded &= self._unless_free[facet] | self._naming(self._unless[facet], facet, profile)
        return excluded

    def _overridden(self, levels: Sequence[int]) -> Collection[int]:
        applying = levels[0] | levels[1] | levels[2]
        involved = applying & self._overrides_any
        if not involved:
            return ()
        for position in bits(applying & self._overrides_any):
            involved |= set_of(self._overrides[position])
        ranked = [position for level in levels for position in bits(level & involved)]
        return overridden({position: self._overrides.get(position, frozenset()) for position in ranked})

    @staticmethod
    def _mask(members: Iterable[bool]) -> int:
        """The set of the positions at which ``members`` is true."""
        return int("".join("1" if member else "0" for member in members)[::-1] or "0", 2)

    def _masks(self, values: Iterable[Iterable[str]]) -> dict[str, int]:
        """For each value the set of the positions at which it stands."""
        packed: dict[str, bytearray] = defaultdict(lambda: bytearray(len(self.ids) // 8 + 1))
        for position, here in enumerate(values):
            for value in here:
                packed[value][position >> 3] |= 1 << (position & 7)
        return {value: int.from_bytes(bytes_, "little") for value, bytes_ in packed.items()}


class Selection:
    """What applies to a profile on a topic, best first; and the facets which would bring in more if they were known."""

    def __init__(
        self, index: TopicIndex, profile: Profile, levels: tuple[int, int, int], missing: tuple[str, ...], fetch: Fetch
    ) -> None:
        self.missing = missing
        self._index = index
        self._profile = profile
        self._levels = levels
        self._fetch = fetch

    def __len__(self) -> int:
        return sum(mask.bit_count() for mask in self._levels)

    @property
    def matches(self) -> tuple[Match, ...]:
        """Everything that applies; with many rules rather use :meth:`best` or :meth:`page`."""
        return tuple(self.best())

    def best(self, kinds: Collection[str] | None = None, levels: Collection[int] = LEVELS) -> Iterator[Match]:
        """What applies, best first, read in growing batches as it is asked for.

        Args:
            kinds: only items of these kinds.
            levels: only items that name the market itself (2), a region of it (1), no market (0).
        """
        wanted = ~0 if kinds is None else self._index.of_kinds(kinds)
        chosen = tuple(mask & wanted if level in levels else 0 for level, mask in zip(LEVELS, self._levels))
        positions = (position for mask in chosen for position in bits(mask))
        size = 1
        while batch := list(islice(positions, size)):
            yield from self._read(batch)
            size = min(4 * size, _LARGEST_BATCH)

    def count(self, kind: str) -> int:
        """How many items of a kind apply."""
        wanted = self._index.of_kinds([kind])
        return sum((mask & wanted).bit_count() for mask in self._levels)

    def gains(self, facet: str) -> dict[str, int]:
        """For each value of a facet that is unknown: how many more items would apply if it were that."""
        return self._index.gains(self._profile, facet)

    def find(self, ids: Collection[str]) -> dict[str, Match]:
        """Those of the items with these ids that apply."""
        wanted = self._index.with_ids(ids)
        return {match.rule.id: match for match in self._read([p for mask in self._levels for p in bits(mask & wanted)])}

    def page(self, seen: Collection[str] = ()) -> tuple[list[Match], int]:
        """The next look: a balanced set of kinds, filled up with the best of what is left; and how many are left after it.

        Principles and cases come after the other kinds are used up. Each page takes from what was not ``seen``, so that
        the pages of a selection hold every item exactly once.
        """
        unseen = ~self._index.with_ids(seen)
        rest = [mask & unseen for mask in self._levels]
        page: list[int] = []
        for kind, quota in PAGE_QUOTA.items():
            page += self._first(rest, quota, self._index.of_kinds([kind]))
        usual = self._index.of_kinds(PAGE_QUOTA)
        for kinds in (usual, ~usual):
            page += self._first(rest, PAGE_SIZE - len(page), kinds & ~set_of(page))
        order = list(PAGE_QUOTA)
        matches = self._read(page)
        matches.sort(key=lambda match: order.index(match.rule.kind) if match.rule.kind in order else len(order))
        return matches, sum(mask.bit_count() for mask in rest) - len(page)

    @staticmethod
    def _first(levels: Sequence[int], count: int, wanted: int) -> list[int]:
        return list(islice((position for mask in levels for position in bits(mask & wanted)), count))

    def _read(self, positions: Sequence[int]) -> list[Match]:
        rules = self._fetch([self._index.ids[position] for position in positions])
        return [self._index.match(rule, self._profile, self._level(position)) for rule, position in zip(rules, positions)]

    def _level(self, position: int) -> int:
        return next(level for level, mask in zip(LEVELS, self._levels) if mask >> position & 1)


def select(rules: Iterable[Rule], profile: Profile, taxonomy: Taxonomy) -> Selection:
    """The rules that apply to ``profile``, most specific first, without those that an applying rule overrides."""
    by_id = {rule.id: rule for rule in rules}
    return TopicIndex(by_id.values(), taxonomy).select(profile, lambda ids: [by_id[id_] for id_ in ids])


def held(facet: str, condition: Condition, profile: Profile, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The values of ``condition`` that hold for ``profile``, in a fixed order; empty when none does."""
    known = profile.values(facet)
    wanted = condition[facet]
    if facet != "market":
        return tuple(value for value in known if value in wanted)
    exact = [market for market in known if market in wanted]
    uncovered = [market for market in known if market not in wanted]
    regions = sorted(
        region
        for region in wanted
        if taxonomy.is_region(region) and any(market in taxonomy.coverage[region] for market in uncovered)
    )
    return (*exact, *regions)


def set_of(positions: Iterable[int]) -> int:
    """The set of these positions."""
    found = 0
    for position in positions:
        found |= 1 << position
    return found


def bits(mask: int) -> Iterator[int]:
    """The positions of the set bits, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
