"""Similarity, for any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.similarity import LONGEST, rank, words_of

WORDS = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöñ日本語", min_size=1, max_size=12), min_size=1, max_size=8
)


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=8), st.integers(0, 9))
def test_any_text_ranks_some_of_the_statements_once_each(text: str, statements: list[str], limit: int) -> None:
    order = rank(text, statements, limit)
    assert len(order) == len(set(order)) <= limit
    assert set(order) <= set(range(len(statements)))


@given(WORDS, st.lists(WORDS, max_size=8))
def test_the_same_words_come_before_all_others(words: list[str], others: list[list[str]]) -> None:
    own = f"Can AI {' '.join(words)}?"
    statements = [f"Can AI {' '.join(other)}?" for other in others]
    first = rank(" ".join(words).upper(), [*statements, own], 1)[0]
    same = {len(others), *(at for at, other in enumerate(others) if set(words_of(" ".join(other))) >= set(words))}
    assert first in same


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can AI write a novel?", ["write", "a", "novel"]),
        ("  can   AI: write", ["write"]),
        ("canai", ["canai"]),
        ("can aim", ["can", "aim"]),
        ("Rubik's cube", ["rubik", "s", "cube"]),
        ("", []),
        ("x" * (LONGEST + 9), ["x" * LONGEST]),
    ],
)
def test_the_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_among_equals_the_earlier_statement_comes_first() -> None:
    assert rank("juggle", ["Can AI juggle a ball?", "Can AI juggle an egg?", "Can AI juggle?"], 9) == [2, 0, 1]


def test_a_text_with_a_typo_in_every_word_is_still_similar() -> None:
    assert rank("wriet a nvoel", ["Can AI write a novel?"], 1) == [0]


def test_one_similar_word_of_many_is_not_enough() -> None:
    assert rank("paint the whole house blue", ["Can AI paint?", "Can AI run a company?"], 9) == [0]
    assert rank("paint it", ["Can AI summarise a whole book?"], 9) == []
