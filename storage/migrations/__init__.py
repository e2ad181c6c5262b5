"""The history of the schema, one Alembic revision a file. `storage.migrations.run` runs it; there is no alembic.ini.

To add one: write `versions/NNNN_what_it_does.py` by hand as operations (or draw it up with
`alembic.command.revision(storage.migrations.run.alembic_config(), autogenerate=False, message="…")`), change
`storage/schema/` alike, and give `tests/migrations` rows to carry over. A migration
runs with foreign keys off and is checked before it commits. Rebuilding `cases` drops the triggers of `docket_search`:
make them again.
"""
