"""The column types, by a round trip through SQLite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from court.models import CaseState, ModelRef
from storage.engine.types import ModelAddress, ModelAddresses, UtcDateTime, enum_of

metadata = sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
kept = sa.Table(
    "kept",
    metadata,
    sa.Column("at", UtcDateTime),
    sa.Column("model", ModelAddress),
    sa.Column("models", ModelAddresses),
    sa.Column("state", enum_of(CaseState, "state")),
)
engine = sa.create_engine("sqlite://")


@pytest.fixture(autouse=True, scope="module")
def tables() -> Any:
    metadata.create_all(engine)
    yield
    engine.dispose()


def round_trip(**row: Any) -> sa.Row[Any]:
    with engine.begin() as connection:
        connection.execute(sa.delete(kept))
        connection.execute(sa.insert(kept).values(row))
        return connection.execute(sa.select(kept)).one()


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2999, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_any_moment_of_any_zone_comes_back_in_utc(moment: datetime) -> None:
    found = round_trip(at=moment).at

    assert found == moment
    assert found.tzinfo is UTC


def test_moments_of_different_zones_sort_as_moments() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    moments = [(noon + timedelta(minutes=n)).astimezone(timezone(timedelta(hours=-7 * n))) for n in range(3)]
    with engine.begin() as connection:
        connection.execute(sa.delete(kept))
        connection.execute(sa.insert(kept), [{"at": moment} for moment in reversed(moments)])
        found = connection.scalars(sa.select(kept.c.at).order_by(kept.c.at)).all()
        due = connection.scalars(sa.select(kept.c.at).where(kept.c.at <= moments[1])).all()

    assert found == moments
    assert sorted(due) == moments[:2]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(StatementError, match="no time zone"):
        round_trip(at=datetime(2026, 3, 1, 12))  # noqa: DTZ001


def test_none_stays_none() -> None:
    row = round_trip(at=None, model=None, models=None, state=None)
    assert (row.at, row.model, row.models, row.state) == (None, None, None, None)


@pytest.mark.parametrize(
    "ref", [ModelRef("openai", "gpt"), ModelRef("openrouter", "maker/model:free"), ModelRef("Odd", " spaced ")]
)
def test_a_model_comes_back_exactly(ref: ModelRef) -> None:
    assert round_trip(model=ref).model == ref


def test_models_come_back_exactly_and_in_their_order() -> None:
    models = (ModelRef("openrouter", "maker/model:free"), ModelRef("Odd", " spaced “ü” "), ModelRef("anthropic", "c"))
    assert round_trip(models=models).models == models
    assert round_trip(models=models[::-1]).models == models[::-1]
    assert round_trip(models=()).models == ()


@pytest.mark.parametrize("state", CaseState)
def test_an_enum_is_stored_as_its_value(state: CaseState) -> None:
    assert round_trip(state=state).state is state
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT state FROM kept").scalar() == state.value


def test_the_database_refuses_what_is_not_in_the_enum() -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="ck_kept_state"):
        connection.exec_driver_sql("INSERT INTO kept (state) VALUES ('lost')")


def test_postgresql_stores_the_zone_and_plain_strings() -> None:
    dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it
    ddl = str(CreateTable(kept).compile(dialect=dialect))
    assert "at TIMESTAMP WITH TIME ZONE" in ddl
    assert "state VARCHAR(16)" in ddl
    assert "CONSTRAINT ck_kept_state CHECK" in ddl
