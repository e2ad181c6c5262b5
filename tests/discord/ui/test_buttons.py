"""Buttons of old and of future messages: whoever presses one is told privately that it is too old."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from cogs.ui import ids
from court.models import Vote
from tests.discord.town import Town, last, private_answer

TOO_OLD = "This button is too old to work. Nothing was changed. Find the case with `/verdict` to see it as it is now."


async def post(town: Town, *items: discord.ui.Item[Any]) -> discord.Message:
    """Post a message of the bot that has these buttons, and let the process that posted it end."""
    await town.env.settle()
    channel = town.env.bot.get_channel(town.verdicts.id)
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(*items))
    await channel.send(view=view)
    view.stop()
    await town.env.settle()
    return last(town.verdicts)


@pytest.mark.parametrize(
    "custom_id",
    [
        ids.vote_id(2**63, Vote.YES),
        ids.approve_id(2**63),
        ids.edit_id(9_999_999_999_999_999_999),
        ids.deny_id(10**40),
        "court:v1:vote:12:perhaps",
        "court:v1:vote:12",
        "court:v1:adjourn:12",
        "court:v1:approve:-1",
        "court:v2:approve:12",
        "court:v2:vote:12:yes",
        "court:",
        "court:\nv1:approve:12",
    ],
)
async def test_a_button_that_no_version_here_has_is_answered(
    town: Town, custom_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = await post(town, discord.ui.Button(label="Press", custom_id=custom_id))

    result = await town.moderator.click(message, custom_id=custom_id)

    assert private_answer(result) == TOO_OLD
    assert not caplog.records


async def test_a_menu_that_no_version_here_has_is_answered_too(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    menu = discord.ui.Select[Any](custom_id="court:v2:pick:12", options=[discord.SelectOption(label="One")])
    message = await post(town, menu)

    assert private_answer(await town.member.select(message, ["One"])) == TOO_OLD
    assert not caplog.records


async def test_the_largest_id_is_looked_up(town: Town) -> None:
    custom_id = ids.vote_id(ids.LARGEST_ID, Vote.YES)
    message = await post(town, discord.ui.Button(label="Press", custom_id=custom_id))

    assert private_answer(await town.member.click(message, custom_id=custom_id)).startswith("No case on the docket")


async def test_a_button_of_somebody_else_is_left_alone(town: Town) -> None:
    pressed = []

    class Other(discord.ui.Button[Any]):
        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            pressed.append(self.custom_id)
            await interaction.response.defer()

    message = await post(town, button := Other(label="Press", custom_id="courtyard:1"))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(button))
    town.env.bot.add_view(view, message_id=message.id)

    await town.member.click(message, custom_id="courtyard:1")
    assert pressed == ["courtyard:1"]
