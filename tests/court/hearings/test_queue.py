"""Hearing what is due: a hearing is recorded in full, or not at all and then held again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from court.counting.intervals import AFTER_A_MISTRIAL, LONGEST_WAIT
from court.errors import ModelUnavailable, RowRefused, StorageError
from court.hearings.claim import AFTER_A_FAILURE
from court.jury.model import Completion, Request
from court.models import Ballot, Case, CaseState, Disposition, Holding, Tally
from court.models.work import Precedence
from storage.schema import cases
from tests.court.house import GUILD, MODERATOR, OWNER, WEEK, House
from tests.fakes.faults import COMMIT
from tests.fakes.models import hangs, votes
from tests.fakes.world import LEASE
from tests.records import execute

DOWN = ModelUnavailable("the vendor answered 503")


class Killed(BaseException):
    """The end of a process: nothing after it runs."""


async def due_at(house: House, case: Case) -> timedelta | None:
    """Return how long it is until the case is heard."""
    async with house.store.reading() as repos:
        due = await repos.hearing_queue.next_due(case.id)
    return None if due is None else due - house.clock.now()


async def announced(house: House) -> list[int | None]:
    """Deliver everything, and return the sessions that were announced by it."""
    before = len(house.courier.rulings)
    await house.deliver_all()
    overviews = [post.overview for post in house.courier.rulings[before:]]
    return [None if overview.hearing is None else overview.hearing.session for overview in overviews]


async def test_an_approved_case_is_heard_recorded_and_announced(house: House) -> None:
    case = await house.docketed()
    house.wakes = 0

    assert await house.hold_all() == 1

    (hearing,) = await house.sessions(case)
    assert (hearing.session, hearing.disposition) == (1, Disposition.FIRST_RULING)
    assert (await house.lookup.find(GUILD, case.number)).standing.holding is Holding.YES
    assert await due_at(house, case) == WEEK == timedelta(days=7)
    assert house.wakes == 1
    assert await announced(house) == [1]


async def test_nothing_is_heard_before_it_is_due(house: House) -> None:
    await house.heard()
    house.clock.advance(WEEK - timedelta(seconds=1))

    assert await house.hold_all() == 0

    house.clock.advance(timedelta(seconds=1))
    assert await house.hold_all() == 1


async def test_sessions_are_numbered_and_compared_with_the_one_before(house: House) -> None:
    case = await house.heard()
    house.jury_says(votes(Ballot.NO, 0.95))
    house.clock.advance(WEEK)

    await house.hold_all()

    first, second = await house.sessions(case)
    assert (first.session, second.session, second.disposition) == (1, 2, Disposition.OVERTURNED)
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.holding, standing.leaning, standing.tally) == (Holding.DISPUTED, None, Tally(yes=5, no=5))


async def test_the_case_that_has_been_due_longest_is_heard_first(house: House) -> None:
    one = await house.docketed("Can AI write a novel?")
    house.clock.advance(timedelta(minutes=1))
    other = await house.docketed("Can AI fold laundry?")

    assert await house.queue.hold_next()

    assert [len(await house.sessions(case)) for case in (one, other)] == [1, 0]


async def test_parallel_workers_hold_each_hearing_once(house: House) -> None:
    cases = [await house.docketed(f"Can AI {task}?") for task in ("write a novel", "fold laundry", "drive a taxi")]

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


async def test_a_claim_that_cannot_be_stored_raises_and_is_not_made(house: House) -> None:
    case = await house.docketed()
    house.store.fail(COMMIT, StorageError("the disk is full"))

    with pytest.raises(StorageError):
        await house.queue.hold_next()

    assert await house.hold_all() == 1
    assert len(await house.sessions(case)) == 1


async def test_a_refused_row_stores_nothing_and_the_hearing_is_tried_again_later(house: House) -> None:
    case = await house.docketed()
    house.wakes = 0
    house.store.fail("standings.put", RowRefused("a row violates a constraint"))

    assert await house.queue.hold_next() is True

    assert await house.sessions(case) == []
    assert (await house.lookup.find(GUILD, case.number)).standing.holding is Holding.UNHEARD
    assert (await announced(house), house.wakes) == ([], 0)
    assert await due_at(house, case) == AFTER_A_FAILURE
    assert await house.hold_all() == 0
    house.clock.advance(AFTER_A_FAILURE)
    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


async def test_a_claim_that_cannot_be_given_back_yet_is_given_back_later(house: House) -> None:
    case = await house.docketed()
    house.store.fail("hearings.add", RowRefused("a row violates a constraint"))
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
    assert await house.hold_all() == 0, "what one worker has claimed no other may take"

    assert (await house.restart())[0] == 1

    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


@pytest.mark.parametrize("where", ["hearings.add", "hearing_queue.finish", "outbox.add"])
async def test_a_process_killed_while_it_records_the_hearing_holds_it_again(house: House, where: str) -> None:
    case = await house.docketed()
    house.store.fail(where, Killed())
    with pytest.raises(Killed):
        await house.queue.hold_next()
    assert await house.sessions(case) == []

    assert (await house.restart())[0] == 1

    assert await house.hold_all() == 1
    assert [hearing.session for hearing in await house.sessions(case)] == [1]
    assert await announced(house) == [1]


async def test_a_process_killed_after_recording_the_hearing_does_not_hold_it_again(house: House) -> None:
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
    assert (await house.lookup.find(GUILD, case.number)).standing.tally == Tally(yes=5)
    assert await due_at(house, case) == AFTER_A_MISTRIAL == timedelta(days=1)


async def test_of_mistrials_in_a_row_only_the_first_is_announced(house: House) -> None:
    case = await house.docketed()
    sessions: list[list[int | None]] = []
    for step in (DOWN, DOWN, DOWN, votes(), DOWN, DOWN):
        house.jury_says(step)
        await house.hold_all()
        sessions.append(await announced(house))
        house.clock.advance(await due_at(house, case) or timedelta())

    assert sessions == [[], [], [], [4], [5], []], "before the first ruling only the card tells of them"
    assert len(await house.sessions(case)) == 6


async def test_after_a_mistrial_a_ruling_is_compared_with_the_one_before_it(house: House) -> None:
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
async def test_a_case_that_left_the_docket_is_neither_heard_nor_announced(house: House, state: CaseState) -> None:
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


async def test_a_claim_owed_before_a_start_is_not_taken_from_another_worker(house: House) -> None:
    # The worker is stopped and started within one process, as an embedding program may do it.
    case = await house.docketed()
    house.store.fail("hearings.add", RowRefused("a row violates a constraint"))
    house.store.fail("hearing_queue.postpone", StorageError("the disk is full"))
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)
    await house.queue.recover()
    async with house.store.writing() as repos:
        assert await repos.hearing_queue.claim(house.clock.now(), LEASE) is not None

    assert await house.queue.hold_next() is False

    house.clock.advance(timedelta(days=2))
    assert await house.hold_all() == 0, "another worker holds it"
    assert await house.sessions(case) == []


@pytest.mark.parametrize("state", [CaseState.WITHDRAWN, CaseState.MERGED])
async def test_the_hearing_of_a_case_that_leaves_the_docket_meanwhile_is_recorded_but_not_announced(
    house: House, state: CaseState
) -> None:
    case = await house.docketed()
    await house.deliver_all()

    async def meanwhile(_request: Request) -> Completion:
        async with house.store.writing() as repos:
            await execute(repos, sa.update(cases).where(cases.c.id == case.id).values(state=state))
        return votes()

    house.jury_says(meanwhile, *[votes()] * 4)
    assert await house.hold_all() == 1

    (hearing,) = await house.sessions(case)
    assert hearing.verdict is Ballot.YES
    assert await due_at(house, case) is None
    assert await announced(house) == []


async def test_the_log_says_what_happened(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    house.jury_says(votes(), votes(), votes(), DOWN, ZeroDivisionError("sk-secret"))
    case = await house.heard()

    lines = [record.getMessage() for record in caplog.records]
    held = f"№ {case.number} session 1"
    assert f"{held} (first): mistrial, None" in lines
    assert f"{held}: vendor4/model: unavailable: the vendor answered 503" in lines
    assert f"{held}: vendor5/model: unavailable: the adapter failed (ZeroDivisionError)" in lines
    assert "sk-secret" not in caplog.text
    assert sum(line.startswith(held) for line in lines) == 3


async def test_many_routine_hearings_do_not_delay_pressing_ones(house: House) -> None:
    routine = [await house.docketed(f"Can AI fold {number} shirts?") for number in range(3)]
    retrial, mistrial, first = [
        await house.docketed(f"Can AI {task}?") for task in ("write a novel", "drive a taxi", "sing")
    ]
    async with house.store.writing() as repos:
        for late, case in enumerate(routine):
            await repos.hearing_queue.schedule(case.id, house.clock.now() - (late + 9) * WEEK, Precedence.ROUTINE)
        await repos.hearing_queue.schedule(retrial.id, house.clock.now(), Precedence.RETRIAL)
        await repos.hearing_queue.schedule(mistrial.id, house.clock.now() - WEEK, Precedence.MISTRIAL)

    order: list[int] = []
    while await house.queue.hold_next():
        heard = {case.id for case in await house.cases() if await house.sessions(case)}
        order.extend(heard.difference(order))

    assert order == [retrial.id, mistrial.id, first.id, *[case.id for case in reversed(routine)]]


async def test_an_error_during_the_hearing_gives_the_due_hearing_back(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    case = await house.docketed()
    house.hearings.draw = lambda *_: 1 / 0  # type: ignore[method-assign, assignment]

    assert await house.queue.hold_next() is True
    assert await due_at(house, case) == AFTER_A_FAILURE
    assert "could not be held" in caplog.text


async def test_an_approved_case_is_heard_although_another_one_fails(house: House) -> None:
    broken = await house.docketed("Can AI write a novel?")
    house.store.fail("hearings.add", RowRefused("a row violates a constraint"))
    await house.queue.hold_next()
    other = await house.filed("Can AI fold laundry?")
    await house.moderation.approve(GUILD, other.id, OWNER)

    await house.hold_all()

    assert [len(await house.sessions(case)) for case in (broken, other)] == [0, 1]


async def test_hearings_that_were_scheduled_by_a_wrong_clock_come_back_into_range(house: House) -> None:
    await house.servers.fix_interval(GUILD, 0)
    house.clock.advance(days=700)
    cases = [await house.heard(f"Can AI {task}?") for task in ("write a novel", "fold laundry", "drive a taxi")]
    house.clock.advance(days=-700)
    far = [await due_at(house, case) for case in cases]
    assert all(due is not None and due > timedelta(days=700) for due in far)

    assert await house.queue.bring_into_range() == 3

    assert [await due_at(house, case) for case in cases] == [LONGEST_WAIT] * 3
    assert await house.queue.bring_into_range() == 0
    house.clock.advance(LONGEST_WAIT)
    assert await house.hold_all() == 3


async def test_a_start_brings_hearings_back_into_range(house: House) -> None:
    house.clock.advance(days=700)
    case = await house.heard()
    house.clock.advance(days=-700)

    await house.restart()

    assert await due_at(house, case) == LONGEST_WAIT


async def test_no_interval_is_longer_than_the_longest(house: House) -> None:
    await house.servers.fix_interval(GUILD, 90)
    case = await house.heard()

    assert await due_at(house, case) == timedelta(days=90)
    assert await house.queue.bring_into_range() == 0


async def test_a_hearing_adjourned_by_a_wrong_clock_is_tried_again(house: House) -> None:
    case = await house.docketed()
    house.clock.advance(days=700)
    async with house.store.writing() as repos:
        due = await repos.hearing_queue.claim(house.clock.now(), LEASE)
        assert due is not None
        await repos.hearing_queue.adjourn(due.id, house.clock.now() + timedelta(days=1))
    house.clock.advance(days=-700)
    assert await house.hold_all() == 0

    assert await house.queue.bring_into_range() == 1

    assert await house.hold_all() == 1
    assert len(await house.sessions(case)) == 1
