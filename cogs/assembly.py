"""Adds every cog and every button to a bot."""

from __future__ import annotations

from dataclasses import dataclass

from discord.ext import commands

from cogs.audience.buttons import vote_button
from cogs.audience.vote import Voting
from cogs.docket.ask import Ask
from cogs.docket.buttons import approve_button, deny_button, edit_button
from cogs.rulings.verdict import Verdict
from cogs.server.court import Court
from cogs.server.presence import Presence
from cogs.server.setup import Setup
from cogs.ui.buttons import outdated_button
from cogs.ui.tree import CommandTranslator, CourtTree
from court.audience.reactions import ReactionQueue
from court.audience.votes import AudienceService
from court.docket.intake import IntakeService
from court.docket.lookup import LookupService
from court.docket.moderation import ModerationService
from court.jury.seating import Seating
from court.servers.juries import JuryService
from court.servers.paces import PaceService
from court.servers.presence import PresenceService
from court.servers.settings import ServerSettingsService
from court.servers.statistics import StatisticsService
from court.servers.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Services:
    """What the cogs call. `vacancy` says why no hearings are held, if there is no jury."""

    intake: IntakeService
    moderation: ModerationService
    lookup: LookupService
    audience: AudienceService
    paces: PaceService
    throttle: Throttle
    reactions: ReactionQueue
    servers: ServerSettingsService
    presence: PresenceService
    statistics: StatisticsService
    juries: JuryService
    seating: Seating
    vacancy: str | None = None


async def assemble(bot: commands.Bot | commands.AutoShardedBot, services: Services) -> None:
    """Add all cogs and buttons. Call this once, before the command tree is synced.

    The bot needs a `cogs.ui.tree.CourtTree` as its tree and `AllowedMentions.none()` as its allowed mentions.
    """
    await bot.tree.set_translator(CommandTranslator())
    await bot.add_cog(Ask(services.intake, services.lookup, services.paces, services.throttle))
    await bot.add_cog(Verdict(services.lookup, services.paces))
    await bot.add_cog(Voting(bot, services.audience, services.reactions, services.lookup))
    await bot.add_cog(Court(services.statistics, services.juries, services.seating, services.paces))
    await bot.add_cog(Setup(services.servers, services.statistics, services.vacancy))
    await bot.add_cog(Presence(bot, services.presence))
    if isinstance(bot.tree, CourtTree):
        bot.tree.admit_only(services.presence.allows)
    buttons = [
        vote_button(services.audience),
        approve_button(services.moderation, services.vacancy),
        edit_button(services.moderation, services.vacancy),
        deny_button(services.moderation, services.vacancy),
    ]
    bot.add_dynamic_items(*buttons, outdated_button(buttons))
