"""The court's server for every test: built by simcord, with discord.py's own dispatch in between."""

from __future__ import annotations

import discord
import pytest
from hypothesis import settings
from simcord import Env

from tests.discord.town import House, Town

# The same examples in every run: a test that fails here fails everywhere.
settings.register_profile("court", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("court")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def simcord_bot(house: House) -> discord.Client:
    return house.new_bot()


@pytest.fixture
def empty_town(simcord_env: Env, house: House) -> Town:
    """A server in which nothing is set up."""
    return Town(simcord_env, house)


@pytest.fixture
async def town(empty_town: Town) -> Town:
    await empty_town.set_up()
    return empty_town
