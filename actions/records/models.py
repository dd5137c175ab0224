"""The tables of what people leave behind. Every row names the conversation that it belongs to; times are UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Integer, String, Text
from sqlalchemy.orm import Mapped, declarative_base

Base = declarative_base()


class AssessmentRow(Base):  # type: ignore[misc, valid-type]
    """A finished readiness assessment."""

    __tablename__ = "assessments"

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation: Mapped[str] = Column(String(255), nullable=False, index=True)
    created_at: Mapped[datetime] = Column(DateTime, nullable=False, index=True)
    profile: Mapped[dict[str, Any]] = Column(JSON, nullable=False)
    answers: Mapped[dict[str, str]] = Column(JSON, nullable=False)
    scores: Mapped[dict[str, int]] = Column(JSON, nullable=False)
    total: Mapped[int] = Column(Integer, nullable=False)


class TicketRow(Base):  # type: ignore[misc, valid-type]
    """A question that a person shall answer."""

    __tablename__ = "tickets"

    id: Mapped[int] = Column(Integer, primary_key=True)
    reference: Mapped[str] = Column(String(20), nullable=False, unique=True)
    conversation: Mapped[str] = Column(String(255), nullable=False, index=True)
    created_at: Mapped[datetime] = Column(DateTime, nullable=False, index=True)
    contact: Mapped[str] = Column(Text, nullable=False)
    question: Mapped[str] = Column(Text, nullable=False)
    language: Mapped[str] = Column(String(2), nullable=False)
    topic: Mapped[str | None] = Column(String(80))
    profile: Mapped[dict[str, Any]] = Column(JSON, nullable=False)
    notified_at: Mapped[datetime | None] = Column(DateTime)
    closed_at: Mapped[datetime | None] = Column(DateTime)
    closing_note: Mapped[str | None] = Column(Text)


class FeedbackRow(Base):  # type: ignore[misc, valid-type]
    """Praise or blame of an answer."""

    __tablename__ = "feedback"

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation: Mapped[str] = Column(String(255), nullable=False, index=True)
    created_at: Mapped[datetime] = Column(DateTime, nullable=False, index=True)
    rating: Mapped[str] = Column(String(10), nullable=False)
    topic: Mapped[str | None] = Column(String(80))
    release: Mapped[str] = Column(String(40), nullable=False)
    items: Mapped[list[str]] = Column(JSON, nullable=False)
    words: Mapped[str | None] = Column(Text)


class DocumentRow(Base):  # type: ignore[misc, valid-type]
    """A brief or a chart under an unguessable address, until it expires."""

    __tablename__ = "documents"

    token: Mapped[str] = Column(String(64), primary_key=True)
    conversation: Mapped[str] = Column(String(255), nullable=False, index=True)
    created_at: Mapped[datetime] = Column(DateTime, nullable=False, index=True)
    expires_at: Mapped[datetime] = Column(DateTime, nullable=False, index=True)
    kind: Mapped[str] = Column(String(20), nullable=False)
    content: Mapped[dict[str, Any]] = Column(JSON, nullable=False)


TABLES: tuple[Any, ...] = (AssessmentRow, TicketRow, FeedbackRow, DocumentRow)
