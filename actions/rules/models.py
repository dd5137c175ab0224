"""The tables of the rules store.

A rule or source is stored once for each wording that it ever had; a release is a list of such versions. Loading a library in
which three sentences changed therefore writes three versions, and what a rule said in any release can be looked up.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declarative_base

Base = declarative_base()


class ReleaseRow(Base):  # type: ignore[misc, valid-type]
    """One load of the guidance. Exactly one release is current; earlier ones are kept."""

    __tablename__ = "releases"

    id: Mapped[int] = Column(Integer, primary_key=True)
    version: Mapped[str] = Column(String(40), nullable=False, unique=True)
    digest: Mapped[str] = Column(String(64), nullable=False)
    created_at: Mapped[datetime] = Column(DateTime, nullable=False)
    rule_count: Mapped[int] = Column(Integer, nullable=False)
    note: Mapped[str | None] = Column(Text)


class CurrentReleaseRow(Base):  # type: ignore[misc, valid-type]
    """Points at the release that is answered from; a single row with id 1."""

    __tablename__ = "current_release"

    id: Mapped[int] = Column(Integer, primary_key=True)
    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id"), nullable=False)


class SourceVersionRow(Base):  # type: ignore[misc, valid-type]
    """A source as it was described in one or more releases."""

    __tablename__ = "source_versions"
    __table_args__ = (UniqueConstraint("source_id", "digest", name="uq_source_versions"),)

    id: Mapped[int] = Column(Integer, primary_key=True, autoincrement=False)
    source_id: Mapped[str] = Column(String(80), nullable=False)
    digest: Mapped[str] = Column(String(64), nullable=False)
    title: Mapped[str] = Column(Text, nullable=False)
    publisher: Mapped[str] = Column(Text, nullable=False)
    url: Mapped[str | None] = Column(Text)
    published: Mapped[str | None] = Column(String(10))


class RuleVersionRow(Base):  # type: ignore[misc, valid-type]
    """A rule as it was worded in one or more releases. Conditions, lists and bilingual texts are JSON.

    ``sources`` holds the ids of the cited sources in the author's order; which version of a source is meant depends on the
    release.
    """

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("rule_id", "digest", name="uq_rule_versions"),)

    id: Mapped[int] = Column(Integer, primary_key=True, autoincrement=False)
    rule_id: Mapped[str] = Column(String(80), nullable=False)
    digest: Mapped[str] = Column(String(64), nullable=False)
    topic: Mapped[str] = Column(String(40), nullable=False)
    kind: Mapped[str] = Column(String(12), nullable=False)
    text_en: Mapped[str] = Column(Text, nullable=False)
    text_zh: Mapped[str] = Column(Text, nullable=False)
    when: Mapped[dict[str, list[str]]] = Column("when_json", JSON, nullable=False)
    unless: Mapped[dict[str, list[str]]] = Column("unless_json", JSON, nullable=False)
    weight: Mapped[int] = Column(Integer, nullable=False)
    overrides: Mapped[list[str]] = Column("overrides_json", JSON, nullable=False)
    sources: Mapped[list[str]] = Column("sources_json", JSON, nullable=False)
    legal: Mapped[bool] = Column(Boolean, nullable=False)
    as_of: Mapped[str] = Column(String(10), nullable=False)
    checked_on: Mapped[str] = Column(String(10), nullable=False)
    review_by: Mapped[str] = Column(String(10), nullable=False)
    confidence: Mapped[str] = Column(String(6), nullable=False)
    status: Mapped[str] = Column(String(10), nullable=False)
    title: Mapped[dict[str, str] | None] = Column("title_json", JSON)
    companies: Mapped[list[str]] = Column("companies_json", JSON, nullable=False)
    related_topics: Mapped[list[str]] = Column("related_topics_json", JSON, nullable=False)
    outcome: Mapped[str | None] = Column(String(7))
    lesson: Mapped[dict[str, str] | None] = Column("lesson_json", JSON)


class ReleaseRuleRow(Base):  # type: ignore[misc, valid-type]
    """Which version of which rule belongs to a release."""

    __tablename__ = "release_rules"
    __table_args__ = (Index("ix_release_rules_version", "rule_version_id"),)

    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True)
    rule_version_id: Mapped[int] = Column(Integer, ForeignKey("rule_versions.id"), primary_key=True)


class ReleaseSourceRow(Base):  # type: ignore[misc, valid-type]
    """Which version of which source belongs to a release."""

    __tablename__ = "release_sources"

    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True)
    source_version_id: Mapped[int] = Column(Integer, ForeignKey("source_versions.id"), primary_key=True)
