"""Slack on loopback, written for the tests: its Web API, OAuth, Events API with real signatures, and Socket Mode."""

from tests.slack.emulator.slack import FakeSlack, Fault, Posted, Workspace

__all__ = ["FakeSlack", "Fault", "Posted", "Workspace"]
