"""`/ask`: a member puts a question to the court."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from court.docket.intake import PENDING_OF_GUILD, PENDING_OF_MEMBER
from court.errors import StorageError
from court.models import CaseState
from storage.database import Database
from tests.discord.town import NOVEL, House, Town, buttons, last, private_answer, read
from tests.records import url_of


async def test_question_is_filed_and_a_card_waits_for_the_moderators(town: Town) -> None:
    result = await town.member.slash(town.square, "ask", question="write a novel")

    answer = private_answer(result)
    assert answer.startswith(f"**Filed:** {NOVEL}\n")
    assert "moderators look at it next" in answer
    await town.deliver()
    card = last(town.office)
    assert read(card).startswith(f"### {NOVEL}\nfiled by {town.member.mention} <t:")
    assert buttons(card) == ["Approve", "Edit", "Deny"]


async def test_without_a_question_a_form_asks_for_it(town: Town) -> None:
    form = await town.member.slash(town.square, "ask")
    assert form.modal is not None
    assert form.modal["title"] == "Put a question to the court"

    result = await town.member.submit_modal(form, {"question": "AI can drive a taxi"})

    assert ":** Can AI drive a taxi?" in private_answer(result)
    assert [case.statement for case in await town.cases()] == ["Can AI drive a taxi?"]


async def test_form_error_repeats_what_was_typed(town: Town) -> None:
    form = await town.member.slash(town.square, "ask")

    result = await town.member.submit_modal(form, {"question": "Is AI **alive**?"})

    assert "The court only answers questions about what AI can do." in private_answer(result)
    assert "> Is AI \\*\\*alive\\*\\*?" in private_answer(result)
    assert town.refusals() == ["StatementInvalid"]
    assert await town.cases() == []


async def test_question_that_is_already_waiting_is_answered_with_its_statement(town: Town) -> None:
    await town.filed()

    result = await town.other.slash(town.square, "ask", question="can ai write a NOVEL")

    assert f"**Already asked:** {NOVEL}" in private_answer(result)
    assert "waiting for the moderators" in private_answer(result)
    assert len(await town.cases()) == 1


async def test_question_on_the_docket_is_answered_with_its_card_to_vote_on(town: Town) -> None:
    case = await town.docketed()

    result = await town.other.slash(town.square, "ask", question=NOVEL)

    assert private_answer(result).startswith(f"This question is already on the docket: № {case.number}.")
    assert "has not heard this case yet" in private_answer(result)
    assert result.response is not None
    assert buttons(result.response) == ["Yes", "Maybe", "No"]


async def test_question_that_was_ruled_on_is_answered_with_the_ruling(town: Town) -> None:
    await town.heard()

    result = await town.other.slash(town.square, "ask", question=NOVEL)

    assert "**Yes** · 99 % panel confidence · first ruling" in private_answer(result)


async def test_answer_to_a_too_short_question_states_its_length(town: Town) -> None:
    result = await town.member.slash(town.square, "ask", question="?")

    assert "too short" in private_answer(result)
    assert "at least 10" in private_answer(result)
    assert town.refusals() == ["StatementInvalid"]


async def test_answer_to_a_too_long_question_states_its_length(town: Town) -> None:
    result = await town.member.slash(town.square, "ask", question="x" * 300)

    assert "That is too long: with “Can AI …?” it has 308 characters" in private_answer(result)
    assert "only 300 are allowed" in private_answer(result)
    assert town.refusals() == ["StatementInvalid"]


async def test_server_without_a_mod_channel_points_to_setup(empty_town: Town) -> None:
    result = await empty_town.member.slash(empty_town.square, "ask", question=NOVEL)

    assert "`/setup channels`" in private_answer(result)
    assert empty_town.refusals() == ["NotSetUp"]


async def test_failing_database_is_reported_with_nothing_changed(town: Town) -> None:
    town.house.store.fail("commit", StorageError("disk full: /data/court.db"))

    result = await town.member.slash(town.square, "ask", question=NOVEL)

    assert "Nothing was changed" in private_answer(result)
    assert "/data" not in private_answer(result)
    assert town.refusals() == ["StorageError"]
    assert await town.cases() == []


async def pend(town: Town, count: int) -> None:
    """File statements of the member that wait for the moderators."""
    async with town.house.store.writing() as repos:
        for number in range(count):
            await repos.cases.file(town.guild.id, f"Can AI run {number} km?", town.member.id, town.house.clock.now())


async def test_member_with_too_many_pending_questions_is_refused_and_gets_the_text_back(town: Town) -> None:
    await pend(town, PENDING_OF_MEMBER)

    direct = await town.member.slash(town.square, "ask", question="write a *long* novel")
    form = await town.member.slash(town.square, "ask")
    submitted = await town.member.submit_modal(form, {"question": "write a *long* novel"})

    for result in (direct, submitted):
        assert private_answer(result) == (
            "You already have 10 questions waiting for the moderators, which is the limit. "
            "You can ask this one once they have approved or denied one of the others."
            "\n\nYou wrote:\n> write a \\*long\\* novel"
        )
    assert town.refusals() == ["TooManyPending"] * 2
    assert len(await town.cases()) == PENDING_OF_MEMBER
    assert "**Filed:**" in private_answer(await town.other.slash(town.square, "ask", question=NOVEL))


async def test_server_with_too_many_pending_questions_accepts_none(town: Town) -> None:
    await pend(town, PENDING_OF_GUILD)

    result = await town.other.slash(town.square, "ask", question=NOVEL)

    assert private_answer(result).startswith("500 questions on this server are already waiting for the moderators")
    assert private_answer(result).endswith(f"You wrote:\n> {NOVEL}")
    assert town.refusals() == ["TooManyPending"]


async def test_sixth_question_in_a_row_waits(town: Town) -> None:
    for number in range(5):
        await town.member.slash(town.square, "ask", question=f"Can AI count to {number}?")

    result = await town.member.slash(town.square, "ask", question=NOVEL)

    allowed = int(town.house.clock.now().timestamp()) + 12
    assert private_answer(result) == (f"Not so fast: you can do that again <t:{allowed}:R>.\n\nYou wrote:\n> {NOVEL}")
    assert town.refusals() == ["TooFast"]
    assert "**Filed:**" in private_answer(await town.other.slash(town.square, "ask", question=NOVEL))
    town.house.clock.advance(seconds=12)
    assert "**Filed:**" in private_answer(await town.member.slash(town.square, "ask", question="Can AI sail a boat?"))


async def test_form_that_is_submitted_too_fast_gives_the_text_back(town: Town) -> None:
    for number in range(5):
        await town.member.slash(town.square, "ask", question=f"Can AI count to {number}?")

    form = await town.member.slash(town.square, "ask")
    result = await town.member.submit_modal(form, {"question": NOVEL})

    assert private_answer(result).endswith(f"\n\nYou wrote:\n> {NOVEL}")
    assert town.refusals() == ["TooFast"]


async def test_form_opens_at_once_while_the_record_is_busy(town: Town) -> None:
    async with town.house.store.writing():
        form = await town.member.slash(town.square, "ask")

    assert form.modal is not None


async def test_questions_of_two_members_in_turn_keep_to_the_pace_of_each(town: Town) -> None:
    for number in range(8):
        for member, base in [(town.member, "ten"), (town.other, "twenty")]:
            await member.slash(town.square, "ask", question=f"Can AI count to {base} {number}?")

    assert town.refusals() == ["TooFast"] * 6
    assert Counter(case.filed_by for case in await town.cases()) == {town.member.id: 5, town.other.id: 5}


async def test_restart_does_not_forgive_the_pace(town: Town, record: Path) -> None:
    for number in range(5):
        await town.member.slash(town.square, "ask", question=f"Can AI count to {number}?")
    await town.house.store.close()

    async with House(Database(url_of(record))) as house:
        await town.env.restart_bot(house.new_bot())
        result = await town.member.slash(town.square, "ask", question=NOVEL)
        assert private_answer(result).startswith("Not so fast")
        assert town.refusals() == ["TooFast"]

        house.clock.advance(seconds=12)
        assert "**Filed:**" in private_answer(await town.member.slash(town.square, "ask", question=NOVEL))


async def test_what_a_member_types_is_shown_as_text_and_pings_nobody(town: Town) -> None:
    evil = f"Can AI @everyone {town.other.mention} [x](http://y) </ask:1> **loud** <t:1:R>?"

    result = await town.member.slash(town.square, "ask", question=evil)
    await town.deliver()

    card = last(town.office)
    for text in (private_answer(result), read(card)):
        assert "@everyone" not in text
        assert town.other.mention not in text.replace("\\<", "")
        assert "\\[x\\](http\\://y) \\</ask:1\\> \\*\\*loud\\*\\* \\<t:1:R\\>" in text
    assert not card.mention_everyone
    (case,) = await town.cases()
    assert case.statement.startswith("Can AI @everyone")
    assert case.state is CaseState.FILED
