"""The audience's votes: one per member and case, changeable, by button, command or reaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from court.docket.lookup import find_case
from court.errors import CaseNotFound
from court.models import AudienceTally, Case, CaseState, Vote, VoteSource
from court.ports import Clock, Repositories, Store


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a member sees after voting: the vote that stands, the one it replaced, and the audience's tally."""

    case: Case
    vote: Vote
    previous: Vote | None
    audience: AudienceTally


class AudienceService:
    """Casts and withdraws votes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def vote(self, guild_id: int, case_id: int, user_id: int, vote: Vote) -> Receipt:
        """Vote by button.

        Raises:
            CaseNotFound: when the guild has no such docketed case.
        """
        async with self._store.writing() as repos:
            case = await repos.cases.get(case_id)
            if case is None or case.guild_id != guild_id or case.state is not CaseState.DOCKETED:
                raise CaseNotFound(str(case_id))
            return await self._cast(repos, case, user_id, vote, VoteSource.BUTTON)

    async def vote_on(self, guild_id: int, query: str, user_id: int, vote: Vote) -> Receipt:
        """Vote by command on the case that `query` means.

        Raises:
            CaseNotFound: when there is none.
        """
        async with self._store.writing() as repos:
            case = await find_case(repos, guild_id, query)
            return await self._cast(repos, case, user_id, vote, VoteSource.COMMAND)

    async def react(self, message_id: int, user_id: int, vote: Vote, *, at: datetime | None = None) -> None:
        """Count a reaction under an announced ruling as a vote. Reactions under anything else are ignored.

        `at` is when the member reacted, if that was not just now: a vote that they have cast in another way since
        stays.
        """
        at = at or self._clock.now()

        async def cast(repos: Repositories, case: Case) -> None:
            if case.state is CaseState.DOCKETED and not await self._voted_since(repos, case, user_id, at):
                await repos.votes.cast(case.id, user_id, vote, VoteSource.REACTION, at)

        await self._change(message_id, user_id, cast)

    async def unreact(self, message_id: int, user_id: int, vote: Vote) -> None:
        """Withdraw the vote that this reaction cast, unless the member has voted in another way since."""

        async def withdraw(repos: Repositories, case: Case) -> None:
            await repos.votes.withdraw(case.id, user_id, vote, VoteSource.REACTION)

        await self._change(message_id, user_id, withdraw)

    async def _change(
        self, message_id: int, user_id: int, change: Callable[[Repositories, Case], Awaitable[None]]
    ) -> None:
        """Change the member's vote on the case of the ruling in that message. Do nothing if there is no such ruling."""
        async with self._in_order(message_id, user_id):
            if not await self._is_ruling(message_id):
                return
            async with self._store.writing() as repos:
                case = await _case_at(repos, message_id)
                if case is not None:
                    await change(repos, case)

    @asynccontextmanager
    async def _in_order(self, message_id: int, user_id: int) -> AsyncIterator[None]:
        # Each call reads before it writes, and reads can overtake each other: the member's last action must win.
        lock = self._locks.setdefault((message_id, user_id), asyncio.Lock())
        async with lock:
            yield

    async def _is_ruling(self, message_id: int) -> bool:
        async with self._store.reading() as repos:
            return await repos.outbox.ruling_at(message_id) is not None

    async def _voted_since(self, repos: Repositories, case: Case, user_id: int, at: datetime) -> bool:
        origin = await repos.votes.origin_of(case.id, user_id)
        if origin is None or origin[0] is VoteSource.REACTION:
            # Reactions come in their order.
            return False
        # A vote in the future comes from a clock that was wrong, and says nothing about the order.
        return at < origin[1] <= self._clock.now()

    async def _cast(self, repos: Repositories, case: Case, user_id: int, vote: Vote, source: VoteSource) -> Receipt:
        previous = await repos.votes.cast(case.id, user_id, vote, source, self._clock.now())
        return Receipt(case, vote, previous, await repos.votes.tally(case.id))


async def _case_at(repos: Repositories, message_id: int) -> Case | None:
    dispatch = await repos.outbox.ruling_at(message_id)
    case_id = None if dispatch is None else dispatch.announcement.references["case_id"]
    return None if case_id is None else await repos.cases.get(case_id)
