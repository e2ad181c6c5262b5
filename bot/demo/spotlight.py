"""Keeps the demo's page up to date with what the worker does.

The page itself publishes what its visitor does. Publishing at another time can collide with a click of
the visitor, so it is done only when the worker has delivered something to the channel.
"""

from __future__ import annotations

import asyncio

import discord
from simcord.backend.errors import SetupError
from simcord.env import Env
from simcord.preview import Preview

from cogs.delivery import DiscordCourier
from court.models import MessageRef
from court.models.announcements import Subject
from court.models.work import Dispatch
from court.ports import Clock

PUBLISH_DELAY = 0.3
"""Seconds to wait after a delivery for what follows it: a ruling's reactions come right after the message."""

TICK = 1.0
"""Seconds between two updates of the simulated clock."""


class NotifyingCourier(DiscordCourier):
    """The bot's own courier, which also sets `delivered` when there is something new to see."""

    def __init__(self, client: discord.Client, vacancy: str | None) -> None:
        super().__init__(client, vacancy)
        self.delivered = asyncio.Event()

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        message = await super().post(channel_id, dispatch, subject)
        self.delivered.set()
        return message

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        await super().edit(message, dispatch, subject)
        self.delivered.set()

    async def react(self, message: MessageRef) -> None:
        await super().react(message)
        self.delivered.set()


def catch_up(env: Env, clock: Clock) -> None:
    """Move the simulated Discord's clock, which stands still between timers, to ours.

    It is moved in one step: while `Env.advance_time` runs, a click of the visitor would be rejected.
    """
    env.backend.advance_clock(max((clock.now() - env.now()).total_seconds(), 0.0))


async def follow(env: Env, preview: Preview, courier: NotifyingCourier, clock: Clock) -> None:
    """Publish the page whenever the courier has delivered something, until cancelled."""
    while True:
        try:
            async with asyncio.timeout(TICK):
                await courier.delivered.wait()
        except TimeoutError:
            # Otherwise what the visitor does next would be dated in the past.
            catch_up(env, clock)
            continue
        await asyncio.sleep(PUBLISH_DELAY)
        courier.delivered.clear()
        try:
            catch_up(env, clock)
            await preview.refresh()
        except (SetupError, TimeoutError):
            # The visitor is in the middle of an action: try again afterwards.
            courier.delivered.set()
