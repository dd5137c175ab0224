"""Releases, rules and sources."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.String(40), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("rule_count", sa.Integer, nullable=False),
    )
    op.create_table(
        "current_release",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("source_id", sa.String(80), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("published", sa.String(10)),
    )
    op.create_table(
        "rules",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("rule_id", sa.String(80), primary_key=True),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("text_zh", sa.Text, nullable=False),
        sa.Column("when_json", sa.JSON, nullable=False),
        sa.Column("unless_json", sa.JSON, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("overrides_json", sa.JSON, nullable=False),
        sa.Column("legal", sa.Boolean, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("checked_on", sa.String(10), nullable=False),
        sa.Column("review_by", sa.String(10), nullable=False),
        sa.Column("confidence", sa.String(6), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("title_json", sa.JSON),
        sa.Column("companies_json", sa.JSON, nullable=False),
        sa.Column("related_topics_json", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String(7)),
        sa.Column("lesson_json", sa.JSON),
    )
    op.create_index("ix_rules_release_topic", "rules", ["release_id", "topic"])
    op.create_table(
        "rule_sources",
        sa.Column("release_id", sa.Integer, primary_key=True),
        sa.Column("rule_id", sa.String(80), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["release_id", "rule_id"], ["rules.release_id", "rules.rule_id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["release_id", "source_id"], ["sources.release_id", "sources.source_id"], ondelete="CASCADE"),
    )
