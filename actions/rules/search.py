"""Full-text search in the guidance, for questions of which nothing else is understood. Chinese is cut into pairs."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable

from actions.rules.guidance import Rule
from actions.rules.taxonomy import LANGUAGES

_LATIN = re.compile(r"[a-z0-9]{2,}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_COMMON = frozenset(
    "the and for with that this from have has are was were will would could should what when where which who how why our your "
    "their they them you not but can may about into than then there here some any all one two very just also want need like know "
    "tell please does did doing get got make made say said what's it's i'm we're".split()
)
_COMMON_PAIRS = frozenset(
    "怎么 什么 我们 你们 他们 这个 那个 可以 如何 应该 是不 不是 没有 一个 现在 时候 为什 么办 请问 问题 知道 告诉".split()
)
_PAIR = "zq"
"""Begins a pair of Chinese characters, as no English word does."""

_STEM = 5
_SHARE = 0.5
"""A text must hold at least this part of the question's telling words."""


class TextSearch:
    """An index over the texts of rules, ranked by BM25 (SQLite's FTS5, in memory)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("CREATE VIRTUAL TABLE texts USING fts5(id UNINDEXED, words, tokenize='porter ascii')")
        rows = ((rule.id, " ".join(word for language in LANGUAGES for word in _words(_text(rule, language)))) for rule in rules)
        self._database.executemany("INSERT INTO texts VALUES (?, ?)", rows)

    def find(self, question: str, limit: int) -> list[str]:
        """Ids of the rules whose texts say most of the question's telling words, the best first."""
        words = list(dict.fromkeys(_words(question)))
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        with self._lock:
            found = self._database.execute(
                "SELECT id, words FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT ?", (query, 4 * limit)
            ).fetchall()
        return [id_ for id_, text in found if _share(words, text) >= _SHARE][:limit]


def _text(rule: Rule, language: str) -> str:
    parts = (rule.title, rule.text, rule.lesson)
    return " ".join([*(part[language] for part in parts if part), *rule.companies])


def _words(text: str) -> list[str]:
    """Latin words, and every pair of neighbouring Chinese characters, spelt in ASCII, which the tokenizer keeps whole."""
    lowered = text.lower()
    pairs = (run[at : at + 2] for run in _HAN_RUN.findall(lowered) for at in range(len(run) - 1))
    spelt = (_PAIR + "".join(f"{ord(char):x}" for char in pair) for pair in pairs if pair not in _COMMON_PAIRS)
    return [*(word for word in _LATIN.findall(lowered) if word not in _COMMON), *spelt]


def _share(words: list[str], text: str) -> float:
    """The part of the words that a text holds; English words count by their beginnings, since the index stems them."""
    held = set(text.split())
    stems = {word[:_STEM] for word in held if not word.startswith(_PAIR)}
    return sum(word in held or (not word.startswith(_PAIR) and word[:_STEM] in stems) for word in words) / len(words)
