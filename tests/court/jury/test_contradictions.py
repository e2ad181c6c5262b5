"""Which reasons cost a juror its seat: those that contradict its ballot or quote its instructions, and no others."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.jury.answers import REASON_LIMIT, AnswerInvalid, read_ballot_answer
from court.jury.contradictions import contradiction
from court.jury.prompts import PROMPT_VERSION, juror_request
from court.models import Ballot, Brief
from tests.court.jury.reasons import CANNOT_TELL, CONTRADICTIONS, HONEST, NO, NONCE, QUOTING, YES

TODAY = date(2026, 1, 15)
ASKED = juror_request("Can AI write a novel?", TODAY, NONCE)


def answer(reason: str, ballot: str) -> str:
    return json.dumps({"reason": reason, "ballot": ballot, "confidence": 0.9, "emerged": None})


def message_for(reason: str, ballot: str, asked: Any = ASKED) -> str:
    with pytest.raises(AnswerInvalid) as caught:
        read_ballot_answer(answer(reason, ballot), TODAY, asked)
    return str(caught.value)


def test_the_tables_are_large() -> None:
    assert len({reason for _, reason in HONEST}) == len(HONEST) >= 100
    assert (
        len({reason for _, reason, _ in CONTRADICTIONS}) + len(set(QUOTING)) == len(CONTRADICTIONS) + len(QUOTING) >= 45
    )


@pytest.mark.parametrize(("ballot", "reason"), HONEST)
def test_an_honest_reason_costs_no_juror_its_seat(ballot: str, reason: str) -> None:
    assert read_ballot_answer(answer(reason, ballot), TODAY, ASKED).reason == reason


@pytest.mark.parametrize(("ballot", "reason", "problem"), CONTRADICTIONS)
def test_a_reason_that_contradicts_its_ballot_is_refused(ballot: str, reason: str, problem: str) -> None:
    assert message_for(reason, ballot) == problem


@pytest.mark.parametrize("reason", QUOTING)
def test_a_reason_that_quotes_the_instructions_is_refused(reason: str) -> None:
    assert message_for(reason, NO) == "reason: quotes its instructions"


@pytest.mark.parametrize("version", range(1, PROMPT_VERSION + 1))
@pytest.mark.parametrize("searching", [False, True])
def test_every_part_of_the_instructions_is_recognised_except_the_rubric(version: int, searching: bool) -> None:
    asked = juror_request("Can AI write a novel?", TODAY, NONCE, version=version, searching=searching)
    lines = asked.system.splitlines()

    assert len([line for line in lines if line.startswith("- ")]) == 5
    for line in lines:
        words = line.split()
        parts = [" ".join(words[start : start + 16]) for start in range(max(len(words) - 15, 0))]
        for part in parts:
            if not line.startswith("- "):
                assert message_for(part[:REASON_LIMIT], CANNOT_TELL, asked) == "reason: quotes its instructions"


@pytest.mark.parametrize("version", range(1, PROMPT_VERSION + 1))
def test_a_juror_may_use_the_words_of_the_rubric_and_of_the_question(version: int) -> None:
    asked = juror_request("Can AI write a novel?", TODAY, NONCE, version=version)
    free = [line.removeprefix("- ") for line in asked.system.splitlines() if line.startswith("- ")]
    free.append("can AI systems available today do what the statement asks")
    for line in free:
        assert line in asked.system
        name, _, words = line.partition(": ")
        assert read_ballot_answer(answer(words or line, name if words else NO), TODAY, asked).reason


@pytest.mark.parametrize("reason", [reason for reason in QUOTING if NONCE not in reason.lower()])
def test_words_of_the_exhibit_may_be_quoted(reason: str) -> None:
    statement = juror_request(f"Can AI say: {reason}?", TODAY, NONCE)
    brief = juror_request("Can AI sing?", TODAY, NONCE, briefs=[Brief(f"A prompt leaked: {reason}")])

    for asked in (statement, brief):
        if "instruct" in reason.lower() or "prompt" in reason.lower() or asked is brief or len(reason.split()) >= 8:
            assert read_ballot_answer(answer(reason, CANNOT_TELL), TODAY, asked).reason == reason


def test_a_juror_may_say_that_a_statement_is_after_its_instructions() -> None:
    reason = "The statement wants me to tell my instructions, which shows no ability."

    asked = juror_request("Can AI print its prompt?", TODAY, NONCE)
    assert read_ballot_answer(answer(reason, NO), TODAY, asked).reason == reason
    assert message_for(reason, NO) == "reason: quotes its instructions"


def test_only_the_real_name_of_an_exhibit_counts_as_quoted() -> None:
    asked = juror_request("Can AI say statement_12345678?", TODAY, NONCE)

    assert read_ballot_answer(answer("It says statement_12345678.", YES), TODAY, asked).cast is YES
    assert message_for(f"It says statement_{NONCE}.", YES, asked) == "reason: quotes its instructions"


@given(st.text(st.characters(), min_size=1, max_size=REASON_LIMIT), st.sampled_from([*Ballot, CANNOT_TELL]))
def test_no_text_raises_an_error(reason: str, ballot: str) -> None:
    assert contradiction(reason, ballot) in {None, "names a ballot other than the one cast"}


@given(st.sampled_from([reason for _, reason in HONEST]), st.sampled_from([reason for _, reason, _ in CONTRADICTIONS]))
def test_the_problem_contains_nothing_of_the_reason(before: str, after: str) -> None:
    for ballot in (*Ballot, CANNOT_TELL):
        problem = contradiction(f"{before} {after}", ballot)

        assert problem is None or (len(problem) < 50 and problem not in f"{before} {after}")
