"""Column types that preserve what the databases would lose: time zones, enums and model addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from court.models import Ballot, ModelRef

E = TypeVar("E", bound=StrEnum)

SNOWFLAKE = sa.BigInteger()
"""An id from Discord."""

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""An id of our own. SQLite assigns ids by itself only if the type is exactly INTEGER."""

MONEY = sa.BigInteger()
"""Whole millionths of a US dollar. 32 bits would overflow at two thousand dollars."""

ENUM_LENGTH = 16
"""Wide enough for every value, so that a new value needs no wider column."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time. It must be aware when stored, and comes back aware and in UTC.

    SQLite stores no offset, so a naive time could mean anything; it is refused with `ValueError`.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware time to UTC.

        Raises:
            ValueError: when the time has no time zone.
        """
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC. SQLite returns it naive."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ModelAddress(TypeDecorator[ModelRef]):
    """A model as `provider/model`, stored unchanged."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: ModelRef | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> ModelRef | None:
        return None if value is None else _model_at(value)


class ModelAddresses(TypeDecorator[tuple[ModelRef, ...]]):
    """Models in their order, as a JSON list of what `ModelAddress` stores."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Sequence[ModelRef] | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else [str(model) for model in value]

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[ModelRef, ...] | None:
        return None if value is None else tuple(_model_at(address) for address in value)


class ServedNames(TypeDecorator[Mapping[ModelRef, str]]):
    """The names that answered for models, as a JSON object by what `ModelAddress` stores."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Mapping[ModelRef, str] | None, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else {str(model): value[model] for model in sorted(value, key=str)}

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> Mapping[ModelRef, str] | None:
        return None if value is None else {_model_at(address): name for address, name in value.items()}


class Order(TypeDecorator[tuple[Ballot, ...]]):
    """An order of the four answers, as their names with spaces between them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Ballot] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Ballot, ...] | None:
        return None if value is None else tuple(Ballot(name) for name in value.split())


class Facts(TypeDecorator[Any]):
    """Facts as JSON. What is damaged is read as None, so that one bad row does not stop those behind it."""

    impl = sa.JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what turns a stored text into a value."""
        decode = super().result_processor(dialect, coltype) or _unchanged

        def process(value: Any) -> Any:
            try:
                return decode(value)
            except ValueError:
                return None

        return process


def _unchanged(value: Any) -> Any:
    return value


def _model_at(address: str) -> ModelRef:
    # Not `ModelRef.parse`, which tidies what a person typed.
    provider, _, model = address.partition("/")
    return ModelRef(provider, model)


def enum_of(values: type[E], name: str) -> sa.Enum:
    """Return a type that stores an enum as a plain string with the CHECK `name`, the same on every database."""
    return sa.Enum(
        values,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=ENUM_LENGTH,
        name=name,
    )
