"""Rows from values and values from rows, where the fields of a dataclass bear the names of its columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kept = TypeVar("Kept", bound="DataclassInstance")


def to_row(value: DataclassInstance, *, without: Collection[str] = (), prefix: str = "") -> dict[str, Any]:
    """Return the fields of `value`, but those of `without`, by their columns: `prefix` and the field's name."""
    return {prefix + field.name: getattr(value, field.name) for field in fields(value) if field.name not in without}


def from_row(kind: type[Kept], row: sa.Row[Any], *, prefix: str = "", **given: Any) -> Kept:
    """Make a `kind` of the columns that its fields are named after, and of the fields `given`.

    Raises:
        sqlalchemy.exc.NoSuchColumnError: when the row has no column of that name.
    """
    columns = row._mapping
    kept = {field.name: columns[prefix + field.name] for field in fields(kind) if field.name not in given}
    return kind(**kept, **given)
