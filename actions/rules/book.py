"""One release of the guidance as it is answered from."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import bindparam, exists, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql import Select

from actions.rules.database import reading
from actions.rules.errors import StoreUnavailable
from actions.rules.guidance import Condition, Rule, RuleHeader, Source
from actions.rules.matcher import Selection, TopicIndex
from actions.rules.models import ReleaseRuleRow, ReleaseSourceRow, RuleVersionRow, SourceVersionRow
from actions.rules.profile import Profile
from actions.rules.search import TextSearch
from actions.rules.taxonomy import Taxonomy
from serving.lookups import lookup

HELD_WHOLE = 20_000
"""A release of up to this many rules is held in memory whole, and outlives a lost database; of a larger one, the texts of
this many rules that were used last."""

_DETAILED = 2
"""A single item about a country does not make it one whose detail was reviewed."""

_FEW = 500
"""Up to this many sources are asked for by id; more are read with all others of the release."""

_versions = RuleVersionRow.__table__
_members = ReleaseRuleRow.__table__
_source_versions = SourceVersionRow.__table__
_source_members = ReleaseSourceRow.__table__
# Built once: building a statement costs more than the database needs to answer it. EXISTS makes it begin with the few ids asked
# for, where a join might begin with all rules of the release.
_RULES_BY_ID = select(_versions).where(
    _versions.c.rule_id.in_(bindparam("ids", expanding=True)),
    exists().where(_members.c.release_id == bindparam("release"), _members.c.rule_version_id == _versions.c.id),
)
_SOURCES = select(_source_versions).where(
    exists().where(
        _source_members.c.release_id == bindparam("release"), _source_members.c.source_version_id == _source_versions.c.id
    )
)
_SOURCES_BY_ID = _SOURCES.where(_source_versions.c.source_id.in_(bindparam("ids", expanding=True)))


class Texts:
    """Gives the rules of one release by id, out of memory where it has them, else out of the database. Thread-safe."""

    def __init__(self, engine: Engine | None, release_id: int, rules: Iterable[Rule] = (), capacity: int = HELD_WHOLE) -> None:
        """Args:
        engine: the database; ``None`` if all rules are given.
        release_id: the release in it.
        rules: rules that are already known.
        capacity: how many rules are kept in memory at most.
        """
        self._engine = engine
        self._release_id = release_id
        self._capacity = capacity
        self._lock = threading.Lock()
        self._rules: OrderedDict[str, Rule] = OrderedDict((rule.id, rule) for rule in rules)

    @lookup("texts")
    def get(self, ids: Sequence[str]) -> list[Rule]:
        """The rules with these ids, in their order.

        Raises:
            StoreUnavailable: one of them is not in memory and the database cannot be read.
        """
        with self._lock:
            known = {id_: self._rules[id_] for id_ in ids if id_ in self._rules}
            for id_ in known:
                self._rules.move_to_end(id_)
        lacking = [id_ for id_ in ids if id_ not in known]
        if lacking:
            known.update((rule.id, rule) for rule in self._read(lacking))
            with self._lock:
                self._rules.update((id_, known[id_]) for id_ in lacking)
                while len(self._rules) > self._capacity:
                    self._rules.popitem(last=False)
        return [known[id_] for id_ in ids]

    def _read(self, ids: Sequence[str]) -> list[Rule]:
        if self._engine is None:
            raise StoreUnavailable(f"the rule {ids[0]!r} is not in memory")
        with reading(self._engine) as connection:
            rows = connection.execute(_RULES_BY_ID, {"release": self._release_id, "ids": list(ids)}).all()
            return _rules(connection, self._release_id, rows)


class RuleBook:
    """The published rules of one release; immutable, so that an answer never mixes two releases."""

    def __init__(
        self,
        release: str,
        stamp: tuple[int, datetime] | None,
        topics: Mapping[str, TopicIndex],
        cases: Sequence[Rule],
        texts: Texts,
    ) -> None:
        self.release = release
        self.stamp = stamp
        self.cases = tuple(cases)
        """All cases, whatever their topic."""
        self.markets = frozenset(market for index in topics.values() for market in index.markets)
        """Every country and region that guidance names (not those where only a case happened)."""
        own = sum((index.own_markets for index in topics.values()), Counter[str]())
        self.detailed = frozenset(market for market, count in own.items() if count >= _DETAILED)
        """Those for which guidance of their own was written."""
        self._topics = topics
        self._cases_by_id = {case.id: case for case in cases}
        self._texts = texts
        self._search: TextSearch | None = None
        self._search_lock = threading.Lock()

    @classmethod
    def of(cls, rules: Iterable[Rule], taxonomy: Taxonomy, release: str = "unsaved") -> RuleBook:
        """A book of rules that stand in no database."""
        rules = list(rules)
        return cls(
            release,
            None,
            _indexes(((rule.topic, rule) for rule in rules if rule.kind != "case"), taxonomy),
            [rule for rule in rules if rule.kind == "case"],
            Texts(None, 0, rules),
        )

    @classmethod
    def read(cls, engine: Engine, release: Row, taxonomy: Taxonomy, capacity: int = HELD_WHOLE) -> RuleBook:
        """The book of a release in the database.

        Raises:
            StoreUnavailable: the database cannot be read.
        """
        with reading(engine) as connection:
            published = _published(release.id)
            if release.rule_count <= capacity:
                held = _rules(connection, release.id, connection.execute(published).all())
                cases = [rule for rule in held if rule.kind == "case"]
                topics = _indexes(((rule.topic, rule) for rule in held if rule.kind != "case"), taxonomy)
            else:
                told = connection.execute(published.where(_versions.c.kind == "case")).all()
                held = cases = _rules(connection, release.id, told)
                topics = _indexes(_headers(connection, release.id), taxonomy)
        return cls(release.version, (release.id, release.created_at), topics, cases, Texts(engine, release.id, held, capacity))

    @lookup("topic")
    def select(self, topic: str, profile: Profile) -> Selection:
        """What applies to ``profile`` on ``topic``, without cases."""
        return self._topics[topic].select(profile, self._texts.get)

    def topic(self, topic: str) -> list[Rule]:
        """All rules of one topic, without cases, in the order of equally near ones."""
        return self._texts.get(self._topics[topic].ids)

    @lookup("rule")
    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, if the release has it."""
        if rule_id in self._cases_by_id:
            return self._cases_by_id[rule_id]
        known = any(index.with_ids([rule_id]) for index in self._topics.values())
        return self._texts.get([rule_id])[0] if known else None

    @lookup("search")
    def search(self, question: str, limit: int) -> list[Rule]:
        """Rules whose texts say most of the words of a question, the best first; none in a book too large to be held whole."""
        if len(self) > HELD_WHOLE:
            return []
        with self._search_lock:
            if self._search is None:
                topics = (rule for index in self._topics.values() for rule in self._texts.get(index.ids))
                self._search = TextSearch(chain(topics, self.cases))
        found = (self.rule(id_) for id_ in self._search.find(question, limit))
        return [rule for rule in found if rule is not None]

    def __len__(self) -> int:
        return len(self.cases) + sum(len(index.ids) for index in self._topics.values())


