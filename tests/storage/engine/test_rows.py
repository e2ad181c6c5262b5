"""Values go into the columns named after their fields, and come back from them."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
import sqlalchemy as sa

from court.models import (
    Background,
    Case,
    GuildSettings,
    Hearing,
    Opinion,
    Roster,
    Ruling,
    Source,
    Standing,
    Tally,
    Usage,
)
from storage import schema
from storage.engine.rows import from_row, to_row


@dataclass(frozen=True)
class Pair:
    count: int
    index: int


@dataclass(frozen=True)
class Whole:
    name: str
    pair: Pair


WHOLE = Whole("x", Pair(1, 2))


def row_of(columns: dict[str, Any]) -> sa.Row[Any]:
    with sa.create_engine("sqlite://").connect() as connection:
        return connection.execute(sa.select(*(sa.literal(value).label(name) for name, value in columns.items()))).one()


def test_value_and_its_parts_share_a_row_and_come_back_from_it() -> None:
    columns = to_row(WHOLE, without=("pair",)) | to_row(WHOLE.pair, prefix="pair_")

    assert columns == {"name": "x", "pair_count": 1, "pair_index": 2}
    row = row_of(columns | {"another": 3})
    assert from_row(Whole, row, pair=from_row(Pair, row, prefix="pair_")) == WHOLE


def test_columns_named_like_methods_of_a_tuple_are_read_as_columns() -> None:
    assert from_row(Pair, row_of(to_row(WHOLE.pair))) == WHOLE.pair


def test_a_field_without_its_column_is_not_lost_silently() -> None:
    with pytest.raises(sa.exc.NoSuchColumnError, match="index"):
        from_row(Pair, row_of({"count": 1}))
    with pytest.raises(sa.exc.CompileError, match="pair"):
        sa.insert(sa.table("t", sa.column("name"))).values(to_row(WHOLE)).compile()


def columns_of(kind: type, *without: str, prefix: str = "") -> dict[str, bool]:
    """Return the columns that the fields need, and whether each may be empty."""
    hints = get_type_hints(kind)
    return {prefix + name: NoneType in get_args(hint) for name, hint in hints.items() if name not in without}


@pytest.mark.parametrize(
    ("table", "fields", "others"),
    [
        (
            schema.guilds,
            columns_of(GuildSettings),
            {"adjourned_until", "absent_since", "half_of_day_until", "half_of_month_until"},
        ),
        (
            schema.cases,
            columns_of(Case, "card"),
            {"card_channel_id", "card_message_id"},
        ),
        (schema.rosters, columns_of(Roster), set()),
        (schema.backgrounds, columns_of(Background, "sources", "usage") | columns_of(Usage), set()),
        (schema.sources, columns_of(Source), {"background_id", "position"}),
        (
            schema.hearings,
            columns_of(Hearing, "opinions", "replaced", "former", "ruling", "judge_usage")
            | columns_of(Ruling)
            | columns_of(Usage, prefix="judge_"),
            {"guild_id"},
        ),
        (schema.opinions, columns_of(Opinion), {"case_id", "session", "status"}),
        (
            schema.standings,
            columns_of(Standing, "tally", "lifetime") | columns_of(Tally) | columns_of(Tally, prefix="lifetime_"),
            {"case_id", "updated_at"},
        ),
    ],
    ids=lambda value: value.name if isinstance(value, sa.Table) else "",
)
def test_fields_and_columns_agree(table: sa.Table, fields: dict[str, bool], others: set[str]) -> None:
    columns = {column.name: column.nullable for column in table.columns if column.name not in others}

    assert fields == columns
    assert others <= {*table.columns.keys()}
