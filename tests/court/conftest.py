"""A court for each test. Hypothesis tries the same examples in every run: a test that fails here fails everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.court.house import House
from tests.records import url_of

settings.register_profile("court", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("court")


@pytest.fixture
async def bare(record: Path) -> AsyncIterator[House]:
    """Yield a court whose guild is not set up."""
    async with House(Database(url_of(record))) as house:
        yield house


@pytest.fixture
async def house(bare: House) -> House:
    """Return a court whose guild has its channels and its moderators."""
    await bare.set_up()
    bare.wakes = 0
    return bare
