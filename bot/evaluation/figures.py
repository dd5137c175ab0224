"""The figures by which understanding is judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.questions import FACETS, Question

OUT_OF_SCOPE, UNETHICAL, FALLBACK = "out_of_scope", "unethical_request", "nlu_fallback"
SURE = 0.7
"""From this confidence on a wrong answer counts as confidently wrong."""

BINS = 10


@dataclass(frozen=True)
class Understood:
    """What the model made of a question: intents with confidences, best first, and facet values."""

    ranking: tuple[tuple[str, float], ...]
    facets: Mapping[str, frozenset[str]]
    milliseconds: float = 0.0

    @property
    def intent(self) -> str:
        """The decision."""
        return self.ranking[0][0] if self.ranking else FALLBACK

    @property
    def candidates(self) -> list[tuple[str, float]]:
        """The ranking without the fallback's own entry."""
        return [entry for entry in self.ranking if entry[0] != FALLBACK]

    @classmethod
    def of(cls, parse: Mapping[str, Any], milliseconds: float = 0.0) -> Understood:
        """Read Rasa's parse result."""
        facets: dict[str, set[str]] = defaultdict(set)
        for entity in parse.get("entities", ()):
            facets[entity["entity"]].add(entity["value"])
        ranking = [(entry["name"], float(entry["confidence"])) for entry in parse["intent_ranking"] if entry["name"]]
        first = parse["intent"]["name"] or FALLBACK
        ranking.sort(key=lambda entry: (entry[0] != first, -entry[1]))
        return cls(tuple(ranking), {facet: frozenset(values) for facet, values in facets.items()}, milliseconds)


Pairs = Sequence[tuple[Question, Understood]]


def intent_figures(pairs: Pairs, turns: frozenset[str]) -> dict[str, float]:
    """Shares from 0 to 1, by name; a figure without any question to judge it by is left out.

    Args:
        pairs: questions with what was understood.
        turns: the intents that are turns of a conversation.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for question, understood in pairs:
        if question.topic is None:
            continue
        right = understood.intent in question.accepted
        sure = understood.ranking[0][1] if understood.ranking else 0.0
        if question.topic == OUT_OF_SCOPE:
            hits["out of scope caught"].append(understood.intent in {*question.accepted, FALLBACK})
            continue
        if question.topic == UNETHICAL:
            hits["unethical caught"].append(right)
            continue
        if question.is_lookalike:
            hits["look-alikes taken for unethical"].append(understood.intent == UNETHICAL)
        elif question.topic in turns:
            hits["turns"].append(right)
        else:
            hits["topics"].append(right)
            hits["topics, among three"].append(any(name in question.accepted for name, _ in understood.candidates[:3]))
        hits["in scope, not answered"].append(understood.intent in {OUT_OF_SCOPE, FALLBACK} - question.accepted)
        hits["confidently wrong"].append(not right and understood.intent != FALLBACK and sure > SURE)
    figures = {name: sum(values) / len(values) for name, values in hits.items()}
    reliability = reliability_of(pairs)
    if reliability:
        total = sum(count for _, _, count in reliability)
        figures["calibration error"] = sum(abs(told - held) * count for told, held, count in reliability) / total
    return figures


def reliability_of(pairs: Pairs) -> list[tuple[float, float, int]]:
    """For each tenth of confidence: mean confidence, share of right answers, number of questions."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for question, understood in pairs:
        if question.topic is not None and understood.candidates:
            name, confidence = understood.candidates[0]
            bins[min(BINS - 1, int(confidence * BINS))].append((confidence, name in question.accepted))
    return [
        (sum(c for c, _ in here) / len(here), sum(right for _, right in here) / len(here), len(here))
        for _, here in sorted(bins.items())
    ]


def facet_figures(pairs: Pairs) -> dict[str, dict[str, float]]:
    """For each facet: share of questions with exactly the right values, precision and recall of values."""
    figures = {}
    for facet in FACETS:
        judged = [(q.facets[facet], u.facets.get(facet, frozenset())) for q, u in pairs if facet in q.facets]
        if not judged:
            continue
        found, wanted = sum(len(got) for _, got in judged), sum(len(want) for want, _ in judged)
        shared = sum(len(want & got) for want, got in judged)
        figures[facet] = {
            "exact": sum(want == got for want, got in judged) / len(judged),
            "precision": shared / found if found else 1.0,
            "recall": shared / wanted if wanted else 1.0,
        }
    return figures


def confusions(pairs: Pairs) -> list[tuple[str, str, int]]:
    """Which intent was taken for which, the most frequent first."""
    counts = Counter(
        (question.topic, understood.intent)
        for question, understood in pairs
        if question.topic is not None and understood.intent not in question.accepted
    )
    return [(str(told), got, count) for (told, got), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))]


def by_intent(pairs: Pairs) -> dict[str, tuple[float, int]]:
    """For each intent the share understood rightly, and the number of questions."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for question, understood in pairs:
        if question.topic is not None:
            hits[question.topic].append(understood.intent in question.accepted)
    return {intent: (sum(right) / len(right), len(right)) for intent, right in sorted(hits.items())}


def macro_f1(pairs: Pairs, intents: Iterable[str]) -> float:
    """The mean over ``intents`` of F1, where any accepted intent counts as the right one."""
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for question, understood in pairs:
        if question.topic is None:
            continue
        truth = understood.intent if understood.intent in question.accepted else question.topic
        wanted[truth] += 1
        told[understood.intent] += 1
        right[truth] += truth == understood.intent
    scores = [2 * right[i] / (told[i] + wanted[i]) for i in intents if wanted[i]]
    return sum(scores) / len(scores) if scores else 0.0
