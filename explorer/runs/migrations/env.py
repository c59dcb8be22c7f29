"""Runs the migrations in `versions` on the connection and in the transaction that explorer/runs/store/database.py opened."""

from alembic import context

from explorer.runs.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
