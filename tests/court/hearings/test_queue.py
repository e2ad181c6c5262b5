"""Hearing what is due: all that comes of a hearing is kept at once, or nothing of it and it is held again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from court.counting.intervals import AFTER_A_MISTRIAL
from court.errors import ModelUnavailable, StorageError
from court.hearings.queue import AFTER_A_FAILURE
from court.jury.model import Completion, Request
from court.models import Ballot, Case, CaseState, Disposition, Holding, Tally
from court.models.work import Precedence
from tests.court.house import GUILD, MODERATOR, OWNER, WEEK, House
from tests.fakes.docket import FakeCases
from tests.fakes.faults import COMMIT
from tests.fakes.models import hangs, votes

DOWN = ModelUnavailable("the vendor answered 503")


class Killed(BaseException):
    """The end of a process: nothing after it runs."""


async def due_at(house: House, case: Case) -> timedelta | None:
    """How long until the case is heard."""
    async with house.store.reading() as repos:
        due = await repos.hearing_queue.next_due(case.id)
    return None if due is None else due - house.clock.now()


async def announced(house: House) -> list[int | None]:
    """Deliver everything; the sessions that were announced since the last call."""
    before = len(house.courier.rulings)
    await house.deliver_all()
    records = [post.overview for post in house.courier.rulings[before:]]
    return [None if record.hearing is None else record.hearing.session for record in records]


async def test_an_approved_case_is_heard_kept_and_announced(house: House) -> None:
    case = await house.docketed()
    house.wakes = 0

    assert await house.hold_all() == 1

    (hearing,) = await house.sessions(case)
    assert (hearing.session, hearing.disposition) == (1, Disposition.FIRST_RULING)
    assert (await house.lookup.find(GUILD, case.docket_number)).standing.holding is Holding.YES
    assert await due_at(house, case) == WEEK == timedelta(days=7)
    assert house.wakes == 1
    assert await announced(house) == [1]


async def test_nothing_is_heard_before_it_is_due(house: House) -> None:
    await house.heard()
    house.clock.advance(WEEK - timedelta(seconds=1))

    assert await house.hold_all() == 0

    house.clock.advance(timedelta(seconds=1))
    assert await house.hold_all() == 1


async def test_sessions_count_on_and_look_back(house: House) -> None:
    case = await house.heard()
    house.jury_says(votes(Ballot.NO, 0.95))
    house.clock.advance(WEEK)

    await house.hold_all()

    first, second = await house.sessions(case)
    assert (first.session, second.session, second.disposition) == (1, 2, Disposition.OVERTURNED)
    standing = (await house.lookup.find(GUILD, case.docket_number)).standing
    assert (standing.holding, standing.leaning, standing.tally) == (Holding.DISPUTED, None, Tally(yes=5, no=5))


async def test_the_case_that_is_due_longest_is_heard_first(house: House) -> None:
    one = await house.docketed("Can AI write a novel?")
    house.clock.advance(timedelta(minutes=1))
    other = await house.docketed("Can AI fold laundry?")

    assert await house.queue.hold_next()

    assert [len(await house.sessions(case)) for case in (one, other)] == [1, 0]


async def test_workers_at_once_hold_each_hearing_once(house: House) -> None:
    cases = [await house.docketed(f"Can AI {deed}?") for deed in ("write a novel", "fold laundry", "drive a taxi")]

    held = await asyncio.gather(*(house.queue.hold_next() for _ in range(5)))

    assert sorted(held) == [False, False, True, True, True]
    assert [len(await house.sessions(case)) for case in cases] == [1, 1, 1]


async def test_without_a_jury_nothing_is_claimed(house: House) -> None:
    case = await house.docketed()
    house.seat(house.jurors[0])

    assert await house.queue.hold_next() is False
    assert await house.restart() == (0, 0)

    house.seat(*house.jurors)
    assert await house.hold_all() == 1
    assert len(await house.sessions(case)) == 1


@pytest.mark.parametrize("where", ["hearings.add", "standings.put", "hearing_queue.schedule", "outbox.add", COMMIT])
async def test_a_fault_in_the_middle_keeps_nothing_and_tries_again(house: House, where: str) -> None:
    case = await house.docketed()
    house.wakes = 0
    claimed = [None] if where == COMMIT else []
    house.store.fail(where, *claimed, StorageError("the disk is full"))

    assert await house.queue.hold_next() is True

    assert await house.sessions(case) == []
    assert (await house.lookup.find(GUILD, case.docket_number)).standing.holding is Holding.UNHEARD
    assert (await announced(house), house.wakes) == ([], 0)
    assert await due_at(house, case) == AFTER_A_FAILURE
    assert await house.hold_all() == 0
    house.clock.advance(AFTER_A_FAILURE)
    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


async def test_a_claim_that_cannot_be_kept_is_told_and_not_made(house: House) -> None:
    case = await house.docketed()
    house.store.fail(COMMIT, StorageError("the disk is full"))

    with pytest.raises(StorageError):
        await house.queue.hold_next()

    assert await house.hold_all() == 1
    assert len(await house.sessions(case)) == 1


async def test_a_disk_that_is_full_for_a_while_loses_no_sitting(house: House) -> None:
    # Neither the hearing nor the giving back of its claim can be kept; the process lives on.
    case = await house.docketed()
    house.store.fail("hearings.add", StorageError("the disk is full"))
    house.store.fail("hearing_queue.postpone", StorageError("the disk is full"))
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)

    for _ in range(2):
        house.clock.advance(timedelta(hours=1))
        await house.hold_all()

    assert len(await house.sessions(case)) == 1


async def test_a_process_killed_while_jurors_sit_holds_the_hearing_again(house: House) -> None:
    case = await house.docketed()
    asked = asyncio.Event()

    async def sits(request: Request) -> Completion:
        asked.set()
        return await hangs(request)

    house.jury_says(sits)
    holding = asyncio.create_task(house.queue.hold_next())
    await asked.wait()
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    house.jury_says(votes())
    house.clock.advance(timedelta(days=30))
    assert await house.hold_all() == 0, "what a worker has claimed is nobody else's"

    assert (await house.restart())[0] == 1

    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


@pytest.mark.parametrize("where", ["hearings.add", "hearing_queue.finish", "outbox.add"])
async def test_a_process_killed_while_it_keeps_the_hearing_holds_it_again(house: House, where: str) -> None:
    case = await house.docketed()
    house.store.fail(where, Killed())
    with pytest.raises(Killed):
        await house.queue.hold_next()
    assert await house.sessions(case) == []

    assert (await house.restart())[0] == 1

    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


async def test_a_process_killed_after_the_hearing_was_kept_does_not_hold_it_again(house: House) -> None:
    case = await house.docketed()

    def die() -> None:
        raise Killed

    house.wake = die  # type: ignore[method-assign]
    house.restart_services()
    with pytest.raises(Killed):
        await house.queue.hold_next()

    assert (await house.restart())[0] == 0

    assert await house.hold_all() == 0
    assert len(await house.sessions(case)) == 1
    assert await announced(house) == [1]


async def test_a_mistrial_is_heard_again_the_next_day_and_never_tallied(house: House) -> None:
    case = await house.heard()
    house.jury_says(votes(Ballot.NO), votes(Ballot.NO), votes(Ballot.NO), DOWN, DOWN)
    house.clock.advance(WEEK)
    await house.hold_all()

    assert (await house.sessions(case))[-1].disposition is Disposition.MISTRIAL
    assert (await house.lookup.find(GUILD, case.docket_number)).standing.tally == Tally(yes=5)
    assert await due_at(house, case) == AFTER_A_MISTRIAL == timedelta(days=1)


async def test_of_mistrials_in_a_row_the_first_is_announced(house: House) -> None:
    case = await house.docketed()
    told: list[list[int | None]] = []
    for step in (DOWN, DOWN, DOWN, votes(), DOWN, DOWN):
        house.jury_says(step)
        await house.hold_all()
        told.append(await announced(house))
        house.clock.advance(await due_at(house, case) or timedelta())

    assert told == [[1], [], [], [4], [5], []]
    assert len(await house.sessions(case)) == 6


async def test_the_ruling_before_a_mistrial_is_what_the_next_one_is_held_against(house: House) -> None:
    case = await house.heard()
    for step in (DOWN, votes(Ballot.YES, 0.8), votes(Ballot.NO)):
        house.jury_says(step)
        house.clock.advance(WEEK)
        await house.hold_all()

    assert [hearing.disposition for hearing in await house.sessions(case)] == [
        Disposition.FIRST_RULING,
        Disposition.MISTRIAL,
        Disposition.REAFFIRMED,
        Disposition.OVERTURNED,
    ]


@pytest.mark.parametrize("state", [CaseState.WITHDRAWN, CaseState.DENIED, CaseState.MERGED])
async def test_a_case_that_left_the_docket_is_finished_without_a_word(house: House, state: CaseState) -> None:
    case = await house.filed()
    await house.deliver_all()
    async with house.store.writing() as repos:
        await repos.cases.decide(case.id, state, MODERATOR.user_id, house.clock.now())
        await repos.hearing_queue.schedule(case.id, house.clock.now())
    house.wakes = 0

    assert await house.queue.hold_next() is True

    assert await house.sessions(case) == []
    assert await due_at(house, case) is None
    assert (await house.deliver_all(), house.wakes) == (0, 0)
    assert all(juror.asked == [] for juror in house.jurors)


async def test_what_was_owed_before_a_start_is_taken_from_nobody_after_it(house: House) -> None:
    # The worker is stopped and started within one process, as an embedding program may do it.
    case = await house.docketed()
    house.store.fail("hearings.add", StorageError("the disk is full"))
    house.store.fail("hearing_queue.postpone", StorageError("the disk is full"))
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)
    await house.queue.recover()
    async with house.store.writing() as repos:
        assert await repos.hearing_queue.claim(house.clock.now()) is not None

    assert await house.queue.hold_next() is False

    house.clock.advance(timedelta(days=2))
    assert await house.hold_all() == 0, "another worker holds it"
    assert await house.sessions(case) == []


@pytest.mark.parametrize("state", [CaseState.WITHDRAWN, CaseState.MERGED])
async def test_a_case_that_leaves_the_docket_while_it_is_heard_keeps_the_hearing_without_a_word(
    house: House, state: CaseState
) -> None:
    case = await house.docketed()
    await house.deliver_all()

    async def meanwhile(_request: Request) -> Completion:
        async with house.store.writing() as repos:
            rows = cast(FakeCases, repos.cases).rows
            rows.cases[case.id] = replace(rows.cases[case.id], state=state)
        return votes()

    house.jury_says(meanwhile, *[votes()] * 4)
    assert await house.hold_all() == 1

    (hearing,) = await house.sessions(case)
    assert hearing.verdict is Ballot.YES
    assert await due_at(house, case) is None
    assert await announced(house) == []


async def test_a_host_can_follow_what_happened(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    house.jury_says(votes(), votes(), votes(), DOWN, ZeroDivisionError("sk-secret"))
    case = await house.heard()

    told = [record.getMessage() for record in caplog.records]
    held = f"№ {case.docket_number} session 1"
    assert f"{held} (routine): mistrial, None" in told
    assert f"{held}: vendor4/model: unavailable: the vendor answered 503" in told
    assert f"{held}: vendor5/model: unavailable: the adapter failed (ZeroDivisionError)" in told
    assert "sk-secret" not in caplog.text
    assert sum(message.startswith(held) for message in told) == 3


async def test_a_flood_of_routine_hearings_holds_up_nothing_that_presses(house: House) -> None:
    routine = [await house.docketed(f"Can AI fold {number} shirts?") for number in range(3)]
    retrial, mistrial, first = [
        await house.docketed(f"Can AI {deed}?") for deed in ("write a novel", "drive a taxi", "sing")
    ]
    async with house.store.writing() as repos:
        for late, case in enumerate(routine):
            await repos.hearing_queue.schedule(case.id, house.clock.now() - (late + 9) * WEEK, Precedence.ROUTINE)
        await repos.hearing_queue.schedule(retrial.id, house.clock.now(), Precedence.RETRIAL)
        await repos.hearing_queue.schedule(mistrial.id, house.clock.now() - WEEK, Precedence.MISTRIAL)

    order = []
    while await house.queue.hold_next():
        heard = {case.id for case in await house.cases() if await house.sessions(case)}
        order.extend(heard.difference(order))

    assert order == [retrial.id, mistrial.id, first.id, *[case.id for case in reversed(routine)]]


async def test_a_fault_of_the_hearing_itself_gives_the_sitting_back(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    case = await house.docketed()
    house.hearings.draw = lambda *_: 1 / 0  # type: ignore[method-assign, assignment, return-value]

    assert await house.queue.hold_next() is True
    assert await due_at(house, case) == AFTER_A_FAILURE
    assert "could not be held" in caplog.text


async def test_an_approval_is_heard_although_another_case_fails(house: House) -> None:
    broken = await house.docketed("Can AI write a novel?")
    house.store.fail("hearings.add", StorageError("the disk is full"))
    await house.queue.hold_next()
    other = await house.filed("Can AI fold laundry?")
    await house.moderation.approve(GUILD, other.id, OWNER)

    await house.hold_all()

    assert [len(await house.sessions(case)) for case in (broken, other)] == [0, 1]
