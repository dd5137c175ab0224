"""Puts a brief together: what holds in the market, whom to talk to, a plan of 90 days, risks, metrics, cases, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from actions.advice.adviser import Adviser
from actions.advice.cases import find_cases
from actions.advice.follow_ups import when_due
from actions.advice.items import item_text, source_line
from actions.advice.planning import Planner, Step
from actions.rules.guidance import Rule, Source
from actions.rules.matcher import LEVELS, LOCAL, Match
from actions.rules.profile import Profile

MAX_MARKETS = 3
PLAN_DAYS = 91

_OPINION = ("brand_image", "political_context", "consumer_trust", "shaping_narratives", "local_marketing", "cultural_barriers")
_REGULATION = (
    "investment_screening",
    "regulatory_compliance",
    "trade_barriers",
    "data_security",
    "sustainability_ethics",
    "anti_corruption",
    "local_workforce",
    "transparency",
)
_STAKEHOLDERS = ("stakeholder_mapping", "government_relations", "community_engagement", "media_relations", "partner_selection")
_HEADLINES = ("entry_mode", "government_relations", "community_engagement", "brand_image", "political_context")
_ACTIONS = (
    "investment_screening",
    "regulatory_compliance",
    "stakeholder_mapping",
    "government_relations",
    "community_engagement",
    "transparency",
    "local_workforce",
    "data_security",
    "value_articulation",
    "media_relations",
    "headquarters_autonomy",
)
_LENGTHS = {"headlines": 2, "opinion": 3, "regulation": 5, "stakeholders": 4, "plan": 8, "risks": 5, "metrics": 3, "cases": 3}
_LENGTHS_OF_SEVERAL = {**_LENGTHS, "headlines": 1, "opinion": 2, "regulation": 3}


@dataclass(frozen=True)
class Line:
    """An item of a brief; ``cites`` are numbers of sources."""

    text: str
    cites: tuple[int, ...] = ()
    when: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a brief. ``kind`` tells how it is set: ``list``, ``plan`` (a table) or ``sources`` (a numbered list)."""

    heading: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Brief:
    """A brief as data; all texts are in ``language``."""

    language: str
    title: str
    subtitle: str
    date: str
    note: str
    disclaimer: str
    sections: tuple[Section, ...]
    release: str
    markets: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The brief as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Brief:
        """A brief out of :meth:`as_dict`'s data."""
        sections = tuple(
            Section(s["heading"], s["kind"], tuple(Line(**{**line, "cites": tuple(line["cites"])}) for line in s["lines"]))
            for s in data["sections"]
        )
        return cls(**{**data, "sections": sections, "markets": tuple(data["markets"])})


class _Sources:
    """Numbers sources in the order in which they are cited."""

    def __init__(self) -> None:
        self.numbers: dict[Source, int] = {}

    def cite(self, rule: Rule) -> tuple[int, ...]:
        return tuple(self.numbers.setdefault(source, len(self.numbers) + 1) for source in rule.sources)


