"""The stores that must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from court.models import Case
from court.ports import Store
from storage.database import Database
from tests.contracts.store.samples import GUILD, file_case
from tests.fakes.store import FakeStore


@pytest.fixture(params=["fake", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "fake":
        yield FakeStore()
        return
    database = Database(f"sqlite:///{tmp_path / 'court.sqlite3'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def case(store: Store) -> Case:
    return await file_case(store, GUILD, "1B0C")
