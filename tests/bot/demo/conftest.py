"""The demo's docket, rehearsed once because that takes seconds. Every test gets a copy."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.demo.records import KEPT
from bot.demo.rehearsal import rehearse
from bot.demo.stage import GUILD_ID
from tests.records import copy_of, url_of
from tests.settings import bare_settings


async def rehearsed(path: Path) -> Path:
    """Rehearse the docket's past into a file that does not exist yet, and return its path."""
    await rehearse(bare_settings(database_url=url_of(path)), GUILD_ID, lambda _day, _days: None)
    return path


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the docket's past, in a folder that the rehearsal made. It must not be opened: `docket` copies it."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(rehearsed(tmp_path_factory.mktemp("rehearsal") / KEPT))


@pytest.fixture
def docket(rehearsal: Path, tmp_path: Path) -> Path:
    """Return a copy of the docket's past, where a demo that is started in the test's folder looks for it."""
    path = tmp_path / KEPT
    path.parent.mkdir()
    return copy_of(rehearsal, path)
