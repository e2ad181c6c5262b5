"""Cards show what is stored about a case, and fit within Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_components, walk_components

from cogs.docket.card import denial_card, filed_card
from cogs.rulings.card import ruling_card
from cogs.ui.labels import GREY, VERDICT_COLOURS, ballot_label
from cogs.ui.notices import notice_card
from court.docket.statements import MAX_LENGTH
from court.jury.template import LABELS
from court.models import (
    AudienceTally,
    Ballot,
    CaseState,
    Disposition,
    HearingKind,
    Holding,
    ModelRef,
    Outcome,
    Ruling,
    Standing,
    Tally,
)
from tests.discord.rulings.samples import (
    CASE,
    V2,
    A,
    N,
    R,
    Y,
    buttons,
    colour,
    held,
    lines,
    overview,
    seat,
    sent,
    silent,
    worst,
)
from tests.fakes.world import NOON

HEARD = NOON + timedelta(days=28)
markup = st.text(alphabet="*_`<@[]()\\# x", min_size=1)


def test_ruling_card_from_top_to_bottom() -> None:
    history = (
        held(1, N, Disposition.FIRST_RULING),
        held(2, None, Disposition.HUNG_JURY),
        held(3, None, Disposition.MISTRIAL),
        held(
            4,
            Y,
            Disposition.OVERTURNED,
            seat(1, Y),
            seat(2, N, 0.8, "Nobody has seen one."),
            seat(3, Y),
            silent(4, Outcome.REFUSED),
            silent(5, Outcome.TIMEOUT),
        ),
    )
    standing = Standing(Holding.DISPUTED, A, Tally(4, 5, 0, 3))

    card = ruling_card(overview(*history, standing=standing, audience=AudienceTally(7, 3, 2)), dispatch_id=5)

    assert lines(card) == [
        "### Can AI write a publishable novel?",
        "**Yes** · 93 % panel confidence · overturned (it was No)",
        "2 Yes · 0 Almost · 0 In research · 1 No",
        "3 of 5 voted; 1 refused, 1 timed out",
        "-# 5 jurors from 1 model family",
        "It does.",
        "> *So it is.*",
        "Four saw it. One did not.",
        "**Juror II dissents** (No, 80 %): Nobody has seen one.",
        "I\xa0No → II\xa0hung → III\xa0mistrial → IV\xa0**Yes**",
        "Standing: **Disputed, leaning Almost**",
        "-# Lifetime tally: 4 Yes · 5 Almost · 3 No",
        "Audience: 12 votes · 58 % Yes · 25 % Maybe · 17 % No",
        f"-# Judge Grace Hopper presiding · №\xa01B0C · Session IV · <t:{int(HEARD.timestamp())}:D>",
    ]
    assert buttons(card) == [("Yes", "✅"), ("Maybe", "🤔"), ("No", "❌")]
    assert colour(card) == VERDICT_COLOURS[Y]


def test_rehearsal_is_named_above_everything_else() -> None:
    hearing = replace(held(1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(2, Y)), rehearsal=True)

    assert (
        lines(ruling_card(overview(hearing)))[0] == "-# 🎭 Rehearsal: scripted jurors, not the opinion of any AI model"
    )


def test_first_session_has_no_row_of_sessions_and_first_vote_is_invited() -> None:
    shown = lines(ruling_card(overview(held(1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(2, Y)))))

    assert not any("→" in line for line in shown)
    assert "No votes yet: yours would be the first" in shown


@pytest.mark.parametrize(
    ("disposition", "headline"),
    [
        (Disposition.HUNG_JURY, "**Hung jury** · no answer outweighed the others"),
        (Disposition.MISTRIAL, "**Mistrial** · too few jurors voted, so this session does not count"),
    ],
)
def test_session_without_a_verdict_is_grey_and_has_no_dissent(disposition: Disposition, headline: str) -> None:
    card = ruling_card(overview(held(1, None, disposition, seat(1, Y), seat(2, N))))

    assert headline in lines(card)
    assert colour(card) == GREY
    assert not any("dissent" in line for line in lines(card))


def test_surest_two_dissent_and_the_others_are_counted() -> None:
    opinions = [seat(1, Y), seat(2, N, 0.5), seat(3, A, 0.9), seat(4, N, 0.7), seat(5, R, 0.4)]

    shown = lines(ruling_card(overview(held(1, Y, Disposition.FIRST_RULING, *opinions))))

    assert [line.split(":")[0] for line in shown if "dissent" in line] == [
        "**Juror III dissents** (Almost, 90 %)",
        "**Juror IV dissents** (No, 70 %)",
        "-# 2 more jurors dissent",
    ]


def test_a_dissent_says_what_would_change_it() -> None:
    dissent = replace(seat(2, N, 0.8), would_change="@everyone: a *study* at https://x.example")
    shown = lines(ruling_card(overview(held(1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(3, Y), dissent))))

    place = shown.index("**Juror II dissents** (No, 80 %): A study shows it.")
    change = shown[place + 1]
    assert change.startswith("-# What would change Juror II's ballot: ")
    assert change.endswith(r"a \*study\* at https\://x.example")
    assert "@everyone" not in change


@pytest.mark.parametrize(
    ("verdict", "label"),
    [(Y, "Yes, narrowly"), (A, "Almost, narrowly"), (R, "In research, narrowly"), (N, "No, narrowly")],
)
def test_a_winner_below_one_half_is_told_as_narrow(verdict: Ballot, label: str) -> None:
    hearing = held(1, verdict, Disposition.FIRST_RULING, seat(1, verdict), seat(2, verdict))

    narrow = lines(ruling_card(overview(replace(hearing, confidence=0.46))))
    assert f"**{label}** · 46 % panel confidence · first ruling" in narrow
    half = lines(ruling_card(overview(replace(hearing, confidence=0.5))))
    assert not any("narrowly" in line for line in half)


def test_a_card_says_when_jurors_did_not_sit_because_the_question_names_their_maker() -> None:
    case = replace(CASE, statement="Can Claude write a novel?")
    hearing = held(1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(2, Y))

    def small_print(**changed: object) -> str:
        shown = overview(replace(hearing, **changed))  # type: ignore[arg-type]
        return next(line for line in lines(ruling_card(replace(shown, case=case))) if "model famil" in line)

    assert "did not sit" not in small_print()
    recused = small_print(recused=(ModelRef("anthropic", "claude-opus-5-5"),))
    assert recused.endswith(" · jurors of a maker that the question names did not sit")
    assert "sat" not in small_print(recused=())
    alone = replace(seat(2, Y), model=ModelRef("anthropic", "claude-opus-5-5"))
    assert "sat, because too few others were left" in small_print(recused=(), opinions=(seat(1, Y), alone))


def test_long_history_shows_its_end() -> None:
    history = [held(number, N, Disposition.REAFFIRMED, seat(1, N)) for number in range(1, 31)]

    row = next(line for line in lines(ruling_card(overview(*history))) if "→" in line)

    assert row.startswith("… → XIX\xa0No → ")
    assert row.endswith(" → XXX\xa0**No**")


def test_no_model_is_named() -> None:
    opinions = [seat(1, Y), seat(2, N), silent(3, Outcome.UNAVAILABLE)]
    card = ruling_card(overview(held(1, Y, Disposition.FIRST_RULING, *opinions)))

    assert "acme" not in str(sent(card))


def test_words_of_models_and_members_are_shown_as_text() -> None:
    evil = "@everyone [x](http://y) **b**"
    escaped = "@\u200beveryone \\[x\\](http\\://y) \\*\\*b\\*\\*"
    hearing = held(
        1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(2, N, 0.9, evil), ruling=Ruling(evil, evil, evil, evil, evil)
    )
    case = replace(CASE, statement=f"Can AI {evil}?")

    shown = lines(ruling_card(replace(overview(hearing), case=case)))

    for line in [f"### Can AI {escaped}?", escaped, f"> *{escaped}*", f"**Juror II dissents** (No, 90 %): {escaped}"]:
        assert line in shown
    assert shown[-1].startswith(f"-# Judge {escaped} presiding")


@given(markup, st.sampled_from(HearingKind), st.booleans())
def test_longest_ruling_fits(words: str, kind: HearingKind, researched: bool) -> None:
    longest = worst(words, kind)
    if not researched:
        longest = replace(longest, background=None)
    card = ruling_card(longest, dispatch_id=1_000_000, lead="This question is already on the docket: № 1B0C.")

    accepted = validate_components(sent(card), flags=V2)

    assert len(list(walk_components(accepted))) <= 40
    assert card.content_length() <= 4_000
    assert any("shown to the jury" in line for line in lines(card)) is researched


def test_longest_ruling_in_ordinary_words_is_cut_in_its_reasons_and_titles_only() -> None:
    shown = lines(ruling_card(worst("word ")))

    cut = [line for line in shown if "…" in line]
    assert cut == [line for line in shown if "dissents**" in line or line.startswith(("-# [", "… → "))]


@given(markup, st.sampled_from(CaseState))
def test_longest_cards_for_moderators_and_filers_fit(words: str, state: CaseState) -> None:
    case = replace(
        CASE,
        id=2**63 - 1,
        statement=(words * MAX_LENGTH)[:MAX_LENGTH],
        state=state,
        filed_by=2**63 - 1,
        decided_by=None if state is CaseState.FILED else 2**63 - 1,
        decided_at=NOON,
        decision_reason=(words * 500)[:500],
    )
    for card in (
        filed_card(case, dispatch_id=1_000_000, vacancy=words * 500),
        denial_card(case, words * 100),
        notice_card(words * 5_000, 1_000_000),
    ):
        validate_components(sent(card), flags=V2)
        assert card.content_length() <= 4_000


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (CaseState.DOCKETED, "✅ Approved by <@8> <t:1768478400:R>: the jury hears it next"),
        (CaseState.DENIED, "⛔ Denied by <@8> <t:1768478400:R> — Too broad."),
        (CaseState.MERGED, "🔗 Merged with another case by <@8> <t:1768478400:R>"),
        (CaseState.WITHDRAWN, "🗄 Withdrawn by <@8> <t:1768478400:R>"),
    ],
)
def test_decided_card_shows_the_decision_and_no_buttons(state: CaseState, line: str) -> None:
    case = replace(CASE, state=state, decided_by=8, decided_at=NOON, decision_reason="Too broad.")

    card = filed_card(case)

    assert lines(card)[-1] == line
    assert buttons(card) == []


def test_labels_are_those_of_the_court() -> None:
    assert {ballot: ballot_label(ballot) for ballot in Ballot} == LABELS
