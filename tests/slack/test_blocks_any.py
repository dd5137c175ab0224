"""Whatever a payload says: the messages keep Slack's limits, lose nothing, and call nobody."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack.blocks import handoff_view, home_view, render
from bot.channels.slack.blocks.text import clean, label, length, link, shorten, split, web_address
from tests.slack.limits import _escaped, message_faults, view_faults
from tests.slack.reading import addresses, elements, mentioned_in, visible

LANGUAGES = st.sampled_from(["en", "zh"])
HOSTILE = st.sampled_from(
    [
        "<!channel>",
        "<@U123>",
        "*bold*",
        "_it_",
        "~no~",
        "`code`",
        "&amp;",
        "<",
        ">",
        "&",
        "|",
        "\n> quote",
        ":smile:",
        "😀",
        "\u202e",
    ]
    + [
        "<javascript:alert(1)|x>",
        "中文，句子。",
        "\ud83d",
        "\x00",
        "https://a.example/?q=1&r=2|3",
        "```",
        "  ",
        "\n\n",
        "<https://e.example|x>",
    ]
)
WORDS = st.text(max_size=60)
TEXTS = st.lists(st.one_of(HOSTILE, WORDS), max_size=12).map(" ".join)
LONG = st.one_of(
    TEXTS, st.tuples(TEXTS, st.integers(1, 7000)).map(lambda made: (made[0] or "x") * (made[1] // (len(made[0]) or 1) + 1))
)
URLS = st.one_of(
    st.sampled_from(
        ["https://a.example/b?c=1&d=<e>|f", "javascript:alert(1)", "//a.example", "http://", "https://[bad", "ftp://a.example"]
    ),
    WORDS,
    st.integers(1, 4000).map(lambda n: "https://a.example/" + "p" * n),
)
SOURCES = st.fixed_dictionaries({"title": TEXTS, "publisher": TEXTS, "url": URLS, "published": st.one_of(st.none(), TEXTS)})
FACETS = st.dictionaries(
    st.sampled_from(["market", "sector"]),
    st.one_of(st.sampled_from(["DE", "batteries", "EU"]), TEXTS, st.lists(TEXTS, max_size=3)),
)
KINDS = st.sampled_from(["action", "risk", "fact", "metric", "case", "principle", "novelty"])
ITEMS = st.fixed_dictionaries(
    {"kind": KINDS, "text": LONG, "because": FACETS, "sources": st.lists(SOURCES, max_size=4)},
    optional={"title": TEXTS, "when": TEXTS, "owner": TEXTS, "reason": LONG, "number": st.integers(1, 99)},
)
BUTTONS = st.lists(
    st.fixed_dictionaries(
        {
            "title": TEXTS,
            "payload": st.one_of(st.sampled_from(['/why{"choice": "x"}', '/affirm{"choice": "handoff:yes"}', "/more"]), LONG),
        }
    ),
    max_size=30,
    unique_by=lambda button: button["payload"],
)
REMARKS = {"remark": TEXTS, "note": LONG, "headline": LONG, "more": st.integers(0, 99), "plan": st.booleans()}


def card(kind: str, fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {"profile": FACETS, "language": LANGUAGES, **REMARKS}
    return st.fixed_dictionaries({"type": st.just(kind), **fields}, optional=optional)


MARKETS = ["DE", "HU", "PL", "VN", "ID"]
CELLS = st.fixed_dictionaries(
    {"market": st.sampled_from(MARKETS), "text": LONG, "meaning": st.one_of(st.none(), st.fixed_dictionaries({"text": LONG}))}
)
ROWS = st.fixed_dictionaries({"title": TEXTS, "cells": st.lists(CELLS, max_size=5, unique_by=lambda cell: cell["market"])})
SCORES = st.fixed_dictionaries({"title": TEXTS, "points": st.integers(0, 100), "reasons": st.lists(LONG, max_size=3)})
CARDS = st.one_of(
    card("advice", {"topic": st.one_of(st.just("entry_mode"), TEXTS), "items": st.lists(ITEMS, max_size=9)}),
    card("cases", {"items": st.lists(ITEMS, max_size=5)}),
    card("clarify", {"items": st.lists(ITEMS, max_size=3)}),
    card("explanation", {"items": st.lists(ITEMS, max_size=10)}),
    card("sources", {"sources": st.lists(SOURCES, max_size=20), "practice": st.lists(WORDS, max_size=3)}),
    card("comparison", {"markets": st.just(MARKETS), "rows": st.lists(ROWS, max_size=8), "common": st.lists(TEXTS, max_size=9)}),
    card("comparison", {"markets": st.just(MARKETS[:2]), "rows": st.lists(ROWS, max_size=12)}),
    card(
        "assessment",
        {
            "scores": st.lists(SCORES, max_size=12),
            "total": st.integers(0, 100),
            "items": st.lists(ITEMS, max_size=3),
            "chart": URLS,
        },
    ),
    card("assessment", {"question": st.fixed_dictionaries({"text": LONG})}),
    card(
        "brief",
        {
            "title": LONG,
            "sections": st.lists(st.fixed_dictionaries({"title": LONG}), max_size=9),
            "links": st.dictionaries(st.sampled_from(["page", "word"]), URLS),
        },
    ),
    card("novelty", {"items": st.lists(ITEMS, max_size=3)}),
)


def told(custom: dict[str, Any]) -> list[str]:
    """What a card must show, whatever happens."""
    if custom["type"] not in ("advice", "cases", "clarify", "explanation", "comparison"):
        return []
    said = [item["text"] for item in custom.get("items", [])]
    markets = custom.get("markets", [])
    for cell in (cell for row in custom.get("rows", []) for cell in row["cells"] if cell["market"] in markets):
        said += [cell["text"], (cell["meaning"] or {}).get("text", "")]
    has_card = bool(custom.get("items") or custom.get("rows") or custom["type"] == "advice")
    return [*said, *([custom["remark"]] if has_card and "remark" in custom else [])]


@settings(max_examples=60)
@given(text=LONG, custom=CARDS, buttons=BUTTONS, language=LANGUAGES)
def test_any_card_is_within_limits_and_complete(
    text: str, custom: dict[str, Any], buttons: list[dict[str, str]], language: str
) -> None:
    messages = render([{"text": text, "buttons": buttons}, {"custom": custom}], language)
    for message in messages:
        assert message_faults({"text": message.text, "blocks": message.blocks}) == []
    shown = visible(messages)
    for each in told(custom):
        assert mentioned_in(clean(each), shown)
    offered = {clean(element.get("value")) for message in messages for element in elements(message.blocks)}
    for button in buttons:
        title = clean(button["title"]) or clean(button["payload"])
        assert not title or (clean(button["payload"]) or title) in offered or mentioned_in(title, shown)


@settings(max_examples=60)
@given(texts=st.lists(LONG, max_size=4), language=LANGUAGES)
def test_any_text_is_within_limits_and_complete(texts: list[str], language: str) -> None:
    messages = render([{"text": text} for text in texts], language)
    for message in messages:
        assert message_faults({"text": message.text, "blocks": message.blocks}) == []
    shown = visible(messages)
    for text in texts:
        for part in clean(text).split("https://"):  # an address may be shortened to look at, not to go to
            assert mentioned_in(part.split(" ")[0], shown) or len(part) > 200
    assert all(address.startswith(("http://", "https://")) for address in addresses(messages))


@settings(max_examples=60)
@given(
    profile=FACETS,
    recent=st.lists(LONG, max_size=12),
    url=st.one_of(st.none(), URLS),
    language=LANGUAGES,
    metadata=st.text(max_size=900),
)
def test_any_home_and_form_are_within_limits(
    profile: dict[str, Any], recent: list[str], url: str | None, language: str, metadata: str
) -> None:
    view = home_view(language=language, profile=profile, recent=recent, assessment={"total": 71}, team_url=url)
    assert view_faults(view) == [] == view_faults(handoff_view(language, metadata))


@given(text=LONG, limit=st.integers(1, 3000))
def test_pieces_are_within_the_limit_and_make_up_the_text(text: str, limit: int) -> None:
    limit = max(limit, 2)  # a character beyond the first plane counts for two
    pieces = list(split(text, limit))
    assert all(0 < length(piece) <= limit and piece.strip() for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(text=LONG, limit=st.integers(3, 300))
def test_shortened_texts_are_beginnings(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert length(short) <= limit and (short == text or text.startswith(short[:-1]))


@given(text=TEXTS, url=URLS)
def test_labels_and_links_have_no_marks_of_their_own(text: str, url: str) -> None:
    assert list(_escaped("label", label(text))) == list(_escaped("link", link(url, text))) == []
    assert not set("*_~`|\n") & set(label(text))
    address = web_address(url)
    assert address is None or address.startswith(("http://", "https://"))


def test_sentences_and_words_are_kept_whole_where_possible() -> None:
    assert list(split("One sentence. Another one here", 20)) == ["One sentence. ", "Another one here"]
    assert list(split("第一句话。第二句话没有说完", 8)) == ["第一句话。", "第二句话没有说完"]
    assert shorten("one two three", 9) == "one two…"
