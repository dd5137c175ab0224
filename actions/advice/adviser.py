"""The adviser: answers a topic for a profile out of the current release of the rules store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from actions.advice.answer import Answer, Button, payload
from actions.advice.cases import find_cases, names_company
from actions.advice.items import item_line, item_payload
from actions.advice.phrases import Phrases
from actions.rules.book import RuleBook
from actions.rules.guidance import Rule
from actions.rules.matcher import Match, held
from actions.rules.profile import Profile
from actions.rules.taxonomy import Taxonomy

CASES_ON_A_CASE_TOPIC = 3


class BookSource(Protocol):
    """Gives the rule book to answer from, such as the rules store."""

    def current(self) -> RuleBook:
        """The current rule book; raises StoreUnavailable if there is none."""


class Adviser:
    """Selects, orders and phrases guidance. Deterministic: same release, profile and history give the same answer."""

    def __init__(self, store: BookSource, taxonomy: Taxonomy, phrases: Phrases) -> None:
        self._store = store
        self.taxonomy = taxonomy
        self.phrases = phrases

    def book(self) -> RuleBook:
        """The current release's rules."""
        return self._store.current()

    def advise(self, topic: str, profile: Profile, language: str, *, text: str = "", seen: Collection[str] = ()) -> Answer:
        """Guidance on a topic.

        Args:
            topic: a topic id of the taxonomy.
            profile: the asker's situation.
            language: ``en`` or ``zh``.
            text: the person's words, in which a company may be named (for cases).
            seen: ids that were shown before; they are left out ("more").

        Raises:
            StoreUnavailable: there is no release to answer from.
        """
        book = self.book()
        selection = book.select(topic, profile)
        headline = next(selection.best({"principle"}), None)
        first_look = headline is not None and headline.rule.id not in seen
        page, left = selection.page({*seen, headline.rule.id} if headline else seen)
        cases = [match for match in self._cases_on(book, topic, profile, text) if match.rule.id not in seen]
        page = cases[:CASES_ON_A_CASE_TOPIC] + page
        left += max(0, len(cases) - CASES_ON_A_CASE_TOPIC)
        opening = headline.rule.text[language] if headline and first_look else self.phrases.topic(topic, language)
        fields = {
            "topic": topic,
            "headline": opening,
            "items": [item_payload(match, language, self.phrases) for match in page],
            "missing": list(selection.missing),
            "more": left,
            "release": book.release,
        }
        if headline and first_look:
            fields["headline_id"] = headline.rule.id
        note = self._undetailed(book, profile, language)
        if note:
            fields["note"] = note
        shown = [match.rule.id for match in page]
        return Answer(
            "advice",
            language,
            self._advice_text(topic, opening, page, left, profile, language, note),
            profile,
            fields,
            self._buttons(topic, language, left),
            topic,
            tuple([headline.rule.id, *shown] if headline and first_look else shown) or None,
            headline.rule.id if headline and first_look else None,
        )

    def matches(self, ids: Sequence[str], topic: str | None, profile: Profile) -> list[Match]:
        """The items with these ids as they apply to ``profile``, in the given order; vanished ids are left out."""
        book = self.book()
        applying = book.select(topic, profile).find(ids) if topic else {}
        found = []
        for id_ in ids:
            rule = book.rule(id_)
            if rule is not None:
                found.append(applying.get(id_) or Match(rule, {}))
        return found

    def search(self, question: str, profile: Profile, limit: int) -> list[Match]:
        """Items whose texts are nearest to the words of a question, and whose conditions do not contradict what is known."""
        found = self.book().search(question, 4 * limit)
        fitting = [rule for rule in found if all(self._may_hold(facet, rule, profile) for facet in rule.when)]
        return [Match(rule, {f: held(f, rule.when, profile, self.taxonomy) for f in rule.when}) for rule in fitting[:limit]]

    def _may_hold(self, facet: str, rule: Rule, profile: Profile) -> bool:
        return not profile.values(facet) or bool(held(facet, rule.when, profile, self.taxonomy))

    def _cases_on(self, book: RuleBook, topic: str, profile: Profile, text: str) -> list[Match]:
        """On a topic that is about cases: those of a company that the person named, then the others that fit."""
        if topic not in self.taxonomy.pillars["examples"]:
            return []
        named = [case for case in book.cases if names_company(case, text)]
        others = [case for case in book.cases if case.topic == topic and case not in named]
        return [
            *find_cases(named, profile, self.taxonomy, text=text),
            *find_cases(others, profile, self.taxonomy, topic=topic),
        ]

    def _undetailed(self, book: RuleBook, profile: Profile, language: str) -> str:
        """The honest note for countries of which the store knows nothing by name; empty when there is none."""
        unknown = [market for market in profile.market if market not in book.detailed and not self.taxonomy.is_region(market)]
        if not unknown:
            return ""
        names = self.phrases.join((self.phrases.value(market, language) for market in unknown), language)
        return self.phrases.say("undetailed_market", language, markets=names)

    def _advice_text(
        self,
        topic: str,
        opening: str,
        page: Sequence[Match],
        left: int,
        profile: Profile,
        language: str,
        note: str,
    ) -> str:
        say = self.phrases.say
        lines = []
        if not profile.is_empty:
            lines.append(say("profile_line", language, facets=self.phrases.profile(profile, language)))
        if note:
            lines.append(note)
        lines.append(opening)
        if not page:
            lines.append(say("no_more", language, topic=self.phrases.topic(topic, language)))
        lines += self.grouped_lines(page, language)
        if left:
            lines.append(say("more_left", language, count=left))
        return "\n".join(lines)

    def grouped_lines(self, matches: Sequence[Match], language: str) -> list[str]:
        """Numbered lines under a heading for each kind."""
        lines: list[str] = []
        kind = ""
        for number, match in enumerate(matches, start=1):
            if match.rule.kind != kind:
                kind = match.rule.kind
                lines.append(self.phrases.say(f"headings.{kind}", language))
            lines.append(item_line(number, match, language, self.phrases))
        return lines

    def _buttons(self, topic: str, language: str, left: int) -> tuple[Button, ...]:
        """Follow-ups; each names its topic, so that an old button still means what it meant."""
        turns = ("why", "sources", *(("more",) if left else ()), "next_steps", "example")
        return tuple(Button(self.phrases.say(f"buttons.{turn}", language), payload(turn, choice=topic)) for turn in turns)
