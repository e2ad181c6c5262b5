"""The audience votes by button, by command or by reaction. Each member has one vote and can change it."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from cogs.ui.layout import dispatch_id_of
from court.errors import StorageError
from court.models import AudienceTally, Vote
from tests.discord.town import Town, last, private_answer, read


async def tally(town: Town, case_id: int) -> AudienceTally:
    async with town.house.store.reading() as repos:
        return await repos.votes.tally(case_id)


async def test_button_gives_a_private_receipt_and_counts_on_the_card(town: Town) -> None:
    case = await town.heard()
    ruling = last(town.verdicts)
    dispatch_id = dispatch_id_of(ruling)

    result = await town.member.click(ruling, label="Yes")

    assert private_answer(result) == (
        f"Your vote on № {case.number}: **Yes**. Audience: 1 vote · 100 % Yes · 0 % Maybe · 0 % No"
    )
    after = last(town.verdicts)
    assert after.id == ruling.id
    assert read(after) == read(ruling).replace(
        "No votes yet: yours would be the first", "Audience: 1 vote · 100 % Yes · 0 % Maybe · 0 % No"
    )
    assert dispatch_id_of(after) == dispatch_id is not None


async def test_vote_is_changed_and_never_counted_twice(town: Town) -> None:
    case = await town.heard()
    await town.member.click(last(town.verdicts), label="Maybe")
    await town.other.click(last(town.verdicts), label="No")

    changed = await town.member.click(last(town.verdicts), label="Yes")
    again = await town.member.click(last(town.verdicts), label="Yes")

    assert "**Yes** (it was Maybe). Audience: 2 votes · 50 % Yes · 0 % Maybe · 50 % No" in private_answer(changed)
    assert "**Yes**, as before. Audience: 2 votes" in private_answer(again)
    assert await tally(town, case.id) == AudienceTally(yes=1, no=1)


async def test_command_and_button_are_the_same_vote(town: Town) -> None:
    case = await town.heard()
    await town.member.click(last(town.verdicts), label="Yes")

    result = await town.member.slash(town.square, "vote", case="a novel", ballot="no")

    assert private_answer(result).startswith(f"Your vote on № {case.number}: **No** (it was Yes).")
    assert await tally(town, case.id) == AudienceTally(no=1)


async def test_vote_on_an_unknown_case_is_refused(town: Town) -> None:
    result = await town.member.slash(town.square, "vote", case="flying", ballot="yes")

    assert "No case on the docket matches “flying”" in private_answer(result)
    assert town.refusals() == ["CaseNotFound"]


async def test_reaction_votes_and_removing_it_withdraws_the_vote(town: Town) -> None:
    case = await town.heard()

    await town.member.react(last(town.verdicts), "🤔")
    assert await town.vote_of(case, town.member) is Vote.MAYBE
    await town.member.unreact(last(town.verdicts), "🤔")

    assert await town.vote_of(case, town.member) is None


async def test_last_reaction_counts_and_removing_an_older_one_changes_nothing(town: Town) -> None:
    case = await town.heard()
    ruling = last(town.verdicts)

    await town.member.react(ruling, "✅")
    await town.member.react(ruling, "❌")
    await town.member.unreact(ruling, "✅")

    assert await town.vote_of(case, town.member) is Vote.NO
    assert await tally(town, case.id) == AudienceTally(no=1)


async def test_removing_a_reaction_leaves_a_vote_by_button(town: Town) -> None:
    case = await town.heard()
    ruling = last(town.verdicts)
    await town.member.react(ruling, "✅")

    await town.member.click(ruling, label="Yes")
    await town.member.unreact(ruling, "✅")

    assert await town.vote_of(case, town.member) is Vote.YES


async def test_bots_do_not_vote(town: Town) -> None:
    case = await town.heard()
    assert await tally(town, case.id) == AudienceTally()
    machine = town.guild.add_member(town.env.create_user("robot", bot=True))

    await machine.react(last(town.verdicts), "✅")

    assert await tally(town, case.id) == AudienceTally()


async def test_own_reaction_is_no_vote_even_in_a_server_that_is_not_in_the_cache(town: Town) -> None:
    case = await town.heard()
    me = town.env.bot.user
    assert me is not None
    before = asyncio.all_tasks()
    for user_id in (me.id, town.member.id):
        # While a server is down for a moment, Discord's events carry only ids and discord.py makes no member.
        data: Any = {
            "message_id": last(town.verdicts).id,
            "channel_id": town.verdicts.id,
            "user_id": user_id,
            "guild_id": town.guild.id,
            "type": 0,
        }
        reaction = discord.RawReactionActionEvent(data, discord.PartialEmoji(name="✅"), "REACTION_ADD")
        town.env.bot.dispatch("raw_reaction_add", reaction)
    # simcord waits for what its own people do, and does not know of these two.
    await asyncio.gather(*asyncio.all_tasks() - before)

    assert await tally(town, case.id) == AudienceTally(yes=1)
    assert await town.vote_of(case, town.member) is Vote.YES


async def test_reactions_elsewhere_and_other_emoji_are_not_votes(town: Town) -> None:
    case = await town.heard()
    remark = await town.other.send(town.square, "I doubt it")

    await town.member.react(remark, "✅")
    await town.member.react(last(town.verdicts), "🎉")

    assert await tally(town, case.id) == AudienceTally()


async def test_reaction_that_cannot_be_stored_is_counted_later_and_logged_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    case = await town.heard()
    town.house.store.fail("votes.cast", StorageError("disk full"))

    await town.member.react(last(town.verdicts), "✅")
    await town.other.react(last(town.verdicts), "✅")

    async with asyncio.timeout(20):
        while await tally(town, case.id) != AudienceTally(yes=2):  # noqa: ASYNC110 - the record sets no event
            await asyncio.sleep(0.05)
    kept = [record.getMessage() for record in caplog.records if record.name.startswith("court.audience")]
    assert kept[:1] == ["reactions cannot be counted now, and are kept until they can be: disk full"]
    assert town.env.errors == []


async def test_reactions_and_buttons_work_after_a_restart(town: Town) -> None:
    case = await town.heard()
    ruling = last(town.verdicts)

    await town.env.restart_bot(town.house.new_bot())
    await town.member.react(ruling, "✅")
    result = await town.other.click(ruling, label="No")

    assert "Audience: 2 votes · 50 % Yes · 0 % Maybe · 50 % No" in private_answer(result)
    assert await tally(town, case.id) == AudienceTally(yes=1, no=1)


async def test_receipt_is_given_even_if_the_card_cannot_be_changed(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    case = await town.heard()
    town.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)

    result = await town.member.click(last(town.verdicts), label="Yes")

    assert "**Yes**" in private_answer(result)
    assert await town.vote_of(case, town.member) is Vote.YES
    assert "could not update the card" in caplog.text


async def test_buttons_stay_out_of_the_bots_memory(town: Town) -> None:
    await town.heard()
    await town.member.click(last(town.verdicts), label="Yes")
    await town.member.slash(town.square, "verdict")

    assert list(town.env.bot.persistent_views) == []
