"""Work to do, and what it costs, over the rows of `FakeStore`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from court.models import MessageRef, Usage
from court.models.announcements import Announcement
from court.models.work import PRESSING, Adjourned, Dispatch, DueHearing, Precedence, WorkState
from tests.fakes.rows import Charge, Rows, aware

WAITS = {WorkState.WAITING, WorkState.POSTED}
OPEN = WAITS | {WorkState.CLAIMED}


@dataclass(frozen=True)
class FakeHearingQueue:
    rows: Rows

    async def schedule(self, case_id: int, due_at: datetime, precedence: Precedence = Precedence.ROUTINE) -> None:
        self.rows.refer_to(case_id)
        due_hearing = self._open(case_id)
        if due_hearing is None:
            due_hearing = DueHearing(len(self.rows.hearing_queue) + 1, case_id, due_at, WorkState.WAITING)
        if due_hearing.state is WorkState.WAITING:
            self.rows.adjourned.discard(due_hearing.id)
            self.rows.hearing_queue[due_hearing.id] = replace(due_hearing, due_at=aware(due_at), precedence=precedence)

    async def claim(self, now: datetime) -> DueHearing | None:
        due = [row for row in self.rows.hearing_queue.values() if row.state is WorkState.WAITING and row.due_at <= now]
        if not due:
            return None
        first = min(due, key=lambda row: (row.precedence, row.due_at, row.id))
        self.rows.adjourned.discard(first.id)
        return self._put(first, state=WorkState.CLAIMED, attempts=first.attempts + 1)

    async def finish(self, due_hearing_id: int) -> None:
        due_hearing = self.rows.hearing_queue.get(due_hearing_id)
        if due_hearing is not None and due_hearing.state in OPEN:
            self._put(due_hearing, state=WorkState.DONE)

    async def postpone(self, due_hearing_id: int, due_at: datetime) -> None:
        due_hearing = self.rows.hearing_queue.get(due_hearing_id)
        if due_hearing is not None and due_hearing.state is WorkState.CLAIMED:
            self._put(due_hearing, state=WorkState.WAITING, due_at=aware(due_at))

    async def adjourn(self, due_hearing_id: int, until: datetime) -> None:
        due_hearing = self.rows.hearing_queue.get(due_hearing_id)
        if due_hearing is not None and due_hearing.state is WorkState.CLAIMED:
            self.rows.adjourned.add(due_hearing.id)
            self._put(due_hearing, state=WorkState.WAITING, due_at=aware(until), attempts=due_hearing.attempts - 1)

    async def adjourned(self, guild_id: int) -> Adjourned | None:
        held_up = [
            due_hearing.due_at
            for due_hearing in self.rows.hearing_queue.values()
            if due_hearing.id in self.rows.adjourned
            and due_hearing.state is WorkState.WAITING
            and guild_id == self.rows.cases[due_hearing.case_id].guild_id
        ]
        return Adjourned(len(held_up), min(held_up)) if held_up else None

    async def resume(self, now: datetime, guild_id: int | None = None) -> int:
        held_up = [
            due_hearing
            for due_hearing in self.rows.hearing_queue.values()
            if due_hearing.id in self.rows.adjourned
            and due_hearing.state is WorkState.WAITING
            and guild_id in {None, self.rows.cases[due_hearing.case_id].guild_id}
        ]
        for due_hearing in held_up:
            self.rows.adjourned.discard(due_hearing.id)
            self._put(due_hearing, due_at=aware(now))
        return len(held_up)

    async def hurry(self, now: datetime, until: datetime) -> int:
        first, last = aware(now), aware(until)
        held_up = [
            due_hearing
            for due_hearing in self.rows.hearing_queue.values()
            if due_hearing.id in self.rows.adjourned
            and due_hearing.state is WorkState.WAITING
            and due_hearing.precedence in PRESSING
            and first <= due_hearing.due_at <= last
        ]
        for due_hearing in held_up:
            self.rows.adjourned.discard(due_hearing.id)
            self._put(due_hearing, due_at=first)
        return len(held_up)

    async def release_all(self) -> int:
        claimed = [row for row in self.rows.hearing_queue.values() if row.state is WorkState.CLAIMED]
        for due_hearing in claimed:
            self._put(due_hearing, state=WorkState.WAITING)
        return len(claimed)

    async def next_due(self, case_id: int) -> datetime | None:
        due_hearing = self._open(case_id)
        return None if due_hearing is None else due_hearing.due_at

    def _open(self, case_id: int) -> DueHearing | None:
        rows = self.rows.hearing_queue.values()
        return next((row for row in rows if row.case_id == case_id and row.state in OPEN), None)

    def _put(self, due_hearing: DueHearing, **changes: object) -> DueHearing:
        self.rows.hearing_queue[due_hearing.id] = replace(due_hearing, **changes)  # type: ignore[arg-type]  # the callers name fields
        return self.rows.hearing_queue[due_hearing.id]


@dataclass(frozen=True)
class FakeOutbox:
    rows: Rows

    async def add(self, announcement: Announcement, guild_id: int, due_at: datetime) -> None:
        self.rows.refer_to(announcement.references["case_id"], announcement.references["session"])
        dispatch_id = len(self.rows.outbox) + 1
        self.rows.outbox[dispatch_id] = Dispatch(dispatch_id, announcement, guild_id, aware(due_at))

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

    async def make_due(self, guild_id: int, now: datetime) -> None:
        for dispatch in list(self.rows.outbox.values()):
            if dispatch.guild_id == guild_id and dispatch.state in WAITS and dispatch.due_at > now:
                self._put(dispatch, due_at=aware(now))

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        rulings = [row for row in self.rows.outbox.values() if row.kind == "ruling" and row.message]
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
class FakeCharges:
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
