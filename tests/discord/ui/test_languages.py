"""Private replies use the member's language, and public messages the server's."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord

from tests.discord.town import House, Town, buttons, last, private_answer, read, shown
from tests.discord.ui.catalogues import write_catalogue

# In simcord, members use Discord in American English, and a server's language is set by the test.
MEMBER = {
    "The court has not ruled on anything yet. Put a question to it with `/ask`.": "member: nothing yet",
    "Put a question to the court": "member: form",
    "Please write a reason: the member will read it. Nothing was changed.": "member: reason",
    "Your vote on № {number}: **{vote}**. {audience}": "member: {vote}",
    "Yes": "member-yes",
    "### The court in numbers": "member: numbers",
    "**How a case goes**": "member: course",
    "every day": "member: daily",
    "**Filed:** {statement}": "member: {statement} filed",
}
SERVER = {"Yes": "ja", "Approve": "Goedkeuren", "Add Reactions": "Reacties toevoegen"}


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_catalogue(tmp_path / "en_US", MEMBER)
    write_catalogue(tmp_path / "nl", SERVER)
    monkeypatch.setattr("cogs.ui.texts.LOCALES", tmp_path)


@pytest.mark.usefixtures("catalogues")
async def test_commands_forms_buttons_and_errors_speak_the_members_language(town: Town) -> None:
    assert private_answer(await town.member.slash(town.square, "verdict")) == "member: nothing yet"
    assert town.refusals() == ["NothingRuledYet"]
    form = await town.member.slash(town.square, "ask")
    assert form.modal is not None
    assert form.modal["title"] == "member: form"
    assert " filed\n" in private_answer(await town.member.submit_modal(form, {"question": "write a novel"}))
    await town.deliver()
    denial = await town.moderator.click(last(town.office), label="Deny")
    assert private_answer(await town.moderator.submit_modal(denial, {"reason": " "})) == "member: reason"
    assert town.refusals() == ["NothingRuledYet", "ReasonMissing"]
    await town.moderator.click(last(town.office), label="Approve")
    assert await town.house.queue.hold_next()
    await town.deliver()
    assert private_answer(await town.member.click(last(town.verdicts), label="No")) == "member: No"


@pytest.mark.usefixtures("catalogues")
async def test_what_everybody_reads_speaks_the_servers_language(house: House) -> None:
    async with simcord.run(house.new_bot()) as env:
        town = Town(env, house, preferred_locale="nl")
        await town.set_up()
        await town.filed("Can AI sail?")
        assert buttons(last(town.office)) == ["Goedkeuren", "Edit", "Deny"]

        await town.heard()

        assert "**ja** · 99 % panel confidence" in read(last(town.verdicts))
        assert buttons(last(town.verdicts)) == ["ja", "Maybe", "No"]
        restricted = town.restricted_channel(add_reactions=False)
        await house.services.servers.change(town.guild.id, verdict_channel_id=restricted.id)
        await town.heard("Can AI drive a taxi?")
        assert f"in <#{restricted.id}> I am missing Reacties toevoegen" in read(last(town.office))


@pytest.mark.usefixtures("catalogues")
async def test_public_answer_is_translated_too(town: Town) -> None:
    await town.heard()

    result = await town.member.slash(town.square, "verdict")

    assert "**member-yes** ·" in read(shown(result))
    assert "member: numbers" in read(shown(await town.other.slash(town.square, "court stats")))


@pytest.mark.usefixtures("catalogues")
async def test_what_the_court_tells_of_itself_speaks_the_members_language(town: Town) -> None:
    assert "member: course" in private_answer(await town.member.slash(town.square, "court about"))
    assert "member: numbers" in private_answer(await town.moderator.slash(town.square, "court stats"))
    assert "member: daily" in private_answer(await town.admin.slash(town.square, "setup schedule", days=1))


async def test_commands_describe_themselves_in_every_language_that_has_a_catalogue(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = "Show the court's answer in a case, or the latest ruling."
    write_catalogue(tmp_path / "nl", {description: "Toon het vonnis.", "verdict": "vonnis", "Maybe": "Misschien"})
    monkeypatch.setattr("cogs.ui.texts.LOCALES", tmp_path)

    async with simcord.run(house.new_bot()) as env:
        (sync,) = [one.json for one in env.http_requests if one.method == "PUT"]

    assert isinstance(sync, list)
    commands = {command["name"]: command for command in sync}
    assert commands["verdict"]["description_localizations"] == {"nl": "Toon het vonnis."}
    assert not commands["verdict"]["name_localizations"]
    choices = next(option["choices"] for option in commands["vote"]["options"] if option["name"] == "ballot")
    assert [choice["name_localizations"] for choice in choices if choice["name"] == "Maybe"] == [{"nl": "Misschien"}]
