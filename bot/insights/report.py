"""Findings as plain data, as an HTML page with pictures, and as tables in the terminal; in English, for the content team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from actions.advice.phrases import Phrases
from actions.records.records import Rated
from bot.insights.findings import Findings, Gap, Listed, Selection
from bot.insights.masking import mask
from bot.pages import bars_table, picture, rows_table, write_page

_TOP = 20
_LINES = 6
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_LOOK_AT = {
    "unanswered": ("Not answered", "Nothing came back but an apology: look into the logs of that day."),
    "not_understood": ("Asked back", "Not understood well enough to answer. Candidates for training examples."),
    "unsure": ("Answered on a guess", "Understood with little confidence: is the topic right?"),
    "out_of_scope": ("Declined as out of scope", "Is there something among them that guidance should cover?"),
}
_GAPS = {
    "market_gaps": ("Markets without guidance", "market", "Asked on a market, answered with general guidance only."),
    "regional_only": ("Markets with guidance on their region only", "market", "Nothing names the market itself."),
    "sector_gaps": ("Sectors without guidance", "sector", "Asked by a sector, answered with nothing that names it."),
}


@dataclass(frozen=True)
class Insights:
    """Everything that is reported."""

    findings: Findings
    rated: Sequence[Rated]
    texts: Mapping[str, str]
    """What the rated items say, as far as the release in force has them."""
    assessments: int
    average_scores: Mapping[str, float]
    with_text: bool


def as_data(insights: Insights) -> dict[str, Any]:
    """The report as plain data, for JSON."""
    found = insights.findings
    return {
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "bucket": found.bucket,
        "messages": found.messages,
        "conversations": found.conversations,
        "by_channel": dict(found.by_channel.most_common()),
        "by_language": _over_time(found.by_language),
        "by_answer": _over_time(found.by_answer),
        "topics": _over_time(found.topics),
        "markets": _over_time(found.markets),
        "topics_by_market": [
            {"topic": topic, "market": market, "times": times} for (topic, market), times in found.topics_by_market.most_common()
        ],
        **{
            name: {
                "times": getattr(found, name).count,
                "listed": [_listed_data(entry) for entry in getattr(found, name).listed()],
            }
            for name in _LOOK_AT
        },
        "clarified": {
            **{key: value for key, value in asdict(found.clarified).items() if key != "choices"},
            "choices": [
                {"taken_for": guess, "picked": picked, "times": times}
                for (guess, picked), times in found.clarified.choices.most_common()
            ],
        },
        **{
            name: [
                {"topic": topic, value_name: value, "times": gap.times, "conversations": gap.conversations}
                for (topic, value), gap in _by_conversations(getattr(found, name))
            ]
            for name, (_, value_name, _) in _GAPS.items()
        },
        "rated": [
            {"item": r.item, "text": insights.texts.get(r.item), "negative": r.negative, "positive": r.positive}
            | ({"words": [mask(words) for words in r.words]} if insights.with_text else {})
            for r in insights.rated
        ],
        "assessments": {
            "finished": insights.assessments,
            "averages": {n: round(v, 1) for n, v in insights.average_scores.items()},
        },
    }


def write_html(path: Path, insights: Insights, phrases: Phrases, dimensions: Mapping[str, str]) -> None:
    """Write the page; ``dimensions`` names those of the assessment."""
    found = insights.findings

    def topic(id_: str | None) -> str:
        return phrases.topic(id_, "en") if id_ and id_ in phrases.taxonomy.topics else id_ or "nothing"

    def value(id_: str) -> str:
        return phrases.value(id_, "en")

    said = insights.with_text
    parts = [
        f'<p class="note">{_days(found)}: {found.messages} messages in {found.conversations} conversations.</p>',
        _lines(found, found.by_language, "Messages by language", {"en": "English", "zh": "Chinese"}.get),
        _lines(found, found.by_answer, "Answers by type", str),
        "<h2>Topics</h2>",
        _lines(found, found.topics, "Questions on the most frequent topics", topic),
        bars_table(("topic", "questions"), _totals(found.topics, topic)),
        "<h2>Markets</h2>",
        _lines(found, found.markets, "Questions on the most frequent markets", value),
        bars_table(("market", "questions"), _totals(found.markets, value)),
        "<h2>Coverage gaps</h2>",
        *_gap_parts(found, topic, value),
        "<h2>Messages to look at</h2>",
        *_message_parts(found, topic),
        "<h2>What people meant</h2>",
        _clarified_part(found, topic),
        "<h2>Ratings</h2>",
        rows_table(
            ("item", "text", "bad", "good", "what people said"),
            [
                (r.item, insights.texts.get(r.item, ""), r.negative, r.positive, " · ".join(map(mask, r.words if said else ())))
                for r in insights.rated[:_TOP]
            ],
        ),
        "<h2>Readiness assessments</h2>",
        f"<p>{insights.assessments} were finished; average points of 100:</p>",
        bars_table(
            ("dimension", "points"), [(dimensions.get(n, n), round(points)) for n, points in insights.average_scores.items()]
        ),
    ]
    write_page(path, "What people ask", parts)


def tell(console: Console, insights: Insights, phrases: Phrases) -> None:
    """Print the essentials."""
    found = insights.findings
    console.print(f"{found.messages} messages in {found.conversations} conversations, {_days(found)}")
    _print(console, "Topics", ("topic", "questions"), _totals(found.topics, lambda t: phrases.topic(t, "en"))[:_TOP])
    _print(console, "Markets", ("market", "questions"), _totals(found.markets, lambda m: phrases.value(m, "en"))[:_TOP])
    for name, (title, value_name, _) in _GAPS.items():
        gaps = [(t, v, gap.times, gap.conversations) for (t, v), gap in _by_conversations(getattr(found, name))[:_TOP]]
        _print(console, title, ("topic", value_name, "times", "conversations"), gaps)
    for name, selection in _selections(found).items():
        listed = [_row(entry, str) for entry in selection.listed()[:_TOP]]
        _print(console, f"{_LOOK_AT[name][0]}: {selection.count}", ("day", "text", "times", "most like", "confidence"), listed)
    _print(
        console,
        "Worst rated",
        ("item", "bad", "good"),
        [(r.item, r.negative, r.positive) for r in insights.rated[:_TOP] if r.negative],
    )


def _days(found: Findings) -> str:
    return f"{found.since:%Y-%m-%d} to {found.until - timedelta(days=1):%Y-%m-%d} (UTC)"


def _gap_parts(found: Findings, topic: Callable[[str], str], value: Callable[[str], str]) -> list[str]:
    parts = []
    for name, (title, value_name, words) in _GAPS.items():
        rows = [(topic(t), value(v), gap.times, gap.conversations) for (t, v), gap in _by_conversations(getattr(found, name))]
        parts += [f"<h3>{escape(title)}</h3>", f'<p class="note">{escape(words)}</p>']
        parts.append(rows_table(("topic", value_name, "times", "conversations"), rows[: 2 * _TOP]))
    return parts


def _message_parts(found: Findings, topic: Callable[[str | None], str]) -> list[str]:
    parts = []
    for name, selection in _selections(found).items():
        title, words = _LOOK_AT[name]
        parts += [f"<h3>{escape(title)}: {selection.count}</h3>", f'<p class="note">{escape(words)}</p>']
        rows = [_row(entry, topic) for entry in selection.listed()]
        parts.append(rows_table(("day", "text", "times", "most like", "confidence"), rows))
    return parts


def _clarified_part(found: Findings, topic: Callable[[str | None], str]) -> str:
    clarified = found.clarified
    rows = [(topic(guess), topic(picked), times) for (guess, picked), times in clarified.choices.most_common(2 * _TOP)]
    return (
        f"<p>Asked back {clarified.asked} times: {clarified.picked} picked a topic, {clarified.said_again} said it in other "
        f"words, {clarified.left} left.</p>" + rows_table(("taken for", "picked", "times"), rows)
    )


def _lines(found: Findings, counts: Counter[tuple[date, str]], title: str, name: Callable[[str], str | None]) -> str:
    """The most frequent values over time."""
    if not counts:
        return ""
    days = found.buckets()
    figure: Figure
    figure, axes = pyplot.subplots(figsize=(9, 3.2))
    for colour, value in zip(_COLOURS, _summed(counts)[:_LINES]):
        axes.plot(days, [counts[day, value] for day in days], marker="o", markersize=3, color=colour, label=name(value) or value)
    axes.set(title=f"{title}, by {found.bucket}", ylim=(0, None))
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    figure.autofmt_xdate()
    figure.tight_layout()
    return picture(figure, title)


def _summed(counts: Counter[tuple[date, str]]) -> list[str]:
    """The values, the most frequent first."""
    sums: Counter[str] = Counter()
    for (_, value), times in counts.items():
        sums[value] += times
    return [value for value, _ in sums.most_common()]


def _totals(counts: Counter[tuple[date, str]], name: Callable[[str], str]) -> list[tuple[str, int]]:
    return [(name(value), sum(times for (_, v), times in counts.items() if v == value)) for value in _summed(counts)]


def _over_time(counts: Counter[tuple[date, str]]) -> list[dict[str, Any]]:
    return [{"from": day.isoformat(), "value": value, "times": times} for (day, value), times in sorted(counts.items())]


def _by_conversations(gaps: Mapping[tuple[str, str], Gap]) -> list[tuple[tuple[str, str], Gap]]:
    return sorted(gaps.items(), key=lambda entry: (-entry[1].conversations, -entry[1].times, entry[0]))


def _row(entry: Listed, topic: Callable[[str | None], str]) -> tuple[str, str, int, str, float]:
    return (entry.on.isoformat(), entry.text or "(left out)", entry.times, topic(entry.guess), entry.confidence)


def _listed_data(entry: Listed) -> dict[str, Any]:
    return {**asdict(entry), "on": entry.on.isoformat()}


def _selections(found: Findings) -> dict[str, Selection]:
    return {name: getattr(found, name) for name in _LOOK_AT}


def _print(console: Console, title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    table = Table(*head, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
