"""What members of a server read when the bot joins it."""

from __future__ import annotations

import logging
from typing import Any

import discord
import pytest
from simcord import Env
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from court.announcements.kinds import Greeting
from court.models import GuildSettings
from court.models.announcements import Subject
from tests.discord.town import House, Town, buttons, last, read
from tests.fakes.world import LEASE

GREETING = "\n".join(
    [
        "### The Court of AI Capability is here",
        "Ask it “Can AI …?”, and a jury of language models answers. It hears every question again from time to time, "
        "and keeps a record of when the answer changed.",
        "**To start:** somebody with **Manage Server** runs `/setup channels` and chooses where rulings are announced "
        "and where moderators decide on questions.",
    ]
)


def deny(town: Town, channel: ChannelHandle, **denied: bool) -> None:
    """Deny everybody, the bot included, something in a channel."""
    _, bits = discord.PermissionOverwrite(**denied).pair()
    overwrite = Overwrite(town.guild.default_role.id, OverwriteType.ROLE, deny=bits.value)
    town.env.backend.set_overwrite(channel.id, overwrite)


async def join(town: Town) -> None:
    """Have the bot, which was removed since, join the server as it is now."""
    await town.env.settle()
    await town.house.services.presence.removed(town.guild.id)
    town.house.clock.advance(town.env.now() - town.house.clock.now())
    town.env.bot.dispatch("guild_join", town.env.bot.get_guild(town.guild.id))
    await town.env.settle()


async def greeted(town: Town) -> list[str]:
    """Have the bot join the server and say what it has to say. Return the names of the channels that were greeted."""
    await join(town)
    await town.deliver()
    return [str(one.name) for one in (town.square, town.verdicts, town.office) for _ in one.history()]


async def test_a_server_that_is_new_to_the_court_is_greeted(simcord_env: Env, house: House) -> None:
    house.clock.advance(simcord_env.now() - house.clock.now())
    town = Town(simcord_env, house)
    await town.env.settle()
    await town.deliver()

    assert read(last(town.square)) == GREETING


async def test_the_first_text_channel_gets_the_greeting(empty_town: Town) -> None:
    assert await greeted(empty_town) == ["square"]

    message = last(empty_town.square)
    assert read(message) == GREETING
    assert buttons(message) == []
    assert (message.mentions, message.role_mentions, message.mention_everyone) == ([], [], False)


async def test_the_channel_for_discords_own_messages_comes_before_the_first(empty_town: Town) -> None:
    empty_town.env.backend.edit_guild(empty_town.guild.id, {"system_channel_id": empty_town.verdicts.id})

    assert await greeted(empty_town) == ["verdicts"]


@pytest.mark.parametrize("denied", [{"send_messages": False}, {"view_channel": False}])
async def test_a_channel_in_which_the_bot_may_not_write_is_passed_over(
    empty_town: Town, denied: dict[str, bool]
) -> None:
    empty_town.env.backend.edit_guild(empty_town.guild.id, {"system_channel_id": empty_town.office.id})
    deny(empty_town, empty_town.office, **denied)
    deny(empty_town, empty_town.square, **denied)

    assert await greeted(empty_town) == ["verdicts"]


async def test_an_announcement_channel_is_passed_over(empty_town: Town) -> None:
    empty_town.env.backend.edit_channel(empty_town.square.id, {"type": discord.ChannelType.news.value})

    assert await greeted(empty_town) == ["verdicts"]


async def test_nothing_is_said_where_the_bot_may_write_nowhere(
    empty_town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for channel in (empty_town.square, empty_town.verdicts, empty_town.office):
        deny(empty_town, channel, send_messages=False)

    assert await greeted(empty_town) == []
    line = f"server {empty_town.guild.id} is not greeted: the bot may write in none of its text channels"
    assert caplog.messages.count(line) == 1
    assert "Ghent" not in caplog.text


async def test_it_is_said_once(empty_town: Town) -> None:
    assert await greeted(empty_town) == ["square"]

    empty_town.env.bot.dispatch("ready")
    assert await greeted(empty_town) == ["square"]


async def test_a_greeting_that_went_out_before_a_kill_is_found_again(empty_town: Town) -> None:
    town = empty_town
    await join(town)
    async with town.house.store.writing() as repos:
        dispatch = await repos.outbox.claim(town.house.clock.now(), LEASE)
    assert dispatch is not None
    assert isinstance(dispatch.announcement, Greeting)
    await town.courier.post(town.square.id, dispatch, Subject(GuildSettings(town.guild.id)))
    await town.recover()

    assert await greeted(town) == ["square"]


class TestRefused:
    """The host allows other servers only."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"allowed_guilds": "1, 2"}

    async def test_a_server_that_is_not_allowed_is_not_greeted(self, empty_town: Town) -> None:
        assert await greeted(empty_town) == []
