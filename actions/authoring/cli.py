"""The authors' command line, with all its commands."""

from actions.authoring import (
    check,
    coverage_command,
    differences,
    exchange_commands,
    feedback_command,
    lint_command,
    preview,
    publish,
    stale_command,
)
from actions.authoring.app import app

__all__ = [
    "app",
    "check",
    "coverage_command",
    "differences",
    "exchange_commands",
    "feedback_command",
    "lint_command",
    "preview",
    "publish",
    "stale_command",
]
