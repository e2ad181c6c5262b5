"""Votes of the audience: `/vote`, and the reactions under announced rulings."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.audience.buttons import receipt_text
from cogs.ui.autocomplete import suggest_cases
from cogs.ui.labels import VOTE_EMOJI
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from court.audience.reactions import ReactionQueue
from court.audience.votes import AudienceService
from court.docket.lookup import LookupService
from court.docket.statements import MAX_LENGTH
from court.models import Vote

_VOTES = {emoji: vote for vote, emoji in VOTE_EMOJI.items()}


class Voting(commands.Cog):
    """Takes votes by command and by reaction. The buttons are in `cogs.audience.buttons`."""

    def __init__(
        self, client: discord.Client, audience: AudienceService, reactions: ReactionQueue, lookup: LookupService
    ) -> None:
        self._client = client
        self._audience = audience
        self._reactions = reactions
        self._lookup = lookup

    @app_commands.command(description="Vote on a case, or change your vote. Only you see the reply.")
    @app_commands.describe(case="Docket number, or words from the question.", ballot="Your answer to the question.")
    @app_commands.choices(
        ballot=[
            app_commands.Choice(name="Yes", value=Vote.YES.value),
            app_commands.Choice(name="Maybe", value=Vote.MAYBE.value),
            app_commands.Choice(name="No", value=Vote.NO.value),
        ]
    )
    async def vote(self, interaction: Interaction, case: app_commands.Range[str, 1, MAX_LENGTH], ballot: str) -> None:
        work = self._audience.vote_on(guild_of(interaction), case, interaction.user.id, Vote(ballot))
        await answer(interaction, receipt_text(await in_time(interaction, work)))

    @vote.autocomplete("case")
    async def _cases(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest_cases(self._lookup, interaction, current)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        if payload.member is None or not payload.member.bot:
            await self._reacted(payload, added=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        await self._reacted(payload, added=False)

    async def _reacted(self, payload: discord.RawReactionActionEvent, *, added: bool) -> None:
        vote = _VOTES.get(payload.emoji.name)
        ours = self._client.user is not None and payload.user_id == self._client.user.id
        if vote is None or ours or payload.guild_id is None:
            return
        await self._reactions.take(payload.message_id, payload.user_id, vote, added=added)
