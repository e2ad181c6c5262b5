"""Since when AI can do it, according to the jurors who said YES."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.counting.emergence import emergence
from court.models import Ballot, Emergence, Opinion
from tests.court.samples import held, silent

months = st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(lambda day: day.replace(day=1))


def named(*dates: date | None) -> list[Opinion]:
    return [replace(held(seat, Ballot.YES), emerged=day) for seat, day in enumerate(dates, start=1)]


JAN, MAR, MAY, DEC = date(2024, 1, 1), date(2024, 3, 1), date(2024, 5, 1), date(2025, 12, 1)


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ([JAN], Emergence(JAN, JAN, JAN)),
        ([DEC, JAN, MAR], Emergence(MAR, JAN, DEC)),
        ([DEC, JAN, MAY, MAR], Emergence(MAR, JAN, DEC)),
        ([None, MAY, None], Emergence(MAY, MAY, MAY)),
        ([None], None),
        ([], None),
    ],
)
def test_median_and_range(dates: list[date | None], found: Emergence | None) -> None:
    assert emergence(named(*dates)) == found


def test_only_jurors_who_said_yes_date_it() -> None:
    others = [replace(held(2, Ballot.ALMOST), emerged=JAN), silent(3)]

    assert emergence([*named(MAY), *others]) == Emergence(MAY, MAY, MAY)


@given(st.lists(months, min_size=1, max_size=7))
def test_every_month_given_was_named_and_the_order_of_jurors_never_matters(dates: list[date]) -> None:
    found = emergence(named(*dates))

    assert found is not None
    assert {found.median, found.earliest, found.latest} <= set(dates)
    assert found == emergence(named(*reversed(dates)))
    assert found.earliest <= found.median <= found.latest
