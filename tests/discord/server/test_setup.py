"""`/setup channels`: an admin chooses the channels and the moderators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from simcord import Env

from court.models import GuildSettings
from tests.discord.town import NOVEL, House, Town, last, private_answer, read


async def settings(town: Town) -> GuildSettings:
    return await town.house.services.servers.show(town.guild.id)


async def test_admin_sets_channels_and_role(empty_town: Town) -> None:
    town, office = empty_town, empty_town.private_channel("backroom")

    result = await town.admin.slash(
        town.square,
        "setup channels",
        verdict_channel=town.verdicts,
        mod_channel=office,
        mod_role=town.mod_role,
    )

    assert private_answer(result) == "\n".join(
        [
            "**Saved. The court on this server:**",
            f"Verdict channel: {town.verdicts.mention} · ✅ ready",
            f"Mod channel: {office.mention} · ✅ ready",
            f"Moderators: {town.mod_role.mention}, and everyone with Manage Server",
        ]
    )
    assert await settings(town) == GuildSettings(town.guild.id, town.verdicts.id, office.id, town.mod_role.id)


async def test_what_is_not_given_is_kept(town: Town) -> None:
    before = await settings(town)

    await town.admin.slash(town.square, "setup channels", verdict_channel=town.square)

    assert await settings(town) == replace(before, verdict_channel_id=town.square.id)


async def test_without_options_it_shows_what_is_set_and_what_is_not(empty_town: Town) -> None:
    result = await empty_town.admin.slash(empty_town.square, "setup channels")

    assert private_answer(result) == "\n".join(
        [
            "**The court on this server**",
            "Verdict channel: not set yet; rulings wait until you choose one",
            "Mod channel: not set yet; members cannot ask until you choose one",
            "Moderators: everyone with Manage Server",
        ]
    )


@pytest.mark.parametrize(
    ("denied", "names"),
    [
        ({"add_reactions": False}, "**Add Reactions**"),
        ({"send_messages": False, "read_message_history": False}, "**Send Messages**, **Read Message History**"),
        (
            {"view_channel": False},
            "**View Channel**, **Send Messages**, **Read Message History**, **Add Reactions**",
        ),
    ],
)
async def test_channel_in_which_the_bot_lacks_something_is_refused_by_name(
    empty_town: Town, denied: dict[str, bool], names: str
) -> None:
    town = empty_town
    restricted = town.restricted_channel(**denied)

    result = await town.admin.slash(town.square, "setup channels", verdict_channel=restricted, mod_channel=town.office)

    assert private_answer(result).startswith(f"In {restricted.mention} I am missing {names}.\nNothing was changed.")
    assert await settings(town) == GuildSettings(town.guild.id)


async def test_mod_channel_needs_no_reactions(empty_town: Town) -> None:
    town = empty_town
    quiet = town.restricted_channel(add_reactions=False)

    result = await town.admin.slash(town.square, "setup channels", mod_channel=quiet)

    assert f"Mod channel: {quiet.mention} · ✅ ready" in private_answer(result)
    assert "I am missing" not in private_answer(result)


async def test_show_names_what_was_taken_away_since(town: Town) -> None:
    restricted = town.restricted_channel(add_reactions=False)
    await town.house.services.servers.change(town.guild.id, verdict_channel_id=restricted.id, mod_channel_id=404)

    result = await town.admin.slash(town.square, "setup channels")

    assert f"Verdict channel: {restricted.mention} · ⚠ I am missing **Add Reactions**" in private_answer(result)
    assert "Mod channel: ⚠ it was deleted, or I cannot see it; choose another" in private_answer(result)


async def test_everyone_cannot_be_the_moderators(town: Town) -> None:
    result = await town.admin.slash(town.square, "setup channels", mod_role=town.guild.default_role)

    assert private_answer(result) == "Nothing was changed: @everyone would make every member a moderator."
    assert (await settings(town)).mod_role_id == town.mod_role.id


@pytest.mark.parametrize("command", ["setup channels", "setup schedule", "setup budget"])
async def test_commands_are_hidden_from_members(town: Town, command: str) -> None:
    assert command not in town.member.available_commands(town.square)
    assert command in town.admin.available_commands(town.square)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("setup channels", {"mod_channel": None}),
        ("setup schedule", {"days": 1}),
        ("setup budget", {"daily_usd": 100.0}),
        ("setup budget", {}),
    ],
)
async def test_member_to_whom_a_server_shows_a_command_is_still_refused(
    town: Town, command: str, options: dict[str, object]
) -> None:
    before = await settings(town)
    commands = await town.env.bot.tree.fetch_commands()  # type: ignore[attr-defined]
    setup = next(command for command in commands if command.name == "setup")
    town.guild.set_command_permissions(setup, {town.member: True})

    given = {name: town.square if value is None else value for name, value in options.items()}
    result = await town.member.slash(town.square, command, **given)

    assert private_answer(result) == "Only members with **Manage Server** may do that."
    assert await settings(town) == before
    assert town.refusals() == ["MissingPermissions"]


async def test_ruling_that_waited_for_a_channel_goes_out_once_one_is_set(empty_town: Town) -> None:
    town = empty_town
    await town.house.services.servers.change(town.guild.id, mod_channel_id=town.office.id, mod_role_id=town.mod_role.id)
    await town.heard()
    assert "/setup channels" in read(last(town.office))

    await town.admin.slash(town.square, "setup channels", verdict_channel=town.verdicts)
    await town.deliver()

    assert f"### {NOVEL}" in read(last(town.verdicts))


class TestWithoutAJury:
    """The host has configured no models."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"vacancy": "no jury: name two models in JURORS"}

    async def test_admin_sees_that_cases_wait(self, simcord_env: Env, house: House) -> None:
        town = Town(simcord_env, house)

        result = await town.admin.slash(town.square, "setup channels")

        assert "⚠ Approved cases have to wait: no jury: name two models in JURORS" in private_answer(result)
