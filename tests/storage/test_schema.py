"""The tables that the migrations leave are the ones that the code describes."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from court.errors import StorageError
from storage.migrations.revisions import REVISION, REVISIONS
from storage.migrations.run import alembic_config
from storage.migrations.upgrade import check_references
from storage.schema import metadata
from tests.contracts.store.samples import GUILD, file_case
from tests.migrations.records import SCRIPTS, connected, migrate
from tests.storage.files import opened


@pytest.fixture
def head(tmp_path: Path) -> Path:
    migrate(tmp_path / "court.sqlite3", "head")
    return tmp_path / "court.sqlite3"


def is_described(name: str | None, type_: str, parents: Any) -> bool:
    """Return whether the code describes it. The search index and its shadow tables are only in the migrations."""
    return type_ != "table" or not str(name).startswith("docket_search")


def test_the_newest_revision_leaves_what_the_code_describes(head: Path) -> None:
    with connected(head) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_described, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_checks_and_foreign_keys_are_the_same_too(head: Path, tmp_path: Path) -> None:
    with connected(tmp_path / "described.sqlite3") as connection:
        metadata.create_all(connection)
        described = constraints(connection)
    with connected(head) as connection:
        assert constraints(connection) == described


def constraints(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    inspector = sa.inspect(connection)
    return {
        table: {
            "checks": {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table)},
            "keys": {key["name"]: key for key in inspector.get_foreign_keys(table)},
            "unique": {unique["name"]: unique for unique in inspector.get_unique_constraints(table)},
            "indexes": {definition(connection, str(index["name"])) for index in inspector.get_indexes(table)},
            "primary": inspector.get_pk_constraint(table),
            "options": inspector.get_table_options(table),
            "counts up": "AUTOINCREMENT" in definition(connection, table),
        }
        for table in metadata.tables
    }


def definition(connection: sa.Connection, table: str) -> str:
    return str(connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}))


def test_there_is_one_line_of_revisions() -> None:
    assert SCRIPTS.get_heads() == [REVISION]
    assert {script.revision for script in SCRIPTS.walk_revisions()} == REVISIONS
    assert len(SCRIPTS.get_bases()) == 1


@pytest.mark.parametrize("script", list(SCRIPTS.walk_revisions()), ids=lambda script: script.revision)
def test_every_revision_compiles_for_postgresql(script: Script) -> None:
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written, "target_metadata": metadata}
    )
    module = importlib.import_module(f"storage.migrations.versions.{Path(script.path).stem}")
    with Operations.context(context):
        module.upgrade()
        module.downgrade()

    assert "CREATE TABLE" in written.getvalue()
    assert "fts5" not in written.getvalue().lower()


def test_postgresql_too_lets_a_case_have_one_open_hearing_and_many_done() -> None:
    written: list[str] = []

    def write(made: Any, *_: Any, **__: Any) -> None:
        written.append(str(made.compile(dialect=engine.dialect)))

    engine: Any = sa.create_mock_engine("postgresql://", write)
    metadata.create_all(engine, tables=[metadata.tables["hearing_queue"]], checkfirst=False)

    (index,) = [made for made in written if "uq_hearing_queue_open" in made]
    assert index.strip() == (
        "CREATE UNIQUE INDEX uq_hearing_queue_open ON hearing_queue (case_id) "
        "WHERE state IN ('waiting', 'claimed', 'parked')"
    )


def test_the_configuration_needs_no_file() -> None:
    assert alembic_config().config_file_name is None


def test_a_migration_that_leaves_a_row_without_its_case_is_refused(head: Path) -> None:
    with connected(head) as connection:
        check_references(connection, "court.sqlite3")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("INSERT INTO votes VALUES (404, 5, 'yes', 'button', '2026-03-01 12:00:00.000000')")
        with pytest.raises(StorageError, match=r"^court\.sqlite3: .* a row of “votes” refers to a missing one"):
            check_references(connection, "court.sqlite3")


async def test_a_record_that_was_downgraded_to_nothing_starts_over(head: Path) -> None:
    migrate(head, "base", command.downgrade)
    async with opened(head) as database:
        assert (await file_case(database, GUILD)).id == 1
