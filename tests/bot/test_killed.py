"""SIGKILL at the worst moments: what was acknowledged is kept, and what was due is done once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from court.models import CaseState, Vote
from storage.database import Database
from tests.bot.running import SEARCHLESS, Running, running, seated, voting
from tests.bot.sessions import approve, file, opened, set_up
from tests.fakes.discord_server import DiscordServer, NotAnswered, Person, button, reactions, text_of
from tests.fakes.discord_server.interactions import MODAL
from tests.fakes.discord_server.messages import Payload
from tests.fakes.vendor import HANG, LoopbackVendor, always

pytestmark = pytest.mark.slow

PATIENCE = 180.0
"""Seconds for all five lives. They take 15, but five starts are slow on a machine that is busy otherwise."""

VOTERS = 80
ENOUGH = 12
"""Votes that are acknowledged before the kill; the others are under way."""


async def test_five_lives_of_one_case(tmp_path: Path) -> None:
    async with DiscordServer() as server, LoopbackVendor(voting()) as vendor, asyncio.timeout(PATIENCE):
        # Discord forgets nonces after minutes, and a host may take longer to start us again.
        server.world.messages.remembers_nonces = False
        jury = seated(vendor, SEARCHLESS)
        async with running(tmp_path, server, **jury) as run:
            waiting = await killed_in_the_hearing(server, vendor, run)
        async with running(tmp_path, server, **jury) as run:
            await killed_when_the_ruling_is_out(server, vendor, run)
        async with running(tmp_path, server, **jury) as run:
            await killed_between_the_reactions(server, run)
        async with running(tmp_path, server, **jury) as run:
            ruling = await opened(server)
            assert reactions(ruling) == {"✅": 1, "🤔": 1, "❌": 1}
            assert "The jury has found so." in text_of(ruling)
            voted = await killed_in_the_vote(server, ruling, run)
        async with running(tmp_path, server, **jury) as run:
            await old_buttons_answer(server, waiting, ruling)
            await everything_is_kept(server, tmp_path, voted)
            assert await run.stop() == 0
        assert len(server.posted(server.world.verdicts)) == 1
        assert len(server.posted(server.world.mod_channel)) == 2


async def killed_in_the_hearing(server: DiscordServer, vendor: LoopbackVendor, run: Running) -> Payload:
    """The moderator has been told that the case is heard, and every juror is thinking.

    Another case waits for the moderators; its card.
    """
    vendor.answers = always(HANG)
    await set_up(server)
    assert "Approved by" in (await approve(server, await file(server))).text
    waiting = await file(server, "Can AI conduct an orchestra?")
    await vendor.hanging_is(3)
    await run.kill()
    vendor.answers = voting()
    return waiting


async def killed_when_the_ruling_is_out(server: DiscordServer, vendor: LoopbackVendor, run: Running) -> None:
    """The ruling stands in the channel, and the bot has not been told so."""
    before = len(vendor.asked)
    hold = server.faults.hold("POST", f"/channels/{server.world.verdicts}/messages")
    await hold.reached.wait()
    await run.kill()
    hold.release()
    assert len(vendor.asked) == before + 4, "three jurors and the judge, once more"
    assert "resuming after an unclean stop" in run.log


async def killed_between_the_reactions(server: DiscordServer, run: Running) -> None:
    """The ruling is found again, and one of its three reactions stands."""
    hold = server.faults.hold("PUT", f"/channels/{server.world.verdicts}/messages/.*/@me")
    await hold.reached.wait()
    await run.kill()
    hold.release()
    (ruling,) = server.posted(server.world.verdicts)
    assert reactions(ruling) == {"✅": 1}


async def killed_in_the_vote(server: DiscordServer, ruling: Payload, run: Running) -> list[Person]:
    """Many vote at once; those whose vote was acknowledged."""
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


async def old_buttons_answer(server: DiscordServer, waiting: Payload, ruling: Payload) -> None:
    """The buttons under a card of the first life, and those under the ruling of the second."""
    refused = await server.click(button(waiting, "Approve"), waiting, server.world.member)
    assert refused.private
    assert "may decide on statements" in refused.text
    asked = await server.click(button(waiting, "Deny"), waiting, server.world.moderator)
    assert asked.kind == MODAL
    await server.click(button(ruling, "No"), ruling, server.world.member)


async def everything_is_kept(server: DiscordServer, folder: Path, voted: list[Person]) -> None:
    """Every acknowledged vote, and one session."""
    database = Database(f"sqlite:///{folder / 'data' / 'court.sqlite3'}")
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
