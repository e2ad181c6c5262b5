"""Filing a statement: what a member typed becomes a case that waits for the moderators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from court.announcements.kinds import StatementCard
from court.docket.statements import near_identical, normalise
from court.errors import NotSetUp, TooManyPending
from court.models import Case, CaseState
from court.ports import Clock, Repositories, Store

log = logging.getLogger(__name__)

ON_THE_DOCKET = (CaseState.FILED, CaseState.DOCKETED)

PENDING_OF_MEMBER = 10
"""Most statements of one member that may wait for the moderators. It takes 50 members to fill a guild's desk."""

PENDING_OF_GUILD = 500
"""Most statements of a guild that may wait. At ten seconds each, they keep a moderator busy for over an hour.

Forty members can file ten each without reaching it.
"""


@dataclass(frozen=True, slots=True)
class Filing:
    """The result of filing a statement: a new case (`filed`), or the existing one that asks the same."""

    case: Case
    filed: bool


class IntakeService:
    """Files statements."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def ask(self, guild_id: int, user_id: int, text: str) -> Filing:
        """File a statement, or return the existing case that asks the same.

        Raises:
            StatementInvalid: when `text` cannot become a statement.
            NotSetUp: when the guild has no mod channel.
            TooManyPending: when too many statements of the member or of the guild wait for the moderators.
        """
        statement = normalise(text)
        async with self._store.writing() as repos:
            known = await find_twin(repos, guild_id, statement)
            if known is not None:
                return Filing(known, filed=False)
            if (await repos.guilds.get(guild_id)).mod_channel_id is None:
                raise NotSetUp
            await _check_pending(repos, guild_id, user_id)
            case = await repos.cases.file(guild_id, statement, user_id, self._clock.now())
            await repos.outbox.add(StatementCard(case.id), guild_id, case.filed_at)
        self._wake()
        # Ids alone: the log contains nobody's name, and no text of a member's.
        log.info("case %d was filed on server %d by user %d", case.id, guild_id, user_id)
        return Filing(case, filed=True)


async def _check_pending(repos: Repositories, guild_id: int, user_id: int) -> None:
    own = await repos.cases.pending(guild_id, user_id)
    if own >= PENDING_OF_MEMBER:
        raise TooManyPending(own, of_member=True)
    everybodys = await repos.cases.pending(guild_id)
    if everybodys >= PENDING_OF_GUILD:
        raise TooManyPending(everybodys, of_member=False)


async def find_twin(repos: Repositories, guild_id: int, statement: str, *, but: int | None = None) -> Case | None:
    """Return the filed or docketed case that asks the same as `statement`, if any, other than the case `but`."""
    similar = await repos.cases.search(guild_id, statement, ON_THE_DOCKET, limit=10)
    return next((case for case in similar if case.id != but and near_identical(case.statement, statement)), None)
