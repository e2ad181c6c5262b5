"""Hearings to hold: scheduled, claimed by one, finished or given back."""

from __future__ import annotations

import asyncio

from court.models import Case
from court.models.work import Adjourned, Precedence, Sitting, WorkState
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD, file_case


async def claim(store: Store) -> Sitting | None:
    async with store.writing() as records:
        return await records.sittings.claim(NOW)


async def schedule(store: Store, *cases: Case) -> None:
    """Have them due one after the other, the first longest."""
    async with store.writing() as records:
        for late, case in enumerate(reversed(cases)):
            await records.sittings.schedule(case.id, NOW - late * DAY)


async def test_what_is_due_longest_is_claimed_first_and_once(store: Store, case: Case) -> None:
    second, third = await file_case(store, GUILD, "0002"), await file_case(store, GUILD, "0003")
    await schedule(store, case, second)
    async with store.writing() as records:
        await records.sittings.schedule(third.id, NOW + DAY)

    claimed = [await claim(store) for _ in range(3)]

    assert [sitting and sitting.case_id for sitting in claimed] == [case.id, second.id, None]
    assert claimed[0] is not None
    assert (claimed[0].state, claimed[0].attempts, claimed[0].due_at) == (WorkState.CLAIMED, 1, NOW - DAY)


async def test_a_sitting_is_due_at_its_very_moment(store: Store, case: Case) -> None:
    await schedule(store, case)
    assert await claim(store) is not None


async def test_no_two_claim_the_same(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD, f"{number:04X}") for number in range(4)]]
    await schedule(store, *cases)

    claimed = [sitting for sitting in await asyncio.gather(*(claim(store) for _ in range(12))) if sitting is not None]

    assert sorted(sitting.case_id for sitting in claimed) == sorted(case.id for case in cases)


async def test_scheduling_again_moves_the_sitting_that_waits(store: Store, case: Case) -> None:
    async with store.writing() as records:
        assert await records.sittings.next_due(case.id) is None
        await records.sittings.schedule(case.id, NOW + DAY)
        assert await records.sittings.next_due(case.id) == NOW + DAY
        await records.sittings.schedule(case.id, NOW)
        assert await records.sittings.next_due(case.id) == NOW

    assert await claim(store) is not None
    assert await claim(store) is None


async def test_scheduling_leaves_a_claimed_sitting_alone(store: Store, case: Case) -> None:
    await schedule(store, case)
    claimed = await claim(store)
    assert claimed is not None

    async with store.writing() as records:
        await records.sittings.schedule(case.id, NOW + 5 * DAY)
        assert await records.sittings.next_due(case.id) == claimed.due_at
    assert await claim(store) is None


async def test_after_one_is_finished_the_next_can_be_scheduled(store: Store, case: Case) -> None:
    await schedule(store, case)
    first = await claim(store)
    assert first is not None
    async with store.writing() as records:
        await records.sittings.finish(first.id)
        assert await records.sittings.next_due(case.id) is None
        await records.sittings.schedule(case.id, NOW)
        await records.sittings.finish(404)

    second = await claim(store)
    assert second is not None
    assert second.id != first.id
    assert (second.case_id, second.attempts) == (case.id, 1)


async def test_a_finished_sitting_stays_finished(store: Store, case: Case) -> None:
    await schedule(store, case)
    sitting = await claim(store)
    assert sitting is not None
    async with store.writing() as records:
        await records.sittings.finish(sitting.id)
        await records.sittings.postpone(sitting.id, NOW)
        assert await records.sittings.release_all() == 0

    assert await claim(store) is None


async def test_a_postponed_sitting_comes_back_when_it_is_due(store: Store, case: Case) -> None:
    await schedule(store, case)
    sitting = await claim(store)
    assert sitting is not None
    async with store.writing() as records:
        await records.sittings.postpone(sitting.id, NOW + DAY)
        assert await records.sittings.next_due(case.id) == NOW + DAY

    assert await claim(store) is None
    async with store.writing() as records:
        again = await records.sittings.claim(NOW + DAY)
    assert again == Sitting(sitting.id, case.id, NOW + DAY, WorkState.CLAIMED, attempts=2)


