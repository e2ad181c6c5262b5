"""The index over the statements: in step with the cases, used by the search, and deaf to syntax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from court.models import CaseState
from storage.engine import make_engine
from storage.location import locate
from storage.repositories.search import INDEXED, NEWEST, by_trigrams, newest_of_all, trigram_query
from storage.schema import cases
from tests.contracts.store.samples import FILER, GUILD, NOW, OTHER_GUILD
from tests.migrations.records import connected, migrate
from tests.storage.files import opened, url_of

FILED = [CaseState.FILED]


@pytest.fixture
def head(tmp_path: Path) -> Path:
    migrate(tmp_path / "court.sqlite3", "head")
    return tmp_path / "court.sqlite3"


def insert(connection: sa.Connection, case_id: int, statement: str) -> None:
    connection.execute(
        sa.text(
            "INSERT INTO cases (id, guild_id, docket_number, statement, state, filed_by, filed_at) "
            "VALUES (:id, 1, printf('%04X', :id), :statement, 'filed', 1, '2026-03-01 12:00:00.000000')"
        ),
        {"id": case_id, "statement": statement},
    )


def found(connection: sa.Connection, text: str) -> list[int]:
    rows = connection.execute(
        sa.text("SELECT rowid FROM docket_search WHERE docket_search MATCH :query ORDER BY rowid"),
        {"query": trigram_query(text)},
    )
    return list(rows.scalars())


def check(connection: sa.Connection) -> None:
    """Have FTS5 compare its index with the cases; it raises where they differ."""
    connection.exec_driver_sql("INSERT INTO docket_search (docket_search, rank) VALUES ('integrity-check', 1)")


def test_the_index_follows_what_is_filed_reworded_and_deleted(head: Path) -> None:
    with connected(head) as connection:
        insert(connection, 1, "Can AI write a novel?")
        insert(connection, 2, "Can AI play chess?")
        assert (found(connection, "novel"), found(connection, "chess")) == ([1], [2])

        connection.exec_driver_sql("UPDATE cases SET statement = 'Can AI compose a symphony?' WHERE id = 1")
        assert (found(connection, "novel"), found(connection, "symphony")) == ([], [1])
        connection.exec_driver_sql("UPDATE cases SET state = 'docketed', decided_by = 5")
        assert (found(connection, "symphony"), found(connection, "chess")) == ([1], [2])
        connection.exec_driver_sql("UPDATE cases SET id = 9 WHERE id = 1")
        assert found(connection, "symphony") == [9]

        connection.exec_driver_sql("DELETE FROM cases WHERE id = 9")
        assert found(connection, "symphony") == []
        check(connection)


def test_the_check_of_the_index_would_find_a_difference(head: Path) -> None:
    with connected(head) as connection:
        connection.exec_driver_sql("DROP TRIGGER docket_search_insert")
        insert(connection, 1, "Can AI write a novel?")
        with pytest.raises(sa.exc.DatabaseError, match="malformed"):
            check(connection)


@given(st.text(max_size=80))
def test_whatever_is_typed_becomes_quoted_trigrams(text: str) -> None:
    query = trigram_query(text)
    for trigram in filter(None, query.split(" OR ")):
        assert (trigram[0], trigram[-1]) == ('"', '"')
        assert len(trigram) == 5
        assert not set(trigram[1:-1]) & set("\"'*^():{}-+\0")


@pytest.fixture(scope="module")
def trial() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE docket_search USING fts5(statement, tokenize='trigram')")
    yield engine
    engine.dispose()


@given(st.text(max_size=80))
def test_sqlite_takes_the_query_whatever_is_typed(trial: sa.Engine, text: str) -> None:
    if query := trigram_query(text):
        with trial.connect() as connection:
            connection.execute(
                sa.text("SELECT * FROM docket_search WHERE docket_search MATCH :query"), {"query": query}
            )


async def test_the_index_proposes_the_likest_of_the_guild_and_not_the_oldest(tmp_path: Path) -> None:
    async with opened(tmp_path / "court.sqlite3") as database, database.writing() as records:
        novel = await records.cases.file(GUILD, "FFFF", "Can AI write a novel?", FILER, NOW)
        for number in range(INDEXED + 50):
            await records.cases.file(GUILD, f"{number:04X}", f"Can AI write no. {number}?", FILER, NOW)
            await records.cases.file(OTHER_GUILD, f"{number:04X}", "Can AI write a novel?", FILER, NOW)

        assert (await records.cases.search(GUILD, "writ a novle", FILED, 1)) == [novel]


async def test_proposals_are_few_and_none_where_they_can_be_of_no_use(head: Path) -> None:
    engine = make_engine(locate(url_of(head)), 5.0)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(cases), [filed_row(number) for number in range(NEWEST + 1)])

        assert len(await by_trigrams(connection, GUILD, "write", FILED)) == INDEXED
        assert await by_trigrams(connection, GUILD, "?!", FILED) == []
        newest = await newest_of_all(connection, GUILD, "flim", FILED)
        assert [newest[0].statement, len(newest)] == [f"Can AI write {NEWEST}?", NEWEST]
        assert await newest_of_all(connection, GUILD, "?!", FILED) == []
        assert await newest_of_all(connection, GUILD, "four words of it", FILED) == []
    await engine.dispose()


def filed_row(number: int) -> dict[str, Any]:
    return {
        "guild_id": GUILD,
        "docket_number": f"{number:04X}",
        "statement": f"Can AI write {number}?",
        "state": CaseState.FILED,
        "filed_by": FILER,
        "filed_at": NOW,
    }
