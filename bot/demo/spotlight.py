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
from court.models import Case, CaseOverview, MessageRef, Turn
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

    async def post_card(self, channel_id: int, case: Case, dispatch_id: int) -> MessageRef:
        return self._lit(await super().post_card(channel_id, case, dispatch_id))

    async def update_card(self, card: MessageRef, case: Case) -> None:
        await super().update_card(card, case)
        self._lit(card)

    async def post_ruling(self, channel_id: int, record: CaseOverview, dispatch_id: int) -> MessageRef:
        return self._lit(await super().post_ruling(channel_id, record, dispatch_id))

    async def post_turn(self, channel_id: int, record: CaseOverview, turn: Turn, dispatch_id: int) -> MessageRef:
        return self._lit(await super().post_turn(channel_id, record, turn, dispatch_id))

    async def open_vote(self, ruling: MessageRef) -> None:
        await super().open_vote(ruling)
        self._lit(ruling)

    async def post_notice(self, channel_id: int, text: str, dispatch_id: int) -> MessageRef:
        return self._lit(await super().post_notice(channel_id, text, dispatch_id))

    def _lit(self, message: MessageRef) -> MessageRef:
        self.brought.set()
        return message


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
