"""Moderators approve, edit or deny a statement on its card. Only the first decision counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from simcord import Env

from cogs.ui.layout import dispatch_id_of
from court.errors import StorageError
from court.models import Case, CaseState
from tests.discord.town import NOVEL, House, Town, buttons, last, private_answer, read, shown


async def test_approval_shows_on_the_card_at_once_and_the_case_is_due(town: Town) -> None:
    case = await town.filed()

    result = await town.moderator.click(last(town.office), label="Approve")

    card = shown(result)
    assert card.id == last(town.office).id
    assert f"✅ Approved by {town.moderator.mention} <t:" in read(card)
    number = (await town.case(case.id)).number
    assert read(card).startswith(f"### {NOVEL}\n№ {number} · filed by")
    assert "the jury hears it next" in read(card)
    assert buttons(card) == []
    assert (await town.case(case.id)).state is CaseState.DOCKETED
    assert await town.house.queue.hold_next()
    await town.deliver()
    assert "the jury hears it next" in read(last(town.office))
    assert f"### {NOVEL}" in read(last(town.verdicts))


async def test_card_keeps_its_dispatch_id_when_it_is_pressed(town: Town) -> None:
    await town.filed()
    dispatch_id = dispatch_id_of(last(town.office))
    assert dispatch_id is not None

    await town.moderator.click(last(town.office), label="Approve")

    assert dispatch_id_of(last(town.office)) == dispatch_id


async def test_second_moderator_sees_who_was_first(town: Town) -> None:
    case = await town.filed()
    card = last(town.office)
    # The first decision is made, but the card that the second moderator sees does not show it yet.
    await town.house.services.moderation.approve(town.guild.id, case.id, town.as_moderator(town.moderator))

    for label in ("Approve", "Edit", "Deny"):
        result = await town.second.click(card, label=label)

        assert f"This statement was already approved by {town.moderator.mention} <t:" in private_answer(result)
        assert result.modal is None


async def test_form_that_was_open_while_another_decided_changes_nothing(town: Town) -> None:
    case = await town.filed()
    form = await town.second.click(last(town.office), label="Deny")
    await town.moderator.click(last(town.office), label="Approve")

    result = await town.second.submit_modal(form, {"reason": "Too broad."})

    assert "was already approved by" in private_answer(result)
    assert "> Too broad." in private_answer(result)
    assert (await town.case(case.id)).state is CaseState.DOCKETED
    assert town.refusals() == ["AlreadyDecided"]


async def test_edit_offers_the_statement_and_rewords_it(town: Town) -> None:
    case = await town.filed()

    form = await town.moderator.click(last(town.office), label="Edit")
    assert form.modal is not None
    assert form.modal["title"] == "Reword the statement"
    assert form.modal["components"][0]["component"]["value"] == NOVEL
    result = await town.moderator.submit_modal(form, {"statement": "write a novel that sells"})

    assert read(shown(result)).startswith("### Can AI write a novel that sells?")
    assert buttons(shown(result)) == ["Approve", "Edit", "Deny"]
    assert (await town.case(case.id)).state is CaseState.FILED


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (lambda town: town.filed, "Another statement that waits for a decision"),
        (lambda town: town.docketed, "№ {number}"),
    ],
    ids=["filed", "docketed"],
)
async def test_edit_into_another_case_is_refused(
    town: Town, state: Callable[[Town], Callable[[str], Awaitable[Case]]], named: str
) -> None:
    other = await state(town)("Can AI drive a taxi?")
    case = await town.filed()

    form = await town.moderator.click(last(town.office), label="Edit")
    result = await town.moderator.submit_modal(form, {"statement": "AI can drive a taxi"})

    named = named.format(number=other.docket_number)
    assert private_answer(result).startswith(
        f"{named} already asks the same: Can AI drive a taxi?\nNothing was changed."
    )
    assert (await town.case(case.id)).statement == NOVEL
    assert town.refusals() == ["AlreadyOnDocket"]


async def test_denial_needs_a_reason_and_the_filer_gets_it(town: Town) -> None:
    await town.filed()

    form = await town.moderator.click(last(town.office), label="Deny")
    result = await town.moderator.submit_modal(form, {"reason": "Too broad: which *kind* of novel?"})

    card = read(shown(result))
    assert f"⛔ Denied by {town.moderator.mention} <t:" in card
    assert "— Too broad: which \\*kind\\* of novel?" in card
    assert buttons(shown(result)) == []
    await town.deliver()
    letter = read(last(town.member.user.dm_channel))
    assert "The moderators of **Ghent** did not accept your question:" in letter
    assert f"### {NOVEL}" in letter
    assert "> Too broad: which \\*kind\\* of novel?" in letter
    assert "№" not in letter
    assert "`/ask`" in letter


async def test_denial_with_a_blank_reason_changes_nothing(town: Town) -> None:
    case = await town.filed()

    form = await town.moderator.click(last(town.office), label="Deny")
    result = await town.moderator.submit_modal(form, {"reason": "   "})

    assert private_answer(result) == "Please write a reason: the member will read it. Nothing was changed."
    assert (await town.case(case.id)).state is CaseState.FILED
    assert town.refusals() == ["ReasonMissing"]


async def test_closed_inbox_does_not_undo_the_denial(town: Town) -> None:
    case = await town.filed()
    form = await town.moderator.click(last(town.office), label="Deny")
    await town.moderator.submit_modal(form, {"reason": "Too broad."})
    inbox = town.member.user.dm_channel
    town.env.inject_error("POST", f"/channels/{inbox.id}/messages", status=403, code=50007)

    await town.deliver()

    assert inbox.history() == []
    assert (await town.case(case.id)).state is CaseState.DENIED
    assert "⛔ Denied" in read(last(town.office))
    town.house.clock.advance(hours=2)
    await town.deliver()
    assert inbox.history() == []


@pytest.mark.parametrize("label", ["Approve", "Edit", "Deny"])
async def test_member_is_refused_in_private_and_sees_no_form(town: Town, label: str) -> None:
    case = await town.filed()

    result = await town.member.click(last(town.office), label=label)

    assert private_answer(result) == (
        f"Only {town.mod_role.mention} and members with **Manage Server** may decide on statements."
    )
    assert result.modal is None
    assert (await town.case(case.id)).state is CaseState.FILED
    assert buttons(last(town.office)) == ["Approve", "Edit", "Deny"]


async def test_manage_server_is_enough(town: Town) -> None:
    case = await town.filed()

    await town.admin.click(last(town.office), label="Approve")

    assert (await town.case(case.id)).decided_by == town.admin.id


async def test_buttons_work_after_a_restart(town: Town) -> None:
    case = await town.filed()
    card = last(town.office)

    await town.env.restart_bot(town.house.new_bot())
    result = await town.moderator.click(card, label="Approve")

    assert "✅ Approved" in read(shown(result))
    assert (await town.case(case.id)).state is CaseState.DOCKETED


async def test_error_behind_a_button_gives_an_incident_number_for_the_host(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.filed()
    town.house.store.fail("cases.decide", ZeroDivisionError("at grace's desk"))

    result = await town.moderator.click(last(town.office), label="Approve")

    assert private_answer(result).startswith("Something went wrong on our side")
    number = private_answer(result).split("`")[1]
    assert "ZeroDivisionError" not in private_answer(result)
    assert "Traceback" not in private_answer(result)
    (record,) = [one for one in caplog.records if one.name == "cogs.ui.errors"]
    assert number in record.getMessage()
    assert record.exc_info is not None
    assert town.moderator.name not in record.getMessage()


async def test_failing_database_behind_a_button_is_reported_with_nothing_changed(town: Town) -> None:
    case = await town.filed()
    town.house.store.fail("commit", StorageError("disk full"))

    result = await town.moderator.click(last(town.office), label="Approve")

    assert private_answer(result).startswith(
        "The court's records cannot be read or written right now. Nothing was changed"
    )
    assert (await town.case(case.id)).state is CaseState.FILED


async def test_decision_is_shown_even_if_the_card_cannot_be_changed(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    case = await town.filed()
    town.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)

    result = await town.moderator.click(last(town.office), label="Approve")

    assert "✅ Approved" in private_answer(result)
    assert "could not change a card" in caplog.text
    assert (await town.case(case.id)).state is CaseState.DOCKETED


class TestWithoutAJury:
    """The host has configured no models, and cards say that approved cases wait."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"vacancy": "no jury: set JURORS_A and JURORS_B"}

    async def test_cards_say_that_approved_cases_wait(self, simcord_env: Env, house: House) -> None:
        town = Town(simcord_env, house)
        await town.set_up()
        await town.filed()
        line = "⚠ Approved cases have to wait: no jury: set JURORS\\_A and JURORS\\_B"
        assert line in read(last(town.office))

        result = await town.moderator.click(last(town.office), label="Approve")

        assert line in read(shown(result))
        assert "the jury hears it next" not in read(shown(result))
