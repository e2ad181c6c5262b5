"""Paces of a running bot: members who act at once, and a bot that is killed in between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest

from court.servers.paces import ASKING, CALLING, SHOWING, ActionPace
from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, text_of
from tests.fakes.discord_server.interactions import Answer
from tests.fakes.vendor import LoopbackVendor

RULED = "The jury has found so."

pytestmark = pytest.mark.slow


def most(pace: ActionPace, since: float) -> int:
    """Return how often something may have been done since then. On a slow machine that is more often."""
    return pace.times + int((monotonic() - since) / pace.interval.total_seconds())


async def ask_often(server: DiscordServer, times: int, trick: str) -> list[Answer]:
    """Have the member ask so many different questions at once. Return the answers that filed one."""
    answers = await asyncio.gather(
        *(server.slash("ask", {"question": f"Can AI do trick {number} of {trick}?"}) for number in range(times))
    )
    assert all(answer.private for answer in answers)
    filed = [answer for answer in answers if "**Filed:**" in answer.text]
    refused = [answer for answer in answers if answer.text.startswith("Not so fast")]
    assert len(filed) + len(refused) == times
    return filed


async def test_a_killed_bot_forgives_no_member_who_asked_too_often(tmp_path: Path, server: DiscordServer) -> None:
    began = monotonic()
    async with running(tmp_path, server) as run:
        await set_up(server)
        began = monotonic()
        filed = await ask_often(server, 15, "a dog")
        assert ASKING.times <= len(filed) <= most(ASKING, began)
        await server.posts(server.world.mod_channel, len(filed))
        await run.kill()
    async with running(tmp_path, server) as run:
        again = await ask_often(server, 15, "a magician")
        assert len(filed) + len(again) <= most(ASKING, began)
        assert "**Filed:**" in (await server.slash("ask", {"question": "Can AI sail?"}, member=server.world.admin)).text
        assert await run.stop() == 0


async def test_a_channel_gets_few_public_cards_however_many_are_called_for_at_once(
    tmp_path: Path, server: DiscordServer
) -> None:
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await set_up(server)
        await approve(server, await file(server))
        await await_ruling(server)
        members = [server.world.new_member(f"reader{number}") for number in range(20)]
        began = monotonic()
        answers = await asyncio.gather(*(server.slash("verdict", member=who) for who in members for _ in range(5)))

        await server.until(lambda: all(RULED in answer.text for answer in answers))
        public = [card for card in server.posted(server.world.verdicts) if RULED in text_of(card)][1:]
        assert SHOWING.times <= len(public) <= most(SHOWING, began)
        extra = await server.slash("verdict", member=members[0])
        assert extra.text.startswith("Not so fast") or monotonic() - began > CALLING.interval.total_seconds()
        assert await run.stop() == 0
