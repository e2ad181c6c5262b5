"""What moderators, the host and the verdict channel see when models cannot be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cogs.announcements import Rendering, render
from cogs.faults import vendor_name
from court.announcements.faults import HostFaultFound, ModelsOut
from court.errors import ModelTimeout, ModelUnavailable
from court.models import GuildSettings, HostFault
from court.models.announcements import Announcement, Subject
from tests.discord.town import Town, last, read
from tests.fakes.models import votes

REFUSED = ModelUnavailable("HTTP 401, key refused", billed=False, fault=HostFault.KEY_REFUSED)
SILENT = ModelTimeout("too late")


async def test_refused_keys_reach_the_moderators_and_not_the_verdict_channel(town: Town) -> None:
    for juror in town.house.jurors:
        juror.script(REFUSED)
    await town.docketed()
    assert await town.house.queue.hold_next()
    await town.deliver()

    assert town.verdicts.history() == []
    told = [read(message) for message in town.office.history()]
    assert len(told) == 6, "the card and five notices"
    assert any(
        "The court cannot ask vendor1's models: vendor1 refuses the host's key. The host has to set a working "
        "`VENDOR1_API_KEY`. Until then nothing is heard; cases that wait are tried again by themselves." in text
        for text in told
    )

    for juror in town.house.jurors:
        juror.script(votes())
    town.house.clock.advance(timedelta(minutes=2))
    assert await town.house.queue.hold_next()
    await town.deliver()
    (ruling,) = town.verdicts.history()
    assert "Mistrial" not in read(ruling)
    assert len(town.office.history()) == 6


async def test_one_dead_vendor_is_told_beside_the_ruling(town: Town) -> None:
    town.house.jurors[0].script(REFUSED)
    await town.heard()
    assert len(town.verdicts.history()) == 1
    assert "Until then other jurors take their seats." in read(last(town.office))


async def test_a_first_mistrial_is_on_the_card_alone_until_there_is_a_ruling(town: Town) -> None:
    for juror in town.house.jurors[2:]:
        juror.script(SILENT)
    await town.heard()
    assert town.verdicts.history() == []
    (card,) = town.office.history()
    again = int((town.house.clock.now() + timedelta(days=1)).timestamp())
    line = f"Session I was a mistrial: only 2 of 5 jurors voted. It is heard again on <t:{again}:f>."
    assert line in read(card)

    for juror in town.house.jurors:
        juror.script(SILENT)
    town.house.clock.advance(timedelta(days=1))
    assert await town.house.queue.hold_next()
    await town.deliver()
    assert town.verdicts.history() == []
    assert "Session II was a mistrial: none of the 5 jurors voted." in read(last(town.office))

    for juror in town.house.jurors:
        juror.script(votes())
    town.house.clock.advance(timedelta(days=1))
    assert await town.house.queue.hold_next()
    await town.deliver()
    assert len(town.verdicts.history()) == 1
    assert "mistrial" not in read(last(town.office))


def shown(announcement: Announcement) -> str:
    card = render(announcement, Rendering(Subject(GuildSettings(1)), 5))
    return " ".join(item.content for item in card.walk_children() if hasattr(item, "content"))


KEY, CREDIT, UNKNOWN, UNREACHABLE = HostFault


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (
            ModelsOut("anthropic", KEY, "ANTHROPIC_API_KEY"),
            "⚠ The court cannot ask Anthropic's models: Anthropic refuses the host's key. The host has to set a "
            "working `ANTHROPIC_API_KEY`. Until then other jurors take their seats.",
        ),
        (
            ModelsOut("xai", CREDIT, "XAI_API_KEY", writes=True),
            "⚠ The court cannot ask xAI's models: the host's account there has no credit left. The host has to add "
            "credit to the account whose key is in `XAI_API_KEY`. Until then other jurors take their seats, and "
            "rulings have plain texts.",
        ),
        (
            ModelsOut("openai", UNKNOWN, "JUDGE", "openai/gone", sits=False, writes=True),
            "⚠ The court cannot ask the model `openai/gone`: OpenAI does not know it. The host has to name another "
            "model in `JUDGE`. Until then rulings have plain texts.",
        ),
        (
            ModelsOut("acme", UNREACHABLE, "ACME_BASE_URL", nothing_heard=True),
            "⚠ The court cannot ask acme's models: no connection to acme can be made. The host has to check the "
            "network, and `ACME_BASE_URL` if it is set. Until then nothing is heard; cases that wait are tried "
            "again by themselves.",
        ),
        (
            HostFaultFound("openai", KEY, "OPENAI_API_KEY"),
            "⚠ OpenAI refuses the key. Set a working `OPENAI_API_KEY` and restart the bot.",
        ),
        (
            HostFaultFound("openai", CREDIT, "OPENAI_API_KEY"),
            "⚠ The account at OpenAI has no credit left. Add credit to the account whose key is in `OPENAI_API_KEY`. "
            "The bot tries it again by itself, and at once after a restart.",
        ),
        (
            HostFaultFound("openai", UNKNOWN, "JURORS", "openai/gone"),
            "⚠ OpenAI does not know the model `openai/gone`. Name another model in `JURORS` and restart the bot.",
        ),
        (
            HostFaultFound("acme", UNREACHABLE, "ACME_BASE_URL"),
            "⚠ No connection to acme can be made. Check the network, and `ACME_BASE_URL` if it is set. The bot tries "
            "it again by itself, and at once after a restart.",
        ),
    ],
)
def test_every_notice_says_what_is_wrong_and_what_to_do(notice: Announcement, words: str) -> None:
    assert shown(notice) == words


def test_vendors_that_we_do_not_know_are_called_what_the_host_calls_them() -> None:
    assert (vendor_name("gemini"), vendor_name("my_vendor")) == ("Google Gemini", "my\\_vendor")
