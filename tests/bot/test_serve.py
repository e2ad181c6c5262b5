"""`court run` from the first command to the stop, against a loopback Discord and loopback vendors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.invite import invite_link
from storage.migrations.revisions import REVISION
from tests.bot.running import KEY, PATIENCE, SEARCHLESS, Running, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up, until_shown
from tests.fakes.discord_server import DiscordServer, button, reactions, text_of
from tests.fakes.vendor import HANG, LoopbackVendor, always

pytestmark = pytest.mark.slow


@pytest.fixture
async def vendor() -> AsyncIterator[LoopbackVendor]:
    async with LoopbackVendor(voting(groq="NO")) as loopback:
        yield loopback


def assert_discreet(run: Running, server: DiscordServer) -> None:
    """Check that the log has no secret, no name of a person, and no traceback."""
    assert "Traceback" not in run.log
    for private in (KEY, server.token, server.world.member.name, server.world.moderator.name):
        assert private not in run.log


async def test_a_case_from_setup_to_verdict(tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor) -> None:
    world = server.world
    async with running(tmp_path, server, **seated(vendor)) as run:
        assert "no mod channel" in (await server.slash("ask", {"question": "Can AI write a novel?"})).text
        assert "ready" in (await set_up(server)).text
        assert (await server.slash("verdict")).private

        card = await file(server)
        refused = await server.click(button(card, "Approve"), card, world.member)
        assert refused.private
        assert not vendor.asked
        assert "Approved by" in (await approve(server, card)).text

        ruling = await await_ruling(server)
        assert "The jury has found so." in text_of(ruling)
        assert "2 Yes · 0 Almost · 0 In research · 1 No" in text_of(ruling)
        assert reactions(ruling) == {"✅": 1, "🤔": 1, "❌": 1}

        await server.react("❌", ruling)
        await until_shown(server, "Audience: 1 vote · 0 % Yes · 0 % Maybe · 100 % No")
        await server.click(button(ruling, "Yes"), ruling, world.moderator)
        await until_shown(server, "Audience: 2 votes · 50 % Yes")
        await server.unreact("❌", ruling)
        await until_shown(server, "Audience: 1 vote · 100 % Yes")

        answer = await server.slash("verdict", {"case": "write a novle"})
        assert not answer.private
        assert "The jury has found so." in answer.text
        assert await run.stop() == 0
    assert len(server.posted(world.verdicts)[0]["reactions"]) == 3
    assert "the court has stopped" in run.log
    assert_discreet(run, server)


async def test_sigterm_is_obeyed_while_a_hearing_hangs(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    vendor.answers = always(HANG)
    async with running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await set_up(server)
        await approve(server, await file(server))
        async with asyncio.timeout(PATIENCE):
            await vendor.hanging_is(3)
        async with asyncio.timeout(10):
            assert await run.stop() == 0
    assert "the court has stopped" in run.log
    assert_discreet(run, server)


async def test_sigterm_is_obeyed_while_discord_limits_the_rate(tmp_path: Path, server: DiscordServer) -> None:
    server.faults.fail("PUT", r"/applications/\d+/commands", 429, retry_after=600)
    async with running(tmp_path, server) as run:
        await run.logged("responded with 429")
        async with asyncio.timeout(10):
            assert await run.stop() == 0
    assert not server.gateway.connections
    assert_discreet(run, server)


async def test_without_a_key_approved_cases_wait_until_there_is_one(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    world = server.world
    async with running(tmp_path, server) as run:
        assert "no juror is configured" in (await set_up(server)).text
        assert "WARNING bot.serve: no hearings are held and approved cases wait: no juror is configured" in run.log
        card = await file(server)
        reply = (await approve(server, card)).text
        assert "Approved by" in reply
        assert "no juror is configured" in reply
        assert "Approved cases have to wait" in reply
        assert await run.stop() == 0
    assert_discreet(run, server)
    assert not server.posted(world.verdicts)

    async with running(tmp_path, server, **seated(vendor)) as run:
        ruling = await await_ruling(server)
        assert "The jury has found so." in text_of(ruling)
        assert "WARNING bot.serve: 3 models may sit on panels of 3: fewer than 3 others are left" in run.log
        assert await run.stop() == 0
    assert_discreet(run, server)


async def test_a_host_who_sets_nothing_is_told_who_is_served_and_capped_all_the_same(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    async with running(tmp_path, server, **seated(vendor), SERVER_DAILY_CAP_USD="") as run:
        await run.logged(f"record: data/court.sqlite3, revision {REVISION}")
        await run.logged("jurors: openai/openai-juror, mistral/mistral-juror, groq/groq-juror, in panels of 3")
        await run.logged("judge: openai/openai-juror\n")
        await run.logged("caps: each server $5.00 a day\n")
        await run.logged(f"invite the bot to a server with {invite_link(int(server.world.bot.id))}\n")
        await run.logged("every server that invites the bot is served; set ALLOWED_GUILDS to limit it to yours")
        await run.logged("no price is known for openai/openai-juror, mistral/mistral-juror, groq/groq-juror. To keep")
        await run.logged(f"the bot is in a new server: {server.world.guild_id} with ")
        await set_up(server)
        budget = await server.slash("setup budget", member=server.world.admin)
        assert "$5.00" in budget.text
        assert "No price is known for openai/openai-juror, " in budget.text
        await approve(server, await file(server))
        await await_ruling(server)
        assert "$0.00 of" not in (await server.slash("setup budget", member=server.world.admin)).text
        assert await run.stop() == 0


async def test_a_server_that_is_not_allowed_gets_no_hearing(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    async with running(tmp_path, server, **seated(vendor), ALLOWED_GUILDS="7") as run:
        await run.logged("only the servers that ALLOWED_GUILDS names are served (1)")
        await run.logged("connected to Discord, in 1 server\n")
        refused = await set_up(server)
        assert f"add `{server.world.guild_id}` to `ALLOWED_GUILDS` and restart the bot" in refused.text
        await run.logged(f"the bot is in server {server.world.guild_id}, which ALLOWED_GUILDS leaves out")
        assert await run.stop() == 0
