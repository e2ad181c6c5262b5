"""Statements that each database writes differently, and those that both must accept."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from storage.engine.location import DRIVERS
from storage.engine.upsert import insert_into, upsert
from storage.schema import OPEN_IN_QUEUE, guilds, hearing_queue, metadata, votes

DIALECTS: dict[str, Any] = {"sqlite": SQLiteDialect, "postgresql": PGDialect}


def sql(dialect: str, statement: sa.Executable) -> str:
    return " ".join(str(statement.compile(dialect=DIALECTS[dialect]())).split())  # type: ignore[attr-defined]


def made(dialect: str, table: sa.Table) -> list[str]:
    """Return the statements that make a table with its indexes. No server is asked."""
    written: list[str] = []

    def write(statement: Any, *_: Any, **__: Any) -> None:
        written.append(" ".join(str(statement.compile(dialect=DIALECTS[dialect]())).split()))

    metadata.create_all(sa.create_mock_engine(DRIVERS[dialect] + "://", write), tables=[table], checkfirst=False)
    return written


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_row_is_inserted_or_updated_by_its_primary_key(dialect: str) -> None:
    written = sql(dialect, upsert(dialect, votes))
    assert written.startswith("INSERT INTO votes (case_id, user_id, vote, source, cast_at) VALUES")
    assert written.endswith(
        "ON CONFLICT (case_id, user_id) "
        "DO UPDATE SET vote = excluded.vote, source = excluded.source, cast_at = excluded.cast_at"
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_columns_that_are_left_alone_are_not_updated(dialect: str) -> None:
    written = sql(dialect, upsert(dialect, votes, "source", "cast_at"))
    assert written.endswith("ON CONFLICT (case_id, user_id) DO UPDATE SET vote = excluded.vote")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_open_hearing_is_found_by_the_exact_condition_of_its_index(dialect: str) -> None:
    insert = insert_into(dialect, hearing_queue).values(case_id=1)
    written = sql(
        dialect,
        insert.on_conflict_do_update(index_elements=["case_id"], index_where=OPEN_IN_QUEUE, set_={"case_id": 1}),
    )
    (index,) = [ddl for ddl in made(dialect, hearing_queue) if ddl.startswith("CREATE UNIQUE INDEX")]
    assert "ON CONFLICT (case_id) WHERE state IN ('waiting', 'claimed', 'parked') DO UPDATE" in written
    assert index.endswith("WHERE state IN ('waiting', 'claimed', 'parked')")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_upsert_is_built_once(dialect: str) -> None:
    assert upsert(dialect, guilds) is upsert(dialect, guilds)


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_postgresql_assigns_only_the_ids_that_are_ours(table: sa.Table) -> None:
    ddl = str(sa.schema.CreateTable(table).compile(dialect=DIALECTS["postgresql"]()))
    counted = {"cases", "backgrounds", "hearing_queue", "outbox", "charges"}
    assert ("BIGSERIAL" in ddl) == (table.name in counted)
    assert "SERIAL" not in ddl.replace("BIGSERIAL", "")
