"""A Discord server with a court in it: the real bot over a real record, and people who act."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import discord
from simcord import Env, InteractionResult, ResponseMessage
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.components import walk_components

from bot.app import App, OwnedStore
from bot.client import CourtBot
from cogs.delivery import DiscordCourier
from court.announcements.delivery import AnnouncementService
from court.jury.pool import Jury
from court.models import Case, CaseState, Hearing, Member, Price, Usage, Vote
from tests.fakes.faults import FaultyStore
from tests.fakes.models import FakeModel, Step, rules, votes
from tests.fakes.world import FakeClock
from tests.settings import bare_settings

Shown = discord.Message | ResponseMessage
TEXT_DISPLAY, BUTTON = 10, 2
NOVEL = "Can AI write a novel?"
FREE = Price(0, 0)
WEEK = 7
"""Days from one session of a case to the next in a town that is set up."""


class House:
    """What the bot is built from, and what outlives it. `async with house` opens and closes the record.

    Args:
        store: An empty record.
        vacancy: Why there is no jury.
        server_caps: What the host lets each server spend in a day and in a month, in US dollars.
        seats: How many models may sit.
        rehearsal: Whether they are scripted.
        unpriced: The models that sit and have no price; the others have one.
        assumed: How many of the models count at the highest known prices.
        allowed_guilds: The servers that the host allows, as in the setting.
    """

    def __init__(
        self,
        store: OwnedStore,
        *,
        vacancy: str | None = None,
        server_caps: tuple[Decimal | None, Decimal | None] = (None, None),
        seats: int = 5,
        rehearsal: bool = False,
        unpriced: Sequence[str] = (),
        assumed: int = 0,
        allowed_guilds: str | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.store = FaultyStore(store)
        self.jurors = [
            FakeModel(ref, votes(reason=f"Reason {seat}."))
            for seat, ref in enumerate(unpriced or [f"vendor{seat}/model" for seat in range(1, seats + 1)], start=1)
        ]
        jury = Jury(
            {one.ref: one for one in self.jurors},
            FakeModel("judges/judge", rules()),
            5,
            5.0,
            rehearsal,
            vacancy,
            tariff=lambda ref: None if str(ref) in unpriced else FREE,
            assumed=tuple(one.ref for one in self.jurors[:assumed]),
        )
        daily, monthly = server_caps
        self.app = App(
            bare_settings(server_daily_cap_usd=daily, server_monthly_cap_usd=monthly, allowed_guilds=allowed_guilds),
            jury,
            store=self.store,
            clock=self.clock,
            randomness=random.Random(7),
        )
        self.services = self.app.services
        self.queue = self.app.queue

    async def __aenter__(self) -> Self:
        await self.app.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.app.__aexit__(kind, error, trace)

    def new_bot(self) -> CourtBot:
        bot = self.app.new_bot()
        # Discord says how many shards a bot should have; simcord must be given the number.
        bot.shard_count = 1
        return bot


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
        return self.house.app.courier(self.env.bot)

    def private_channel(self, name: str) -> ChannelHandle:
        """Create a channel that only moderators, the admin and the bot can see."""
        seen_by = (self.mod_role, self.admin, self.env.bot.user)
        return self.guild.create_text_channel(
            name,
            overwrites={
                self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
                **{one: discord.PermissionOverwrite(view_channel=True) for one in seen_by if one is not None},
            },
        )

    def restricted_channel(self, **denied: bool) -> ChannelHandle:
        """Create a channel in which everybody, the bot included, is denied something. The admin can see it anyway."""
        return self.guild.create_text_channel(
            "restricted",
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
        return self.house.app.announcements(self.courier)

    async def deliver(self) -> None:
        """Deliver everything that is due to Discord."""
        while await self.announcements.deliver_next():
            pass
        await self.env.settle()

    async def recover(self) -> None:
        """Do what a new process does after a kill, where one dispatch was claimed."""
        assert await self.announcements.recover() == 1

    def as_moderator(self, actor: MemberActor) -> Member:
        """Return the member as a moderator, in the form that the services take."""
        return Member(actor.id, [self.mod_role.id], manages_guild=False)

    async def filed(self, text: str = NOVEL) -> Case:
        """Return a case that a member has filed, with its card in the office."""
        filing = await self.house.services.intake.ask(self.guild.id, self.member.id, text)
        await self.deliver()
        return filing.case

    async def docketed(self, text: str = NOVEL) -> Case:
        case = await self.filed(text)
        case = await self.house.services.moderation.approve(self.guild.id, case.id, self.as_moderator(self.moderator))
        await self.deliver()
        return case

    async def heard(self, text: str = NOVEL) -> Case:
        """Return a case that was heard once, with its ruling in the verdict channel."""
        case = await self.docketed(text)
        assert await self.house.queue.hold_next()
        await self.deliver()
        return case

    async def hear_again(self, *steps: Step) -> None:
        """Let a week pass and hold the next session, with one step as each juror's answer."""
        for juror, step in zip(self.house.jurors, steps, strict=True):
            juror.script(step)
        self.house.clock.advance(days=WEEK)
        assert await self.house.queue.hold_next()
        await self.deliver()

    async def spend(self, amount: int) -> None:
        """Record that a hearing of the latest case has just cost `amount` millionths of a US dollar."""
        case = (await self.cases())[0]
        async with self.house.store.writing() as repos:
            charge = await repos.charges.reserve(case.guild_id, case.id, self.house.clock.now(), amount)
            await repos.charges.settle(charge, Usage(cost=amount))

    async def sessions(self) -> list[Hearing]:
        """Return all hearings of the server's cases."""
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
        """Return the types of the errors that commands raised. Errors that were looked at do not fail the test."""
        return [type(getattr(error, "original", error)).__name__ for error in self.env.errors]


def last(channel: ChannelHandle) -> discord.Message:
    """Return the last message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


def read(message: Shown) -> str:
    """Return all the text that a message shows, without its buttons."""
    shown = [part["content"] for part in _parts(message) if part.get("type") == TEXT_DISPLAY]
    return "\n".join([message.content, *shown]).strip()


def buttons(message: Shown) -> list[str]:
    """Return the labels of the buttons, in their order."""
    return [part["label"] for part in _parts(message) if part.get("type") == BUTTON]


def private_answer(result: InteractionResult) -> str:
    """Return the text of the one private answer to an interaction."""
    answers = [one for one in [result.response, *result.followups] if one is not None and one.ephemeral]
    assert len(answers) == 1, f"{len(answers)} private answers"
    return read(answers[0])


def shown(result: InteractionResult) -> ResponseMessage:
    """Return the message that answered an interaction."""
    assert result.response is not None
    return result.response


def _parts(message: Shown) -> list[dict[str, Any]]:
    if isinstance(message, ResponseMessage):
        return list(walk_components(message.components))
    return list(walk_components([part.to_dict() for part in message.components]))
