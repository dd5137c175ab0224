"""The authors' command line, with all its commands."""

from actions.authoring import check, differences, publish
from actions.authoring.app import app

__all__ = ["app", "check", "differences", "publish"]
