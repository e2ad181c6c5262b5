"""`/verdict`: anybody can read what the court holds."""

from __future__ import annotations

import pytest

from court.errors import StorageError
from court.models import Ballot
from tests.discord.town import NOVEL, Town, buttons, last, private_answer, read, shown
from tests.fakes.models import refuses, votes

NO = votes(Ballot.NO, 0.9, "Nobody has seen one.")
YES = votes(Ballot.YES, 0.9, "A study shows it.")


@pytest.mark.parametrize("query", ["{number}", "№ {number}", "#{number}", "write a novel", "wriet a novle"])
async def test_case_is_found_by_number_words_and_misspelt_words(town: Town, query: str) -> None:
    case = await town.heard()
    await town.heard("Can AI drive a taxi?")

    result = await town.member.slash(town.square, "verdict", case=query.format(number=case.number))

    assert f"### {NOVEL}" in read(shown(result))
    assert not shown(result).ephemeral
    assert buttons(shown(result)) == ["Yes", "Maybe", "No"]


async def test_without_a_case_the_latest_ruling_is_shown(town: Town) -> None:
    await town.heard()
    town.house.clock.advance(hours=1)
    await town.heard("Can AI drive a taxi?")

    result = await town.member.slash(town.square, "verdict")

    assert "### Can AI drive a taxi?" in read(shown(result))


async def test_card_shows_the_session_the_panel_the_dissent_and_the_history(town: Town) -> None:
    await town.heard()
    await town.hear_again(NO, NO, YES, NO, refuses())

    text = read(shown(await town.member.slash(town.square, "verdict")))

    assert "**No** · " in text
    assert " % panel confidence · overturned" in text
    assert "1 Yes · 0 Almost · 0 In research · 3 No\n4 of 5 voted; 1 refused" in text
    assert " dissents** (Yes, 90 %): A study shows it." in text
    assert "I\xa0Yes → II\xa0**No**" in text
    assert "Standing: **Disputed, leaning Yes**\n-# Lifetime tally: 6 Yes · 3 No" in text
    assert "Session II · <t:" in text
    assert "vendor" not in text


async def test_words_that_match_no_case_are_quoted_as_text(town: Town) -> None:
    result = await town.member.slash(town.square, "verdict", case="**flying** @everyone")

    assert "No case on the docket matches “\\*\\*flying\\*\\* @\u200beveryone”." in private_answer(result)
    assert "`/ask`" in private_answer(result)
    assert town.refusals() == ["CaseNotFound"]


async def test_before_the_first_ruling_a_member_is_pointed_to_ask(town: Town) -> None:
    await town.docketed()

    result = await town.member.slash(town.square, "verdict")

    assert private_answer(result) == "The court has not ruled on anything yet. Put a question to it with `/ask`."
    assert town.refusals() == ["NothingRuledYet"]


async def test_case_that_is_not_heard_yet_says_so(town: Town) -> None:
    case = await town.docketed()

    result = await town.member.slash(town.square, "verdict", case=case.number)

    assert "the jury has not heard this case yet" in read(shown(result))
    assert "No votes yet: yours would be the first" in read(shown(result))


async def test_filed_statement_is_not_shown(town: Town) -> None:
    case = await town.filed()

    result = await town.member.slash(town.square, "verdict", case=case.statement)

    assert "No case on the docket" in private_answer(result)
    assert town.refusals() == ["CaseNotFound"]


async def test_sixth_card_in_a_row_is_refused_in_private(town: Town) -> None:
    await town.heard()
    for _ in range(5):
        await town.member.slash(town.square, "verdict")

    result = await town.member.slash(town.square, "verdict")

    allowed = int(town.house.clock.now().timestamp()) + 12
    assert private_answer(result) == f"Not so fast: you can do that again <t:{allowed}:R>."
    assert town.refusals() == ["TooFast"]
    assert len(town.square.history()) == 5
    town.house.clock.advance(seconds=12)
    assert not shown(await town.member.slash(town.square, "verdict")).ephemeral


async def test_channel_gets_ten_cards_in_a_row_and_further_ones_are_private(town: Town) -> None:
    await town.heard()
    people = [town.member, town.other, town.moderator, town.second]
    results = [await one.slash(town.square, "verdict") for one in people for _ in range(5)]

    private = [result for result in results if shown(result).ephemeral]
    assert (len(results), len(private), len(town.square.history(viewer=town.admin))) == (20, 10, 10)
    for result in private:
        assert private_answer(result).startswith(
            "Only you see this card: this channel had 10 in a row, and now gets one every 6 seconds."
        )
        assert "**Yes** · 99 % panel confidence" in private_answer(result)
    assert not shown(await town.admin.slash(town.office, "verdict")).ephemeral
    assert shown(await town.admin.slash(town.square, "verdict")).ephemeral
    town.house.clock.advance(seconds=6)
    assert not shown(await town.admin.slash(town.square, "verdict")).ephemeral


async def test_votes_are_not_paced(town: Town) -> None:
    case = await town.heard()
    for ballot in ["yes", "no"] * 8:
        result = await town.member.slash(town.square, "vote", case=case.number, ballot=ballot)
        assert private_answer(result).startswith("Your vote on")


async def test_card_is_shown_privately_while_nothing_can_be_written(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.heard()
    town.house.store.fail("paces.get", StorageError("the disk is full"))

    result = await town.member.slash(town.square, "verdict")

    assert "**Yes** · 99 % panel confidence" in private_answer(result)
    assert "could not be counted: the disk is full" in caplog.text


@pytest.mark.parametrize("command", ["verdict", "vote"])
async def test_cases_are_suggested_while_typing(town: Town, command: str) -> None:
    novel = await town.docketed()
    taxi = await town.docketed("Can AI " + "drive a very long taxi " * 12 + "?")

    everything = await town.member.autocomplete(town.square, command, "case", "")
    found = await town.member.autocomplete(town.square, command, "case", "novle")
    numbered = await town.member.autocomplete(town.square, command, "case", taxi.number.lower())

    assert {choice["value"] for choice in everything} == {novel.number, taxi.number}
    assert all(len(choice["name"]) <= 100 for choice in everything)
    assert found[0] == {"name": f"№ {novel.number} {NOVEL}", "value": novel.number}
    assert numbered[0]["value"] == taxi.number
    assert numbered[0]["name"].endswith("…")


async def test_there_are_no_suggestions_while_the_database_fails(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await town.docketed()
    town.house.store.fail("cases.newest", StorageError("disk gone"))

    assert await town.member.autocomplete(town.square, "verdict", "case", "") == []
    assert "could not suggest cases" in caplog.text
    assert await town.member.autocomplete(town.square, "verdict", "case", "") != []


async def test_case_of_another_server_is_not_shown(town: Town) -> None:
    case = await town.heard()
    elsewhere = town.env.create_guild("Bruges")
    channel = elsewhere.create_text_channel("square")
    stranger = elsewhere.add_member(town.env.create_user("john"))

    result = await stranger.slash(channel, "verdict", case=case.number)

    assert "No case on the docket" in private_answer(result)
    assert town.refusals() == ["CaseNotFound"]
    assert await stranger.autocomplete(channel, "verdict", "case", "") == []


async def test_ruling_is_announced_with_the_three_reactions(town: Town) -> None:
    await town.heard()

    ruling = last(town.verdicts)

    assert f"### {NOVEL}" in read(ruling)
    assert [(str(reaction.emoji), reaction.count) for reaction in ruling.reactions] == [("✅", 1), ("🤔", 1), ("❌", 1)]
