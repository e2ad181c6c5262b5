"""The pseudonyms of judge and clerk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from court.jury.pseudonyms import PIONEERS, draw_pseudonyms

numbers = st.from_regex(r"[0-9A-F]{4}", fullmatch=True)


@given(numbers, st.integers(1, 10_000))
def test_two_different_pioneers_the_same_for_the_same_hearing(number: str, session: int) -> None:
    presiding, clerk = draw_pseudonyms(number, session)

    assert presiding != clerk
    assert {presiding, clerk} <= set(PIONEERS)
    assert draw_pseudonyms(number, session) == (presiding, clerk)


def test_every_pioneer_is_judge_and_clerk_at_times() -> None:
    drawn = [draw_pseudonyms(f"{number:04X}", session) for number in range(40) for session in range(1, 20)]

    assert {presiding for presiding, _ in drawn} == set(PIONEERS)
    assert {clerk for _, clerk in drawn} == set(PIONEERS)


def test_no_name_occurs_twice() -> None:
    assert len(set(PIONEERS)) == len(PIONEERS)
