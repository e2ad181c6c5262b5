"""SIGKILL at the worst moments: what was acknowledged is kept, and what was due is done once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from court.models import CaseState, Vote
from storage.database import Database
from tests.bot.running import SEARCHLESS, Running, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, NotAnswered, Person, button, reactions, text_of
from tests.fakes.discord_server.interactions import MODAL
from tests.fakes.discord_server.messages import Payload
from tests.fakes.vendor import HANG, LoopbackVendor, always

pytestmark = pytest.mark.slow

PATIENCE = 180.0
"""Seconds for all five runs. They take 15, but five starts are slow on a busy machine."""

VOTERS = 80
ENOUGH = 12
"""Votes that are acknowledged before the kill. The others are still being processed."""


async def test_one_case_survives_four_kills(tmp_path: Path) -> None:
    async with DiscordServer() as server, LoopbackVendor(voting()) as vendor, asyncio.timeout(PATIENCE):
        # Discord forgets nonces after minutes, and a host may take longer to start us again.
        server.world.messages.remembers_nonces = False
        jury = seated(vendor, SEARCHLESS)
        async with running(tmp_path, server, **jury) as run:
            waiting = await kill_during_the_hearing(server, vendor, run)
        async with running(tmp_path, server, **jury) as run:
            await kill_when_the_ruling_is_posted(server, vendor, run)
        async with running(tmp_path, server, **jury) as run:
            await kill_between_the_reactions(server, run)
        async with running(tmp_path, server, **jury) as run:
            ruling = await await_ruling(server)
            assert reactions(ruling) == {"✅": 1, "🤔": 1, "❌": 1}
            assert "The jury has found so." in text_of(ruling)
            voted = await kill_during_the_vote(server, ruling, run)
        async with running(tmp_path, server, **jury) as run:
            await press_old_buttons(server, waiting, ruling)
            await assert_everything_is_kept(server, tmp_path, voted)
            assert await run.stop() == 0
        assert len(server.posted(server.world.verdicts)) == 1
        assert len(server.posted(server.world.mod_channel)) == 2


async def kill_during_the_hearing(server: DiscordServer, vendor: LoopbackVendor, run: Running) -> Payload:
    """Kill the bot when the approval is acknowledged and every juror is thinking.

    Return the card of another case, which waits for the moderators.
    """
    vendor.answers = always(HANG)
    await set_up(server)
    assert "Approved by" in (await approve(server, await file(server))).text
    waiting = await file(server, "Can AI conduct an orchestra?")
    await vendor.hanging_is(3)
    await run.kill()
    vendor.answers = voting()
    return waiting


async def kill_when_the_ruling_is_posted(server: DiscordServer, vendor: LoopbackVendor, run: Running) -> None:
    """Kill the bot when the ruling is in the channel, but before Discord has confirmed it."""
    before = len(vendor.asked)
    hold = server.faults.hold("POST", f"/channels/{server.world.verdicts}/messages")
    await hold.reached.wait()
    await run.kill()
    hold.release()
    assert len(vendor.asked) == before + 4, "three jurors and the judge, again"
    assert "resuming after an unclean stop" in run.log


async def kill_between_the_reactions(server: DiscordServer, run: Running) -> None:
    """Kill the bot when it has found the ruling again and added one of its three reactions."""
    hold = server.faults.hold("PUT", f"/channels/{server.world.verdicts}/messages/.*/@me")
    await hold.reached.wait()
    await run.kill()
    hold.release()
    (ruling,) = server.posted(server.world.verdicts)
    assert reactions(ruling) == {"✅": 1}


async def kill_during_the_vote(server: DiscordServer, ruling: Payload, run: Running) -> list[Person]:
    """Kill the bot while many members vote at once. Return those whose vote was acknowledged."""
    acknowledged: list[Person] = []
    enough = asyncio.Event()

    async def vote(member: Person) -> None:
        await server.click(button(ruling, "Yes"), ruling, member)
        acknowledged.append(member)
        if len(acknowledged) >= ENOUGH:
            enough.set()

    members = [server.world.new_member(f"voter{number}") for number in range(VOTERS)]
    votes = [asyncio.create_task(vote(member)) for member in members]
    await enough.wait()
    await run.kill()
    ends = await asyncio.gather(*votes, return_exceptions=True)
    assert {type(end) for end in ends if end is not None} == {NotAnswered}
    return acknowledged


async def press_old_buttons(server: DiscordServer, waiting: Payload, ruling: Payload) -> None:
    """Press the buttons on a card from the first run, and those on the ruling from the second."""
    refused = await server.click(button(waiting, "Approve"), waiting, server.world.member)
    assert refused.private
    assert "may decide on statements" in refused.text
    asked = await server.click(button(waiting, "Deny"), waiting, server.world.moderator)
    assert asked.kind == MODAL
    await server.click(button(ruling, "No"), ruling, server.world.member)


async def assert_everything_is_kept(server: DiscordServer, folder: Path, voted: list[Person]) -> None:
    """Check that the record has every acknowledged vote, and one session."""
    database = Database(f"sqlite:///{folder / 'data' / 'court.sqlite3'}", read_only=True)
    await database.open()
    async with database.reading() as repos:
        (case,) = await repos.cases.newest(int(server.world.guild_id), [CaseState.DOCKETED], limit=2)
        kept = {who.name: await repos.votes.of_member(case.id, int(who.id)) for who in voted}
        late = await repos.votes.of_member(case.id, int(server.world.member.id))
        sessions = await repos.hearings.of_case(case.id)
    await database.close()
    assert len(kept) >= ENOUGH
    assert set(kept.values()) == {Vote.YES}
    assert late is Vote.NO
    assert [held.session for held in sessions] == [1]
