"""The fictional bench."""

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


def test_everybody_takes_both_chairs() -> None:
    benches = [draw_pseudonyms(f"{number:04X}", session) for number in range(40) for session in range(1, 20)]

    assert {presiding for presiding, _ in benches} == set(PIONEERS)
    assert {clerk for _, clerk in benches} == set(PIONEERS)


def test_no_name_stands_twice() -> None:
    assert len(set(PIONEERS)) == len(PIONEERS)
