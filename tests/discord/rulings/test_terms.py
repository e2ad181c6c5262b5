"""A ruling card shows the term of the standing, any alarm, why the case was heard and by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cogs.rulings.card import ruling_card
from court.models import (
    Disposition,
    Hearing,
    HearingKind,
    Holding,
    ModelRef,
    Opinion,
    Outcome,
    Standing,
    Tally,
    Turn,
    TurnKind,
)
from tests.discord.rulings.samples import A, N, R, Y, held, lines, overview, seat, silent

FIVE = tuple(seat(number, Y) for number in range(1, 6))
RULED = held(4, Y, Disposition.OVERTURNED, *FIVE)


def shown(hearing: Hearing = RULED, standing: Standing | None = None) -> list[str]:
    return lines(ruling_card(overview(hearing, standing=standing)))


def emerging(seat_number: int, year: int, month: int) -> Opinion:
    return replace(seat(seat_number, Y), emerged=date(year, month, 1))


def test_first_term_shows_one_tally() -> None:
    tally = Tally(10, 0, 0, 1)

    text = shown(standing=Standing(Holding.YES, None, tally, lifetime=tally))

    assert text[-4:-2] == ["Standing: **Yes**", "-# Lifetime tally: 10 Yes · 1 No"]


def test_later_term_says_since_when_and_shows_both_tallies() -> None:
    standing = Standing(Holding.YES, None, Tally(9, 1), lifetime=Tally(9, 1, 2, 30), term=2, since=3)

    assert shown(standing=standing)[-5:-2] == [
        "Standing since Session III: **Yes**",
        "-# This term: 9 Yes · 1 Almost",
        "-# Lifetime: 9 Yes · 1 Almost · 2 In research · 30 No",
    ]


def test_alarm_is_shown_until_it_is_answered() -> None:
    alarmed = Standing(Holding.NO, None, Tally(no=20), Tally(no=20), alarm=Y)
    alarm = "⚖ Alarm: the jury seems to have turned to **Yes**. A retrial is due within a day"

    assert alarm in shown(standing=alarmed)
    assert not any("seems" in line for line in shown(standing=replace(alarmed, alarm=None)))


def test_routine_hearing_does_not_say_why_it_was_held() -> None:
    assert shown()[1:4] == [
        "**Yes** · 93 % panel confidence · overturned",
        "5 Yes · 0 Almost · 0 In research · 0 No",
        "-# 5 jurors from 1 model family",
    ]


def test_retrial_is_named_with_the_session_that_raised_the_alarm() -> None:
    alarming, lost = held(2, Y, Disposition.OVERTURNED, *FIVE), held(3, None, Disposition.MISTRIAL)
    confirming = replace(RULED, disposition=Disposition.REAFFIRMED, kind=HearingKind.RETRIAL)

    text = lines(ruling_card(overview(held(1, N, Disposition.FIRST_RULING), alarming, lost, confirming)))

    assert text[1:3] == [
        "**Yes** · 93 % panel confidence · reaffirmed",
        "Retrial because Session II raised the alarm: the court has not turned",
    ]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (TurnKind.INFLECTION, "the court has turned"),
        (TurnKind.JURY_CHANGED, "the answer changed when the jury changed"),
    ],
)
def test_retrial_says_what_it_decided(kind: TurnKind, answer: str) -> None:
    retrial = replace(RULED, kind=HearingKind.RETRIAL)
    turn = Turn(kind, retrial.session, 2, N, Y, retrial.closed_at)

    text = lines(ruling_card(replace(overview(retrial), turn=turn)))

    assert text[2] == f"Retrial after an alarm: {answer}"


def test_retrial_without_a_quorum_leaves_the_question_open() -> None:
    mistrial = replace(held(4, None, Disposition.MISTRIAL), kind=HearingKind.RETRIAL)

    assert shown(mistrial)[2] == "Retrial after an alarm: it is not yet clear whether the court has turned"


def test_retrial_is_named_even_if_the_history_lacks_its_alarm() -> None:
    assert shown(replace(RULED, kind=HearingKind.RETRIAL))[2] == "Retrial after an alarm: the court has not turned"


def test_overturned_says_what_the_ruling_was_before() -> None:
    silent_ones = held(2, None, Disposition.HUNG_JURY), held(3, None, Disposition.MISTRIAL)

    text = lines(ruling_card(overview(held(1, R, Disposition.FIRST_RULING), *silent_ones, RULED)))

    assert text[1] == "**Yes** · 93 % panel confidence · overturned (it was In research)"


def test_bridge_is_named_and_shows_what_the_former_jury_said_on_the_same_day() -> None:
    former = (seat(1, N), seat(2, N), seat(3, R), silent(4, Outcome.TIMEOUT))

    text = shown(replace(RULED, kind=HearingKind.BRIDGE, former=former))

    assert text[2:5] == [
        "Bridge hearing: the jury has changed, so the former jury was asked too",
        "5 Yes · 0 Almost · 0 In research · 0 No",
        "Former jury, same day: 1 In research · 2 No",
    ]


def test_former_jury_without_ballots_is_shown_as_none() -> None:
    assert "Former jury, same day: none" in shown(replace(RULED, kind=HearingKind.BRIDGE))


def test_families_are_counted_and_not_named() -> None:
    refs = [ModelRef("acme", "a"), ModelRef("acme", "b"), ModelRef("zenith", "c"), ModelRef("reseller", "maker/d")]
    seats = [replace(seat(number, Y), model=ref) for number, ref in enumerate(refs, start=1)]

    text = shown(held(1, Y, Disposition.FIRST_RULING, *seats))

    assert "-# 4 jurors from 3 model families" in text
    assert not any(name in line for line in text for name in ("acme", "zenith", "reseller", "maker"))


@pytest.mark.parametrize(
    ("alternates", "words"),
    [(1, "1 juror failed and was replaced by an alternate"), (2, "2 jurors failed and were replaced by alternates")],
)
def test_alternates_are_counted(alternates: int, words: str) -> None:
    failed = tuple(silent(number, Outcome.UNAVAILABLE) for number in range(1, alternates + 1))

    assert f"-# 5 jurors from 1 model family · {words}" in shown(replace(RULED, replaced=failed))
    assert f"-# {words}" in shown(replace(RULED, replaced=failed, rehearsal=True))


def test_scripted_jurors_belong_to_no_family() -> None:
    assert not any("family" in line for line in shown(replace(RULED, rehearsal=True)))


def test_emergence_is_a_median_with_its_range() -> None:
    seats = [emerging(1, 2023, 1), emerging(2, 2024, 3), emerging(3, 2025, 5), seat(4, A)]

    text = shown(held(1, Y, Disposition.FIRST_RULING, *seats))

    assert text[2] == "Emerged March 2024 (January 2023 – May 2025)"


def test_emergence_on_which_all_agree_is_one_month() -> None:
    seats = [emerging(1, 2024, 12), emerging(2, 2024, 12), seat(3, Y)]

    assert shown(held(1, Y, Disposition.FIRST_RULING, *seats))[2] == "Emerged December 2024"


def test_nothing_emerged_where_the_verdict_is_not_yes_or_nobody_named_a_month() -> None:
    outvoted = held(1, N, Disposition.FIRST_RULING, emerging(1, 2024, 3), seat(2, N), seat(3, N))

    assert not any("Emerged" in line for hearing in (outvoted, RULED) for line in shown(hearing))
