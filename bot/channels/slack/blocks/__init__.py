"""Rasa's bot messages, the App Home and the forms as Slack's Block Kit.

What an element does when it is used stands in its ``action_id``: ``say:<n>`` (button, thumbs) and ``choose:<n>`` (menu) send
``value`` as if the person had said it, ``open:handoff`` opens :func:`handoff_view`, ``link:<n>`` opens a page by itself.
"""

from bot.channels.slack.blocks.cards import render
from bot.channels.slack.blocks.message import SlackMessage, Upload, wording
from bot.channels.slack.blocks.notices import notice
from bot.channels.slack.blocks.views import handoff_view, home_view

__all__ = ["SlackMessage", "Upload", "handoff_view", "home_view", "notice", "render", "wording"]
