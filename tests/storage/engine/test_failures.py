"""What the database's own errors become."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from court.errors import RowRefused, StorageError
from storage.engine.failures import explained

SCRIPTS = {
    "the disk is full and nothing can be written; free some space (database or disk is full)": (
        "PRAGMA max_page_count = 2; CREATE TABLE t (x); CREATE TABLE u (x);"
    ),
    "it refused a row that violates a constraint (UNIQUE constraint failed: t.x)": (
        "CREATE TABLE t (x PRIMARY KEY); INSERT INTO t VALUES ('words of a member'), ('words of a member');"
    ),
    "it cannot be read or written (no such table: t)": "SELECT * FROM t;",
}


@pytest.mark.parametrize("sentence", SCRIPTS)
def test_an_error_of_sqlite_becomes_one_line_that_names_the_record(tmp_path: Path, sentence: str) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "t")) as connection,
        pytest.raises(StorageError) as raised,
        explained("data/court.sqlite3"),
    ):
        connection.executescript(SCRIPTS[sentence])
    assert str(raised.value) == f"data/court.sqlite3: {sentence}"
    assert isinstance(raised.value, RowRefused) is ("refused a row" in sentence)


def test_a_row_that_a_constraint_refuses_is_told_from_a_record_that_cannot_be_written() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE t (x NOT NULL)"))
        with pytest.raises(RowRefused), explained("court.sqlite3"):
            connection.execute(sa.text("INSERT INTO t VALUES (NULL)"))
    engine.dispose()


def test_a_value_that_is_too_long_is_a_row_that_is_refused() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        connection.execute(sa.text("CREATE TABLE t (x)"))
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000)
        for insert in (
            lambda: connection.execute(sa.text("INSERT INTO t VALUES (:x)"), {"x": "x" * 1_001}),
            lambda: driver.execute("INSERT INTO t VALUES (?)", ["x" * 1_001]),
        ):
            with pytest.raises(RowRefused) as raised, explained("court.sqlite3"):
                insert()
            assert str(raised.value) == "court.sqlite3: it refused a value that is too long (string or blob too big)"
    engine.dispose()


def test_neither_the_message_nor_its_cause_contains_what_a_member_wrote() -> None:
    engine = sa.create_engine("sqlite://", hide_parameters=True)
    with engine.connect() as connection, pytest.raises(StorageError) as raised, explained("court.sqlite3"):
        connection.execute(sa.text("INSERT INTO missing VALUES (:words)"), {"words": "words of a member"})
    engine.dispose()
    assert "words of a member" not in f"{raised.value} {raised.value.__cause__}"


def test_waiting_in_vain_for_a_connection_is_reported() -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(StorageError, match="no connection became free"), explained("court.sqlite3"):
        engine.connect()
    engine.dispose()


def test_an_error_from_elsewhere_stays_what_it_is() -> None:
    with pytest.raises(KeyError), explained("court.sqlite3"):
        raise KeyError
