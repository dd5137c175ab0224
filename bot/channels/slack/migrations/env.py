"""Alembic's entry point: runs the migrations on the connection that ``upgrade`` hands over."""

from alembic import context

from bot.channels.slack.database import VERSION_TABLE
from bot.channels.slack.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
