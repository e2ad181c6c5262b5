"""A Discord server with a court in it: real cogs and services, a record in memory, people who act."""

from __future__ import annotations

import random
from typing import Any

import discord
from discord.ext import commands
from simcord import Env, InteractionResult, ResponseMessage
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.components import walk_components

from cogs.assembly import Services, assemble
from cogs.delivery import DiscordCourier
from cogs.ui.tree import CourtTree
from court.announcements.delivery import AnnouncementService
from court.audience.votes import AudienceService
from court.docket.intake import IntakeService
from court.docket.lookup import LookupService, overview_of
from court.docket.moderation import ModerationService
from court.hearings.budget import Caps, HearingBudget
from court.hearings.conduct import HearingService
from court.hearings.queue import HearingQueueService
from court.jury.pool import Jury
from court.jury.research import ResearchService
from court.jury.seating import Seating
from court.models import Case, CaseState, Hearing, Member, ModelRef, Usage, Vote
from court.ports import Store
from court.servers.settings import ServerSettingsService
from court.servers.statistics import StatisticsService
from tests.fakes.faults import FaultyStore
from tests.fakes.models import FakeModel, Step, rules, votes
from tests.fakes.store import FakeStore
from tests.fakes.world import FakeClock

Shown = discord.Message | ResponseMessage
TEXT_DISPLAY, BUTTON = 10, 2
NOVEL = "Can AI write a novel?"
WEEK = 7
"""Days from one session of a case to the next in a town that is set up."""


class TownBot(commands.AutoShardedBot):
    """A bot as `bot/` builds it."""

    def __init__(self, services: Services) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_reactions=True),
            tree_cls=CourtTree,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=1,
        )
        self._services = services

    async def setup_hook(self) -> None:
        await assemble(self, self._services)
        await self.tree.sync()


class House:
    """What the bot is built from, and what outlives it."""

    def __init__(
        self,
        vacancy: str | None = None,
        record: Store | None = None,
        server_caps: tuple[int | None, int | None] = (None, None),
        seats: int = 5,
        rehearsal: bool = False,
        unpriced: tuple[ModelRef, ...] = (),
    ) -> None:
        self.clock = FakeClock()
        self.store = FaultyStore(record or FakeStore())
        self.jurors = [
            FakeModel(f"vendor{seat}/model", votes(reason=f"Reason {seat}.")) for seat in range(1, seats + 1)
        ]
        chance = random.Random(7)
        jury = Jury({one.ref: one for one in self.jurors}, FakeModel("judges/judge", rules()), 5, 5.0, rehearsal)
        self.services = Services(
            intake=IntakeService(self.store, self.clock, chance, _silence),
            moderation=ModerationService(self.store, self.clock, _silence),
            lookup=LookupService(self.store),
            audience=AudienceService(self.store, self.clock),
            servers=ServerSettingsService(self.store, self.clock, _silence),
            statistics=StatisticsService(self.store, self.clock, server_caps, unpriced),
            seating=Seating.of(jury),
            vacancy=vacancy,
        )
        self.queue = HearingQueueService(
            self.store,
            HearingService(jury, self.clock, chance),
            ResearchService(jury, self.clock, chance, background_days=30),
            HearingBudget(Caps()),
            self.clock,
            chance,
            _silence,
        )

    def new_bot(self) -> TownBot:
        return TownBot(self.services)


