"""A server for every test: simcord simulates it, and discord.py's own dispatch leads to the court."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from hypothesis import settings
from simcord import Env

from bot.app import OwnedStore
from storage.database import Database
from tests.discord.town import House, Town
from tests.records import url_of

# The same examples in every run: a test that fails here fails everywhere.
settings.register_profile("court", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("court")


@pytest.fixture
def store(record: Path) -> OwnedStore:
    """Return the store over the test's record. The house opens it."""
    return Database(url_of(record))


@pytest.fixture
def host() -> dict[str, Any]:
    """Return the host's setup, as arguments of `House`. Tests with another setup override this fixture."""
    return {}


@pytest.fixture
async def house(store: OwnedStore, host: dict[str, Any]) -> AsyncIterator[House]:
    async with House(store, **host) as house:
        yield house


@pytest.fixture
def simcord_bot(house: House) -> discord.Client:
    return house.new_bot()


@pytest.fixture
def empty_town(simcord_env: Env, house: House) -> Town:
    """Return a server on which nothing is set up."""
    return Town(simcord_env, house)


@pytest.fixture
async def town(empty_town: Town) -> Town:
    await empty_town.set_up()
    return empty_town
