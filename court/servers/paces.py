"""Paces: how often a member may ask, and how many public cards a member and a channel get."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from court.errors import StorageError, TooFast
from court.models.work import Pace
from court.ports import Clock, Store
from court.ports.cases import Paces

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
PRUNED = 4
"""How many expired rows each write deletes: more than a write adds, so that the table stays small."""


@dataclass(frozen=True, slots=True)
class ActionPace(Pace):
    """The pace of something that people do. The record keeps it under the name of `action`."""

    action: str


ASKING = ActionPace(5, MINUTE, "ask")
"""Questions of one member, those that are refused included. Five a minute is more than a member needs."""

CALLING = ActionPace(5, MINUTE, "card")
"""Cards that one member calls for. To read one takes longer than the twelve seconds to the next."""

SHOWING = ActionPace(10, MINUTE, "channel")
"""Public cards in one channel, whoever calls for them. One fills a screen: more would push the conversation away."""


class PaceService:
    """Counts what people do in the record, so that a restart does not reset it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ask(self, guild_id: int, user_id: int) -> None:
        """Count a question of a member.

        Raises:
            TooFast: when the member asks faster than `ASKING`.
        """
        async with self._store.writing() as repos:
            await _keep_to(repos.paces, ASKING, guild_id, user_id, self._clock.now())

    async def show(self, guild_id: int, user_id: int, channel_id: int) -> bool:
        """Count a card that a member calls for. Return False if the channel has had enough: the card is theirs alone.

        Raises:
            TooFast: when the member calls for cards faster than `CALLING`.
        """
        now = self._clock.now()
        try:
            async with self._store.writing() as repos:
                await _keep_to(repos.paces, CALLING, guild_id, user_id, now)
                return await take(repos.paces, SHOWING, guild_id, channel_id, now) is None
        except StorageError as error:
            # The record can still be read while the disk is full, and a card that only one member sees disturbs nobody.
            log.warning("a card is shown privately, because it could not be counted: %s", error)
            return False


async def take(paces: Paces, pace: ActionPace, guild_id: int, subject_id: int, now: datetime) -> datetime | None:
    """Count one action at a pace, and return None. If it is too early, count nothing and return when it may be done.

    This is the generic cell rate algorithm: each action moves one time, `until`, ahead by the interval, and it may
    never be more than `per` ahead of now. The transaction must be a writing one, so that no other action is
    counted in between.
    """
    until = await paces.get(guild_id, pace.action, subject_id)
    # If it is further ahead than that, the clock was wrong when it was stored.
    if until is None or not now < until <= now + pace.per:
        until = now
    allowed = until + pace.interval - pace.per
    if allowed > now:
        return allowed
    await paces.put(guild_id, pace.action, subject_id, until + pace.interval)
    await paces.prune(now, PRUNED)
    return None


async def _keep_to(paces: Paces, pace: ActionPace, guild_id: int, user_id: int, now: datetime) -> None:
    allowed = await take(paces, pace, guild_id, user_id, now)
    if allowed is not None:
        raise TooFast(allowed)
