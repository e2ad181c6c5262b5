"""The buttons Approve, Edit and Deny on the moderators' card of a statement."""

from __future__ import annotations

import re

from cogs.docket.card import filed_card
from cogs.docket.forms import DenyModal, EditModal
from cogs.ui import ids
from cogs.ui.buttons import Button, pressable
from cogs.ui.layout import dispatch_id_of
from cogs.ui.replies import Interaction, guild_of, in_time, member_of, show_on_card
from cogs.ui.texts import using_locale
from court.docket.moderation import ModerationService
from court.models import Case


def approve_button(moderation: ModerationService, vacancy: str | None) -> type[Button]:
    """Make the class of the button that approves a statement."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        work = moderation.approve(guild_of(interaction), ids.case_id_of(match), member_of(interaction))
        await _show(interaction, await in_time(interaction, work), vacancy)

    return pressable(ids.APPROVE, press)


def edit_button(moderation: ModerationService, vacancy: str | None) -> type[Button]:
    """Make the class of the button that opens a statement in a form for rewording."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        case_id = ids.case_id_of(match)
        case = await moderation.pending(guild_of(interaction), case_id, member_of(interaction))

        async def submit(submitted: Interaction, text: str) -> None:
            work = moderation.edit(guild_of(submitted), case_id, member_of(submitted), text)
            await _show(submitted, await in_time(submitted, work), vacancy)

        await interaction.response.send_modal(EditModal(case, submit))

    return pressable(ids.EDIT, press)


def deny_button(moderation: ModerationService, vacancy: str | None) -> type[Button]:
    """Make the class of the button that denies a statement after asking for the reason in a form."""

    async def press(interaction: Interaction, match: re.Match[str]) -> None:
        case_id = ids.case_id_of(match)
        await moderation.pending(guild_of(interaction), case_id, member_of(interaction))

        async def submit(submitted: Interaction, reason: str) -> None:
            work = moderation.deny(guild_of(submitted), case_id, member_of(submitted), reason)
            await _show(submitted, await in_time(submitted, work), vacancy)

        await interaction.response.send_modal(DenyModal(submit))

    return pressable(ids.DENY, press)


async def _show(interaction: Interaction, case: Case, vacancy: str | None) -> None:
    dispatch_id = None if interaction.message is None else dispatch_id_of(interaction.message)
    with using_locale(interaction.guild_locale):
        card = filed_card(case, dispatch_id=dispatch_id, vacancy=vacancy)
    await show_on_card(interaction, card)
