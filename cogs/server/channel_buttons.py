"""The menus and the button of the form of `/setup channels`, and saving what an admin chose."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import discord
from discord import app_commands

from cogs.server.channel_checks import Caution, cautions, refusal
from cogs.server.channel_form import channel_form
from cogs.ui import ids
from cogs.ui.buttons import Button, pressable
from cogs.ui.replies import Interaction, guild_of, in_time, show_on_card
from court.errors import SharedChannel
from court.models import GuildSettings
from court.servers.settings import Places, ServerSettingsService


class Unconfirmed(Exception):
    """Nothing was saved, because an admin has to confirm something first."""

    def __init__(self, settings: GuildSettings, to_confirm: Collection[Caution]) -> None:
        super().__init__(", ".join(sorted(to_confirm)))
        self.settings = settings
        self.to_confirm = to_confirm


async def save(
    servers: ServerSettingsService,
    guild_id: int,
    guild: discord.Guild | None,
    given: Places,
    confirmed: Collection[Caution] = (),
) -> GuildSettings:
    """Save the given channels and role, which the court can use.

    Raises:
        Unconfirmed: when something speaks against it that is not in `confirmed`.
    """
    settings = await servers.show(guild_id)
    found = cautions(guild, settings, given)
    if not found <= set(confirmed):
        raise Unconfirmed(settings, found)
    try:
        return await servers.change(guild_id, apart=Caution.SHARED not in confirmed, **given)
    except SharedChannel:
        # Another admin has chosen the other channel in between.
        raise Unconfirmed(await servers.show(guild_id), {*found, Caution.SHARED}) from None


def pick_menu(servers: ServerSettingsService, vacancy: str | None) -> type[Button]:
    """Make the class of the menus of the form. What is picked is shown, and not saved."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        _require_manager(interaction)
        picked = ids.places_of(match)
        settings = await in_time(interaction, servers.show(guild_of(interaction)))
        _pick(picked, match["field"], _chosen(interaction), settings)
        await show_on_card(interaction, channel_form(interaction.guild, settings, picked, vacancy=vacancy))

    return pressable(ids.PICK, press)


def save_button(servers: ServerSettingsService, vacancy: str | None) -> type[Button]:
    """Make the class of the button that saves what was picked, or asks for confirmation first."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        _require_manager(interaction)
        guild_id, guild, picked = guild_of(interaction), interaction.guild, ids.places_of(match)
        confirmed = _confirmed(match["confirmed"])
        if (problem := refusal(guild, picked)) is not None:
            settings = await in_time(interaction, servers.show(guild_id))
            card = channel_form(guild, settings, picked, vacancy=vacancy, notes=[problem])
            await show_on_card(interaction, card)
            return
        try:
            settings = await in_time(interaction, save(servers, guild_id, guild, picked, confirmed))
        except Unconfirmed as error:
            card = channel_form(guild, error.settings, picked, vacancy=vacancy, to_confirm=error.to_confirm)
        else:
            card = channel_form(guild, settings, Places(), vacancy=vacancy, saved=True)
        await show_on_card(interaction, card)

    return pressable(ids.SAVE, press)


def _require_manager(interaction: Interaction) -> None:
    """Refuse whoever may not change settings, as the commands do.

    Raises:
        MissingPermissions: when the person does not have the permission Manage Server.
    """
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


def _confirmed(names: str) -> set[Caution]:
    try:
        return {Caution(name) for name in names.split("+") if name}
    except ValueError:
        raise ids.ButtonTooOld from None


def _chosen(interaction: Interaction) -> int | None:
    """Return the id that was chosen in a menu, or None if the choice was taken back."""
    data: Any = interaction.data or {}
    chosen = data.get("values") or [None]
    return None if chosen[0] is None else int(chosen[0])


def _pick(picked: Places, field: str, chosen: int | None, settings: GuildSettings) -> None:
    """Note what was chosen in a menu. What is set already need not be saved."""
    if field == "role":
        picked["mod_role_id"] = chosen
        if chosen == settings.mod_role_id:
            del picked["mod_role_id"]
    elif field == "mods" and chosen is not None:
        picked["mod_channel_id"] = chosen
        if chosen == settings.mod_channel_id:
            del picked["mod_channel_id"]
    elif chosen is not None:
        picked["verdict_channel_id"] = chosen
        if chosen == settings.verdict_channel_id:
            del picked["verdict_channel_id"]
