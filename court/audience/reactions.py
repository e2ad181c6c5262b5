"""Reactions as they come: counted one after the other, and kept while the record cannot be written."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from court.audience.votes import AudienceService
from court.errors import StorageError
from court.models import Vote
from court.ports import Clock

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Reactions that are kept in memory, about 4 MB. While so many wait, further ones are lost."""

MOST_OF_MEMBER = 100
"""Reactions of one member among them, so that nobody takes up all the room."""

FIRST_RETRY, LONGEST_RETRY = 1.0, 10.0
"""Seconds until the record is tried again: doubled with every failure in a row."""

PATIENCE = 2.0
"""Seconds that `close` tries to write what still waits."""
LAST_RETRY = 0.1
"""Seconds between two tries meanwhile."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, eq=False)
class _Reaction:
    """A member added or removed a reaction. Discord does not repeat it."""

    message_id: int
    user_id: int
    vote: Vote
    added: bool
    at: datetime
    tried: asyncio.Event | None
    """Set after the first try. None if nobody waits for it."""

    def release(self) -> None:
        if self.tried is not None:
            self.tried.set()
            self.tried = None

    def overrides(self, earlier: _Reaction) -> bool:
        """Return whether an earlier reaction of the same member makes no difference any more."""
        # Of all additions under a message the last one decides. A removal undoes the addition of its own emoji alone.
        same = earlier.message_id == self.message_id and earlier.added == self.added
        return same and (self.added or earlier.vote is self.vote)


class ReactionQueue:
    """Takes the members' reactions and counts them, each member's in the order in which they came.

    A reaction gets no reply, so a member cannot know that the record could not be written. The queue tries again for
    them. What waits is in memory only, and lost if the process is killed.
    """

    def __init__(self, audience: AudienceService, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._audience = audience
        self._clock = clock
        self._sleep = sleep
        # By member, whose turn comes again after the others': no single one can delay or block all.
        self._waiting: OrderedDict[int, list[_Reaction]] = OrderedDict()
        self._counting: asyncio.Task[None] | None = None
        self._number = 0
        self._delay = 0.0
        self._failing = self._closing = False
        self._late = self._lost = 0

    async def take(self, message_id: int, user_id: int, vote: Vote, *, added: bool) -> None:
        """Count a reaction that was added or removed. Return when it is counted, or kept for another try."""
        tried = None if self._failing else asyncio.Event()
        reaction = _Reaction(message_id, user_id, vote, added, self._clock.now(), tried)
        of_member = self._waiting.get(user_id, [])
        for earlier in [one for one in of_member if reaction.overrides(one)]:
            self._settle(earlier)
        if self._number >= MOST_WAITING or len(of_member) >= MOST_OF_MEMBER:
            self._lose(len(of_member))
            return
        self._waiting.setdefault(user_id, of_member).append(reaction)
        self._number += 1
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        if tried is not None:
            await tried.wait()

    async def close(self) -> None:
        """Try for two seconds more to write what still waits, and log how much is lost."""
        if self._counting is None:
            return
        # It may be asleep. If it was writing, the reaction is written again, which changes nothing.
        self._counting.cancel()
        await asyncio.wait([self._counting])
        self._closing = True
        try:
            async with asyncio.timeout(PATIENCE):
                await self._count()
        except TimeoutError:
            log.error("the record could not be written before the stop: %d reactions are lost", self._number)  # noqa: TRY400
        finally:
            self._closing = False

    async def _count(self) -> None:
        while self._waiting:
            user_id, reactions = next(iter(self._waiting.items()))
            written = await self._written(reaction := reactions[0])
            self._waiting.move_to_end(user_id)
            if written:
                self._settle(reaction)
            else:
                await self._sleep(LAST_RETRY if self._closing else self._delay)
        self._recovered()

    def _settle(self, reaction: _Reaction) -> None:
        """Let a reaction wait no longer. It may have been overridden while it was being written."""
        reactions = self._waiting.get(reaction.user_id, [])
        if reaction in reactions:
            reactions.remove(reaction)
            self._number -= 1
        if not reactions:
            self._waiting.pop(reaction.user_id, None)
        reaction.release()

    async def _written(self, reaction: _Reaction) -> bool:
        message_id, user_id, vote = reaction.message_id, reaction.user_id, reaction.vote
        try:
            if reaction.added:
                await self._audience.react(message_id, user_id, vote, at=reaction.at)
            else:
                await self._audience.unreact(message_id, user_id, vote)
        except StorageError as error:
            self._failed(error)
            return False
        except Exception:
            # Trying a bug of ours again would not help.
            log.exception("could not count a reaction under message %d", message_id)
        self._delay = 0.0
        self._late += self._failing
        return True

    def _failed(self, error: StorageError) -> None:
        self._delay = min(self._delay * 2 or FIRST_RETRY, LONGEST_RETRY)
        if not self._failing:
            self._failing = True
            log.error("reactions cannot be counted now, and are kept until they can be: %s", error)
        for reactions in self._waiting.values():
            for reaction in reactions:
                reaction.release()

    def _lose(self, of_member: int) -> None:
        self._lost += 1
        if self._lost > 1:
            return
        if of_member >= MOST_OF_MEMBER:
            log.error(
                "%d reactions of one member wait to be counted: further ones are lost until fewer wait", of_member
            )
        else:
            log.error("%d reactions wait to be counted: further ones are lost until fewer wait", self._number)

    def _recovered(self) -> None:
        if self._failing:
            log.warning("reactions are counted again: %d had to wait, %d were lost", self._late, self._lost)
        self._failing = False
        self._late = self._lost = 0
