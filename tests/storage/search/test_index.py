"""The index over the statements: it follows the cases, the search uses it, and no text is read as syntax."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import CaseState
from storage.engine.connections import make_engine
from storage.engine.location import locate
from storage.schema import cases
from storage.search.index import (
    INDEXED,
    MOST_TRIGRAMS,
    SMALL,
    by_trigrams,
    find,
    is_large,
    newest,
    trigram_query,
)
from tests.contracts.store.samples import FILER, GUILD, NOW, OTHER_GUILD
from tests.migrations.records import connected, migrate
from tests.records import url_of

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
    """Let FTS5 compare its index with the cases. It raises if they differ."""
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
    trigrams = list(filter(None, trigram_query(text).split(" OR ")))
    assert len(trigrams) <= MOST_TRIGRAMS
    for trigram in trigrams:
        assert (trigram[0], trigram[-1]) == ('"', '"')
        assert len(trigram) == 5
        assert not set(trigram[1:-1]) & set("\"'*^():{}-+\0")


def test_the_longest_words_of_a_long_text_are_searched_for() -> None:
    query = trigram_query("Can AI do it in an uncharacteristically long text of short words?").split(" OR ")
    assert len(query) == MOST_TRIGRAMS
    assert query[:2] == ['" un"', '"unc"']
    assert '" do"' not in query


@pytest.fixture(scope="module")
def trial() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE docket_search USING fts5(statement, tokenize='trigram')")
    yield engine
    engine.dispose()


@given(st.text(max_size=80))
def test_sqlite_accepts_the_query_whatever_is_typed(trial: sa.Engine, text: str) -> None:
    if query := trigram_query(text):
        with trial.connect() as connection:
            connection.execute(
                sa.text("SELECT * FROM docket_search WHERE docket_search MATCH :query"), {"query": query}
            )


@pytest.fixture
async def connection(head: Path) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(locate(url_of(head)), 5.0)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


async def file_many(connection: AsyncConnection, guild_id: int, statements: list[str]) -> None:
    await connection.execute(
        sa.insert(cases), [filed_row(guild_id, number, statement) for number, statement in enumerate(statements)]
    )


async def test_a_large_docket_is_searched_by_the_index_within_the_guild(connection: AsyncConnection) -> None:
    await file_many(connection, GUILD, [*(f"Can AI write {n}?" for n in range(SMALL)), "Can AI write a novel?"])
    await file_many(connection, OTHER_GUILD, ["Can AI write a novel?"] * INDEXED)
    novel = SMALL + 1

    assert await is_large(connection, GUILD, FILED)
    assert len(await by_trigrams(connection, GUILD, FILED, "write")) == INDEXED
    assert [row.id for row in await by_trigrams(connection, GUILD, FILED, "novle")] == [novel]
    assert await by_trigrams(connection, GUILD, FILED, "?!") == []
    assert await find(connection, GUILD, FILED, "writ a novle", 1) == [novel]
    assert await find(connection, GUILD, FILED, "four words like none", 1) == []
    assert await find(connection, GUILD, [CaseState.DENIED], "novel", 1) == []


async def test_the_newest_of_a_large_docket_are_compared_if_no_trigram_is_intact(
    connection: AsyncConnection,
) -> None:
    await file_many(connection, GUILD, ["Can AI edit film?", *(f"Can AI write {n}?" for n in range(SMALL))])
    assert await find(connection, GUILD, FILED, "iflm", 5) == []
    await connection.execute(sa.insert(cases), filed_row(GUILD, 0xFFFF, "Can AI edit film?"))

    assert await by_trigrams(connection, GUILD, FILED, "iflm") == []
    assert await find(connection, GUILD, FILED, "iflm", 5) == [SMALL + 2]


async def test_a_docket_is_large_only_by_what_is_searched(connection: AsyncConnection) -> None:
    await file_many(connection, GUILD, [f"Can AI write {n}?" for n in range(SMALL)])
    await file_many(connection, OTHER_GUILD, ["Can AI write a novel?"])
    assert not await is_large(connection, GUILD, FILED)
    await connection.execute(sa.insert(cases), filed_row(GUILD, 0xFFFF, "Can AI write a novel?"))
    assert await is_large(connection, GUILD, FILED)
    assert not await is_large(connection, GUILD, [CaseState.DENIED])
    assert len(await newest(connection, GUILD, FILED)) == SMALL


def filed_row(guild_id: int, number: int, statement: str) -> dict[str, Any]:
    return {
        "guild_id": guild_id,
        "docket_number": f"{number:04X}",
        "statement": statement,
        "state": CaseState.FILED,
        "filed_by": FILER,
        "filed_at": NOW,
    }
