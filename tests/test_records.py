"""A copy of the template is a whole record, and nothing can be lost by copying it."""

from __future__ import annotations

from pathlib import Path

import pytest

from court.models import CaseState
from tests.contracts.store.samples import GUILD, file_case
from tests.records import copy_of
from tests.storage.files import opened


async def test_copies_share_nothing(template: Path, tmp_path: Path) -> None:
    one, other = copy_of(template, tmp_path / "one.sqlite3"), copy_of(template, tmp_path / "other.sqlite3")

    async with opened(one) as database:
        await file_case(database, GUILD)

    async with opened(other) as database, database.reading() as repos:
        assert await repos.cases.newest(GUILD, list(CaseState), 1) == []


async def test_a_record_that_is_open_is_not_copied(record: Path, tmp_path: Path) -> None:
    async with opened(record) as database:
        await file_case(database, GUILD)
        with pytest.raises(AssertionError, match="is open"):
            copy_of(record, tmp_path / "copy.sqlite3")
