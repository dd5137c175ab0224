"""``advise``: the answer as a person would get it, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.advice.briefs.compose import compose
from actions.advice.phrases import Phrases
from actions.advice.planning import Planner
from actions.authoring.app import (
    AsJson,
    Database,
    Folder,
    app,
    console,
    content_folder,
    engine_of,
    failing_clearly,
    read,
    tell_json,
)
from actions.rules.book import RuleBook
from actions.rules.errors import RulesError
from actions.rules.file_reader import unknown
from actions.rules.preview import rules_of
from actions.rules.profile import Profile
from actions.rules.store import RuleStore, read_book
from actions.rules.taxonomy import Taxonomy
from actions.rules.verdicts import judge


class Language(str, Enum):
    """The languages of answers."""

    en = "en"
    zh = "zh"


class _OneBook:
    """Stands in for the store where one release, or what stands in the files, is asked."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book

    def current(self) -> RuleBook:
        return self._book


@app.command()
def advise(
    topic: Annotated[str | None, typer.Argument(help="A topic id; without it, a brief on the market.")] = None,
    market: Annotated[list[str], typer.Option(help="Country code or region; may be given several times.")] = [],  # noqa: B006
    sector: Annotated[str | None, typer.Option(help="Sector id.")] = None,
    ownership: Annotated[str | None, typer.Option(help="Ownership id.")] = None,
    stage: Annotated[str | None, typer.Option(help="Stage id.")] = None,
    audience: Annotated[str | None, typer.Option(help="Audience id.")] = None,
    language: Annotated[Language, typer.Option(help="Language of the answer.")] = Language.en,
    company: Annotated[str, typer.Option(help="A company that the question names (for topics about cases).")] = "",
    pages: Annotated[int, typer.Option(min=1, help='How many pages: 2 is the answer and one "more".')] = 1,
    explain: Annotated[bool, typer.Option("--explain", help="Also show every rule considered and what became of it.")] = False,
    files: Annotated[bool, typer.Option("--files", help="Answer from the content folder, not from the current release.")] = False,
    release: Annotated[str | None, typer.Option(help="Answer from this release.")] = None,
    content: Folder = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show the answer that a person would get, in either language; --explain says why."""
    with failing_clearly(as_json):
        taxonomy = Taxonomy.load(content_folder(content))
        profile = Profile(tuple(market), sector, ownership, stage, audience)
        _check(topic, profile, taxonomy)
        book = _book(files, release, content, database, as_json, taxonomy)
        adviser = Adviser(_OneBook(book), taxonomy, Phrases.load(content_folder(content), taxonomy))
        if topic is None:
            planner = Planner.load(content_folder(content))
            answers = [_brief(adviser, planner, profile, language.value)]
        else:
            answers = _answers(adviser, topic, profile, language.value, company, pages)
        verdicts = judge(book, topic, profile, taxonomy) if explain and topic else []
    if as_json:
        considered = {"considered": [verdict.as_dict() for verdict in verdicts]} if explain else {}
        tell_json({"answers": [{**answer.payload, "words": answer.text} for answer in answers], **considered})
        return
    for answer in answers:
        console.print(escape(answer.text), highlight=False)
        console.print()
    if verdicts:
        table = Table("rule", "kind", "outcome", "why", title=f"{len(verdicts)} rules considered, release {book.release}")
        for verdict in verdicts:
            table.add_row(verdict.rule.id, verdict.rule.kind, verdict.outcome, escape(verdict.reason))
        console.print(table)


def _brief(adviser: Adviser, planner: Planner, profile: Profile, language: str) -> Answer:
    """The words of a brief on the profile's markets."""
    made = compose(adviser, planner, profile, language, datetime.now(timezone.utc).date())
    lines = [made.title]
    for section in made.sections:
        lines += [section.heading, *(f"  {line.text}" for line in section.lines)]
    return Answer("brief", language, "\n".join(lines), profile, made.as_dict())


def _answers(adviser: Adviser, topic: str, profile: Profile, language: str, company: str, pages: int) -> list[Answer]:
    answers: list[Answer] = []
    seen: list[str] = []
    for _ in range(pages):
        answer = adviser.advise(topic, profile, language, text=company, seen=seen)
        answers.append(answer)
        seen += answer.shown or ()
        if not answer.fields["more"]:
            break
    return answers


def _book(
    files: bool, release: str | None, content: Path | None, database: str | None, as_json: bool, taxonomy: Taxonomy
) -> RuleBook:
    if files:
        return RuleBook.of(rules_of(read(content, as_json)), taxonomy, "of the files")
    if release:
        return read_book(engine_of(database), taxonomy, release)
    return RuleStore(engine_of(database), taxonomy).current()


def _check(topic: str | None, profile: Profile, taxonomy: Taxonomy) -> None:
    """Refuse ids that the vocabulary does not have."""
    asked: list[tuple[str, str, Collection[str]]] = [("topic", topic, taxonomy.topics.keys())] if topic else []
    asked += [(facet, value, taxonomy.values[facet]) for facet in taxonomy.values for value in profile.values(facet)]
    faults = [unknown(value, allowed, noun) for noun, value, allowed in asked if value not in allowed]
    if topic is None and not profile.market:
        faults.append(f"name a topic or a market; topics: {', '.join(taxonomy.topics)}")
    if faults:
        raise RulesError("; ".join(faults))
