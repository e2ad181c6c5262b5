"""Work to do, and what it costs, over the rows of `FakeStore`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from court.models import MessageRef, Usage
from court.models.work import PRESSING, Adjourned, Dispatch, DispatchKind, Precedence, Sitting, WorkState
from tests.fakes.rows import Charge, Rows, aware

WAITS = {WorkState.WAITING, WorkState.POSTED}
OPEN = WAITS | {WorkState.CLAIMED}


@dataclass(frozen=True)
class FakeSittings:
    rows: Rows

    async def schedule(self, case_id: int, due_at: datetime, precedence: Precedence = Precedence.ROUTINE) -> None:
        self.rows.refer_to(case_id)
        sitting = self._open(case_id)
        if sitting is None:
            sitting = Sitting(len(self.rows.sittings) + 1, case_id, due_at, WorkState.WAITING)
        if sitting.state is WorkState.WAITING:
            self.rows.adjourned.discard(sitting.id)
            self.rows.sittings[sitting.id] = replace(sitting, due_at=aware(due_at), precedence=precedence)

    async def claim(self, now: datetime) -> Sitting | None:
        due = [row for row in self.rows.sittings.values() if row.state is WorkState.WAITING and row.due_at <= now]
        if not due:
            return None
        first = min(due, key=lambda row: (row.precedence, row.due_at, row.id))
        self.rows.adjourned.discard(first.id)
        return self._put(first, state=WorkState.CLAIMED, attempts=first.attempts + 1)

    async def finish(self, sitting_id: int) -> None:
        sitting = self.rows.sittings.get(sitting_id)
        if sitting is not None and sitting.state in OPEN:
            self._put(sitting, state=WorkState.DONE)

    async def postpone(self, sitting_id: int, due_at: datetime) -> None:
        sitting = self.rows.sittings.get(sitting_id)
        if sitting is not None and sitting.state is WorkState.CLAIMED:
            self._put(sitting, state=WorkState.WAITING, due_at=aware(due_at))

    async def adjourn(self, sitting_id: int, until: datetime) -> None:
        sitting = self.rows.sittings.get(sitting_id)
        if sitting is not None and sitting.state is WorkState.CLAIMED:
            self.rows.adjourned.add(sitting.id)
            self._put(sitting, state=WorkState.WAITING, due_at=aware(until), attempts=sitting.attempts - 1)

    async def adjourned(self, guild_id: int) -> Adjourned | None:
        held_up = [
            sitting.due_at
            for sitting in self.rows.sittings.values()
            if sitting.id in self.rows.adjourned
            and sitting.state is WorkState.WAITING
            and guild_id == self.rows.cases[sitting.case_id].guild_id
        ]
        return Adjourned(len(held_up), min(held_up)) if held_up else None

    async def resume(self, now: datetime, guild_id: int | None = None) -> int:
        held_up = [
            sitting
            for sitting in self.rows.sittings.values()
            if sitting.id in self.rows.adjourned
            and sitting.state is WorkState.WAITING
            and guild_id in {None, self.rows.cases[sitting.case_id].guild_id}
        ]
        for sitting in held_up:
            self.rows.adjourned.discard(sitting.id)
            self._put(sitting, due_at=aware(now))
        return len(held_up)

    async def hurry(self, now: datetime, until: datetime) -> int:
        first, last = aware(now), aware(until)
        held_up = [
            sitting
            for sitting in self.rows.sittings.values()
            if sitting.id in self.rows.adjourned
            and sitting.state is WorkState.WAITING
            and sitting.precedence in PRESSING
            and first <= sitting.due_at <= last
        ]
        for sitting in held_up:
            self.rows.adjourned.discard(sitting.id)
            self._put(sitting, due_at=first)
        return len(held_up)

    async def release_all(self) -> int:
        claimed = [row for row in self.rows.sittings.values() if row.state is WorkState.CLAIMED]
        for sitting in claimed:
            self._put(sitting, state=WorkState.WAITING)
        return len(claimed)

    async def next_due(self, case_id: int) -> datetime | None:
        sitting = self._open(case_id)
        return None if sitting is None else sitting.due_at

    def _open(self, case_id: int) -> Sitting | None:
        rows = self.rows.sittings.values()
        return next((row for row in rows if row.case_id == case_id and row.state in OPEN), None)

    def _put(self, sitting: Sitting, **changes: object) -> Sitting:
        self.rows.sittings[sitting.id] = replace(sitting, **changes)  # type: ignore[arg-type]  # the callers name fields
        return self.rows.sittings[sitting.id]


@dataclass(frozen=True)
class FakeOutbox:
    rows: Rows

    async def add(
        self,
        kind: DispatchKind,
        guild_id: int,
        due_at: datetime,
        *,
        case_id: int | None = None,
        session: int | None = None,
        user_id: int | None = None,
        detail: str | None = None,
    ) -> None:
        self.rows.refer_to(case_id, session)
        dispatch_id = len(self.rows.outbox) + 1
        self.rows.outbox[dispatch_id] = Dispatch(
            dispatch_id,
            kind,
            guild_id,
            aware(due_at),
            case_id=case_id,
            session=session,
            user_id=user_id,
            detail=detail,
        )

    async def claim(self, now: datetime) -> Dispatch | None:
        due = [row for row in self.rows.outbox.values() if row.state in WAITS and row.due_at <= now]
        if not due:
            return None
        longest = min(due, key=lambda row: (row.due_at, row.id))
        return self._put(longest, state=WorkState.CLAIMED, attempts=longest.attempts + 1)

    async def posted(self, dispatch_id: int, message: MessageRef) -> None:
        dispatch = self.rows.outbox.get(dispatch_id)
        if dispatch is not None and dispatch.state is WorkState.CLAIMED:
            self._put(dispatch, state=WorkState.POSTED, message=message)

    async def done(self, dispatch_id: int) -> None:
        self._end(dispatch_id, state=WorkState.DONE)

    async def postpone(self, dispatch_id: int, due_at: datetime, error: str) -> None:
        dispatch = self.rows.outbox.get(dispatch_id)
        if dispatch is not None and dispatch.state in OPEN:
            self._put(dispatch, state=_given_back(dispatch), due_at=aware(due_at), error=error)

    async def drop(self, dispatch_id: int, error: str) -> None:
        self._end(dispatch_id, state=WorkState.DROPPED, error=error)

    async def release_all(self) -> int:
        claimed = [row for row in self.rows.outbox.values() if row.state is WorkState.CLAIMED]
        for dispatch in claimed:
            self._put(dispatch, state=_given_back(dispatch), recheck=True)
        return len(claimed)

    async def wake(self, guild_id: int, now: datetime) -> None:
        for dispatch in list(self.rows.outbox.values()):
            if dispatch.guild_id == guild_id and dispatch.state in WAITS and dispatch.due_at > now:
                self._put(dispatch, due_at=aware(now))

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        rulings = [row for row in self.rows.outbox.values() if row.kind is DispatchKind.RULING and row.message]
        return next((row for row in rulings if row.message and row.message.message_id == message_id), None)

    def _end(self, dispatch_id: int, **changes: object) -> None:
        dispatch = self.rows.outbox.get(dispatch_id)
        if dispatch is not None and dispatch.state in OPEN:
            self._put(dispatch, **changes)

    def _put(self, dispatch: Dispatch, **changes: object) -> Dispatch:
        self.rows.outbox[dispatch.id] = replace(dispatch, **changes)  # type: ignore[arg-type]  # the callers name fields
        return self.rows.outbox[dispatch.id]


def _given_back(dispatch: Dispatch) -> WorkState:
    return WorkState.WAITING if dispatch.message is None else WorkState.POSTED


@dataclass(frozen=True)
class FakeLedger:
    rows: Rows

    async def reserve(self, guild_id: int, case_id: int, at: datetime, amount: int) -> int:
        self.rows.refer_to(case_id)
        charge_id = len(self.rows.charges) + 1
        self.rows.charges[charge_id] = Charge(guild_id, aware(at), amount)
        return charge_id

    async def settle(self, charge_id: int, usage: Usage) -> None:
        charge = self.rows.charges.get(charge_id)
        if charge is not None and charge.spent is None:
            self.rows.charges[charge_id] = replace(charge, spent=usage.cost)

    async def close_open(self) -> int:
        still_open = {number: charge for number, charge in self.rows.charges.items() if charge.spent is None}
        for number, charge in still_open.items():
            self.rows.charges[number] = replace(charge, spent=charge.reserved)
        return len(still_open)

    async def spent(self, since: datetime, guild_id: int | None = None) -> int:
        charges = self._since(since, guild_id)
        return sum(charge.reserved if charge.spent is None else charge.spent for charge in charges)

    async def reserved(self, since: datetime, guild_id: int | None = None) -> int:
        return sum(charge.reserved for charge in self._since(since, guild_id) if charge.spent is None)

    def _since(self, since: datetime, guild_id: int | None) -> list[Charge]:
        charges = self.rows.charges.values()
        return [row for row in charges if row.at >= aware(since) and guild_id in {None, row.guild_id}]
