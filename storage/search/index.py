"""Finds the cases of a guild whose statement is similar to a text."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import CaseState
from storage.schema import cases
from storage.search.similarity import rank, words_of

SMALL = 2_000
"""A docket of at most this many cases is compared as a whole, which takes some ten milliseconds and misses nothing."""

INDEXED = 200
"""The number of cases that the index proposes from a larger docket."""

TRIGRAM = 3
MOST_TRIGRAMS = 24
"""Each costs the index time, and of this many some contain no typing error."""

FEW_WORDS = 3
"""In a text of at most this many words, typing errors may affect every trigram. The newest cases are compared then."""

# Created by migration 0001, on SQLite only.
_index = sa.table("docket_search", sa.column("rowid"), sa.column("statement"), sa.column("rank"))


async def find(
    connection: AsyncConnection, guild_id: int, states: Collection[CaseState], text: str, limit: int
) -> list[int]:
    """Return the ids of the cases that are similar to the text, most similar first."""
    words = words_of(text)
    if not words:
        return []
    if connection.dialect.name == "sqlite" and await is_large(connection, guild_id, states):
        found = await _most_similar(await by_trigrams(connection, guild_id, states, text), text, limit)
        if found or len(words) > FEW_WORDS:
            return found
    return await _most_similar(await newest(connection, guild_id, states), text, limit)


async def is_large(connection: AsyncConnection, guild_id: int, states: Collection[CaseState]) -> bool:
    """Return whether the docket is too large to be compared as a whole."""
    one_too_many = (
        sa.select(sa.literal(1)).where(cases.c.guild_id == guild_id, cases.c.state.in_(states)).offset(SMALL).limit(1)
    )
    return await connection.scalar(one_too_many) is not None


async def newest(
    connection: AsyncConnection, guild_id: int, states: Collection[CaseState]
) -> Sequence[sa.Row[Any, Any]]:
    """Return the id and statement of the cases filed last, newest first."""
    statement = (
        sa.select(cases.c.id, cases.c.statement)
        .where(cases.c.guild_id == guild_id, cases.c.state.in_(states))
        .order_by(cases.c.filed_at.desc(), cases.c.id.desc())
        .limit(SMALL)
    )
    return (await connection.execute(statement)).all()


async def by_trigrams(
    connection: AsyncConnection, guild_id: int, states: Collection[CaseState], text: str
) -> Sequence[sa.Row[Any, Any]]:
    """Return the id and statement of the cases that match the text's trigrams best, newest first."""
    query = trigram_query(text)
    if not query:
        return []
    statement = (
        sa.select(cases.c.id, cases.c.statement)
        .join(_index, _index.c.rowid == cases.c.id)
        .where(_index.c.statement.match(query), cases.c.guild_id == guild_id, cases.c.state.in_(states))
        .order_by(_index.c.rank)
        .limit(INDEXED)
    )
    rows = (await connection.execute(statement)).all()
    return sorted(rows, key=lambda row: row.id, reverse=True)


def trigram_query(text: str) -> str:
    """Return a query for any trigram of the text's longest words, including the blanks around them.

    The words contain no punctuation, and each trigram is quoted, so that what a member types is never syntax.
    """
    padded = (f" {word} " for word in sorted(words_of(text), key=len, reverse=True))
    trigrams = (word[start : start + TRIGRAM] for word in padded for start in range(len(word) - TRIGRAM + 1))
    return " OR ".join(f'"{trigram}"' for trigram in list(dict.fromkeys(trigrams))[:MOST_TRIGRAMS])


async def _most_similar(rows: Sequence[sa.Row[Any, Any]], text: str, limit: int) -> list[int]:
    # In a thread, because long statements take a third of a second to compare, and interactions would wait.
    ranked = await asyncio.to_thread(rank, text, [row.statement for row in rows], limit)
    return [rows[position].id for position in ranked]