async def test_the_first_precedence_goes_before_what_is_due_longer(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD, f"{number:04X}") for number in range(4)]]
    async with store.writing() as records:
        for late, (due, precedence) in enumerate(zip(cases, reversed([*Precedence, Precedence.RETRIAL]), strict=True)):
            await records.sittings.schedule(due.id, NOW - (9 - late) * DAY, precedence)
        await records.sittings.schedule(cases[3].id, NOW + DAY, Precedence.RETRIAL)

    claimed = [sitting for _ in cases if (sitting := await claim(store)) is not None]

    assert [sitting.case_id for sitting in claimed] == [cases[number].id for number in (0, 4, 2, 1)]
    assert [sitting.precedence for sitting in claimed] == [
        Precedence.RETRIAL,
        Precedence.RETRIAL,
        Precedence.FIRST,
        Precedence.ROUTINE,
    ]


async def test_of_those_due_at_once_the_one_scheduled_first_is_claimed(store: Store, case: Case) -> None:
    second = await file_case(store, GUILD, "0002")
    async with store.writing() as records:
        for due in (second, case):
            await records.sittings.schedule(due.id, NOW)

    assert [sitting and sitting.case_id for sitting in (await claim(store), await claim(store))] == [second.id, case.id]


async def test_scheduling_again_gives_the_precedence_too_and_postponing_keeps_it(store: Store, case: Case) -> None:
    async with store.writing() as records:
        await records.sittings.schedule(case.id, NOW, Precedence.FIRST)
        await records.sittings.schedule(case.id, NOW, Precedence.RETRIAL)
    sitting = await claim(store)
    assert sitting is not None
    assert sitting.precedence is Precedence.RETRIAL
    async with store.writing() as records:
        await records.sittings.postpone(sitting.id, NOW)
    again = await claim(store)
    assert again is not None
    assert again.precedence is Precedence.RETRIAL
    async with store.writing() as records:
        await records.sittings.postpone(sitting.id, NOW)
        await records.sittings.schedule(case.id, NOW)
    last = await claim(store)
    assert last is not None
    assert last.precedence is Precedence.ROUTINE


async def adjourned(store: Store, *cases: Case) -> list[Sitting]:
    """Have them claimed and given back until tomorrow because of a cap."""
    async with store.writing() as records:
        for case in cases:
            await records.sittings.schedule(case.id, NOW, Precedence.FIRST)
    claimed = [sitting for _ in cases if (sitting := await claim(store)) is not None]
    async with store.writing() as records:
        for sitting in claimed:
            await records.sittings.adjourn(sitting.id, NOW + DAY)
    return claimed


async def test_an_adjourned_sitting_comes_back_in_time_and_the_attempt_does_not_count(store: Store, case: Case) -> None:
    (sitting,) = await adjourned(store, case)
    assert await claim(store) is None
    async with store.writing() as records:
        assert await records.sittings.next_due(case.id) == NOW + DAY
        again = await records.sittings.claim(NOW + DAY)
        assert again == Sitting(sitting.id, case.id, NOW + DAY, WorkState.CLAIMED, 1, Precedence.FIRST)
        await records.sittings.postpone(sitting.id, NOW + 2 * DAY)
        assert await records.sittings.resume(NOW) == 0


async def test_what_a_cap_held_up_is_resumed_for_all_at_once(store: Store, case: Case) -> None:
    elsewhere, waiting = await file_case(store, OTHER_GUILD, "0002"), await file_case(store, GUILD, "0003")
    await adjourned(store, case, elsewhere)
    async with store.writing() as records:
        await records.sittings.schedule(waiting.id, NOW + DAY)
        assert await records.sittings.resume(NOW) == 2
        assert await records.sittings.resume(NOW) == 0

    claimed = [await claim(store) for _ in range(3)]

    assert [sitting and (sitting.case_id, sitting.attempts, sitting.due_at) for sitting in claimed] == [
        (case.id, 1, NOW),
        (elsewhere.id, 1, NOW),
        None,
    ]


