"""Alembic's entry point: runs the migrations on the connection that ``upgrade_schema`` hands over."""

from alembic import context

from actions.rules.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes.get("version_table", "alembic_version"),
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
