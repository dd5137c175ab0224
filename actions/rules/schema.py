"""What an author may write: the pydantic models of a content file (see ``docs/authoring.md``)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConstrainedStr, Extra, Field, PrivateAttr, validator

Kind = Literal["principle", "action", "risk", "fact", "metric", "case"]
Confidence = Literal["high", "medium", "low"]
Status = Literal["draft", "published", "retired"]
Outcome = Literal["success", "failure", "mixed"]

KINDS: tuple[str, ...] = ("principle", "action", "risk", "fact", "metric", "case")
MAX_TEXT = 1200
"""Characters that one text of one item may have in either language."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_MARKUP = re.compile(r"<\s*(?:/\s*)?[a-zA-Z!]|javascript:", re.IGNORECASE)


class Identifier(ConstrainedStr):
    """An id: lower-case letters, digits and hyphens."""

    regex = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
    max_length = 80


class PartialDate(ConstrainedStr):
    """A date as exact as it is known: YYYY, YYYY-MM or YYYY-MM-DD."""

    regex = re.compile(r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")

    @classmethod
    def __get_validators__(cls) -> Generator[Callable[..., Any], None, None]:
        """pydantic's checks of the form, then whether the calendar has such a day."""
        yield from super().__get_validators__()
        yield cls._exists

    @classmethod
    def _exists(cls, value: str) -> str:
        parts = [int(part) for part in value.split("-")]
        try:
            date(*parts, *[1] * (3 - len(parts)))
        except ValueError as error:
            raise ValueError(f"is no date: {error}") from None
        return value


class _Model(BaseModel):
    class Config:
        extra = Extra.forbid
        anystr_strip_whitespace = True


class _Entry(_Model):
    """An entry with an id, which differs from another version of itself by its digest."""

    id: Identifier
    _digest: str | None = PrivateAttr(default=None)

    class Config:
        allow_mutation = False  # the digest is kept

    def digest(self) -> str:
        """SHA-256 over all values; two entries with the same digest say the same."""
        if self._digest is None:
            values = json.dumps(self.dict(), sort_keys=True, ensure_ascii=False)
            self._digest = hashlib.sha256(values.encode()).hexdigest()
        return self._digest


def _plain_text(text: str) -> str:
    if _MARKUP.search(text):
        raise ValueError("holds HTML or a script; write plain text")
    if _CONTROL.search(text):
        raise ValueError("holds a line break or control character; write the text on one line")
    return text


class Bilingual(_Model):
    """A text in both languages; neither may be empty or hold markup."""

    en: str = Field(min_length=1, max_length=MAX_TEXT)
    zh: str = Field(min_length=1, max_length=MAX_TEXT)

    _plain = validator("en", "zh", allow_reuse=True)(_plain_text)


class SourceEntry(_Entry):
    """A publication that items cite."""

    title: str = Field(min_length=1, max_length=400)
    publisher: str = Field(min_length=1, max_length=200)
    url: str | None
    published: PartialDate | None

    _plain = validator("title", "publisher", allow_reuse=True)(_plain_text)

    @validator("url")
    def _web_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "." not in parts.hostname:
            raise ValueError("is no web address; write http(s)://host/…, or null when there is none")
        if re.search(r"\s|[<>\"]", url):
            raise ValueError("holds a space, quote or angle bracket; percent-encode it")
        return url


class RuleEntry(_Entry):
    """One item of guidance."""

    topic: str
    kind: Kind
    text: Bilingual
    when: dict[str, list[str]] = Field(default_factory=dict)
    unless: dict[str, list[str]] = Field(default_factory=dict)
    weight: int = Field(50, ge=0, le=100)
    overrides: list[Identifier] = Field(default_factory=list)
    sources: list[Identifier] = Field(default_factory=list)
    legal: bool = False
    as_of: PartialDate
    checked_on: PartialDate
    review_by: PartialDate
    confidence: Confidence = "medium"
    status: Status = "published"
    title: Bilingual | None = None
    companies: list[str] = Field(default_factory=list)
    related_topics: list[str] = Field(default_factory=list)
    outcome: Outcome | None = None
    lesson: Bilingual | None = None

    @validator("companies", each_item=True)
    def _company_is_named(cls, name: str) -> str:
        if not name.strip():
            raise ValueError("is empty; give the name or remove it")
        return _plain_text(name)

    @validator("status", always=True)
    def _low_confidence_stays_unpublished(cls, status: str, values: dict[str, object]) -> str:
        if status == "published" and values.get("confidence") == "low":
            raise ValueError("an item of low confidence cannot be published; confirm it or set status: draft")
        return status

    @validator("lesson", always=True)
    def _case_is_complete(cls, lesson: Bilingual | None, values: dict[str, object]) -> Bilingual | None:
        is_case = values.get("kind") == "case"
        if is_case and (lesson is None or values.get("title") is None or values.get("outcome") is None):
            raise ValueError("a case needs title, outcome and lesson")
        if not is_case and lesson is not None:
            raise ValueError("only a case (kind: case) has a lesson")
        return lesson


class Defaults(_Model):
    """Values filled into every rule of a file that does not give its own."""

    topic: str | None
    when: dict[str, list[str]] | None
    as_of: PartialDate | None
    checked_on: PartialDate | None
    review_by: PartialDate | None
    confidence: Confidence | None
    status: Status | None
    weight: int | None = Field(None, ge=0, le=100)


class ContentFile(_Model):
    """A whole content file; rules are checked one by one after the defaults are filled in."""

    defaults: Defaults = Field(default_factory=Defaults)
    sources: list[dict[str, object]] = Field(default_factory=list)
    rules: list[dict[str, object]] = Field(default_factory=list)
