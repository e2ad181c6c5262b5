"""Keeps the demo's page up to date with what the worker does behind its back.

The page publishes what its visitor does by itself. Publishing in between can cross a click of the
visitor, so it is done only when the worker has brought something into the channel.
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

BREATH = 0.3
"""Seconds to wait for what follows on a message: its reactions come right behind it."""

TICK = 1.0
"""Seconds between two settings of the simulated clock."""


class SpotlitCourier(DiscordCourier):
    """The bot's own courier, which also says when there is something new to see."""

    def __init__(self, client: discord.Client, vacancy: str | None) -> None:
        super().__init__(client, vacancy)
        self.brought = asyncio.Event()

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        message = await super().post(channel_id, dispatch, subject)
        self.brought.set()
        return message

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        await super().edit(message, dispatch, subject)
        self.brought.set()

    async def react(self, message: MessageRef) -> None:
        await super().react(message)
        self.brought.set()


def catch_up(env: Env, clock: Clock) -> None:
    """Move the simulated Discord's clock, which stands still between timers, to ours.

    At once and not by `Env.advance_time`, during which a click of the visitor would be turned away.
    """
    env.backend.advance_clock(max((clock.now() - env.now()).total_seconds(), 0.0))


async def follow(env: Env, preview: Preview, courier: SpotlitCourier, clock: Clock) -> None:
    """Publish the page whenever the courier brought something, until cancelled."""
    while True:
        try:
            async with asyncio.timeout(TICK):
                await courier.brought.wait()
        except TimeoutError:
            # So that what the visitor does next is not dated into the past.
            catch_up(env, clock)
            continue
        await asyncio.sleep(BREATH)
        courier.brought.clear()
        try:
            catch_up(env, clock)
            await preview.refresh()
        except (SetupError, TimeoutError):
            # The visitor is in the middle of something: try again when that is over.
            courier.brought.set()
