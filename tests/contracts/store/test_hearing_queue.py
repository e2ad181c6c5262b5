"""Hearings to hold: scheduled, claimed once, finished or given back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from court.models import Case
from court.models.work import Adjourned, DueHearing, Lease, Precedence, WorkState
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD, file_case
from tests.contracts.store.uses import Uses
from tests.fakes.world import LEASE


async def claim(store: Store) -> DueHearing | None:
    async with store.writing() as repos:
        return await repos.hearing_queue.claim(NOW, LEASE)


async def schedule(store: Store, *cases: Case) -> None:
    """Schedule the cases one after the other; the first is due longest."""
    async with store.writing() as repos:
        for late, case in enumerate(reversed(cases)):
            await repos.hearing_queue.schedule(case.id, NOW - late * DAY)


async def test_the_longest_due_hearing_is_claimed_first_and_once(store: Store, case: Case) -> None:
    second, third = await file_case(store, GUILD), await file_case(store, GUILD)
    await schedule(store, case, second)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(third.id, NOW + DAY)

    claimed = [await claim(store) for _ in range(3)]

    assert [due_hearing and due_hearing.case_id for due_hearing in claimed] == [case.id, second.id, None]
    assert claimed[0] is not None
    assert (claimed[0].state, claimed[0].attempts, claimed[0].due_at) == (WorkState.CLAIMED, 1, NOW - DAY)


async def test_a_hearing_is_due_at_its_exact_moment(store: Store, case: Case) -> None:
    await schedule(store, case)
    assert await claim(store) is not None


async def test_no_two_claim_the_same(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD) for _ in range(4)]]
    await schedule(store, *cases)

    claimed = [
        due_hearing
        for due_hearing in await asyncio.gather(*(claim(store) for _ in range(12)))
        if due_hearing is not None
    ]

    assert sorted(due_hearing.case_id for due_hearing in claimed) == sorted(case.id for case in cases)


async def test_scheduling_again_moves_the_hearing_that_waits(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        assert await repos.hearing_queue.next_due(case.id) is None
        await repos.hearing_queue.schedule(case.id, NOW + DAY)
        assert await repos.hearing_queue.next_due(case.id) == NOW + DAY
        await repos.hearing_queue.schedule(case.id, NOW)
        assert await repos.hearing_queue.next_due(case.id) == NOW

    assert await claim(store) is not None
    assert await claim(store) is None


async def test_scheduling_leaves_a_claimed_hearing_alone(store: Store, case: Case) -> None:
    await schedule(store, case)
    claimed = await claim(store)
    assert claimed is not None

    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW + 5 * DAY)
        assert await repos.hearing_queue.next_due(case.id) == claimed.due_at
    assert await claim(store) is None


async def test_after_one_is_finished_the_next_can_be_scheduled(store: Store, case: Case) -> None:
    await schedule(store, case)
    first = await claim(store)
    assert first is not None
    async with store.writing() as repos:
        await repos.hearing_queue.finish(first.id)
        assert await repos.hearing_queue.next_due(case.id) is None
        await repos.hearing_queue.schedule(case.id, NOW)
        await repos.hearing_queue.finish(404)

    second = await claim(store)
    assert second is not None
    assert second.id != first.id
    assert (second.case_id, second.attempts) == (case.id, 1)


async def test_a_finished_hearing_stays_finished(store: Store, case: Case) -> None:
    await schedule(store, case)
    due_hearing = await claim(store)
    assert due_hearing is not None
    async with store.writing() as repos:
        await repos.hearing_queue.finish(due_hearing.id)
        await repos.hearing_queue.postpone(due_hearing.id, NOW)
        assert await repos.hearing_queue.release_all() == 0

    assert await claim(store) is None


async def test_a_postponed_hearing_comes_back_when_it_is_due(store: Store, case: Case) -> None:
    await schedule(store, case)
    due_hearing = await claim(store)
    assert due_hearing is not None
    async with store.writing() as repos:
        await repos.hearing_queue.postpone(due_hearing.id, NOW + DAY)
        assert await repos.hearing_queue.next_due(case.id) == NOW + DAY

    assert await claim(store) is None
    async with store.writing() as repos:
        again = await repos.hearing_queue.claim(NOW + DAY, LEASE)
    assert again == DueHearing(due_hearing.id, case.id, NOW + DAY, WorkState.CLAIMED, attempts=2)


async def test_the_first_precedence_comes_before_hearings_due_longer(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD) for _ in range(4)]]
    async with store.writing() as repos:
        for late, (due, precedence) in enumerate(zip(cases, reversed([*Precedence, Precedence.RETRIAL]), strict=True)):
            await repos.hearing_queue.schedule(due.id, NOW - (9 - late) * DAY, precedence)
        await repos.hearing_queue.schedule(cases[3].id, NOW + DAY, Precedence.RETRIAL)

    claimed = [due_hearing for _ in cases if (due_hearing := await claim(store)) is not None]

    assert [due_hearing.case_id for due_hearing in claimed] == [cases[number].id for number in (0, 4, 2, 1)]
    assert [due_hearing.precedence for due_hearing in claimed] == [
        Precedence.RETRIAL,
        Precedence.RETRIAL,
        Precedence.FIRST,
        Precedence.ROUTINE,
    ]


async def test_of_those_due_at_once_the_one_scheduled_first_is_claimed(store: Store, case: Case) -> None:
    second = await file_case(store, GUILD)
    async with store.writing() as repos:
        for due in (second, case):
            await repos.hearing_queue.schedule(due.id, NOW)

    assert [due_hearing and due_hearing.case_id for due_hearing in (await claim(store), await claim(store))] == [
        second.id,
        case.id,
    ]


async def test_scheduling_again_gives_the_precedence_too_and_postponing_keeps_it(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW, Precedence.FIRST)
        await repos.hearing_queue.schedule(case.id, NOW, Precedence.RETRIAL)
    due_hearing = await claim(store)
    assert due_hearing is not None
    assert due_hearing.precedence is Precedence.RETRIAL
    async with store.writing() as repos:
        await repos.hearing_queue.postpone(due_hearing.id, NOW)
    again = await claim(store)
    assert again is not None
    assert again.precedence is Precedence.RETRIAL
    async with store.writing() as repos:
        await repos.hearing_queue.postpone(due_hearing.id, NOW)
        await repos.hearing_queue.schedule(case.id, NOW)
    last = await claim(store)
    assert last is not None
    assert last.precedence is Precedence.ROUTINE


async def adjourned(store: Store, *cases: Case) -> list[DueHearing]:
    """Schedule and claim the cases, and adjourn them until tomorrow because of a cap."""
    async with store.writing() as repos:
        for case in cases:
            await repos.hearing_queue.schedule(case.id, NOW, Precedence.FIRST)
    claimed = [due_hearing for _ in cases if (due_hearing := await claim(store)) is not None]
    async with store.writing() as repos:
        for due_hearing in claimed:
            await repos.hearing_queue.adjourn(due_hearing.id, NOW + DAY)
    return claimed


async def test_an_adjourned_hearing_comes_back_in_time_and_the_attempt_does_not_count(store: Store, case: Case) -> None:
    (due_hearing,) = await adjourned(store, case)
    assert await claim(store) is None
    async with store.writing() as repos:
        assert await repos.hearing_queue.next_due(case.id) == NOW + DAY
        again = await repos.hearing_queue.claim(NOW + DAY, LEASE)
        assert again == DueHearing(due_hearing.id, case.id, NOW + DAY, WorkState.CLAIMED, 1, Precedence.FIRST)
        await repos.hearing_queue.postpone(due_hearing.id, NOW + 2 * DAY)
        assert await repos.hearing_queue.resume(NOW) == 0


async def test_what_a_cap_held_up_is_resumed_for_all_at_once(store: Store, case: Case) -> None:
    elsewhere, waiting = await file_case(store, OTHER_GUILD), await file_case(store, GUILD)
    await adjourned(store, case, elsewhere)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(waiting.id, NOW + DAY)
        assert await repos.hearing_queue.resume(NOW) == 2
        assert await repos.hearing_queue.resume(NOW) == 0

    claimed = [await claim(store) for _ in range(3)]

    assert [
        due_hearing and (due_hearing.case_id, due_hearing.attempts, due_hearing.due_at) for due_hearing in claimed
    ] == [
        (case.id, 1, NOW),
        (elsewhere.id, 1, NOW),
        None,
    ]


async def put_off(store: Store, *cases: Case, counts: bool = False) -> list[DueHearing]:
    """Schedule and claim the cases, and put them off until tomorrow because nobody can hear them."""
    async with store.writing() as repos:
        for case in cases:
            await repos.hearing_queue.schedule(case.id, NOW, Precedence.FIRST)
    claimed = [due_hearing for _ in cases if (due_hearing := await claim(store)) is not None]
    async with store.writing() as repos:
        for due_hearing in claimed:
            await repos.hearing_queue.put_off(due_hearing.id, NOW, NOW + DAY, counts=counts)
    return claimed


async def test_what_was_put_off_comes_back_in_time_and_the_attempt_counts_only_if_it_shall(
    store: Store, case: Case
) -> None:
    for counts, attempts in ((False, 1), (True, 2)):
        (due_hearing,) = await put_off(store, case, counts=counts)
        assert await claim(store) is None
        async with store.writing() as repos:
            assert await repos.hearing_queue.next_due(case.id) == NOW + DAY
            again = await repos.hearing_queue.claim(NOW + DAY, LEASE)
            assert again == DueHearing(
                due_hearing.id, case.id, NOW + DAY, WorkState.CLAIMED, attempts, Precedence.FIRST
            )
            await repos.hearing_queue.put_off(due_hearing.id, NOW, NOW + DAY, counts=False)


async def test_what_was_put_off_is_due_as_soon_as_its_jury_is_reached(store: Store, case: Case) -> None:
    elsewhere, other = await file_case(store, OTHER_GUILD), await file_case(store, GUILD)
    await put_off(store, case, elsewhere)
    await adjourned(store, other)
    async with store.writing() as repos:
        await repos.hearing_queue.park(OTHER_GUILD)
        assert await repos.hearing_queue.reached(NOW + timedelta(hours=1)) == 2
        assert await repos.hearing_queue.reached(NOW + timedelta(hours=2)) == 0
        assert await repos.hearing_queue.next_due(case.id) == NOW + timedelta(hours=1)
        assert await repos.hearing_queue.next_due(elsewhere.id) == NOW + timedelta(hours=1)
        assert await repos.hearing_queue.next_due(other.id) == NOW + DAY


async def test_a_hearing_that_a_cap_or_a_failure_gave_back_no_longer_waits_for_its_jury(
    store: Store, case: Case
) -> None:
    other = await file_case(store, GUILD)
    await put_off(store, case, other)
    async with store.writing() as repos:
        for give_back in (repos.hearing_queue.adjourn, repos.hearing_queue.postpone):
            due_hearing = await repos.hearing_queue.claim(NOW + DAY, LEASE)
            assert due_hearing is not None
            await give_back(due_hearing.id, NOW + 2 * DAY)
        assert await repos.hearing_queue.reached(NOW) == 0


async def test_what_a_cap_holds_up_is_reported_by_guild(store: Store, case: Case) -> None:
    elsewhere, another = await file_case(store, OTHER_GUILD), await file_case(store, GUILD)
    await adjourned(store, case, elsewhere, another)
    async with store.writing() as repos:
        assert await repos.hearing_queue.adjourned(GUILD) == Adjourned(2, NOW + DAY)
        assert await repos.hearing_queue.adjourned(OTHER_GUILD) == Adjourned(1, NOW + DAY)
        assert await repos.hearing_queue.adjourned(999) is None
        await repos.hearing_queue.resume(NOW, GUILD)
        assert await repos.hearing_queue.adjourned(GUILD) is None
        assert await repos.hearing_queue.adjourned(OTHER_GUILD) == Adjourned(1, NOW + DAY)


async def test_one_guild_is_resumed_alone(store: Store, case: Case) -> None:
    elsewhere = await file_case(store, OTHER_GUILD)
    await adjourned(store, case, elsewhere)
    async with store.writing() as repos:
        assert await repos.hearing_queue.resume(NOW, 999) == 0
        assert await repos.hearing_queue.resume(NOW, OTHER_GUILD) == 1

    resumed = await claim(store)
    assert resumed is not None
    assert resumed.case_id == elsewhere.id
    assert await claim(store) is None


async def test_pressing_hearings_that_wait_a_moment_for_money_are_hurried(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD) for _ in range(3)]]
    later, free = await file_case(store, GUILD), await file_case(store, OTHER_GUILD)
    moment = NOW + DAY / 1_440
    async with store.writing() as repos:
        for due, precedence in zip((*cases, later), (*Precedence, Precedence.RETRIAL), strict=True):
            await repos.hearing_queue.schedule(due.id, NOW, precedence)
    claimed = [due_hearing for _ in range(5) if (due_hearing := await claim(store)) is not None]
    async with store.writing() as repos:
        for due_hearing in claimed:
            await repos.hearing_queue.adjourn(due_hearing.id, NOW + DAY if due_hearing.case_id == later.id else moment)
        await repos.hearing_queue.schedule(free.id, moment, Precedence.RETRIAL)
        assert await repos.hearing_queue.hurry(NOW, moment) == 2
        assert await repos.hearing_queue.hurry(NOW, moment) == 0

    hurried = [await claim(store) for _ in range(3)]

    assert [due_hearing and (due_hearing.case_id, due_hearing.due_at) for due_hearing in hurried] == [
        (cases[0].id, NOW),
        (cases[1].id, NOW),
        None,
    ]


async def test_an_adjourned_hearing_that_is_scheduled_again_is_no_longer_held_up(store: Store, case: Case) -> None:
    await adjourned(store, case)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW + 3 * DAY)
        assert await repos.hearing_queue.resume(NOW) == 0
        assert await repos.hearing_queue.next_due(case.id) == NOW + 3 * DAY


async def test_only_a_claimed_hearing_is_adjourned(store: Store, case: Case) -> None:
    await schedule(store, case)
    async with store.writing() as repos:
        await repos.hearing_queue.adjourn(1, NOW + DAY)
        await repos.hearing_queue.adjourn(404, NOW + DAY)
    due_hearing = await claim(store)
    assert due_hearing is not None
    assert (due_hearing.due_at, due_hearing.attempts) == (NOW, 1)
    async with store.writing() as repos:
        await repos.hearing_queue.finish(due_hearing.id)
        await repos.hearing_queue.adjourn(due_hearing.id, NOW)
        assert await repos.hearing_queue.resume(NOW) == 0
    assert await claim(store) is None


async def test_what_a_process_that_is_gone_had_claimed_is_released(store: Store, case: Case) -> None:
    second = await file_case(store, GUILD)
    await schedule(store, case, second)
    assert await claim(store) is not None

    async with store.writing() as repos:
        assert await repos.hearing_queue.release_all() == 1
        assert await repos.hearing_queue.release_all() == 0
    again = await claim(store)
    assert again is not None
    assert (again.case_id, again.attempts) == (case.id, 2)


async def test_only_the_claim_of_another_whose_lease_is_over_is_taken_over(store: Store, case: Case) -> None:
    other = Lease("another process", NOW + DAY)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW)
        assert await repos.hearing_queue.claim(NOW, other) is not None

    async with store.writing() as repos:
        assert await repos.hearing_queue.claim(NOW + DAY - timedelta(seconds=1), LEASE) is None
        assert await repos.hearing_queue.claim(NOW + 2 * DAY, other) is None, "its owner still works on it"
        taken_over = await repos.hearing_queue.claim(NOW + DAY, LEASE)

    assert taken_over is not None
    assert taken_over.attempts == 2


async def test_only_what_waits_too_long_is_brought_forward(store: Store, case: Case) -> None:
    soon, far, claimed, done = [await file_case(store, GUILD, f"{number:04X}") for number in range(4)]
    await schedule(store, claimed, done)
    assert await claim(store) is not None
    finished = await claim(store)
    assert finished is not None
    async with store.writing() as repos:
        await repos.hearing_queue.finish(finished.id)
        await repos.hearing_queue.schedule(case.id, NOW - DAY)
        await repos.hearing_queue.schedule(soon.id, NOW + DAY)
        for number, precedence in enumerate(Precedence, start=1):
            other = await repos.hearing_queue.next_due(far.id)
            assert other is None or other > NOW + DAY
            await repos.hearing_queue.schedule(far.id, NOW + number * 900 * DAY, precedence)
            assert await repos.hearing_queue.bring_forward(NOW + 2 * DAY) == 1

    async with store.writing() as repos:
        assert await repos.hearing_queue.bring_forward(NOW + 2 * DAY) == 0
        due = [await repos.hearing_queue.next_due(one.id) for one in (case, soon, far, claimed, done)]
    assert due == [NOW - DAY, NOW + DAY, NOW + 2 * DAY, NOW - DAY, None]


async def test_an_adjourned_hearing_that_is_brought_forward_stays_adjourned(store: Store, case: Case) -> None:
    await schedule(store, case)
    held = await claim(store)
    assert held is not None
    async with store.writing() as repos:
        await repos.hearing_queue.adjourn(held.id, NOW + 900 * DAY)
        assert await repos.hearing_queue.bring_forward(NOW + DAY) == 1
        assert await repos.hearing_queue.adjourned(GUILD) == Adjourned(1, NOW + DAY)


async def test_what_waits_for_a_guild_is_parked_with_its_times(store: Store, case: Case) -> None:
    waiting = await file_case(store, GUILD, "Can AI fold laundry?")
    elsewhere = await file_case(store, OTHER_GUILD)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW)
        await repos.hearing_queue.schedule(waiting.id, NOW + DAY, Precedence.RETRIAL)
        await repos.hearing_queue.schedule(elsewhere.id, NOW)
        assert await repos.hearing_queue.park(GUILD) == 2
        assert await repos.hearing_queue.park(GUILD) == 0
    claimed = [await claim(store) for _ in range(2)]
    assert [one and one.case_id for one in claimed] == [elsewhere.id, None]

    async with store.writing() as repos:
        assert await repos.hearing_queue.next_due(case.id) == NOW, "it is still open"
        assert await repos.hearing_queue.unpark(OTHER_GUILD, NOW + 9 * DAY) == 0
        assert await repos.hearing_queue.unpark(GUILD, NOW + 9 * DAY) == 2
        assert await repos.hearing_queue.next_due(waiting.id) == NOW + DAY

    back = await claim(store)
    assert back is not None
    assert back.case_id == case.id
    assert await claim(store) is None


async def test_what_was_parked_does_not_wait_longer_than_it_may(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW + 900 * DAY)
        await repos.hearing_queue.park(GUILD)
        assert await repos.hearing_queue.unpark(GUILD, NOW + 9 * DAY) == 1
        assert await repos.hearing_queue.next_due(case.id) == NOW + 9 * DAY


USES: Uses = {
    "hearing_queue.schedule": lambda repos: repos.hearing_queue.schedule(1, NOW),
    "hearing_queue.claim": lambda repos: repos.hearing_queue.claim(NOW, LEASE),
    "hearing_queue.finish": lambda repos: repos.hearing_queue.finish(1),
    "hearing_queue.postpone": lambda repos: repos.hearing_queue.postpone(1, NOW),
    "hearing_queue.adjourn": lambda repos: repos.hearing_queue.adjourn(1, NOW),
    "hearing_queue.put_off": lambda repos: repos.hearing_queue.put_off(1, NOW, NOW, counts=False),
    "hearing_queue.reached": lambda repos: repos.hearing_queue.reached(NOW),
    "hearing_queue.adjourned": lambda repos: repos.hearing_queue.adjourned(GUILD),
    "hearing_queue.resume": lambda repos: repos.hearing_queue.resume(NOW, GUILD),
    "hearing_queue.hurry": lambda repos: repos.hearing_queue.hurry(NOW, NOW),
    "hearing_queue.release_all": lambda repos: repos.hearing_queue.release_all(),
    "hearing_queue.park": lambda repos: repos.hearing_queue.park(GUILD),
    "hearing_queue.unpark": lambda repos: repos.hearing_queue.unpark(GUILD, NOW + 9 * DAY),
    "hearing_queue.next_due": lambda repos: repos.hearing_queue.next_due(1),
    "hearing_queue.bring_forward": lambda repos: repos.hearing_queue.bring_forward(NOW),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