async def test_what_a_cap_holds_up_is_told_by_guild(store: Store, case: Case) -> None:
    elsewhere, another = await file_case(store, OTHER_GUILD, "0002"), await file_case(store, GUILD, "0003")
    await adjourned(store, case, elsewhere, another)
    async with store.writing() as records:
        assert await records.sittings.adjourned(GUILD) == Adjourned(2, NOW + DAY)
        assert await records.sittings.adjourned(OTHER_GUILD) == Adjourned(1, NOW + DAY)
        assert await records.sittings.adjourned(999) is None
        await records.sittings.resume(NOW, GUILD)
        assert await records.sittings.adjourned(GUILD) is None
        assert await records.sittings.adjourned(OTHER_GUILD) == Adjourned(1, NOW + DAY)


async def test_one_guild_is_resumed_alone(store: Store, case: Case) -> None:
    elsewhere = await file_case(store, OTHER_GUILD, "0002")
    await adjourned(store, case, elsewhere)
    async with store.writing() as records:
        assert await records.sittings.resume(NOW, 999) == 0
        assert await records.sittings.resume(NOW, OTHER_GUILD) == 1

    resumed = await claim(store)
    assert resumed is not None
    assert resumed.case_id == elsewhere.id
    assert await claim(store) is None


async def test_of_what_waits_a_moment_for_money_what_presses_is_hurried(store: Store, case: Case) -> None:
    cases = [case, *[await file_case(store, GUILD, f"{number:04X}") for number in range(3)]]
    later, free = await file_case(store, GUILD, "0008"), await file_case(store, OTHER_GUILD, "0009")
    moment = NOW + DAY / 1_440
    async with store.writing() as records:
        for due, precedence in zip((*cases, later), (*Precedence, Precedence.RETRIAL), strict=True):
            await records.sittings.schedule(due.id, NOW, precedence)
    claimed = [sitting for _ in range(5) if (sitting := await claim(store)) is not None]
    async with store.writing() as records:
        for sitting in claimed:
            await records.sittings.adjourn(sitting.id, NOW + DAY if sitting.case_id == later.id else moment)
        await records.sittings.schedule(free.id, moment, Precedence.RETRIAL)
        assert await records.sittings.hurry(NOW, moment) == 2
        assert await records.sittings.hurry(NOW, moment) == 0

    hurried = [await claim(store) for _ in range(3)]

    assert [sitting and (sitting.case_id, sitting.due_at) for sitting in hurried] == [
        (cases[0].id, NOW),
        (cases[1].id, NOW),
        None,
    ]


async def test_an_adjourned_sitting_that_is_scheduled_anew_is_held_up_no_more(store: Store, case: Case) -> None:
    await adjourned(store, case)
    async with store.writing() as records:
        await records.sittings.schedule(case.id, NOW + 3 * DAY)
        assert await records.sittings.resume(NOW) == 0
        assert await records.sittings.next_due(case.id) == NOW + 3 * DAY


async def test_only_a_claimed_sitting_is_adjourned(store: Store, case: Case) -> None:
    await schedule(store, case)
    async with store.writing() as records:
        await records.sittings.adjourn(1, NOW + DAY)
        await records.sittings.adjourn(404, NOW + DAY)
    sitting = await claim(store)
    assert sitting is not None
    assert (sitting.due_at, sitting.attempts) == (NOW, 1)
    async with store.writing() as records:
        await records.sittings.finish(sitting.id)
        await records.sittings.adjourn(sitting.id, NOW)
        assert await records.sittings.resume(NOW) == 0
    assert await claim(store) is None


async def test_what_a_process_that_is_gone_had_claimed_is_released(store: Store, case: Case) -> None:
    second = await file_case(store, GUILD, "0002")
    await schedule(store, case, second)
    assert await claim(store) is not None

    async with store.writing() as records:
        assert await records.sittings.release_all() == 1
        assert await records.sittings.release_all() == 0
    again = await claim(store)
    assert again is not None
    assert (again.case_id, again.attempts) == (case.id, 2)
