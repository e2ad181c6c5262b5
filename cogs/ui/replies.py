"""Answering an interaction: in time, by whichever way is still open, and knowing who asked."""

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
"""Seconds that work may take before Discord is told to wait: within one, as people expect; it gives up after 3."""


async def answer(interaction: Interaction, content: str | discord.ui.LayoutView, *, private: bool = True) -> None:
    """Answer with text or a card: as the response, or as a follow-up where that is spent."""
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    if isinstance(content, str):
        await send(content, ephemeral=private)
    else:
        await send(view=content, ephemeral=private)


async def show_on_card(interaction: Interaction, card: discord.ui.LayoutView) -> None:
    """Answer a press by changing the card that was pressed, or privately where that cannot be done."""
    if not interaction.response.is_done():
        try:
            await interaction.response.edit_message(view=card)
        except discord.HTTPException as error:
            # What was decided is kept already, and must not look as if it had failed.
            log.warning("a card could not be changed: %s", error)
        else:
            return
    await answer(interaction, card)


async def in_time(interaction: Interaction, work: Coroutine[Any, Any, T], *, private: bool = True) -> T:
    """The result of `work`. If it takes long, the person sees that we think, instead of a failure.

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
    # The work is under way and must not be lost to an answer that comes too late.
    with suppress(discord.HTTPException):
        await interaction.response.defer(ephemeral=private, thinking=True)
    try:
        return await task
    except Exception:
        if not private:
            await _withdraw_public_wait(interaction)
        raise


async def _withdraw_public_wait(interaction: Interaction) -> None:
    # The first thing said after a public “is thinking…” takes its place and is as public: let that be
    # a sign that is gone at once, so that what went wrong can be said in private.
    with suppress(discord.HTTPException):
        await interaction.edit_original_response(content="…")
        await interaction.delete_original_response()


def guild_of(interaction: Interaction) -> int:
    """The guild in which the interaction happened.

    Raises:
        discord.app_commands.NoPrivateMessage: when it happened in none.
    """
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


def member_of(interaction: Interaction) -> Member:
    """Who acts, with all that can make a moderator."""
    user = interaction.user
    roles = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    held = interaction.permissions
    return Member(user.id, roles, held.manage_guild or held.administrator)
