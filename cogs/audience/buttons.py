"""The buttons Yes, Maybe and No under a ruling, and the reply to a voter."""

from __future__ import annotations

import logging
import re

import discord

from cogs.rulings.card import with_audience
from cogs.ui import ids
from cogs.ui.buttons import Button, pressable
from cogs.ui.labels import audience_label, vote_label
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from cogs.ui.texts import _, using_locale
from court.audience.votes import AudienceService, Receipt
from court.models import Vote

log = logging.getLogger(__name__)


def vote_button(audience: AudienceService) -> type[Button]:
    """Make the class of the buttons Yes, Maybe and No under a ruling."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        vote = Vote(match["choice"])
        work = audience.vote(guild_of(interaction), ids.case_id_of(match), interaction.user.id, vote)
        receipt = await in_time(interaction, work)
        await _update_card(interaction, receipt)
        await answer(interaction, receipt_text(receipt))

    return pressable(ids.VOTE, press)


def receipt_text(receipt: Receipt) -> str:
    """Return the reply to a voter: `Your vote on № 1B0C: **Yes** (it was Maybe). Audience: …`."""
    if receipt.previous is None:
        line = _("Your vote on № {number}: **{vote}**. {audience}")
    elif receipt.previous is receipt.vote:
        line = _("Your vote on № {number}: **{vote}**, as before. {audience}")
    else:
        line = _("Your vote on № {number}: **{vote}** (it was {previous}). {audience}")
    return line.format(
        number=receipt.case.number,
        vote=vote_label(receipt.vote),
        previous="" if receipt.previous is None else vote_label(receipt.previous),
        audience=audience_label(receipt.audience),
    )


async def _update_card(interaction: Interaction, receipt: Receipt) -> None:
    # The vote is stored already. If the card cannot be changed, it must not look as if the vote had failed.
    if interaction.message is None or interaction.response.is_done():
        return
    with using_locale(interaction.guild_locale):
        card = with_audience(discord.ui.LayoutView.from_message(interaction.message), receipt.audience)
    if card is None:
        return
    try:
        await interaction.response.edit_message(view=card)
    except discord.HTTPException as error:
        log.warning("could not update the card of № %s: %s", receipt.case.number, error)
