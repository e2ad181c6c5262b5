"""Turns dataclasses into rows and back, where fields and columns have the same names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kept = TypeVar("Kept", bound="DataclassInstance")


def to_row(value: DataclassInstance, *, without: Collection[str] = (), prefix: str = "") -> dict[str, Any]:
    """Return the fields of `value` except those in `without`, by column name: `prefix` and the field's name."""
    return {prefix + field.name: getattr(value, field.name) for field in fields(value) if field.name not in without}


def from_row(kind: type[Kept], row: sa.Row[Any], *, prefix: str = "", **given: Any) -> Kept:
    """Make a `kind` from the columns named after its fields, and from the fields `given`.

    Raises:
        sqlalchemy.exc.NoSuchColumnError: when the row lacks the column of a field.
    """
    columns = row._mapping
    kept = {field.name: columns[prefix + field.name] for field in fields(kind) if field.name not in given}
    return kind(**kept, **given)
