"""Docket numbers: how they are written and read, and that every docketed case gets one while any is free."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.docket.moderation import ModerationService
from court.docket.numbering import DIGITS, DRAWS, as_docket_number, draw_docket_number
from court.errors import DocketFull
from court.models import CaseState
from court.ports import T
from tests.court.house import FILER, GUILD, OTHER_GUILD, OWNER, House

FOUR, FIVE = DIGITS


class Draws:
    """Randomness that gives these numbers in turn, and then repeats the last one."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)
        self.stops: list[int] = []

    def randrange(self, stop: int, /) -> int:
        self.stops.append(stop)
        return self.numbers.pop(0) if len(self.numbers) > 1 else self.numbers[0]

    def sample(self, population: Sequence[T], k: int) -> list[T]:
        raise AssertionError("a docket number is drawn by randrange")


def moderation(house: House, *numbers: int) -> tuple[ModerationService, Draws]:
    draws = Draws(*numbers)
    return house.build(randomness=draws).services.moderation, draws


async def occupy(house: House, *numbers: str) -> None:
    """Docket a case under each of these numbers."""
    async with house.store.writing() as repos:
        for number in numbers:
            case = await repos.cases.file(GUILD, f"Can AI count to {number}?", FILER, house.clock.now())
            assert await repos.cases.decide(case.id, CaseState.DOCKETED, 1, case.filed_at, docket_number=number)


@pytest.mark.parametrize("digits", DIGITS)
@given(seed=st.integers(0, 1 << 40))
def test_docket_numbers_are_upper_case_hex_digits_and_read_back(digits: int, seed: int) -> None:
    number = draw_docket_number(random.Random(seed), digits)

    assert len(number) == digits
    assert set(number) <= set("0123456789ABCDEF")
    for written in (number, f"№ {number}", f"#{number.lower()}", f"  {number.lower()} ", f"№{number}"):
        assert as_docket_number(written) == number


@pytest.mark.parametrize("text", ["", "№", "1B0", "1B0C56", "1B0G", "write", "1B 0C", "１Ｂ０Ｃ", "1B0C\nx"])
def test_other_texts_are_not_docket_numbers(text: str) -> None:
    assert as_docket_number(text) is None


def test_letters_that_become_hex_only_in_upper_case_are_not_docket_numbers() -> None:
    # The upper case of the ligature “ﬀ” is “FF”.
    assert as_docket_number("ﬀ00") is None


@pytest.mark.parametrize(
    ("digits", "draw", "number"),
    [(4, 0, "0000"), (4, 0x1B0C, "1B0C"), (4, 0xFFFF, "FFFF"), (5, 0, "00000"), (5, 0xFFFFF, "FFFFF")],
)
def test_the_whole_range_of_each_length_is_used(digits: int, draw: int, number: str) -> None:
    draws = Draws(draw)

    assert draw_docket_number(draws, digits) == number
    assert draws.stops == [16**digits]


async def test_a_case_gets_its_number_when_it_is_approved(house: House) -> None:
    case = await house.filed()
    assert case.docket_number is None
    with pytest.raises(ValueError, match="no docket number"):
        _ = case.number

    approved = await house.moderation.approve(GUILD, case.id, OWNER)

    assert len(approved.number) == FOUR
    assert await house.case(case.id) == approved


async def test_a_denied_case_uses_no_number(house: House) -> None:
    case = await house.filed()

    denied = await house.moderation.deny(GUILD, case.id, OWNER, "Too vague.")

    assert denied.docket_number is None


async def test_a_taken_docket_number_is_drawn_again(house: House) -> None:
    await occupy(house, "1B0C")
    service, draws = moderation(house, 0x1B0C, 0x1B0C, 0xBEEF)

    approved = await service.approve(GUILD, (await house.filed()).id, OWNER)

    assert approved.number == "BEEF"
    assert draws.stops == [16**FOUR] * 3


async def test_a_docket_number_of_another_guild_is_free(house: House) -> None:
    await house.set_up(OTHER_GUILD)
    await occupy(house, "1B0C")
    service, _ = moderation(house, 0x1B0C)
    case = await house.filed(guild_id=OTHER_GUILD)

    assert (await service.approve(OTHER_GUILD, case.id, OWNER)).number == "1B0C"


async def test_five_digits_are_drawn_when_four_run_short(house: House) -> None:
    await occupy(house, "1B0C")
    service, draws = moderation(house, *[0x1B0C] * DRAWS, 0x1B0C5)

    approved = await service.approve(GUILD, (await house.filed()).id, OWNER)

    assert approved.number == "1B0C5"
    assert draws.stops == [16**FOUR] * DRAWS + [16**FIVE]
    for written in ("1B0C5", "№ 1b0c5", "#1B0C5"):
        assert (await house.lookup.find(GUILD, written)).case == approved
        assert (await house.lookup.suggest(GUILD, written))[0] == approved
    assert (await house.lookup.find(GUILD, "1B0C")).case != approved


async def test_a_docket_with_999_in_1000_short_numbers_in_use_still_takes_every_case(
    house: House, record: Path
) -> None:
    numbers = [f"{number:04X}" for number in range(16**FOUR)]
    random.Random(3).shuffle(numbers)
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.executemany(
            "INSERT INTO cases (guild_id, docket_number, statement, state, filed_by, filed_at) "
            "VALUES (?, ?, 'Can AI count?', 'withdrawn', 1, '2026-01-01 00:00:00.000000')",
            [(GUILD, number) for number in numbers[65:]],
        )

    cases = [await house.docketed(f"Can AI walk {miles} miles?") for miles in range(20)]

    assert len({case.number for case in cases}) == len(cases)


async def test_a_full_docket_is_reported_and_nothing_is_changed(house: House) -> None:
    await occupy(house, "1B0C", "01B0C")
    service, draws = moderation(house, 0x1B0C)
    case = await house.filed()
    await house.deliver_all()
    house.wakes = 0

    with pytest.raises(DocketFull):
        await service.approve(GUILD, case.id, OWNER)

    assert len(draws.stops) == DRAWS * len(DIGITS)
    assert (await house.case(case.id)).state is CaseState.FILED
    assert (await house.case(case.id)).docket_number is None
    assert (house.wakes, await house.deliver_all(), await house.hold_all()) == (0, 0, 0)


async def test_a_case_that_was_numbered_when_it_was_filed_keeps_its_number(house: House, record: Path) -> None:
    case = await house.filed()
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("UPDATE cases SET docket_number = '0A0A' WHERE id = ?", (case.id,))
    service, draws = moderation(house, 0x1B0C)

    approved = await service.approve(GUILD, case.id, OWNER)

    assert approved.number == "0A0A"
    assert draws.stops == []