class Town:
    """The server, its channels and people."""

    def __init__(self, env: Env, house: House, preferred_locale: str | None = None) -> None:
        self.env = env
        self.house = house
        self.guild = env.create_guild("Ghent", preferred_locale=preferred_locale)
        self.square = self.guild.create_text_channel("square")
        self.verdicts = self.guild.create_text_channel("verdicts")
        self.office = self.guild.create_text_channel("office")
        self.mod_role = self.guild.create_role("Moderators")
        managers = self.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.member = self.guild.add_member(env.create_user("ada"))
        self.other = self.guild.add_member(env.create_user("alan"))
        self.moderator = self.guild.add_member(env.create_user("grace"), roles=[self.mod_role])
        self.second = self.guild.add_member(env.create_user("edsger"), roles=[self.mod_role])
        self.admin = self.guild.add_member(env.create_user("mary"), roles=[managers])

    @property
    def courier(self) -> DiscordCourier:
        return DiscordCourier(self.env.bot, self.house.services.vacancy)

    def poor_channel(self, **denied: bool) -> ChannelHandle:
        """A channel in which everybody, the bot included, lacks something; the admin sees it all the same."""
        return self.guild.create_text_channel(
            "poor",
            overwrites={
                self.guild.default_role: discord.PermissionOverwrite(**denied),
                self.admin: discord.PermissionOverwrite(view_channel=True),
            },
        )

    async def set_up(self) -> None:
        await self.house.services.servers.change(
            self.guild.id,
            verdict_channel_id=self.verdicts.id,
            mod_channel_id=self.office.id,
            mod_role_id=self.mod_role.id,
        )
        await self.house.services.servers.fix_interval(self.guild.id, WEEK)

    @property
    def announcements(self) -> AnnouncementService:
        return AnnouncementService(self.house.store, self.courier, self.house.clock, overview_of)

    async def deliver(self) -> None:
        """Bring everything that is due to Discord."""
        while await self.announcements.deliver_next():
            pass
        await self.env.settle()

    async def recover(self) -> None:
        """Start again after a process that was killed."""
        assert await self.announcements.recover() == 1

    def as_clerk(self, actor: MemberActor) -> Member:
        """The moderator as the services see one."""
        return Member(actor.id, [self.mod_role.id], manages_guild=False)

    async def filed(self, text: str = NOVEL) -> Case:
        """A case that a member has filed, with its card in the office."""
        filing = await self.house.services.intake.ask(self.guild.id, self.member.id, text)
        await self.deliver()
        return filing.case

    async def docketed(self, text: str = NOVEL) -> Case:
        case = await self.filed(text)
        case = await self.house.services.moderation.approve(self.guild.id, case.id, self.as_clerk(self.moderator))
        await self.deliver()
        return case

    async def heard(self, text: str = NOVEL) -> Case:
        """A case that was heard once, with its ruling in the verdict channel."""
        case = await self.docketed(text)
        assert await self.house.queue.hold_next()
        await self.deliver()
        return case

    async def hear_again(self, *steps: Step) -> None:
        """Let a week pass and hold the next session; the jurors answer so."""
        for juror, step in zip(self.house.jurors, steps, strict=True):
            juror.script(step)
        self.house.clock.advance(days=WEEK)
        assert await self.house.queue.hold_next()
        await self.deliver()

    async def spend(self, amount: int) -> None:
        """Have a hearing of the latest case cost so many millionths of a US dollar now."""
        case = (await self.cases())[0]
        async with self.house.store.writing() as repos:
            charge = await repos.charges.reserve(case.guild_id, case.id, self.house.clock.now(), amount)
            await repos.charges.settle(charge, Usage(cost=amount))

    async def sessions(self) -> list[Hearing]:
        """All hearings of the server's cases."""
        async with self.house.store.reading() as repos:
            return [held for case in await self.cases() for held in await repos.hearings.of_case(case.id)]

    async def vote_of(self, case: Case, member: MemberActor) -> Vote | None:
        async with self.house.store.reading() as repos:
            return await repos.votes.of_member(case.id, member.id)

    async def cases(self) -> list[Case]:
        async with self.house.store.reading() as repos:
            return await repos.cases.newest(self.guild.id, list(CaseState), limit=100)

    async def case(self, case_id: int) -> Case:
        async with self.house.store.reading() as repos:
            case = await repos.cases.get(case_id)
        assert case is not None
        return case

    def refusals(self) -> list[str]:
        """The kinds of errors that commands met, looked at so that they do not fail the test."""
        return [type(getattr(error, "original", error)).__name__ for error in self.env.errors]


def last(channel: ChannelHandle) -> discord.Message:
    """The last message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


def read(message: Shown) -> str:
    """All words that a message shows, without its buttons."""
    shown = [part["content"] for part in _parts(message) if part.get("type") == TEXT_DISPLAY]
    return "\n".join([message.content, *shown]).strip()


def buttons(message: Shown) -> list[str]:
    """The labels of the buttons, in their order."""
    return [part["label"] for part in _parts(message) if part.get("type") == BUTTON]


def told(result: InteractionResult) -> str:
    """What one person is told by an interaction, and nobody else sees."""
    answers = [one for one in [result.response, *result.followups] if one is not None and one.ephemeral]
    assert len(answers) == 1, f"{len(answers)} private answers"
    return read(answers[0])


def shown(result: InteractionResult) -> ResponseMessage:
    """The message that answered an interaction."""
    assert result.response is not None
    return result.response


def _parts(message: Shown) -> list[dict[str, Any]]:
    if isinstance(message, ResponseMessage):
        return list(walk_components(message.components))
    return list(walk_components([part.to_dict() for part in message.components]))


def _silence() -> None:
    """Nobody works in the background: the tests do."""
