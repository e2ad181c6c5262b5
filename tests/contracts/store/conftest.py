"""The stores that must pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import OwnedStore
from court.models import Case
from court.ports import Store
from storage.database import Database
from tests.contracts.store.samples import GUILD, file_case
from tests.records import url_of


@pytest.fixture
async def sqlite(record: Path) -> AsyncIterator[OwnedStore]:
    database = Database(url_of(record))
    await database.open()
    yield database
    await database.close()


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest) -> OwnedStore:
    """An empty record in every database that must pass. Each parameter names a fixture that opens and closes it."""
    opened: OwnedStore = request.getfixturevalue(request.param)
    return opened


@pytest.fixture
async def case(store: Store) -> Case:
    return await file_case(store, GUILD)
