"""Statements: the one form in which every question is filed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from court.docket.statements import MAX_LENGTH, MIN_LENGTH, normalise
from court.errors import StatementInvalid

INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
BLANKS = ["\u034f", "\u115f", "\u1160", "\u17b4", "\u180b", "\u2800", "\u3164", "\ufe0f", "\uffa0", "\U000e0101"]
"""Characters that show nothing, although Unicode does not class all of them as controls or formats."""

LEADS = ["", "Can AI ", "can ai ", "CAN AN AI ", "Can AIs ", "AI can ", "an AI can ", "Artificial intelligence can, "]
typed = st.builds(str.__add__, st.sampled_from([*LEADS, ", ", ": ", "  \n"]), st.text(max_size=320) | st.characters())


def problem_of(text: str) -> str:
    with pytest.raises(StatementInvalid) as caught:
        normalise(text)
    return caught.value.problem


@pytest.mark.parametrize(
    "text",
    [
        "Can AI write a novel?",
        "can ai write a novel",
        "  CAN   AI\n write\ta novel ?! ",
        "Can AIs write a novel…",
        "Can an AI write a novel?",
        "Can artificial intelligence write a novel?",
        "AI can write a novel.",
        "An AI can write a novel",
        "Can AI: write a novel?",
        "write a novel",
        "Write a novel.",
        "Can\u200b AI wr\u202eite a no\u00advel?",
        "Can\x00 AI write\u2028a novel\ue000?",
    ],
)
def test_every_way_to_ask_gives_the_same_statement(text: str) -> None:
    assert normalise(text) == "Can AI write a novel?"


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("DNA-test a dog", "Can AI DNA-test a dog?"),
        ("X-ray a suitcase", "Can AI X-ray a suitcase?"),
        ("Can AI Write a novel?", "Can AI Write a novel?"),
        ("Can AI cook? Really well?", "Can AI cook? Really well?"),
        ('Can AI ignore "quotes", {braces} and <@123>?', 'Can AI ignore "quotes", {braces} and <@123>?'),
        ("Can AI écrire un roman?", "Can AI écrire un roman?"),
    ],
)
def test_the_rest_of_a_statement_is_left_unchanged(text: str, statement: str) -> None:
    assert normalise(text) == statement


@pytest.mark.parametrize(
    "text",
    [
        "What is love, actually?",
        "Will AI write a novel?",
        "Can you write a novel?",
        "Is AI able to sing?",
        "AI is bad, no?",
    ],
)
def test_other_questions_are_refused(text: str) -> None:
    assert problem_of(text) == StatementInvalid.NOT_CAN_AI


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "Can AI", "Can AI ?", "AI can!", "x", "Can AI a?"])
def test_a_statement_that_is_too_short_is_refused(text: str) -> None:
    assert problem_of(text) == StatementInvalid.TOO_SHORT


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
def test_the_longest_statement(extra: int, fits: bool) -> None:
    ability = "a" * (MAX_LENGTH - len("Can AI ?") + extra)

    if fits:
        assert len(normalise(ability)) == MAX_LENGTH == 300
    else:
        with pytest.raises(StatementInvalid) as caught:
            normalise(ability)
        assert (caught.value.problem, caught.value.length) == (StatementInvalid.TOO_LONG, 301)


def test_the_shortest_statement() -> None:
    assert normalise("ab") == "Can AI ab?"
    assert len("Can AI ab?") == MIN_LENGTH == 10


@given(typed)
@example(", write a novel")
@example("AI can't write a novel")
def test_a_statement_has_its_form_and_normalising_it_again_changes_nothing(text: str) -> None:
    try:
        statement = normalise(text)
    except StatementInvalid:
        return
    assert statement.startswith("Can AI ")
    assert statement.endswith("?")
    assert MIN_LENGTH <= len(statement) <= MAX_LENGTH
    assert statement.splitlines() == [statement]
    assert not any(unicodedata.category(char) in INVISIBLE for char in statement)
    assert normalise(statement) == statement


@pytest.mark.parametrize("blank", BLANKS)
def test_blank_characters_are_dropped(blank: str) -> None:
    assert normalise(f"Can AI write{blank} a novel{blank}?") == "Can AI write a novel?"
    assert problem_of(f"Can AI {blank * 20}?") == StatementInvalid.TOO_SHORT


@pytest.mark.parametrize("text", ["Can AI ---?", "Can AI 👍👍👍?", "Can AI + + + +?"])
def test_a_statement_needs_a_word(text: str) -> None:
    assert problem_of(text) == StatementInvalid.TOO_SHORT


@pytest.mark.parametrize(
    "text", ["AI can't write a novel", "AI can’t write a novel", "Can AI-generated music win a Grammy?"]
)
def test_a_text_that_asks_something_else_is_not_turned_into_a_can_ai_question(text: str) -> None:
    assert problem_of(text) == StatementInvalid.NOT_CAN_AI


@pytest.mark.parametrize("text", ["Isn't AI able to sing?", "Couldn’t AI write a novel?", "Won't AI take my job?"])
def test_contracted_questions_are_other_questions_too(text: str) -> None:
    assert problem_of(text) == StatementInvalid.NOT_CAN_AI


@pytest.mark.parametrize("text", ["Do my taxes", "Have a sense of humour", "do the dishes"])
def test_a_bare_ability_may_begin_with_do_or_have(text: str) -> None:
    assert normalise(text) == f"Can AI {text[0].lower()}{text[1:]}?"


def test_a_full_width_question_mark_is_a_question_mark() -> None:
    assert normalise("Can AI write a novel？") == "Can AI write a novel?"
