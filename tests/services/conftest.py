"""A court for each test."""

from __future__ import annotations

import pytest

from tests.services.house import House


@pytest.fixture
async def house() -> House:
    """A court whose guild has its channels and its moderators."""
    house = House()
    await house.set_up()
    house.rings = 0
    return house


@pytest.fixture
def bare() -> House:
    """A court in whose guild nothing is set up."""
    return House()
