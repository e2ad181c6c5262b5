"""Text keeps to its line and its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.text import cut, one_line


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("", 1, ""), ("four", 4, "four"), ("fours", 4, "fou…"), ("two words", 5, "two…"), ("xy", 1, "…")],
)
def test_text_is_cut_with_an_ellipsis_and_no_blank_before_it(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@given(st.text(st.characters()), st.integers(1, 40))
def test_text_keeps_to_its_length(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= limit
    assert short == text or short.endswith("…")


@given(st.text(st.characters()))
def test_text_keeps_to_its_line(text: str) -> None:
    line = one_line(text)

    assert line == one_line(line) == line.strip()
    assert line.isprintable()
