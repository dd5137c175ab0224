"""One answer of each type, as the adviser utters it: a text, and the payload that says the same."""

from __future__ import annotations

from typing import Any

Reply = list[dict[str, Any]]

PROFILE = {"market": ["DE"], "sector": "batteries", "ownership": "state_owned", "stage": None, "audience": None}
SOURCE = {"title": "Das neue Gesetz", "publisher": "Bundesanzeiger", "url": "https://example.org/gesetz", "published": "2024-05"}


def reply(text: str, custom: dict[str, Any], *buttons: tuple[str, str]) -> Reply:
    """The two messages of an answer."""
    shown = [{"title": title, "payload": payload} for title, payload in buttons]
    return [{"text": text, "buttons": shown or None}, {"custom": {"language": "en", "profile": PROFILE, **custom}}]


def item(kind: str, text: str, **fields: Any) -> dict[str, Any]:
    """An item of guidance."""
    basis = {"because": {"market": "DE"}, "as_of": "2024-05", "sources": [SOURCE]}
    return {"id": f"de-{kind}", "kind": kind, "text": text, **basis, **fields}


KINDS = ("action", "risk", "fact", "metric", "case", "principle")

ADVICE = reply(
    "For: Germany\nCome early.",
    {
        "type": "advice",
        "topic": "government_relations",
        "headline": "Come early and on paper.",
        "items": [
            item("action", "File the form at the ministry (商务部 as well)."),
            item("risk", "Do not rely on one door.", because={}, sources=[]),
            item("fact", "The act is in force."),
            item("metric", "Count the meetings.", because={"market": ["DE", "EU"], "sector": "batteries"}),
        ],
        "missing": ["stage"],
        "more": 7,
        "note": "Note: not reviewed yet.",
        "question": {"facet": "stage", "text": "At what stage are you there?"},
        "release": "2026.11.1",
    },
    ("Why?", '/why{"choice": "government_relations"}'),
    ("More", '/more{"choice": "government_relations"}'),
    ("entering", '/inform_profile{"stage": "entering"}'),
    ("Skip", '/deny{"choice": "facet:skip"}'),
)

PLAN = reply(
    "Next steps",
    {
        "type": "advice",
        "topic": "government_relations",
        "plan": True,
        "headline": "Next steps, in this order:",
        "items": [
            item("action", "Call the lawyer.", when="By week 2", owner="project head", week=2),
            item("action", "Open the books.", when="Recurring", owner="owner: name one", week=None),
        ],
        "missing": [],
        "more": 0,
    },
)

CASES = reply(
    "What others did (Germany):\n1. …",
    {
        "type": "cases",
        "topic": "case_company",
        "items": [
            item(
                "case",
                "A plant in a town (mixed result). It was built late. Lesson: Ask the town first.",
                title="A plant in a town",
                outcome="mixed",
                companies=["A"],
            )
        ],
    },
)

EXPLANATION = reply(
    "Why I said this:",
    {
        "type": "explanation",
        "topic": "government_relations",
        "items": [{"id": "x", "text": "Come early.", "reason": "It applies because …"}],
    },
)

SOURCES = reply(
    "Sources of the last answer:\n1. …\n2 of the items are professional practice.",
    {
        "type": "sources",
        "topic": "x",
        "sources": [SOURCE, {"title": "Undated", "publisher": "P", "url": None}],
        "practice": ["a", "b"],
    },
)

COMPARISON = reply(
    "Hungary, Poland, Germany side by side:\nThey differ most on: review.\nForeign-investment review\n…",
    {
        "type": "comparison",
        "markets": ["HU", "PL", "DE"],
        "rows": [
            {
                "topic": "investment_screening",
                "title": "Foreign-investment review",
                "cells": [
                    {"market": "HU", "items": ["a"], "text": "Two regimes.", "meaning": {"id": "m", "text": "Plan the wait."}},
                    {"market": "PL", "items": [], "text": "no reviewed country detail on this", "meaning": None},
                    {"market": "DE", "items": ["b"], "text": "One regime.", "meaning": None},
                ],
            }
        ],
    },
)