def compose(adviser: Adviser, planner: Planner, profile: Profile, language: str, day: date) -> Brief:
    """A brief on the profile's markets (the first three), in ``language``, dated ``day``."""
    say, phrases = adviser.phrases.say, adviser.phrases
    markets = profile.market[:MAX_MARKETS]
    lengths = _LENGTHS if len(markets) == 1 else _LENGTHS_OF_SEVERAL
    sources, used = _Sources(), set[str]()

    def lines(matches: Iterable[Match], count: int) -> tuple[Line, ...]:
        fresh = [match for match in matches if match.rule.id not in used][:count]
        used.update(match.rule.id for match in fresh)
        return tuple(Line(item_text(match.rule, language, phrases), sources.cite(match.rule)) for match in fresh)

    sections = []
    for market in markets:
        there = profile.with_market(market)
        name = phrases.value(market, language)
        of_market = {
            "situation": lines(_best(adviser, _HEADLINES, there, {"principle"}, each=1), lengths["headlines"]),
            "opinion": lines(_best(adviser, _OPINION, there, {"fact"}, LOCAL, each=2), lengths["opinion"]),
            "regulation": lines(_best(adviser, _REGULATION, there, {"fact"}, LOCAL, each=1), lengths["regulation"]),
        }
        sections += [Section(say(f"brief.{key}", language, market=name), "list", found) for key, found in of_market.items()]
    sections += [
        Section(
            say("brief.stakeholders", language),
            "list",
            lines(_best(adviser, _STAKEHOLDERS, profile, {"action"}, each=1), lengths["stakeholders"]),
        ),
        Section(say("brief.plan", language), "plan", _plan(adviser, planner, profile, language, sources, used, lengths["plan"])),
        Section(
            say("brief.risks", language),
            "list",
            lines(_best(adviser, adviser.taxonomy.topics, profile, {"risk"}, each=1), lengths["risks"]),
        ),
        Section(
            say("brief.metrics", language),
            "list",
            lines(_best(adviser, ("measuring_soft_power", *_STAKEHOLDERS), profile, {"metric"}, each=1), lengths["metrics"]),
        ),
        Section(
            say("brief.cases", language),
            "list",
            lines(find_cases(adviser.book().cases, profile, adviser.taxonomy), lengths["cases"]),
        ),
    ]
    cited = tuple(Line(source_line(source, language, phrases), (number,)) for source, number in sources.numbers.items())
    sections.append(Section(say("brief.sources", language), "sources", cited))
    names = phrases.join((phrases.value(market, language) for market in markets), language)
    others = phrases.profile(profile.with_market(), language)
    book = adviser.book()
    undetailed = [m for m in markets if m not in book.detailed and not adviser.taxonomy.is_region(m)]
    unknown = phrases.join((phrases.value(market, language) for market in undetailed), language)
    return Brief(
        language=language,
        title=say("brief.title", language, markets=names),
        subtitle=say("brief.for", language, facets=others) if others else say("brief.for_any", language),
        date=phrases.date(day, language),
        note=say("undetailed_market", language, markets=unknown) if undetailed else "",
        disclaimer=say("brief.disclaimer", language, release=book.release),
        sections=tuple(section for section in sections if section.lines),
        release=book.release,
        markets=markets,
        labels={name: say(f"brief.{name}", language) for name in ("when", "who", "what")},
    )


def _best(
    adviser: Adviser,
    topics: Iterable[str],
    profile: Profile,
    kinds: set[str],
    levels: Sequence[int] = LEVELS,
    *,
    each: int,
) -> list[Match]:
    """The best items of each topic, those nearest to the market first, topics in their order among equals."""
    book = adviser.book()
    found = [match for topic in topics for match in islice(book.select(topic, profile).best(kinds, levels), each)]
    return sorted(found, key=lambda match: -match.market_level)


def _plan(
    adviser: Adviser, planner: Planner, profile: Profile, language: str, sources: _Sources, used: set[str], length: int
) -> tuple[Line, ...]:
    """Actions that name a date within 90 days, the nearest to the market first; then others, until the plan is full."""
    candidates = [m for m in _best(adviser, _ACTIONS, profile, {"action"}, each=4) if m.rule.id not in used]
    steps = [planner.step(match.rule) for match in candidates]
    dated = [step for step in steps if step.due_days is not None and step.due_days <= PLAN_DAYS]
    chosen = _spread(dated, length)
    chosen += _spread(
        [step for step in steps if step.due_days is None and not step.is_recurring and not step.is_contingent],
        length - len(chosen),
    )
    used.update(step.rule.id for step in chosen)
    say = adviser.phrases.say
    ordered = planner.in_order([step.rule for step in chosen])
    return tuple(
        Line(
            item_text(step.rule, language, adviser.phrases),
            sources.cite(step.rule),
            when_due(step, language, adviser.phrases),
            step.owner[language] if step.owner else say("plan_no_owner", language),
        )
        for step in ordered
    )


def _spread(steps: Sequence[Step], count: int) -> list[Step]:
    """The first steps, at most two of one topic."""
    chosen: list[Step] = []
    for step in steps:
        if len(chosen) < count and sum(other.rule.topic == step.rule.topic for other in chosen) < 2:
            chosen.append(step)
    return chosen
