"""Fixtures that several test packages use."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.jury import no_jury
from cogs.assembly import Services
from tests.records import copy_of, make_template, url_of
from tests.settings import bare_settings
from tests.storage.files import assert_no_connection_thread

IN_MEMORY = Path("/dev/shm")
if os.access(IN_MEMORY, os.W_OK):
    # Every commit waits for the disk, and the tests make tens of thousands. In memory they take two thirds of the time.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes the tests run in: this one for one file, else two for each core.

    Tests that start the court wait for it half of the time. Every process collects all tests, which takes seconds.
    """
    files = {argument.partition("::")[0] for argument in config.args}
    return 0 if all(file.endswith(".py") for file in files) and len(files) == 1 else 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session", autouse=True)
def no_connection_is_left() -> Iterator[None]:
    """Check that no connection is left when all tests have ended. Each connection to a record has a thread."""
    yield
    assert_no_connection_thread()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty record that is up to date. It must not be opened: `record` is a copy for each test."""
    return make_template(tmp_path_factory.mktemp("template") / "court.sqlite3")


@pytest.fixture
def record(template: Path, tmp_path: Path) -> Path:
    """The file of an empty record that is up to date, one for each test."""
    return copy_of(template, tmp_path / "court.sqlite3")


@pytest.fixture
async def services(record: Path) -> AsyncIterator[Services]:
    """The services as the composition root builds them, over an empty record and without a jury."""
    async with App(bare_settings(database_url=url_of(record)), no_jury("nobody sits")) as app:
        yield app.services
