"""Which statements of a guild may be like a text: few enough to compare one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import CaseState
from storage.likeness import words_of
from storage.schema import cases

INDEXED = 200
"""How many the index proposes."""

NEWEST = 2_000
"""How many are compared where the index proposes nothing."""

FEW_WORDS = 3
"""Typing can leave no trigram of so few words; of more it always leaves one."""

TRIGRAM = 3

# Made by the migration 0001, on SQLite only.
_index = sa.table("docket_search", sa.column("rowid"), sa.column("statement"), sa.column("rank"))


async def by_trigrams(
    connection: AsyncConnection, guild_id: int, text: str, states: Collection[CaseState]
) -> Sequence[sa.Row[Any, Any]]:
    """Propose the statements that share most of the text's trigrams, the newest first; only SQLite has an index."""
    query = trigram_query(text)
    if not query or connection.dialect.name != "sqlite":
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


async def newest_of_all(
    connection: AsyncConnection, guild_id: int, text: str, states: Collection[CaseState]
) -> Sequence[sa.Row[Any, Any]]:
    """Propose the newest statements, where the index had no chance to find what is like the text."""
    words = len(words_of(text))
    if not words or (words > FEW_WORDS and connection.dialect.name == "sqlite"):
        return []
    statement = (
        sa.select(cases.c.id, cases.c.statement)
        .where(cases.c.guild_id == guild_id, cases.c.state.in_(states))
        .order_by(cases.c.filed_at.desc(), cases.c.id.desc())
        .limit(NEWEST)
    )
    return (await connection.execute(statement)).all()


def trigram_query(text: str) -> str:
    """Write a query for any trigram of the text, the blanks round its words included.

    The words hold no punctuation, and each trigram is quoted: what a member types is never syntax.
    """
    padded = (f" {word} " for word in words_of(text))
    trigrams = {word[start : start + TRIGRAM] for word in padded for start in range(len(word) - TRIGRAM + 1)}
    return " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams))
