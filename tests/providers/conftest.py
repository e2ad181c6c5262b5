"""Fixtures for the tests that run against both APIs."""

from __future__ import annotations

import pytest

from tests.fakes.vendor import Api


@pytest.fixture(params=["openai", "anthropic"])
def api(request: pytest.FixtureRequest) -> Api:
    """Each vendor with a search tool, in turn."""
    chosen: Api = request.param
    return chosen
