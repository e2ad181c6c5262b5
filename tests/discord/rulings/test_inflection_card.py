"""A turn of the court or of its jury is announced in the verdict channel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_components

from cogs.rulings.inflection_card import turn_card
from cogs.ui.labels import BRASS, VERDICT_COLOURS
from cogs.ui.layout import dispatch_id_of
from court.announcements.kinds import TurnAnnouncement
from court.docket.statements import MAX_LENGTH
from court.models import (
    CaseOverview,
    Disposition,
    GuildSettings,
    HearingKind,
    Holding,
    ModelRef,
    Opinion,
    Standing,
    Tally,
    Turn,
    TurnKind,
)
from court.models.announcements import Subject
from court.models.work import Dispatch
from tests.discord.rulings.samples import CASE, V2, N, Y, colour, held, lines, overview, seat, sent
from tests.discord.town import Town, last, read
from tests.fakes.models import votes
from tests.fakes.world import NOON

DAY = f"<t:{int(NOON.timestamp())}:D>"
FOR, AGAINST = (seat(1, Y), seat(2, Y), seat(3, Y)), (seat(1, N), seat(2, N), seat(3, N))
TURNED = Turn(TurnKind.INFLECTION, 6, 4, N, Y, NOON)
NEW_TERM = Standing(Holding.YES, None, Tally(8, 1), lifetime=Tally(8, 1, 0, 15), term=2, since=4)
JURY = replace(TURNED, kind=TurnKind.JURY_CHANGED, began=6)


def course(
    kind: HearingKind = HearingKind.RETRIAL, standing: Standing = NEW_TERM, former: tuple[Opinion, ...] = AGAINST
) -> CaseOverview:
    """Return a case whose sessions I to III said no, IV and V said yes, and VI decided."""
    before = [held(number, N, Disposition.REAFFIRMED, *AGAINST) for number in (1, 2, 3)]
    after = [held(number, Y, Disposition.OVERTURNED, *FOR) for number in (4, 5, 6)]
    after[-1] = replace(after[-1], kind=kind, former=former if kind is HearingKind.BRIDGE else ())
    return overview(*before, *after, standing=standing)


def test_inflection_says_what_turned_since_when_and_who_confirmed_it() -> None:
    card = turn_card(course(), TURNED)

    assert lines(card) == [
        "### Can AI write a publishable novel?",
        "⚖ The court has turned: **No → Yes**",
        "It has held **Yes** since Session IV.",
        "Session V raised the alarm.",
        "Session VI, a retrial with the same jurors because there were no others, confirmed it.",
        "-# This term: 8 Yes · 1 Almost",
        "-# Lifetime: 8 Yes · 1 Almost · 15 No",
        f"-# № 1B0C · {DAY} · more with `/verdict 1B0C`",
    ]
    assert colour(card) == VERDICT_COLOURS[Y]


def test_alarm_is_not_attributed_to_a_mistrial_in_between() -> None:
    story = course()
    history = list(story.history)
    history[4] = held(5, None, Disposition.MISTRIAL, *FOR[:1])

    assert "Session IV raised the alarm." in lines(turn_card(replace(story, history=tuple(history)), TURNED))
    forgotten = lines(turn_card(replace(story, history=story.history[5:]), TURNED))
    assert forgotten[3] == "Session VI, a retrial, confirmed it."


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (1, "Session VI, a retrial, confirmed it: 1 of its 3 jurors was a different one."),
        (2, "Session VI, a retrial, confirmed it: 2 of its 3 jurors were different ones."),
        (3, "Session VI, a retrial with different jurors, confirmed it."),
    ],
)
def test_different_jurors_are_mentioned_only_if_there_were_some(others: int, words: str) -> None:
    story = course()
    assert story.hearing is not None
    new = [replace(one, model=ModelRef("zenith", f"model-{one.seat}")) for one in FOR[:others]]
    retrial = replace(story.hearing, opinions=(*new, *FOR[others:]))

    assert words in lines(turn_card(replace(story, hearing=retrial), TURNED))


def test_inflection_can_be_confirmed_by_both_juries() -> None:
    assert "In Session VI, both the former jury and the new jury confirmed it." in lines(
        turn_card(course(HearingKind.BRIDGE), TURNED)
    )


def test_late_card_does_not_show_the_tally_of_another_term() -> None:
    later = replace(NEW_TERM, term=3, since=20)

    assert not any("This term" in line for line in lines(turn_card(course(standing=later), TURNED)))


def test_changed_jury_is_announced_as_such() -> None:
    card = turn_card(course(HearingKind.BRIDGE, replace(NEW_TERM, since=6)), JURY)

    assert lines(card)[1:7] == [
        "👥 The jury has changed: **No → Yes**",
        "On the same day, the new jury held **Yes** and the former jury did not.",
        "-# New jury: 3 Yes",
        "-# Former jury: 3 No",
        "The answer changed when the jury changed. This says nothing about what AI can do.",
        "A new count of the ballots starts with Session VI.",
    ]
    assert "turned" not in "\n".join(lines(card))
    assert colour(card) == BRASS


def test_former_jury_is_said_to_differ_only_where_it_did_on_the_day() -> None:
    agreeing = course(HearingKind.BRIDGE, former=FOR)

    for story in (course(), agreeing):
        assert lines(turn_card(story, JURY))[2:5] == [
            "The new jury holds **Yes**. The former jury held **No**.",
            "The answer changed when the jury changed. This says nothing about what AI can do.",
            "A new count of the ballots starts with Session VI.",
        ]


def test_turn_of_a_rehearsal_says_so() -> None:
    story = course()
    assert story.hearing is not None
    played = replace(story, hearing=replace(story.hearing, rehearsal=True))

    assert lines(turn_card(played, TURNED))[0] == "-# 🎭 Rehearsal: scripted jurors, not the opinion of any AI model"


@given(st.text(alphabet="*_`<@[]()\\# x", min_size=1), st.sampled_from([TURNED, JURY]))
def test_longest_turn_fits_and_is_text(words: str, turn: Turn) -> None:
    case = replace(CASE, statement=(words * MAX_LENGTH)[:MAX_LENGTH])
    card = turn_card(replace(course(HearingKind.BRIDGE), case=case), turn, dispatch_id=1_000_000)

    validate_components(sent(card), flags=V2)
    assert card.content_length() <= 4_000


async def test_turn_is_posted_pings_nobody_and_is_found_again(town: Town) -> None:
    case = replace(CASE, statement="Can AI ping @everyone and [x](http://y)?")

    dispatch = Dispatch(77, TurnAnnouncement(case.id, TURNED.session), town.guild.id, NOON)
    subject = Subject(GuildSettings(town.guild.id), replace(course(), case=case, turn=TURNED))
    ref = await town.courier.post(town.verdicts.id, dispatch, subject)

    posted = last(town.verdicts)
    assert "### Can AI ping @\u200beveryone and \\[x\\](http\\://y)?" in read(posted)
    assert not posted.mention_everyone
    assert dispatch_id_of(posted) == 77
    assert await town.courier.find(town.verdicts.id, dispatch) == ref
    (body,) = [one.json for one in town.env.http_requests if one.path.endswith("/messages") and one.method == "POST"]
    assert isinstance(body, dict)
    assert body["allowed_mentions"] == {"parse": []}


async def test_court_turns_in_the_verdict_channel(town: Town) -> None:
    no, yes = [votes("NO", 0.9, "Nobody has seen one.")] * 5, [votes("YES", 0.9, "A study shows it.")] * 5
    for juror, step in zip(town.house.jurors, no, strict=True):
        juror.script(step)
    case = await town.heard()
    for week in [no, no, yes]:
        await town.hear_again(*week)
    assert "seems to have turned" not in read(last(town.verdicts))

    await town.hear_again(*yes)

    assert "⚖ Alarm: the jury seems to have turned to **Yes**. A retrial is due within a day" in read(
        last(town.verdicts)
    )
    town.house.clock.advance(days=1)
    assert await town.house.queue.hold_next()
    await town.deliver()
    ruling, turn = [read(message) for message in town.verdicts.history()[-2:]]
    assert "\nRetrial because Session V raised the alarm: the court has turned\n" in ruling
    assert "Standing since Session IV: **Yes**" in ruling
    assert "seems to have turned" not in ruling
    assert (
        "⚖ The court has turned: **No → Yes**\nIt has held **Yes** since Session IV.\nSession V raised the alarm."
        in turn
    )
    assert "-# This term: 15 Yes\n-# Lifetime: 15 Yes" in turn
    assert f"`/verdict {case.number}`" in turn
