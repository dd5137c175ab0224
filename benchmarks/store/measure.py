"""Measures one thing at one size in a process of its own, so that memory is its own: prints one JSON object."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from actions.rules.book import RuleBook
from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.profile import Profile
from actions.rules.releases import load_release
from actions.rules.store import RuleStore
from actions.rules.taxonomy import Taxonomy
from benchmarks.store.generated import Generator
from benchmarks.store.peers import PEERS, plain_loop

QUESTIONS = 300
PEER_SECONDS = 20
"""A slow peer is asked fewer questions: as many as it answers in this time, but at least ten."""


def load_files(size: int, folder: str) -> dict[str, float]:
    """Load content files into a new database."""
    database = Path(folder) / "files.db"
    engine = open_engine(f"sqlite:///{database}")
    started = time.perf_counter()
    load_release(engine, read_library(Path(folder) / "content"))
    seconds = time.perf_counter() - started
    engine.dispose()
    return {"load, s": seconds, "load memory, MiB": _peak(), "database, MB": _size(database)}


def load_entries(size: int, folder: str) -> dict[str, float]:
    """Load entries that are already checked into a new database."""
    library = Generator(size, Taxonomy.load()).library()
    database = Path(folder) / "rules.db"
    engine = open_engine(f"sqlite:///{database}")
    started = time.perf_counter()
    load_release(engine, library)
    seconds = time.perf_counter() - started
    engine.dispose()
    return {"write, s": seconds, "database, MB": _size(database)}


def answer(size: int, folder: str) -> dict[str, float]:
    """Open the store, answer questions in full, and compare the answers with the plain loop's."""
    taxonomy = Taxonomy.load()
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    book = RuleStore(open_engine(f"sqlite:///{folder}/rules.db"), taxonomy, recheck_seconds=3600).current()
    opened = time.perf_counter() - started
    questions = Generator(size, taxonomy).questions(2 * QUESTIONS)
    for topic, profile in questions[:QUESTIONS]:
        _full_answer(book, topic, profile)
    figures = _latencies(lambda topic, profile: _full_answer(book, topic, profile), questions[QUESTIONS:], float("inf"))
    memory = (psutil.Process().memory_info().rss - before) / 2**20
    applying = statistics.median(len(book.select(topic, profile)) for topic, profile in questions)
    return {**figures, "open, s": opened, "memory, MiB": memory, "applying, median": applying}


def peer(size: int, folder: str, name: str) -> dict[str, float]:
    """Prepare a peer with the same rules, check that it finds the same, and ask it the same questions."""
    taxonomy = Taxonomy.load()
    book = RuleStore(open_engine(f"sqlite:///{folder}/rules.db"), taxonomy).current()
    rules = [rule for topic in taxonomy.topics for rule in book.topic(topic)]
    questions = Generator(size, taxonomy).questions(2 * QUESTIONS)[QUESTIONS:]
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    ask = PEERS[name](rules, taxonomy)
    prepared = time.perf_counter() - started
    memory = (psutil.Process().memory_info().rss - before) / 2**20
    loop = plain_loop(rules, taxonomy)
    for topic, profile in questions[:3]:
        if ask(topic, profile) != loop(topic, profile):
            raise SystemExit(f"{name} finds other rules than the plain loop on {topic}, {profile}")
    return {**_latencies(ask, questions, PEER_SECONDS), "open, s": prepared, "memory, MiB": memory}


def _full_answer(book: RuleBook, topic: str, profile: Profile) -> object:
    """What the adviser asks the store for: headline, first page with sources, what is left and what is missing."""
    selection = book.select(topic, profile)
    headline = next(selection.best({"principle"}), None)
    page, left = selection.page([headline.rule.id] if headline else [])
    return headline, [(match.rule.text, match.because, match.rule.sources) for match in page], left, selection.missing


def _latencies(ask: Callable[[str, Profile], object], questions: list[tuple[str, Profile]], seconds: float) -> dict[str, float]:
    times: list[float] = []
    for topic, profile in questions:
        started = time.perf_counter()
        ask(topic, profile)
        times.append(1000 * (time.perf_counter() - started))
        if sum(times) > 1000 * seconds and len(times) >= 10:
            break
    times.sort()
    return {"p50, ms": statistics.median(times), "p99, ms": times[min(len(times) - 1, int(0.99 * len(times)))]}


def _peak() -> float:
    """Peak memory of this process, and of its largest child, in MiB."""
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + child) / 1024


def _size(database: Path) -> float:
    return database.stat().st_size / 1e6


if __name__ == "__main__":
    tasks = {"load_files": load_files, "load_entries": load_entries, "answer": answer, "peer": peer}
    print(json.dumps(tasks[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])))  # type: ignore[operator]
