"""The form of `/setup channels`: what is set, menus to choose from, and a button that saves.

What an admin picks is kept in the ids of the form's own parts. So the form works after a restart, and two admins with a
form each change only what they picked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import discord

from cogs.server.channel_checks import (
    CHANNEL_TYPES,
    Caution,
    caution_text,
    mod_channel_line,
    moderators_line,
    verdict_channel_line,
)
from cogs.ui import ids
from cogs.ui.labels import BRASS
from cogs.ui.layout import Card, Item, framed, text
from cogs.ui.notices import vacancy_line
from cogs.ui.texts import _
from court.models import GuildSettings
from court.servers.settings import Places


def channel_form(
    guild: discord.Guild | None,
    settings: GuildSettings,
    picked: Places,
    *,
    vacancy: str | None = None,
    saved: bool = False,
    notes: Sequence[str] = (),
    to_confirm: Collection[Caution] = (),
) -> Card:
    """Return the form.

    Args:
        guild: the server.
        settings: what is set.
        picked: what was picked in the form and is not saved.
        vacancy: why no hearings are held, if there is no jury.
        saved: whether something has just been saved.
        notes: what else to say.
        to_confirm: what the button confirms if it is pressed.
    """
    then = replace(settings, **picked)
    title = _("**Saved. The court on this server:**") if saved else _("**The court on this server**")
    lines = [] if vacancy is None else [vacancy_line(vacancy)]
    lines += [*notes, *(caution_text(one, settings, picked) for one in sorted(to_confirm))]
    if to_confirm:
        lines.append(_("Nothing is saved yet. Choose something else, or press **Save anyway**."))
    elif picked:
        lines.append(_("-# Nothing is saved until you press **Save**."))
    return Card(
        framed(
            text(title, verdict_channel_line(guild, then)),
            _channel_menu(guild, "verdicts", then.verdict_channel_id, picked),
            text(mod_channel_line(guild, then)),
            _channel_menu(guild, "mods", then.mod_channel_id, picked),
            text(moderators_line(then)),
            _role_menu(guild, then.mod_role_id, picked),
            *([text(*lines)] if lines else []),
            _save_row(picked, to_confirm),
            colour=BRASS,
        )
    )


def _channel_menu(guild: discord.Guild | None, field: str, channel_id: int | None, picked: Places) -> Item:
    # A default that no longer exists is left out: Discord does not say whether it takes one.
    channel = None if guild is None or channel_id is None else guild.get_channel(channel_id)
    menu = discord.ui.ChannelSelect[Any](
        custom_id=ids.pick_id(field, picked),
        channel_types=list(CHANNEL_TYPES),
        placeholder=_("Choose the verdict channel") if field == "verdicts" else _("Choose the mod channel"),
        default_values=[] if channel is None else [channel],
    )
    return discord.ui.ActionRow[Any](menu)


def _role_menu(guild: discord.Guild | None, role_id: int | None, picked: Places) -> Item:
    role = None if guild is None or role_id is None else guild.get_role(role_id)
    menu = discord.ui.RoleSelect[Any](
        custom_id=ids.pick_id("role", picked),
        placeholder=_("Choose a moderator role, or none"),
        min_values=0,
        default_values=[] if role is None else [role],
    )
    return discord.ui.ActionRow[Any](menu)


def _save_row(picked: Places, to_confirm: Collection[Caution]) -> Item:
    button = discord.ui.Button[Any](
        style=discord.ButtonStyle.danger if to_confirm else discord.ButtonStyle.success,
        label=_("Save anyway") if to_confirm else _("Save"),
        custom_id=ids.save_id(picked, to_confirm),
        disabled=not picked,
    )
    return discord.ui.ActionRow[Any](button)
