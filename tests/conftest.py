"""Fixtures that more than one room uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from cogs.assembly import Services
from court.jury.pool import Jury


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """The services as the composition root builds them, over an empty record and without a jury."""
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'court.sqlite3'}")
    app = App(settings, Jury({}, None, 5, 5.0, vacancy="nobody sits"))
    await app.database.open()
    yield app.services
    await app.database.close()
