"""A hearing that was paid for is kept until the record can take it, and nothing new is asked before."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from court.errors import StorageError
from court.hearings.budget import Caps
from court.hearings.claim import AFTER_A_FAILURE
from court.jury.model import Completion, Request
from court.models import Case, Price
from tests.court.hearings.test_budget import SPENT, priced, spent
from tests.court.hearings.test_queue import announced, due_at
from tests.court.house import WEEK, House
from tests.court.jury.test_research import background, give_search
from tests.fakes.faults import COMMIT, COMMITTED
from tests.fakes.models import finds, hangs, votes

FULL = StorageError("the disk is full")


def asked(house: House) -> int:
    return sum(len(juror.asked) for juror in house.jurors)


async def hold_on_a_full_disk(house: House, where: str = "hearings.add", *errors: BaseException | None) -> None:
    house.store.fail(where, *(errors or (FULL,)))
    assert await house.queue.hold_next() is True


@pytest.mark.parametrize("where", ["hearings.add", "standings.put", "hearing_queue.schedule", "outbox.add", COMMIT])
async def test_what_could_not_be_recorded_is_recorded_later_and_nobody_is_asked_twice(house: House, where: str) -> None:
    priced(house)
    case = await house.docketed()
    house.wakes = 0
    # The claim, the reservation and the background are stored before the result.
    before = [None] * 3 if where == COMMIT else []
    await hold_on_a_full_disk(house, where, *before, FULL)
    assert await house.sessions(case) == []
    assert (await announced(house), house.wakes) == ([], 0)
    held_at = house.clock.now()
    house.clock.advance(timedelta(hours=1))

    assert await house.hold_all() == 0

    (hearing,) = await house.sessions(case)
    assert (hearing.closed_at, asked(house), house.wakes) == (held_at, 5, 1)
    assert await due_at(house, case) == WEEK - timedelta(hours=1)
    assert await announced(house) == [1]
    assert await spent(house) == SPENT


async def test_no_hearing_begins_while_a_result_waits(house: House, caplog: pytest.LogCaptureFixture) -> None:
    case, other = await house.docketed("Can AI write a novel?"), await house.docketed("Can AI fold laundry?")
    await hold_on_a_full_disk(house)
    assert (
        f"№ {case.docket_number} session 1 could not be recorded (the disk is full). It is kept in memory"
        in caplog.text
    )
    for _ in range(3):
        house.store.fail("hearings.add", FULL)
        with pytest.raises(StorageError):
            await house.queue.hold_next()

    assert asked(house) == 5
    assert await house.hold_all() == 1
    assert asked(house) == 10
    assert [len(await house.sessions(one)) for one in (case, other)] == [1, 1]


async def test_a_worker_that_has_claimed_already_asks_nobody_either(house: House) -> None:
    priced(house)
    cases = [await house.docketed(f"Can AI {task}?") for task in ("write a novel", "fold laundry")]
    reserve = house.queue._reserve

    async def reserves(*arguments: Any, **named: Any) -> Any:
        reserved = await reserve(*arguments, **named)
        if asked(house) == 0:
            # Meanwhile the result of another worker cannot be recorded.
            house.queue._reserve = reserve  # type: ignore[method-assign]
            await hold_on_a_full_disk(house)
            house.store.fail("hearings.add", FULL)
        return reserved

    house.queue._reserve = reserves  # type: ignore[method-assign]
    assert await house.queue.hold_next() is True

    assert asked(house) == 5
    await house.hold_all()
    house.clock.advance(AFTER_A_FAILURE)
    await house.hold_all()
    assert [len(await house.sessions(case)) for case in cases] == [1, 1]
    assert await spent(house) == 2 * SPENT


async def test_a_commit_whose_answer_was_lost_is_not_repeated(house: House) -> None:
    priced(house)
    case = await house.docketed()
    await hold_on_a_full_disk(house, COMMITTED, None, None, None, FULL)
    house.store.fail("hearings.add", AssertionError("it is stored"))

    assert await house.hold_all() == 0

    assert len(await house.sessions(case)) == 1
    assert asked(house) == 5
    assert await announced(house) == [1]
    assert await spent(house) == SPENT


async def test_a_session_that_somebody_else_has_recorded_is_not_replaced(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    case = await house.docketed()
    await hold_on_a_full_disk(house)
    other = await house.hearings.hold(case, 1, None)
    other = replace(other, opened_at=other.opened_at + timedelta(minutes=1), roster=None)
    async with house.store.writing() as repos:
        await repos.hearings.add(other)

    await house.hold_all()

    assert await house.sessions(case) == [other]
    assert "session 1 was recorded by somebody else; this result is dropped" in caplog.text


async def test_a_background_that_could_not_be_recorded_is_kept_too(house: House) -> None:
    searching = give_search(house, finds())
    house.jury = replace(house.jury, tariff=lambda _ref: Price(1, 1, 0.01))
    house.restart_services()
    case = await house.docketed()
    house.store.fail("backgrounds.add", FULL)
    house.store.fail("hearing_queue.postpone", FULL)
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)
    assert asked(house) == 0, "nothing new is asked before the background is recorded"

    await house.hold_all()
    found = await background(house, case)
    assert found is not None
    assert await spent(house) == found.usage.cost, "the rest of what was set aside is free again"
    house.clock.advance(AFTER_A_FAILURE)
    assert await house.hold_all() == 1

    (hearing,) = await house.sessions(case)
    assert (hearing.background_id, len(searching.asked)) == (found.id, 1)
    assert await spent(house) == hearing.usage.cost + found.usage.cost


async def test_a_background_whose_commit_seemed_to_fail_is_stored_once(house: House) -> None:
    searching = give_search(house, finds())
    case = await house.docketed()
    await hold_on_a_full_disk(house, COMMITTED, None, None, FULL)
    found = await background(house, case)

    house.clock.advance(AFTER_A_FAILURE)
    await house.hold_all()

    assert await background(house, case) == found
    assert len(searching.asked) == 1


async def test_at_the_end_it_is_tried_once_more(house: House) -> None:
    case = await house.docketed()
    await hold_on_a_full_disk(house)

    await house.queue.close()

    assert len(await house.sessions(case)) == 1


async def test_what_is_lost_at_the_end_is_named(house: House, caplog: pytest.LogCaptureFixture) -> None:
    priced(house)
    case = await house.docketed()
    await hold_on_a_full_disk(house)
    house.store.fail("hearings.add", FULL)

    await house.queue.close()

    assert f"№ {case.docket_number} session 1 was paid for and is lost" in caplog.text
    caplog.clear()
    await house.queue.close()
    assert "lost" not in caplog.text
    await house.restart()
    await house.hold_all()
    assert asked(house) == 10


async def stop_in_the_middle(house: House) -> Case:
    case = await house.docketed(f"Can AI write {len(await house.cases())} novels?")
    begun = asyncio.Event()

    async def sits(request: Request) -> Completion:
        begun.set()
        return await hangs(request)

    house.jury_says(sits)
    holding = asyncio.create_task(house.queue.hold_next())
    await begun.wait()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    house.jury_says(votes())
    return case


async def test_hearings_that_a_clean_stop_ended_are_no_crash(house: House, caplog: pytest.LogCaptureFixture) -> None:
    priced(house, Caps())
    for _ in range(3):
        await stop_in_the_middle(house)
        await house.queue.close()
        await house.restart()

    assert await spent(house) > 3 * SPENT, "nobody knows what they cost"
    assert "killed" not in caplog.text


async def test_a_clean_stop_without_a_record_is_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await stop_in_the_middle(house)
    house.store.fail("charges.use_up", FULL)

    await house.queue.close()

    assert "the charges of hearings that were stopped are still open: the disk is full" in caplog.text


async def test_hearings_that_are_cut_off_again_and_again_are_told_at_the_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    priced(house)
    caplog.set_level(logging.WARNING)
    for kills in range(1, 5):
        await stop_in_the_middle(house)
        caplog.clear()
        house.clock.advance(timedelta(hours=6))
        await house.restart()
        told = f"the bot was killed or crashed {kills} times in the last 24 hours while it held hearings" in caplog.text
        assert told is (kills >= 3)
    total = await spent(house)
    assert f"reserved for these 4 hearings, ${total / 1_000_000:,.2f}, counts towards" in caplog.text

    caplog.clear()
    house.clock.advance(timedelta(hours=1))
    await house.restart()
    assert "killed" not in caplog.text, "nothing was under way, so there is no news"

    house.clock.advance(timedelta(hours=17, seconds=1))
    await stop_in_the_middle(house)
    await house.restart()
    assert "killed" not in caplog.text, "only one of the kills before is less than a day ago"
