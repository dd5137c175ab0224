"""Assessments, tickets, feedback and documents."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def _belonging(*columns: sa.Column) -> list[sa.Column]:
    return [
        *columns,
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "assessments",
        *_belonging(sa.Column("id", sa.Integer, primary_key=True)),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("scores", sa.JSON, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
    )
    op.create_table(
        "tickets",
        *_belonging(sa.Column("id", sa.Integer, primary_key=True)),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("topic", sa.String(80)),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("notified_at", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("closing_note", sa.Text),
    )
    op.create_table(
        "feedback",
        *_belonging(sa.Column("id", sa.Integer, primary_key=True)),
        sa.Column("rating", sa.String(10), nullable=False),
        sa.Column("topic", sa.String(80)),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("words", sa.Text),
    )
    op.create_table(
        "documents",
        *_belonging(sa.Column("token", sa.String(64), primary_key=True)),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    for table in ("assessments", "tickets", "feedback", "documents"):
        for column in ("conversation", "created_at"):
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_documents_expires_at", "documents", ["expires_at"])


def downgrade() -> None:
    for table in ("assessments", "tickets", "feedback", "documents"):
        op.drop_table(table)
