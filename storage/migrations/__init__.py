"""The history of the schema, one Alembic revision per file. `storage.migrations.run` runs it; there is no alembic.ini.

To add a revision, write its operations by hand in `versions/NNNN_what_it_does.py` (or create the file with
`alembic.command.revision(storage.migrations.run.alembic_config(), autogenerate=False, message="…")`), change
`storage/schema/` to match, and add rows to migrate to `tests/migrations`. A migration runs with foreign keys off and is
checked before it commits. Rebuilding `cases` drops the triggers of `docket_search`, so create them again.
"""
