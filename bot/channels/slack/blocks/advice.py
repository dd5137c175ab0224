"""Cards of guidance: advice on a topic, a plan, cases, and what the guidance has nearest to an unclear message."""

from __future__ import annotations

from bot.channels import phrases
from bot.channels.slack.blocks.answer import Answer
from bot.channels.slack.blocks.elements import header, paragraphs, prose, quotation, remarks, words
from bot.channels.slack.blocks.items import items
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, label


def advice(answer: Answer) -> list[Group]:
    """The topic, for whom, the headline, and the items by kind; a plan has its steps in their order."""
    card, language = answer.card, answer.language
    plan = bool(card.get("plan"))
    topic, headline = phrases.topic_name(str(card.get("topic")), language), clean(card.get("headline"))
    opening = header(headline.rstrip(":：") if plan else topic)
    profile = phrases.facet_names(card.get("profile"), language)
    if profile:
        opening += remarks([label(phrases.say("profile_line", language, facets=profile))])
    opening += quotation(prose(card.get("note")))
    if headline and not plan and headline != topic:
        opening += paragraphs([words(headline, bold=True)])
    groups = [opening, *items(answer.listed("items"), language, grouped=not plan)]
    if not answer.listed("items"):
        groups.append(paragraphs(prose(phrases.say("no_more", language, topic=topic))))
    if card.get("more") and not plan:
        groups.append(remarks([label(phrases.say("more_left", language, count=card["more"]))]))
    return groups


def found(answer: Answer) -> list[Group]:
    """Items under the first line of the text; none if there are no items, since the text then says it all."""
    entries = answer.listed("items")
    if not entries:
        return []
    return [header(answer.lines[0].rstrip(":：")) if answer.lines else [], *items(entries, answer.language)]
