"""The tables of the rules store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text
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


class CurrentReleaseRow(Base):  # type: ignore[misc, valid-type]
    """Points at the release that is answered from; a single row with id 1."""

    __tablename__ = "current_release"

    id: Mapped[int] = Column(Integer, primary_key=True)
    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id"), nullable=False)


class SourceRow(Base):  # type: ignore[misc, valid-type]
    """A source as it stood in one release."""

    __tablename__ = "sources"

    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[str] = Column(String(80), primary_key=True)
    title: Mapped[str] = Column(Text, nullable=False)
    publisher: Mapped[str] = Column(Text, nullable=False)
    url: Mapped[str | None] = Column(Text)
    published: Mapped[str | None] = Column(String(10))


class RuleRow(Base):  # type: ignore[misc, valid-type]
    """A rule as it stood in one release. Conditions, lists and bilingual texts are JSON."""

    __tablename__ = "rules"
    __table_args__ = (Index("ix_rules_release_topic", "release_id", "topic"),)

    release_id: Mapped[int] = Column(Integer, ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True)
    rule_id: Mapped[str] = Column(String(80), primary_key=True)
    topic: Mapped[str] = Column(String(40), nullable=False)
    kind: Mapped[str] = Column(String(12), nullable=False)
    text_en: Mapped[str] = Column(Text, nullable=False)
    text_zh: Mapped[str] = Column(Text, nullable=False)
    when: Mapped[dict[str, list[str]]] = Column("when_json", JSON, nullable=False)
    unless: Mapped[dict[str, list[str]]] = Column("unless_json", JSON, nullable=False)
    weight: Mapped[int] = Column(Integer, nullable=False)
    overrides: Mapped[list[str]] = Column("overrides_json", JSON, nullable=False)
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


class RuleSourceRow(Base):  # type: ignore[misc, valid-type]
    """Which sources a rule cites, in the author's order."""

    __tablename__ = "rule_sources"
    __table_args__ = (
        ForeignKeyConstraint(["release_id", "rule_id"], ["rules.release_id", "rules.rule_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["release_id", "source_id"], ["sources.release_id", "sources.source_id"], ondelete="CASCADE"),
    )

    release_id: Mapped[int] = Column(Integer, primary_key=True)
    rule_id: Mapped[str] = Column(String(80), primary_key=True)
    position: Mapped[int] = Column(Integer, primary_key=True)
    source_id: Mapped[str] = Column(String(80), nullable=False)
