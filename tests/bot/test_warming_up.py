"""The SDKs are imported when the bot is ready, not before: a start does not wait for what only hearings need."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot import serve
from court.jury.pool import Jury
from providers.registry import Models


class Bot:
    """A client that is ready when `ready` is set."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()

    async def wait_until_ready(self) -> None:
        await self.ready.wait()


class Pool(Models):
    """Sets `warm` when it is warmed up."""

    def __init__(self) -> None:
        super().__init__({}, timeout=1)
        self.warm = asyncio.Event()

    async def warm_up(self) -> None:
        self.warm.set()


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "WARM_UP_DELAY", 0)


def warming_up(bot: Any, pool: Pool, vacancy: str | None = None) -> Any:
    return serve.warming_up(bot, Jury({}, None, 3, 1, vacancy=vacancy), pool)


async def run_tasks() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_models_are_warm_after_the_bot_is_ready() -> None:
    bot, pool = Bot(), Pool()
    async with warming_up(bot, pool):
        await run_tasks()
        assert not pool.warm.is_set()
        bot.ready.set()
        async with asyncio.timeout(5):
            await pool.warm.wait()


async def test_without_a_jury_nothing_is_warmed() -> None:
    bot, pool = Bot(), Pool()
    bot.ready.set()
    async with warming_up(bot, pool, vacancy="no juror is configured"):
        await run_tasks()
    assert not pool.warm.is_set()


async def test_a_bot_that_stops_before_it_is_ready_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    async with warming_up(Bot(), Pool()):
        await run_tasks()
    assert asyncio.all_tasks() == before
