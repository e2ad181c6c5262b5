"""Three hundred hearings that are due at once: the verdict channel can still be read."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from court.announcements.attempts import PACES
from court.models import CaseState, GuildSettings
from court.models.announcements import Lane
from court.models.work import Precedence
from storage.database import Database
from storage.engine.files import make_folder
from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.fakes.discord_server import DiscordServer, Guild, text_of
from tests.fakes.vendor import LoopbackVendor
from tests.records import url_of

pytestmark = pytest.mark.slow

DUE = 300
WATCHED = 20.0
"""Seconds. Without a pace, every ruling was out after 13."""

PACE = PACES[Lane.VERDICTS]


async def keep_due(folder: Path, guild: Guild) -> None:
    """Write a record in which 300 approved cases are due for their first hearing."""
    make_folder(folder / "data")
    database = Database(url_of(folder / "data" / "court.sqlite3"))
    await database.open()
    now = datetime.now(UTC)
    async with database.writing() as repos:
        await repos.guilds.put(GuildSettings(int(guild.id), int(guild.verdicts), int(guild.mod_channel)))
        for number in range(DUE):
            statement = f"Can AI count {number} sheep before it falls asleep?"
            case = await repos.cases.file(int(guild.id), statement, int(guild.member.id), now)
            moderator = int(guild.moderator.id)
            await repos.cases.decide(case.id, CaseState.DOCKETED, moderator, now, docket_number=f"{number:04X}")
            await repos.hearing_queue.schedule(case.id, now, Precedence.FIRST)
    await database.close()


async def test_three_hundred_rulings_do_not_flood_their_channel(tmp_path: Path, server: DiscordServer) -> None:
    home = server.world.home
    await keep_due(tmp_path, home)
    server.limit_messages()
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await server.posts(home.verdicts)
        began = monotonic()
        await asyncio.sleep(WATCHED)
        rulings = server.posted(home.verdicts)
        watched = monotonic() - began
        assert await run.stop() == 0
    judged = sum("verdict" in json.loads(request.body["messages"][-1]["content"]) for request in vendor.asked)
    assert judged > 2 * len(rulings), "the hearings were slower than the pace"
    assert PACE.times <= len(rulings) <= PACE.times + watched / PACE.interval.total_seconds() + 1
    assert len({text_of(ruling) for ruling in rulings}) == len(rulings)
