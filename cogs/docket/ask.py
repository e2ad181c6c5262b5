"""`/ask`: a member puts a question to the court."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from cogs.docket.forms import AskModal
from cogs.rulings.card import ruling_card
from cogs.rulings.text import STATEMENT_LIMIT
from cogs.ui.errors import keep_typed
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from cogs.ui.texts import _, plain
from court.docket.intake import Filing, IntakeService
from court.docket.lookup import LookupService
from court.docket.statements import MAX_LENGTH
from court.models import Case, CaseState
from court.servers.paces import PaceService
from court.servers.throttle import Throttle


class Ask(commands.Cog):
    """Files statements, from the option or from the form."""

    def __init__(self, intake: IntakeService, lookup: LookupService, paces: PaceService, throttle: Throttle) -> None:
        self._intake = intake
        self._lookup = lookup
        self._paces = paces
        self._throttle = throttle

    @app_commands.command(description="Ask the court: can AI do this?")
    @app_commands.describe(question="For example “Can AI write a publishable novel?”. Leave it empty to open a form.")
    async def ask(
        self, interaction: Interaction, question: app_commands.Range[str, 1, MAX_LENGTH] | None = None
    ) -> None:
        if question is None:
            await interaction.response.send_modal(AskModal(self._file))
        else:
            keep_typed(interaction, question)
            await self._file(interaction, question)

    async def _file(self, interaction: Interaction, text: str) -> None:
        guild_id = guild_of(interaction)
        filing = await in_time(interaction, self._ask(guild_id, interaction.user.id, text))
        if filing.filed:
            await answer(interaction, _filed(filing.case))
        elif filing.case.state is CaseState.DOCKETED:
            overview = await self._lookup.find(guild_id, filing.case.number)
            lead = _("This question is already on the docket: № {number}.")
            await answer(interaction, ruling_card(overview, lead=lead.format(number=filing.case.number)))
        else:
            await answer(interaction, _waiting(filing.case))

    async def _ask(self, guild_id: int, user_id: int, text: str) -> Filing:
        # Not when a form is opened, which must not wait for the record.
        async with self._throttle.admit(guild_id):
            await self._paces.ask(guild_id, user_id)
            return await self._intake.ask(guild_id, user_id, text)


def _filed(case: Case) -> str:
    return (
        _("**Filed:** {statement}").format(statement=_shown(case))
        + "\n"
        + _(
            "The moderators look at it next. If they approve it, it gets a docket number, the jury hears the case and "
            "the ruling is announced on this server. If not, you get a direct message that says why."
        )
    )


def _waiting(case: Case) -> str:
    return (
        _("**Already asked:** {statement}").format(statement=_shown(case))
        + "\n"
        + _("It is waiting for the moderators. Once they approve it, the jury hears the case.")
    )


def _shown(case: Case) -> str:
    return plain(case.statement, STATEMENT_LIMIT)
