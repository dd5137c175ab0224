"""The App Home and the form of the hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels import phrases
from bot.channels.slack.blocks.buttons import OPEN_HANDOFF, SAY
from bot.channels.slack.blocks.elements import (
    LONGEST_VALUE,
    actions,
    button,
    fields,
    header,
    option,
    paragraphs,
    plain,
    prose,
    remarks,
    words,
)
from bot.channels.slack.blocks.message import Block
from bot.channels.slack.blocks.pack import numbered
from bot.channels.slack.blocks.text import clean, label, length, shorten, web_address
from bot.channels.slack.blocks.texts import text

MOST_RECENT = 10
LONGEST_RECENT = 300
LONGEST_QUESTION = 2000
LONGEST_CONTACT = 200
LONGEST_VALUES = 300
_FACETS = ("market", "sector", "ownership", "stage", "audience")


def home_view(
    *,
    language: str,
    profile: Mapping[str, Any],
    recent: Sequence[str],
    assessment: Mapping[str, Any] | None,
    team_url: str | None,
) -> dict[str, Any]:
    """The App Home of one person.

    Args:
        language: ``en`` or ``zh``.
        profile: the facets as payloads carry them (``market`` is a list).
        recent: the latest questions, the newest first; each can be asked again.
        assessment: the payload of the last result, with ``total``, if there is one.
        team_url: the team's page on the web, if there is one.
    """
    page = web_address(team_url) if team_url else None
    main = [
        button(SAY, text("home.assess_again" if assessment else "home.assess", language), text("home.assess_says", language)),
        button(OPEN_HANDOFF, text("home.handoff", language), "home"),
        *([button("link:", text("home.team", language), url=page)] if page else []),
    ]
    blocks = [
        *header(text("home.title", language)),
        *paragraphs(prose(text("home.what", language))),
        *actions(main),
        *header(text("home.profile", language)),
        *_profile(profile, language),
        *_readiness(assessment, language),
        *header(text("home.recent", language)),
        *_recent(recent, language),
        *header(text("home.language", language)),
        *actions([_languages(language)]),
        *remarks([label(text("home.fine_print", language), 500)]),
    ]
    return {"type": "home", "blocks": list(numbered(blocks))}


def handoff_view(language: str, private_metadata: str) -> dict[str, Any]:
    """The form that hands a question over to a person; ``state.values`` has them as ``question.value`` and ``contact.value``."""
    return {
        "type": "modal",
        "callback_id": "handoff",
        "private_metadata": private_metadata,
        "title": plain(text("handoff.title", language)),
        "submit": plain(text("handoff.submit", language)),
        "close": plain(phrases.say("handoff_cancel", language)),
        "blocks": [
            *paragraphs(prose(text("handoff.what", language))),
            _input("question", language, LONGEST_QUESTION, multiline=True),
            _input("contact", language, LONGEST_CONTACT, multiline=False),
        ],
    }


def _input(name: str, language: str, longest: int, *, multiline: bool) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(text(f"handoff.{name}", language)),
        "element": {
            "type": "plain_text_input",
            "action_id": "value",
            "multiline": multiline,
            "max_length": longest,
            "placeholder": plain(text(f"handoff.{name}_hint", language), 150),
        },
    }


def _profile(profile: Mapping[str, Any], language: str) -> list[Block]:
    """The facets that are known, each with its name; without any, how to tell them."""
    known = [
        (
            label(phrases.say(f"facets.{facet}", language)).capitalize(),
            label(phrases.facet_names({facet: profile[facet]}, language), LONGEST_VALUES),
        )
        for facet in _FACETS
        if profile.get(facet)
    ]
    if not known:
        return paragraphs(prose(phrases.say("profile_empty", language)))
    return [*fields(known), *actions([button(SAY, text("home.change", language), text("home.change_says", language))])]


def _readiness(assessment: Mapping[str, Any] | None, language: str) -> list[Block]:
    if not assessment or assessment.get("total") is None:
        return []
    return paragraphs([words(phrases.say("assessment_title", language, total=assessment["total"]), bold=True)])


def _recent(recent: Sequence[str], language: str) -> list[Block]:
    """Questions with a button that asks each again; without any, examples."""
    asked = [clean(question) for question in recent if clean(question)][:MOST_RECENT]
    blocks = [] if asked else remarks([label(text("home.none", language))])
    examples = [text(f"prompts.{name}", language) for name in ("first", "second", "third")]
    for question in asked or examples:
        again = button(SAY, text("home.again" if asked else "home.ask", language), question)
        section: Block = {"type": "section", "text": plain(shorten(question, LONGEST_RECENT))}
        blocks.append({**section, "accessory": again} if length(question) <= LONGEST_VALUE else section)
    return blocks


def _languages(language: str) -> Block:
    options = {
        "en": option(text("home.english", language), "Please answer in English"),
        "zh": option(text("home.chinese", language), "请用中文回答"),
    }
    return {
        "type": "static_select",
        "action_id": "choose:",
        "options": list(options.values()),
        "initial_option": options[language],
    }
