"""A court for each test, and Hypothesis told to try the same examples in every run: a failure is one everywhere."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.court.house import House

settings.register_profile("court", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("court")


@pytest.fixture
async def house() -> House:
    """A court whose guild has its channels and its moderators."""
    house = House()
    await house.set_up()
    house.wakes = 0
    return house


@pytest.fixture
def bare() -> House:
    """A court in whose guild nothing is set up."""
    return House()
