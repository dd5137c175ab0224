"""Which conversations belong to a person, so that all of them go when the person wants to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "s0002"
down_revision = "s0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_conversations",
        sa.Column("conversation", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    for column in ("person", "seen_at"):
        op.create_index(f"ix_slack_conversations_{column}", "slack_conversations", [column])


def downgrade() -> None:
    op.drop_table("slack_conversations")
