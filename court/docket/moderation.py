"""The moderation desk: moderators decide on filed statements. The first decision counts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from court.announcements.kinds import CardUpdate, Denial
from court.docket.intake import find_twin
from court.docket.numbering import free_docket_number
from court.docket.statements import normalise
from court.errors import AlreadyDecided, AlreadyOnDocket, CaseNotFound, NotModerator, ReasonMissing
from court.models import Case, CaseState, Member
from court.models.work import Precedence
from court.ports import Clock, Randomness, Repositories, Store
from court.text import one_line

log = logging.getLogger(__name__)

REASON_LIMIT = 500


class ModerationService:
    """Approves, edits and denies filed statements."""

    def __init__(self, store: Store, clock: Clock, randomness: Randomness, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._wake = wake

    async def pending(self, guild_id: int, case_id: int, member: Member) -> Case:
        """Return the case if `member` may decide on it and nobody has decided yet.

        Raises:
            NotModerator, CaseNotFound, AlreadyDecided
        """
        async with self._store.reading() as repos:
            return await self._pending(repos, guild_id, case_id, member)

    async def approve(self, guild_id: int, case_id: int, member: Member) -> Case:
        """Docket a case under a number of its own, and make its first hearing due at once.

        Raises:
            NotModerator, CaseNotFound, AlreadyDecided
            DocketFull: when no docket number is left.
        """
        now = self._clock.now()
        async with self._store.writing() as repos:
            pending = await self._pending(repos, guild_id, case_id, member)
            # Older courts numbered a case when it was filed.
            number = pending.docket_number or await free_docket_number(repos.cases, guild_id, self._randomness)
            case = await self._decide(repos, case_id, CaseState.DOCKETED, member, docket_number=number)
            await repos.hearing_queue.schedule(case_id, now, Precedence.FIRST)
        self._wake()
        _log(f"docketed as № {case.docket_number}", case, member)
        return case

    async def deny(self, guild_id: int, case_id: int, member: Member, reason: str) -> Case:
        """Deny a case, and tell its filer the reason.

        Raises:
            NotModerator, CaseNotFound, AlreadyDecided
            ReasonMissing: when the reason is blank.
        """
        reason = one_line(reason)[:REASON_LIMIT]
        async with self._store.writing() as repos:
            await self._pending(repos, guild_id, case_id, member)
            if not reason:
                raise ReasonMissing
            case = await self._decide(repos, case_id, CaseState.DENIED, member, reason=reason)
            await repos.outbox.add(Denial(case_id, case.filed_by), guild_id, self._clock.now())
        self._wake()
        _log("denied", case, member)
        return case

    async def edit(self, guild_id: int, case_id: int, member: Member, text: str) -> Case:
        """Reword a filed statement; it still waits for a decision.

        Raises:
            NotModerator, CaseNotFound, AlreadyDecided
            StatementInvalid: when `text` cannot become a statement.
            AlreadyOnDocket: when another case asks the same.
        """
        async with self._store.writing() as repos:
            await self._pending(repos, guild_id, case_id, member)
            statement = normalise(text)
            other = await find_twin(repos, guild_id, statement, but=case_id)
            if other is not None:
                raise AlreadyOnDocket(other)
            case = await repos.cases.reword(case_id, statement)
            assert case is not None  # noqa: S101 - it was pending in this transaction
            await repos.outbox.add(CardUpdate(case_id), guild_id, self._clock.now())
        self._wake()
        _log("reworded", case, member)
        return case

    async def _pending(self, repos: Repositories, guild_id: int, case_id: int, member: Member) -> Case:
        role_id = (await repos.guilds.get(guild_id)).mod_role_id
        if not member.moderates(role_id):
            raise NotModerator(role_id)
        case = await repos.cases.get(case_id)
        if case is None or case.guild_id != guild_id:
            raise CaseNotFound(str(case_id))
        if case.state is not CaseState.FILED:
            raise AlreadyDecided(case)
        return case

    async def _decide(
        self,
        repos: Repositories,
        case_id: int,
        state: CaseState,
        member: Member,
        reason: str | None = None,
        docket_number: str | None = None,
    ) -> Case:
        now = self._clock.now()
        case = await repos.cases.decide(case_id, state, member.user_id, now, reason=reason, docket_number=docket_number)
        assert case is not None  # noqa: S101 - it was pending in this transaction
        await repos.outbox.add(CardUpdate(case_id), case.guild_id, now)
        return case


def _log(done: str, case: Case, member: Member) -> None:
    # Ids alone: the log contains nobody's name, and no text of a member's.
    log.info("case %d was %s on server %d by user %d", case.id, done, case.guild_id, member.user_id)
