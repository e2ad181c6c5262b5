"""Answering an interaction: in time, in whichever way Discord still allows, and knowing who asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

import discord
from discord import app_commands

from court.models import Member

Interaction: TypeAlias = discord.Interaction[discord.Client]
T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE = 0.8
"""Seconds of work after which Discord shows “is thinking…”. People expect that within 1; Discord gives up after 3."""


async def answer(interaction: Interaction, content: str | discord.ui.LayoutView, *, private: bool = True) -> None:
    """Answer with text or a card: as the response, or as a follow-up if there was a response already."""
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    if isinstance(content, str):
        await send(content, ephemeral=private)
    else:
        await send(view=content, ephemeral=private)


async def show_on_card(interaction: Interaction, card: discord.ui.LayoutView) -> None:
    """Answer a press by changing the pressed card, or privately if that is not possible."""
    if not interaction.response.is_done():
        try:
            await interaction.response.edit_message(view=card)
        except discord.HTTPException as error:
            # The decision is stored already and must not look as if it had failed.
            log.warning("could not change a card: %s", error)
        else:
            return
    await answer(interaction, card)


async def in_time(interaction: Interaction, work: Coroutine[Any, Any, T], *, private: bool = True) -> T:
    """Return the result of `work`. If it takes long, the person sees “is thinking…” instead of a failure.

    Raises:
        Exception: whatever `work` raises.
    """
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        return task.result()
    # If Discord takes the deferral too late, the running work must still finish.
    with suppress(discord.HTTPException):
        await interaction.response.defer(ephemeral=private, thinking=True)
    try:
        return await task
    except Exception:
        if not private:
            await withdraw_public_wait(interaction)
        raise


async def withdraw_public_wait(interaction: Interaction) -> None:
    """Take back the public “is thinking…” that `in_time` may have shown, so that the answer can be private."""
    if not interaction.response.is_done():
        return
    # The first reply after a public “is thinking…” takes its place and is public too. So that first reply is a “…”
    # that is deleted at once.
    with suppress(discord.HTTPException):
        await interaction.edit_original_response(content="…")
        await interaction.delete_original_response()


def guild_of(interaction: Interaction) -> int:
    """Return the id of the guild in which the interaction happened.

    Raises:
        discord.app_commands.NoPrivateMessage: when it did not happen in a guild.
    """
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


def channel_of(interaction: Interaction) -> int:
    """Return the id of the channel or thread in which the interaction happened.

    Raises:
        discord.app_commands.NoPrivateMessage: when Discord names none.
    """
    if interaction.channel_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.channel_id


def member_of(interaction: Interaction) -> Member:
    """Return who acts, with the roles and permissions that can make them a moderator."""
    user = interaction.user
    roles = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    held = interaction.permissions
    return Member(user.id, roles, held.manage_guild or held.administrator)
