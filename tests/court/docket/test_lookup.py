"""Looking up cases: finding the one that somebody means, and reading everything that its card shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from court.docket.lookup import HISTORY, SUGGESTIONS, make_overview, overview_of
from court.errors import CaseNotFound, NothingRuledYet
from court.models import (
    AudienceTally,
    Ballot,
    Case,
    CaseOverview,
    Disposition,
    Emergence,
    Hearing,
    Standing,
    Tally,
    Vote,
)
from tests.court import samples
from tests.court.house import GUILD, OTHER_GUILD, OWNER, VOTER, WEEK, House
from tests.fakes.models import refuses, votes


async def hold(house: House, times: int) -> None:
    for _ in range(times):
        house.clock.advance(WEEK)
        assert await house.hold_all() == 1


@pytest.mark.parametrize("write", ["{}", "№ {}", "#{}", " {} "])
async def test_a_case_is_found_by_its_number(house: House, write: str) -> None:
    await house.docketed("Can AI fold laundry?")
    case = await house.docketed("Can AI write a novel?")

    for number in (case.number, case.number.lower()):
        assert (await house.lookup.find(GUILD, write.format(number))).case == case


@pytest.mark.parametrize("query", ["write a novel", "NOVEL", "Can AI write a novel?", "wriet a novle"])
async def test_a_case_is_found_by_its_words_even_misspelt_ones(house: House, query: str) -> None:
    await house.docketed("Can AI fold laundry?")
    case = await house.docketed("Can AI write a novel?")
    await house.docketed("Can AI drive a taxi?")

    assert (await house.lookup.find(GUILD, query)).case == case


async def test_an_unused_docket_number_is_searched_for_as_words(house: House) -> None:
    case = await house.docketed("Can AI decorate a café for dead poets?")
    assert case.number != "DEAD"

    assert (await house.lookup.find(GUILD, "dead")).case == case


async def test_a_case_that_is_not_on_the_docket_is_not_found(house: House) -> None:
    await house.filed("Can AI fold laundry?")
    denied = await house.filed("Can AI drive a taxi?")
    await house.moderation.deny(GUILD, denied.id, OWNER, "Too vague.")
    case = await house.docketed("Can AI write a novel?")

    for guild_id, query in [
        (GUILD, "fold laundry"),
        (GUILD, "drive a taxi"),
        (GUILD, "zzzzzzzz"),
        (OTHER_GUILD, case.number),
        (OTHER_GUILD, "write a novel"),
    ]:
        with pytest.raises(CaseNotFound) as caught:
            await house.lookup.find(guild_id, query)
        assert caught.value.query == query


async def test_an_unheard_case_has_an_overview_too(house: House) -> None:
    case = await house.docketed()

    overview = await house.lookup.find(GUILD, case.number)

    assert (overview.case, overview.hearing, overview.history) == (case, None, ())
    assert (overview.standing, overview.audience) == (Standing(), AudienceTally())


async def test_an_overview_holds_everything_that_a_card_shows(house: House) -> None:
    case = await house.heard()
    await house.audience.vote(GUILD, case.id, VOTER, Vote.MAYBE)
    await hold(house, 2)

    overview = await house.lookup.find(GUILD, case.number)

    assert overview.hearing == (await house.sessions(case))[-1]
    assert overview.history == tuple(await house.sessions(case))
    assert overview.standing.tally == Tally(yes=15)
    assert overview.audience == AudienceTally(maybe=1)


def overview(*history: Hearing) -> CaseOverview:
    return make_overview(samples.case(), history, Standing(), AudienceTally())


YES, NO = Ballot.YES, Ballot.NO


async def test_an_overview_says_when_the_ability_emerged(house: House) -> None:
    house.jury_says(votes(YES, emerged="2024-05"))
    case = await house.heard()

    may = date(2024, 5, 1)
    assert (await house.lookup.find(GUILD, case.number)).emergence == Emergence(may, may, may)


def test_nothing_has_emerged_without_the_verdict_yes_or_a_month() -> None:
    dated = replace(samples.held(1, YES), emerged=date(2024, 5, 1))
    outvoted = replace(samples.hearing(1, [NO]), opinions=(dated, *samples.panel([(NO, 0.9)] * 2)))

    for shown in (overview(), overview(outvoted), overview(samples.hearing(1, [YES] * 3))):
        assert shown.emergence is None


@pytest.mark.parametrize(
    ("former", "found"),
    [([YES, YES, NO], YES), ([NO, NO, NO], NO), ([YES, NO], None), ([YES], None), ([], None)],
)
def test_an_overview_says_what_a_former_jury_found(former: Sequence[Ballot], found: Ballot | None) -> None:
    said = tuple(samples.panel([(ballot, 0.9) for ballot in former]))

    shown = overview(samples.hearing(1, [NO]), replace(samples.hearing(2, [YES] * 3), former=said))

    assert shown.former_verdict is found


def test_no_former_jury_has_found_anything_in_a_case_that_nobody_heard() -> None:
    assert overview().former_verdict is None


async def test_a_long_history_is_cut_to_its_last_sessions(house: House) -> None:
    case = await house.heard()
    await hold(house, HISTORY + 2)

    overview = await house.lookup.find(GUILD, case.number)

    assert [hearing.session for hearing in overview.history] == list(range(4, HISTORY + 4))
    assert overview.hearing == overview.history[-1]


async def test_the_overview_of_a_session_ends_with_it(house: House) -> None:
    case = await house.heard()
    await hold(house, HISTORY + 3)

    async with house.store.reading() as repos:
        second = await overview_of(repos, case, 2)
        late = await overview_of(repos, case, HISTORY + 1)

    assert second.hearing is not None
    assert (second.hearing.session, [held.session for held in second.history]) == (2, [1, 2])
    assert [held.session for held in late.history] == list(range(2, HISTORY + 2))


async def test_the_latest_ruling_is_the_one_that_closed_last_with_a_verdict(house: House) -> None:
    first = await house.heard("Can AI write a novel?")
    house.clock.advance(timedelta(hours=1))
    other = await house.heard("Can AI fold laundry?")
    assert (await house.lookup.latest(GUILD)).case == other

    house.jury_says(votes(Ballot.NO))
    house.clock.advance(WEEK - timedelta(hours=1))
    await house.hold_all()
    house.jury_says(refuses())
    house.clock.advance(timedelta(hours=1))
    await house.hold_all()

    overview = await house.lookup.latest(GUILD)
    assert overview.case == first
    assert overview.hearing is not None
    assert (overview.hearing.session, overview.hearing.disposition) == (2, Disposition.OVERTURNED)


async def test_the_latest_ruling_is_shown_even_after_a_mistrial(house: House) -> None:
    await house.heard()
    house.jury_says(refuses())
    await hold(house, 1)

    overview = await house.lookup.latest(GUILD)

    assert overview.hearing is not None
    assert (overview.hearing.session, len(overview.history)) == (1, 1)


async def test_a_guild_without_a_ruling_has_no_latest_one(house: House) -> None:
    await house.set_up(OTHER_GUILD)
    await house.heard("Can AI write a novel?", OTHER_GUILD)
    await house.docketed("Can AI fold laundry?")

    with pytest.raises(NothingRuledYet):
        await house.lookup.latest(GUILD)


async def many(house: House, count: int) -> list[Case]:
    cases = []
    for number in range(count):
        cases.append(await house.docketed(f"Can AI count {number} sheep before it falls asleep?"))
        house.clock.advance(timedelta(minutes=1))
    return cases


@pytest.mark.parametrize("text", ["", "  ", "Can", "can AI ", "Can A"])
async def test_without_text_the_newest_cases_are_suggested(house: House, text: str) -> None:
    cases = await many(house, SUGGESTIONS + 3)
    await house.filed("Can AI fold laundry?")

    assert await house.lookup.suggest(GUILD, text) == cases[:2:-1]


async def test_with_words_the_most_similar_cases_are_suggested_up_to_discords_limit(house: House) -> None:
    cases = await many(house, SUGGESTIONS + 3)
    novel = await house.docketed("Can AI write a novel?")

    suggested = await house.lookup.suggest(GUILD, "count sheep")

    assert len(suggested) == SUGGESTIONS == 25
    assert set(suggested) <= set(cases)
    assert (await house.lookup.suggest(GUILD, "novel"))[0] == novel


async def test_with_a_docket_number_its_case_comes_first_and_only_once(house: House) -> None:
    cases = await many(house, SUGGESTIONS + 3)
    numbered = cases[1]
    named = await house.docketed(f"Can AI count the case {numbered.number} among the sheep?")

    suggested = await house.lookup.suggest(GUILD, f"№ {numbered.number.lower()}")

    assert suggested[0] == numbered
    assert suggested.count(numbered) == 1
    assert len(suggested) <= SUGGESTIONS
    assert named in suggested


async def test_only_docketed_cases_of_the_guild_are_suggested(house: House) -> None:
    await house.docketed()
    filed = await house.filed("Can AI fold laundry?")

    for text in ("", "novel", filed.statement):
        assert await house.lookup.suggest(OTHER_GUILD, text) == []
        assert filed not in await house.lookup.suggest(GUILD, text)
