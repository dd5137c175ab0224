"""A brief as a web page that prints on two to four sheets of A4."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from actions.advice.briefs.compose import Brief


def brief_page(brief: Brief, word_address: str) -> str:
    """The page; ``word_address`` links to the same brief as a Word document."""
    return _template().render(brief=brief, word_address=word_address)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2")
