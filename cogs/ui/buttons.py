"""The buttons under cards. They are found by their custom ids, so that they outlive a restart.

Each class is made once, round the service that it calls, and registered with the client.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from cogs.docket.forms import DenyModal, EditModal
from cogs.rulings.card import filed_card, with_audience
from cogs.ui import ids
from cogs.ui.errors import present
from cogs.ui.labels import audience_label, vote_label
from cogs.ui.layout import mark_of
from cogs.ui.replies import Interaction, answer, guild_of, in_time, member_of, show_on_card
from cogs.ui.texts import _, speaking
from court.audience.votes import AudienceService, Receipt
from court.docket.moderation import ClerkService
from court.models import Case, Vote

log = logging.getLogger(__name__)

Button: TypeAlias = discord.ui.DynamicItem[discord.ui.Button[Any]]
Press: TypeAlias = Callable[[Interaction, re.Match[str]], Awaitable[None]]


def pressable(template: re.Pattern[str], press: Press) -> type[Button]:
    """The class of buttons whose custom id fits `template` and that call `press`.

    discord.py only logs what a dynamic item raises; here the person is told.
    """

    class Pressable(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template):
        def __init__(self, button: discord.ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(button)
            self._match = match

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Pressable:
            assert isinstance(item, discord.ui.Button)  # noqa: S101 - nothing else carries our ids
            return cls(item, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            with speaking(interaction.locale):
                try:
                    await press(interaction, self._match)
                except Exception as error:
                    await present(interaction, error)

    return Pressable


def vote_button(audience: AudienceService) -> type[Button]:
    """Yes, Maybe and No under a ruling."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        vote = Vote(match["choice"])
        work = audience.vote(guild_of(interaction), int(match["case_id"]), interaction.user.id, vote)
        receipt = await in_time(interaction, work)
        await _count_on_card(interaction, receipt)
        await answer(interaction, receipt_text(receipt))

    return pressable(ids.VOTE, press)


def approve_button(clerk: ClerkService, vacancy: str | None) -> type[Button]:
    """Approve on a filed card."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        work = clerk.approve(guild_of(interaction), int(match["case_id"]), member_of(interaction))
        await _show(interaction, await in_time(interaction, work), vacancy)

    return pressable(ids.APPROVE, press)


def edit_button(clerk: ClerkService, vacancy: str | None) -> type[Button]:
    """Edit on a filed card: opens the statement in a form."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        case_id = int(match["case_id"])
        case = await clerk.pending(guild_of(interaction), case_id, member_of(interaction))

        async def submit(submitted: Interaction, text: str) -> None:
            work = clerk.edit(guild_of(submitted), case_id, member_of(submitted), text)
            await _show(submitted, await in_time(submitted, work), vacancy)

        await interaction.response.send_modal(EditModal(case, submit))

    return pressable(ids.EDIT, press)


def deny_button(clerk: ClerkService, vacancy: str | None) -> type[Button]:
    """Deny on a filed card: asks for the reason in a form."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        case_id = int(match["case_id"])
        case = await clerk.pending(guild_of(interaction), case_id, member_of(interaction))

        async def submit(submitted: Interaction, reason: str) -> None:
            work = clerk.deny(guild_of(submitted), case_id, member_of(submitted), reason)
            await _show(submitted, await in_time(submitted, work), vacancy)

        await interaction.response.send_modal(DenyModal(case, submit))

    return pressable(ids.DENY, press)


def receipt_text(receipt: Receipt) -> str:
    """What a voter is told: `Your vote on № 1B0C: **Yes** (it was Maybe). Audience: …`."""
    if receipt.previous is None:
        line = _("Your vote on № {number}: **{vote}**. {audience}")
    elif receipt.previous is receipt.vote:
        line = _("Your vote on № {number}: **{vote}**, as before. {audience}")
    else:
        line = _("Your vote on № {number}: **{vote}** (it was {previous}). {audience}")
    return line.format(
        number=receipt.case.docket_number,
        vote=vote_label(receipt.vote),
        previous="" if receipt.previous is None else vote_label(receipt.previous),
        audience=audience_label(receipt.audience),
    )


async def _count_on_card(interaction: Interaction, receipt: Receipt) -> None:
    # The vote is kept already: a card that cannot be changed must not look like a vote that failed.
    if interaction.message is None or interaction.response.is_done():
        return
    with speaking(interaction.guild_locale):
        card = with_audience(discord.ui.LayoutView.from_message(interaction.message), receipt.audience)
    if card is None:
        return
    try:
        await interaction.response.edit_message(view=card)
    except discord.HTTPException as error:
        log.warning("the card of № %s could not be brought up to date: %s", receipt.case.docket_number, error)


async def _show(interaction: Interaction, case: Case, vacancy: str | None) -> None:
    mark = None if interaction.message is None else mark_of(interaction.message)
    with speaking(interaction.guild_locale):
        card = filed_card(case, mark=mark, vacancy=vacancy)
    await show_on_card(interaction, card)
