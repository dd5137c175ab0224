"""Briefs and charts under links that nobody can guess and that expire."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from actions.advice.answer import Answer, Button, payload
from actions.advice.briefs.compose import Brief, compose
from actions.advice.briefs.page import brief_page
from actions.advice.briefs.word import brief_document
from actions.advice.raster import png
from actions.advisory import adviser, integrity, planner, records, settings
from actions.conversation import Turn

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def brief(turn: Turn) -> Answer:
    """Put a brief on the profile's markets together, keep it, and give its links; without a market, ask for one.

    The document is in the language that the request names ("in Chinese", 英文版), else in that of the conversation.
    """
    phrases = adviser().phrases
    if not turn.profile.market:
        fields: dict[str, Any] = {"market": None, "sections": []}
        return Answer("brief", turn.language, phrases.say("brief_need", turn.language), turn.profile, fields)
    language = integrity().language_named(turn.text) or turn.language
    today = datetime.now(timezone.utc)
    document = compose(adviser(), planner(), turn.profile, language, today.date())
    token = records().add_document(turn.conversation, "brief", document.as_dict(), settings().document_days)
    page, word = (f"{settings().public_url}/documents/{token}.{ending}" for ending in ("html", "docx"))
    until = (today + timedelta(days=settings().document_days)).date()
    counts = {section.kind: len(section.lines) for section in document.sections}
    names = phrases.join((phrases.value(market, turn.language) for market in document.markets), turn.language)
    lines = [
        phrases.say(
            "brief_done",
            turn.language,
            markets=names,
            count=sum(len(section.lines) for section in document.sections if section.kind != "sources"),
            sources=counts.get("sources", 0),
            date=phrases.date(today.date(), turn.language),
            until=phrases.date(until, turn.language),
        ),
        phrases.say("brief_read", turn.language, url=page),
        phrases.say("brief_word", turn.language, url=word),
    ]
    fields = {
        "market": document.markets[0],
        "markets": list(document.markets),
        "document_language": language,
        "title": document.title,
        "sections": [{"title": section.heading, "items": [line.text for line in section.lines]} for section in document.sections],
        "links": {"page": page, "word": word},
        "expires": until.isoformat(),
        "release": document.release,
    }
    buttons = (Button(phrases.say("buttons.next_steps", turn.language), payload("next_steps")),)
    return Answer("brief", turn.language, "\n".join(lines), turn.profile, fields, buttons)


def rendered(name: str) -> tuple[bytes, str] | None:
    """The file behind a link (``token.html`` or ``.docx`` of a brief, ``.svg`` or ``.png`` of a chart) and its content type."""
    token, _, ending = name.rpartition(".")
    document = records().document(token) if token else None
    if document is None:
        return None
    if document.kind == "chart":
        svg = str(document.content["svg"])
        if ending == "png":
            return png(svg), "image/png"
        return (svg.encode(), "image/svg+xml; charset=utf-8") if ending == "svg" else None
    made = Brief.of(document.content)
    if ending == "html":
        return brief_page(made, f"{token}.docx").encode(), "text/html; charset=utf-8"
    return (brief_document(made), _WORD) if ending == "docx" else None
