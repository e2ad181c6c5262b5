"""The app owns its store: it opens and closes the one that it was given, or one from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.app import App
from bot.clock import Ticker
from bot.jury import no_jury
from court.counting.intervals import LONGEST_WAIT
from court.errors import StorageError
from court.models import Member
from court.ports import Repositories
from tests.fakes.courier import FakeCourier
from tests.fakes.world import FakeClock
from tests.records import url_of
from tests.settings import bare_settings
from tests.storage.files import assert_no_connection_thread

GUILD = 7


class NotingStore:
    """A store that stores nothing and notes whether it is opened and closed."""

    exclusive = True

    def __init__(self, error: StorageError | None = None) -> None:
        self.done: list[str] = []
        self._error = error

    async def open(self) -> None:
        self.done.append("open")
        if self._error is not None:
            raise self._error

    async def close(self) -> None:
        self.done.append("close")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        raise AssertionError("this store cannot be read")
        yield

    writing = reading


async def test_a_given_store_is_opened_and_closed() -> None:
    store = NotingStore()

    async with App(bare_settings(), no_jury("no juror"), store=store) as app:
        assert app.store is store
        assert store.done == ["open"]

    assert store.done == ["open", "close"]


async def test_a_store_is_closed_when_the_court_fails() -> None:
    store = NotingStore()

    with pytest.raises(ZeroDivisionError):
        async with App(bare_settings(), no_jury("no juror"), store=store):
            raise ZeroDivisionError

    assert store.done == ["open", "close"]


async def test_a_store_that_does_not_open_stops_the_start() -> None:
    store = NotingStore(StorageError("the disk is full"))

    with pytest.raises(StorageError, match="the disk is full"):
        async with App(bare_settings(), no_jury("no juror"), store=store):
            raise AssertionError("the court started without its record")


async def test_without_a_store_the_settings_name_the_record(tmp_path: Path) -> None:
    settings = bare_settings(database_url=url_of(tmp_path / "court.sqlite3"))
    async with App(settings, no_jury("no juror")) as app:
        await app.services.servers.fix_interval(GUILD, 14)

    assert_no_connection_thread()
    async with App(settings, no_jury("no juror")) as app, app.store.reading() as repos:
        assert (await repos.guilds.get(GUILD)).interval_days == 14


async def test_nothing_is_opened_before_the_app_is_entered(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    App(bare_settings(database_url=url_of(path)), no_jury("no juror"))

    assert not path.exists()


async def test_every_service_works_over_the_store_that_was_given() -> None:
    store = NotingStore()
    app = App(bare_settings(), no_jury("no juror"), store=store)

    for ask in (app.queue.recover, app.recounts.cases, partial(app.services.statistics.budget, GUILD)):
        with pytest.raises(AssertionError, match="this store cannot be read"):
            await ask()


async def test_after_a_jump_of_the_clock_due_times_come_back_into_range(
    record: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.app.Ticker", partial(Ticker, seconds=0.02))
    clock = FakeClock()
    async with App(bare_settings(database_url=url_of(record)), no_jury("no juror"), clock=clock) as app:
        await app.services.servers.change(GUILD, mod_channel_id=1)
        filing = await app.services.intake.ask(GUILD, 2, "Can AI write a novel?")
        clock.advance(days=700)
        await app.services.moderation.approve(GUILD, filing.case.id, Member(3, [], manages_guild=True))
        clock.advance(days=-700)
        async with app.running(FakeCourier()):
            # At the start, and again when it happens while the court runs.
            assert await next_due(app, filing.case.id) == clock.now() + LONGEST_WAIT
            clock.advance(days=-1)
            async with asyncio.timeout(20):
                while "the clock jumped" not in caplog.text:  # noqa: ASYNC110 - a log line sets no event
                    await asyncio.sleep(0.01)
            assert await next_due(app, filing.case.id) == clock.now() + LONGEST_WAIT
    (line,) = [record.getMessage() for record in caplog.records if "jumped" in record.getMessage()]
    assert line.startswith("the clock jumped back by 1 day, 0:0")
    assert "(hearings: 1, messages: " in line


async def next_due(app: App, case_id: int) -> datetime | None:
    async with app.store.reading() as repos:
        return await repos.hearing_queue.next_due(case_id)
