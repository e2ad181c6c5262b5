"""The form of `/setup channels`, and what has to be confirmed before it is saved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from simcord import InteractionResult, ResponseMessage
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, RoleHandle

from cogs.server.channel_buttons import Unconfirmed, save
from cogs.server.channel_checks import Caution
from cogs.ui import ids
from court.models import GuildSettings
from court.servers.settings import Places, ServerSettingsService
from tests.discord.town import Town, buttons, private_answer, read, shown

UNSAVED = "-# Nothing is saved until you press **Save**."
CONFIRM = "Nothing is saved yet. Choose something else, or press **Save anyway**."
BUTTON, CHANNEL_SELECT, ROLE_SELECT = 2, 8, 6


async def settings(town: Town) -> GuildSettings:
    return await town.house.services.servers.show(town.guild.id)


async def opened(town: Town, admin: MemberActor | None = None, **options: Any) -> ResponseMessage:
    """Return the answer to `/setup channels`, which changes as its parts are used."""
    return shown(await (admin or town.admin).slash(town.square, "setup channels", **options))


def parts(form: ResponseMessage) -> list[dict[str, Any]]:
    """Return the menus and the button of a form."""
    (frame,) = form.components
    rows = [one for one in frame["components"] if "components" in one]
    return [part for row in rows for part in row["components"]]


def menu(form: ResponseMessage, field: str) -> dict[str, Any]:
    return next(part for part in parts(form) if part["custom_id"].startswith(f"court:v1:pick:{field}:"))


def defaults(form: ResponseMessage) -> list[list[int]]:
    """Return what each menu shows as chosen."""
    menus = [part for part in parts(form) if part["type"] != BUTTON]
    return [[int(one["id"]) for one in part.get("default_values", [])] for part in menus]


async def pick(
    admin: MemberActor, form: ResponseMessage, field: str, *chosen: ChannelHandle | RoleHandle
) -> InteractionResult:
    return await admin.select(form, chosen, custom_id=menu(form, field)["custom_id"])


async def press(admin: MemberActor, form: ResponseMessage) -> InteractionResult:
    (label,) = buttons(form)
    return await admin.click(form, label=label)


async def test_the_form_shows_what_is_set_and_offers_text_channels_and_roles(town: Town) -> None:
    form = await opened(town)

    assert form.ephemeral
    assert [(part["type"], part.get("channel_types")) for part in parts(form)] == [
        (CHANNEL_SELECT, [0, 5]),
        (CHANNEL_SELECT, [0, 5]),
        (ROLE_SELECT, None),
        (BUTTON, None),
    ]
    assert defaults(form) == [[town.verdicts.id], [town.office.id], [town.mod_role.id]]
    assert parts(form)[-1]["disabled"]
    assert read(form).startswith(f"**The court on this server**\nVerdict channel: {town.verdicts.mention} · ✅ ready\n")


async def test_nothing_is_chosen_where_nothing_is_set_or_where_it_was_deleted(empty_town: Town) -> None:
    assert defaults(await opened(empty_town)) == [[], [], []]

    await empty_town.house.services.servers.change(empty_town.guild.id, verdict_channel_id=404, mod_role_id=405)
    assert defaults(await opened(empty_town)) == [[], [], []]


async def test_what_is_picked_is_shown_and_stored_only_when_it_is_saved(empty_town: Town) -> None:
    town, office = empty_town, empty_town.private_channel("backroom")
    form = await opened(town)

    await pick(town.admin, form, "verdicts", town.verdicts)
    await pick(town.admin, form, "mods", office)
    await pick(town.admin, form, "role", town.mod_role)

    assert await settings(town) == GuildSettings(town.guild.id)
    assert defaults(form) == [[town.verdicts.id], [office.id], [town.mod_role.id]]
    lines = [
        f"Verdict channel: {town.verdicts.mention} · ✅ ready",
        f"Mod channel: {office.mention} · ✅ ready",
        f"Moderators: {town.mod_role.mention}, and everyone with Manage Server",
    ]
    assert read(form) == "\n".join(["**The court on this server**", *lines, UNSAVED])

    await press(town.admin, form)

    assert await settings(town) == GuildSettings(town.guild.id, town.verdicts.id, office.id, town.mod_role.id)
    assert read(form) == "\n".join(["**Saved. The court on this server:**", *lines])
    assert parts(form)[-1]["disabled"]


async def test_the_role_can_be_taken_back(town: Town) -> None:
    form = await opened(town)

    await pick(town.admin, form, "role")
    assert "Moderators: everyone with Manage Server" in read(form)
    await press(town.admin, form)

    assert (await settings(town)).mod_role_id is None


async def test_a_pick_that_is_taken_back_leaves_nothing_to_save(town: Town) -> None:
    form = await opened(town)
    for field, other, chosen in (
        ("verdicts", town.square, town.verdicts),
        ("mods", town.square, town.office),
        ("role", town.guild.default_role, town.mod_role),
    ):
        await pick(town.admin, form, field, other)
        assert UNSAVED in read(form)
        await pick(town.admin, form, field, chosen)
        assert UNSAVED not in read(form)
        assert parts(form)[-1]["disabled"]


async def test_the_form_works_after_a_restart(town: Town) -> None:
    form = await opened(town)
    await pick(town.admin, form, "verdicts", town.square)

    await town.env.restart_bot(town.house.new_bot())
    await pick(town.admin, form, "role")
    await town.env.restart_bot(town.house.new_bot())
    await press(town.admin, form)

    expected = GuildSettings(town.guild.id, town.square.id, town.office.id, None)
    assert replace(await settings(town), interval_days=None) == expected


class TestConfirming:
    """A public mod channel, and one channel in both roles."""

    async def test_a_public_mod_channel_given_as_an_option_is_confirmed_by_a_second_press(
        self, empty_town: Town
    ) -> None:
        town = empty_town

        form = await opened(town, mod_channel=town.office, mod_role=town.mod_role)

        assert await settings(town) == GuildSettings(town.guild.id)
        assert read(form).splitlines()[-2:] == [
            f"⚠ **Everyone can see {town.office.mention}.** As the mod channel, it would show every member the "
            "questions that moderators have not approved yet, and what they decide.",
            CONFIRM,
        ]
        assert buttons(form) == ["Save anyway"]

        await press(town.admin, form)

        expected = GuildSettings(town.guild.id, None, town.office.id, town.mod_role.id)
        assert await settings(town) == expected
        assert f"Mod channel: {town.office.mention} · ✅ ready · ⚠ everyone can see it" in read(form)

    async def test_a_public_mod_channel_picked_in_the_form_is_confirmed_by_a_second_press(
        self, empty_town: Town
    ) -> None:
        town = empty_town
        form = await opened(town)
        await pick(town.admin, form, "mods", town.office)
        assert buttons(form) == ["Save"]

        await press(town.admin, form)
        assert (await settings(town)).mod_channel_id is None
        assert "Everyone can see" in read(form)
        assert buttons(form) == ["Save anyway"]

        await press(town.admin, form)
        assert (await settings(town)).mod_channel_id == town.office.id

    async def test_one_channel_in_both_roles_is_confirmed_by_a_second_press(self, empty_town: Town) -> None:
        town, office = empty_town, empty_town.private_channel("backroom")
        await town.house.services.servers.change(town.guild.id, mod_channel_id=office.id)

        form = await opened(town, verdict_channel=office)

        assert (await settings(town)).verdict_channel_id is None
        assert read(form).splitlines()[-2:] == [
            f"⚠ **{office.mention} would be both the verdict channel and the mod channel.** Rulings and the "
            "moderators' cards would be mixed, and whoever can read one could read the other.",
            CONFIRM,
        ]
        await press(town.admin, form)
        assert (await settings(town)).verdict_channel_id == office.id

    async def test_both_warnings_are_confirmed_together(self, empty_town: Town) -> None:
        town = empty_town

        form = await opened(town, verdict_channel=town.square, mod_channel=town.square)
        assert "Everyone can see" in read(form)
        assert "would be both" in read(form)
        await press(town.admin, form)

        assert await settings(town) == GuildSettings(town.guild.id, town.square.id, town.square.id)

    async def test_another_choice_withdraws_the_question(self, empty_town: Town) -> None:
        town, office = empty_town, empty_town.private_channel("backroom")
        form = await opened(town, mod_channel=town.office)

        await pick(town.admin, form, "mods", office)
        assert buttons(form) == ["Save"]
        await press(town.admin, form)

        assert (await settings(town)).mod_channel_id == office.id

    async def test_what_was_confirmed_covers_no_other_warning(self, empty_town: Town) -> None:
        town = empty_town
        form = await opened(town, mod_channel=town.office)
        await town.house.services.servers.change(town.guild.id, verdict_channel_id=town.office.id)

        await press(town.admin, form)

        assert (await settings(town)).mod_channel_id is None
        assert "would be both" in read(form)
        await press(town.admin, form)
        assert (await settings(town)).mod_channel_id == town.office.id

    async def test_a_confirmed_channel_is_not_asked_about_when_something_else_changes(self, town: Town) -> None:
        shared = town.office.id
        await town.house.services.servers.change(town.guild.id, verdict_channel_id=shared, mod_channel_id=shared)

        result = await town.admin.slash(town.square, "setup channels", mod_role=town.mod_role)

        assert private_answer(result).startswith("**Saved.")


class TestRefusals:
    """Missing permissions, and people who may not."""

    async def test_missing_permissions_are_named_by_channel_when_they_are_picked_and_when_they_are_saved(
        self, empty_town: Town
    ) -> None:
        town = empty_town
        restricted = town.restricted_channel(add_reactions=False)
        form = await opened(town)

        await pick(town.admin, form, "verdicts", restricted)
        assert f"{restricted.mention} · ⚠ I am missing **Add Reactions**" in read(form)
        await press(town.admin, form)

        assert read(form).splitlines()[-3:] == [
            f"In {restricted.mention} I am missing **Add Reactions**.",
            "Nothing was changed. Allow this in the channel's permission settings, then try again.",
            UNSAVED,
        ]
        assert await settings(town) == GuildSettings(town.guild.id)

    async def test_a_channel_that_was_deleted_meanwhile_is_refused(self, empty_town: Town) -> None:
        town = empty_town
        form = await opened(town)
        await pick(town.admin, form, "verdicts", town.verdicts)

        town.env.backend.delete_channel(town.verdicts.id)
        await town.env.settle()
        await press(town.admin, form)

        assert "Nothing was changed: one of the channels is no longer a text channel of this server." in read(form)
        assert await settings(town) == GuildSettings(town.guild.id)

    async def test_everyone_cannot_be_the_moderators(self, town: Town) -> None:
        form = await opened(town)
        await pick(town.admin, form, "role", town.guild.default_role)
        await press(town.admin, form)

        assert "Nothing was changed: @everyone would make every member a moderator." in read(form)
        assert (await settings(town)).mod_role_id == town.mod_role.id

    async def test_a_role_that_was_deleted_meanwhile_is_refused(self, empty_town: Town) -> None:
        town = empty_town
        form = await opened(town)
        await pick(town.admin, form, "role", town.mod_role)

        town.env.backend.delete_role(town.guild.id, town.mod_role.id)
        await town.env.settle()
        await press(town.admin, form)

        assert "Nothing was changed: that role is not one of this server." in read(form)

    @pytest.mark.parametrize("part", ["menu", "button"])
    async def test_an_admin_who_is_one_no_more_is_refused(self, town: Town, part: str) -> None:
        before = await settings(town)
        form = await opened(town, mod_channel=town.square)
        for role_id in list(town.env.backend.get_member(town.guild.id, town.admin.id).role_ids):
            town.env.backend.remove_member_role(town.guild.id, town.admin.id, role_id)

        if part == "menu":
            result = await pick(town.admin, form, "verdicts", town.square)
        else:
            result = await press(town.admin, form)

        assert private_answer(result) == "Only members with **Manage Server** may do that."
        assert await settings(town) == before

    @pytest.mark.parametrize(
        "custom_id",
        [
            "court:v1:save:secret:1:2:3",
            "court:v1:save:::9999999999999999999:",
            "court:v1:pick:verdicts:9999999999999999999::",
        ],
    )
    async def test_an_id_that_no_form_has_is_too_old(self, town: Town, custom_id: str) -> None:
        form = await opened(town, mod_channel=town.square)
        town.env.backend.get_message(form.channel_id, form.id).components[0]["components"][-1]["components"][0][
            "custom_id"
        ] = custom_id

        result = await press(town.admin, form)

        assert private_answer(result).startswith("This button is too old to work. Nothing was changed.")


class TestTwoAdmins:
    """Two admins have the form open at once."""

    @pytest.fixture
    def second(self, town: Town) -> MemberActor:
        managers = town.guild.roles["Managers"]
        return town.guild.add_member(town.env.create_user("barbara"), roles=[managers, town.mod_role])

    async def test_each_saves_only_what_they_picked(self, town: Town, second: MemberActor) -> None:
        office = town.private_channel("backroom")
        mine, theirs = await opened(town), await opened(town, second)
        await pick(town.admin, mine, "verdicts", town.square)
        await pick(second, theirs, "mods", office)

        await press(town.admin, mine)
        await press(second, theirs)

        found = await settings(town)
        assert (found.verdict_channel_id, found.mod_channel_id) == (town.square.id, office.id)
        assert f"Verdict channel: {town.square.mention}" in read(theirs)

    async def test_a_channel_that_the_other_admin_chooses_at_the_last_moment_is_asked_about(self, town: Town) -> None:
        room, servers = town.private_channel("backroom"), town.house.services.servers
        await town.env.settle()

        class Overtaken(ServerSettingsService):
            async def show(self, guild_id: int) -> GuildSettings:
                settings = await super().show(guild_id)
                await servers.change(guild_id, verdict_channel_id=room.id)
                return settings

        overtaken = Overtaken(town.house.store, town.house.clock, town.house.app.worker.wake)
        guild = town.env.bot.get_guild(town.guild.id)
        with pytest.raises(Unconfirmed) as raised:
            await save(overtaken, town.guild.id, guild, Places(mod_channel_id=room.id))

        assert set(raised.value.to_confirm) == {Caution.SHARED}
        assert raised.value.settings.verdict_channel_id == room.id
        assert (await settings(town)).mod_channel_id == town.office.id

    async def test_they_cannot_put_both_roles_into_one_channel_unasked(self, town: Town) -> None:
        room = town.private_channel("backroom")
        change = town.house.services.servers.change
        one, other = await asyncio.gather(
            change(town.guild.id, apart=True, verdict_channel_id=room.id),
            change(town.guild.id, apart=True, mod_channel_id=room.id),
            return_exceptions=True,
        )

        found = await settings(town)
        assert found.verdict_channel_id != found.mod_channel_id
        assert sorted(type(result).__name__ for result in (one, other)) == ["GuildSettings", "SharedChannel"]


def test_the_longest_ids_fit() -> None:
    largest = ids.LARGEST_ID
    places = Places(verdict_channel_id=largest, mod_channel_id=largest, mod_role_id=largest)
    for custom_id, template in (
        (ids.pick_id("verdicts", places), ids.PICK),
        (ids.save_id(places, ["shared", "public"]), ids.SAVE),
    ):
        match = template.fullmatch(custom_id)
        assert len(custom_id) <= 100
        assert match is not None
        assert ids.places_of(match) == places
