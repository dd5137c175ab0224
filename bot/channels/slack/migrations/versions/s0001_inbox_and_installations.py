"""The inbox, people's languages, assistant threads, and the tables of Bolt's stores with room for encrypted tokens."""

import sqlalchemy as sa
from alembic import op

revision = "s0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "slack_inbox",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("lane", sa.String(64), nullable=False),
        sa.Column("is_prompt", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("ready_at", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("lease_until", sa.Float),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("outbox", sa.LargeBinary),
        sa.Column("posted", sa.Integer, nullable=False),
        sa.Column("done_at", sa.Float),
    )
    op.create_index("ix_slack_inbox_open", "slack_inbox", ["done_at", "ready_at"])
    op.create_index("ix_slack_inbox_lane", "slack_inbox", ["lane", "done_at", "number"])
    op.create_table(
        "slack_people",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "slack_threads",
        sa.Column("thread", sa.String(64), primary_key=True),
        sa.Column("opened_at", sa.Float, nullable=False),
    )
    op.create_index("ix_slack_threads_opened_at", "slack_threads", ["opened_at"])
    _bolt_tables()


def _bolt_tables() -> None:
    """As slack_sdk 3.47 declares them, save that an encrypted token needs more than its 200 characters."""
    workspace = [
        ("client_id", sa.String(32), False),
        ("app_id", sa.String(32), False),
        ("enterprise_id", sa.String(32), True),
        ("enterprise_name", sa.String(200), True),
        ("team_id", sa.String(32), True),
        ("team_name", sa.String(200), True),
        ("bot_token", sa.Text, True),
        ("bot_id", sa.String(32), True),
        ("bot_user_id", sa.String(32), True),
        ("bot_scopes", sa.String(1000), True),
        ("bot_refresh_token", sa.Text, True),
        ("bot_token_expires_at", sa.DateTime, True),
        ("is_enterprise_install", sa.Boolean, False),
        ("installed_at", sa.DateTime, False),
    ]
    installer = [
        ("enterprise_url", sa.String(200), True),
        ("user_id", sa.String(32), False),
        ("user_token", sa.Text, True),
        ("user_scopes", sa.String(1000), True),
        ("user_refresh_token", sa.Text, True),
        ("user_token_expires_at", sa.DateTime, True),
        ("incoming_webhook_url", sa.Text, True),
        ("incoming_webhook_channel", sa.String(200), True),
        ("incoming_webhook_channel_id", sa.String(200), True),
        ("incoming_webhook_configuration_url", sa.String(200), True),
        ("token_type", sa.String(32), True),
    ]
    for table, columns in (("slack_bots", workspace), ("slack_installations", [*workspace, *installer])):
        op.create_table(
            table,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
            *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in columns),
        )
        op.create_index(f"ix_{table}_team", table, ["client_id", "enterprise_id", "team_id", "installed_at"])
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("expire_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("slack_oauth_states", "slack_installations", "slack_bots", "slack_threads", "slack_people", "slack_inbox"):
        op.drop_table(table)