def _indexes(headers: Iterable[tuple[str, Rule | RuleHeader]], taxonomy: Taxonomy) -> dict[str, TopicIndex]:
    """An index of each topic, also of those without rules."""
    by_topic: dict[str, list[Rule | RuleHeader]] = {topic: [] for topic in taxonomy.topics}
    for topic, header in headers:
        by_topic[topic].append(header)
    return {topic: TopicIndex(rules, taxonomy) for topic, rules in by_topic.items()}


def _published(release_id: int) -> Select:
    return (
        select(_versions)
        .join(_members, _members.c.rule_version_id == _versions.c.id)
        .where(_members.c.release_id == release_id, _versions.c.status == "published")
    )


def _headers(connection: Connection, release_id: int) -> Iterable[tuple[str, RuleHeader]]:
    c = _versions.c
    wanted = (c.rule_id, c.kind, c.when_json, c.unless_json, c.weight, c.as_of, c.overrides_json)
    query = _published(release_id).where(c.kind != "case").with_only_columns(c.topic, *wanted)
    for topic, *header in connection.execute(query):
        yield topic, RuleHeader(*header)


def _rules(connection: Connection, release_id: int, rows: Sequence[Row]) -> list[Rule]:
    """Rules with the sources that they cite."""
    cited = {id_ for row in rows for id_ in row.sources_json}
    known: dict[str, object] = {"release": release_id}
    query = _SOURCES
    if len(cited) <= _FEW:
        query = _SOURCES_BY_ID
        known["ids"] = list(cited)
    sources = {
        row.source_id: Source(row.source_id, row.title, row.publisher, row.url, row.published)
        for row in (connection.execute(query, known) if cited else ())
    }
    return [_rule(row, sources) for row in rows]


def _condition(raw: Mapping[str, list[str]]) -> Condition:
    return {facet: frozenset(values) for facet, values in raw.items()}


def _rule(row: Row, sources: Mapping[str, Source]) -> Rule:
    return Rule(
        id=row.rule_id,
        topic=row.topic,
        kind=row.kind,
        text={"en": row.text_en, "zh": row.text_zh},
        when=_condition(row.when_json),
        unless=_condition(row.unless_json),
        weight=row.weight,
        overrides=tuple(row.overrides_json),
        sources=tuple(sources[id_] for id_ in row.sources_json),
        legal=row.legal,
        as_of=row.as_of,
        checked_on=row.checked_on,
        review_by=row.review_by,
        confidence=row.confidence,
        title=row.title_json,
        companies=tuple(row.companies_json),
        related_topics=tuple(row.related_topics_json),
        outcome=row.outcome,
        lesson=row.lesson_json,
    )
