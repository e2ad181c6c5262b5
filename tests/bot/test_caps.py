"""Caps in a running court: hearings pause with one notice, stay paused after SIGKILL, and resume under a higher cap.

A bot that is killed again and again in the middle of hearings says what that costs.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, text_of
from tests.fakes.vendor import HANG, LoopbackVendor, always

pytestmark = pytest.mark.slow

EXPENSIVE = {"PRICES": ",".join(f"{name}/{name}-juror=1000/5000" for name in SEARCHLESS)}
"""Dollars per million tokens: the few tokens of a loopback hearing cost a few cents."""


@pytest.fixture
async def vendor() -> AsyncIterator[LoopbackVendor]:
    async with LoopbackVendor(voting()) as loopback:
        yield loopback


async def test_a_cap_holds_over_restarts_and_a_higher_one_lifts_it(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    world, settings = server.world, seated(vendor, SEARCHLESS) | EXPENSIVE
    async with running(tmp_path, server, **settings, SERVER_DAILY_CAP_USD="1") as run:
        await run.logged("which is more than SERVER_DAILY_CAP_USD of $1.00")
        await set_up(server)
        await approve(server, await file(server))
        await run.logged("hearings are adjourned until")
        cards = await server.posts(world.mod_channel, 2)
        await run.kill()
    assert vendor.asked == [], "no token was spent"
    notice = text_of(cards[-1])
    ceiling = re.search(r"up to \$([\d.]+)", notice)
    assert ceiling is not None, notice
    assert float(ceiling[1]) > 1
    assert "$1.00" in notice

    async with running(tmp_path, server, **settings, SERVER_DAILY_CAP_USD="1") as run:
        await run.logged("is adjourned by a cap until")
        assert await run.stop() == 0
    assert vendor.asked == []

    async with running(tmp_path, server, **settings, SERVER_DAILY_CAP_USD="1000") as run:
        assert "The jury has found so." in text_of(await await_ruling(server))
        stats = await server.slash("court stats", member=world.admin)
        assert stats.private
        spent = re.search(r"\$(0\.\d\d)", stats.text)
        assert spent is not None, stats.text
        assert await run.stop() == 0
    assert len(vendor.asked) == 4


async def test_kills_in_the_middle_of_hearings_are_told_at_the_start(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    settings = seated(vendor, SEARCHLESS) | EXPENSIVE
    vendor.answers = always(HANG)
    for kills in range(3):
        async with running(tmp_path, server, **settings) as run:
            if not kills:
                await set_up(server)
                await approve(server, await file(server))
            await vendor.hanging_is(3)
            await run.kill()
            assert "times in the last 24 hours" not in run.log
        await vendor.hanging_is(0)
    vendor.answers = voting()
    async with running(tmp_path, server, **settings) as run:
        await run.logged("the bot was killed or crashed 3 times in the last 24 hours while it held hearings")
        assert await run.stop() == 0