QUESTION = reply(
    "14 questions in six dimensions.\nQuestion 1 of 14 · Trust\nCan customers check your claims?",
    {
        "type": "assessment",
        "state": "question",
        "number": 1,
        "total": 14,
        "question": {"id": "q1", "dimension": "Trust", "text": "Can customers check your claims?"},
    },
    ("Yes, with proof", '/readiness_assessment{"choice": "assessment:q1:yes"}'),
    ("Stop", '/readiness_assessment{"choice": "assessment:stop"}'),
)

RESULT = reply(
    "Your readiness: 50 of 100.",
    {
        "type": "assessment",
        "state": "result",
        "total": 50,
        "scores": [
            {"dimension": name.lower(), "title": name, "points": points, "reasons": ["• A question — No. It costs trust."]}
            for name, points in (("Trust", 50), ("Transparency", 75), ("Compliance", 25))
        ],
        "previous": {"total": 40, "scores": {"trust": 40, "transparency": 40, "compliance": 40}, "date": "2026-05-03"},
        "items": [item("action", "Begin with the audit.")],
        "chart": "https://elsewhere.example/documents/abcdefghijklmnopqrstuvwxyz012345.svg",
    },
)

BRIEF = reply(
    "Brief on Indonesia: 3 items.\nRead and print: …\nWord document: …",
    {
        "type": "brief",
        "title": "Brief: Indonesia",
        "sections": [{"title": "Risks to watch", "items": ["Land.", "Water."]}],
        "links": {
            "page": "https://elsewhere.example/documents/abcdefghijklmnopqrstuvwxyz012345.html",
            "word": "https://elsewhere.example/documents/abcdefghijklmnopqrstuvwxyz012345.docx",
        },
        "expires": "2026-12-13",
    },
)

PROFILE_SHOWN = reply(
    "What I know of your situation: Germany.", {"type": "profile"}, ("Clear all", '/change_profile{"choice": "clear:all"}')
)

CLARIFY = reply(
    "Nearest to your words in the guidance:\n1. …",
    {"type": "clarify", "topics": ["anti_corruption"], "items": [item("fact", "Gifts have limits.")]},
    ("Integrity, bribery law", "/anti_corruption"),
)

REFUSAL = reply(
    "I will not help with that. The legitimate route is a filing.",
    {"type": "refusal", "reason": "bribery", "instead": "anti_corruption"},
    ("Integrity, bribery law", "/anti_corruption"),
)

OUT_OF_SCOPE = reply("That is outside what I can advise on.", {"type": "out_of_scope"})

HANDOFF = reply("Done: ticket Q-AB12CD.", {"type": "handoff", "state": "done", "reference": "Q-AB12CD"})

FEEDBACK = reply("Thank you; it is noted.", {"type": "feedback", "rating": "feedback_positive"})

PRIVACY = reply(
    "Shall I delete all of it now?",
    {"type": "privacy", "state": "confirm"},
    ("Yes, delete everything", '/affirm{"choice": "forget:yes"}'),
    ("No, keep it", '/deny{"choice": "forget:no"}'),
)

SMALLTALK = reply("Hello, **I am Qiao**.\nAsk me:\n\n1. one\n2. two", {"type": "smalltalk"})

ALL: dict[str, Reply] = {
    "advice": ADVICE,
    "plan": PLAN,
    "cases": CASES,
    "explanation": EXPLANATION,
    "sources": SOURCES,
    "comparison": COMPARISON,
    "question": QUESTION,
    "result": RESULT,
    "brief": BRIEF,
    "profile": PROFILE_SHOWN,
    "clarify": CLARIFY,
    "refusal": REFUSAL,
    "out of scope": OUT_OF_SCOPE,
    "handoff": HANDOFF,
    "feedback": FEEDBACK,
    "privacy": PRIVACY,
    "smalltalk": SMALLTALK,
}
