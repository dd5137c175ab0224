"""The authors' command line, with all its commands."""

from actions.authoring import check, differences, preview, publish
from actions.authoring.app import app

__all__ = ["app", "check", "differences", "preview", "publish"]
