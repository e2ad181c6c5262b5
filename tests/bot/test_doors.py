"""What a client may send that Discord does not offer: ids of another server, and ids that no button has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import running
from tests.bot.sessions import set_up
from tests.fakes.discord_server import DiscordServer

pytestmark = pytest.mark.slow


async def test_a_role_and_a_channel_of_another_server_are_refused(tmp_path: Path, server: DiscordServer) -> None:
    world = server.world
    role, channel = world.abroad
    async with running(tmp_path, server) as run:
        before = (await set_up(server)).text
        for option, value, refusal in (
            ("mod_role", role, "Nothing was changed: that role is not one of this server."),
            (
                "mod_channel",
                channel,
                "Nothing was changed: “abroad” is not a text channel of this server that I can see.",
            ),
            (
                "verdict_channel",
                channel,
                "Nothing was changed: “abroad” is not a text channel of this server that I can see.",
            ),
        ):
            answer = await server.slash("setup channels", {option: value}, member=world.admin)
            assert answer.private
            assert answer.text == refusal
        after = (await server.slash("setup channels", member=world.admin)).text
        assert after.splitlines()[1:] == before.splitlines()[1:]
        assert await run.stop() == 0
    assert "Traceback" not in run.log
    assert "incident" not in run.log
