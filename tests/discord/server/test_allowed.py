"""A bot whose host allows other servers only."""

from __future__ import annotations

from typing import Any

import pytest

from court.announcements.kinds import StatementCard
from court.docket.lookup import overview_of
from court.models import GuildSettings
from court.models.announcements import Subject
from court.models.work import Dispatch
from tests.discord.town import NOVEL, Town, last, private_answer


@pytest.fixture
def host() -> dict[str, Any]:
    return {"allowed_guilds": "1, 2"}


async def test_commands_are_refused_on_a_server_that_the_host_does_not_allow(empty_town: Town) -> None:
    town = empty_town

    for name, options in (("ask", {"question": NOVEL}), ("verdict", {}), ("court about", {})):
        result = await town.member.slash(town.square, name, **options)
        assert private_answer(result) == (
            "The host of this bot has not allowed this server to use it. "
            f"If you are the host, add `{town.guild.id}` to `ALLOWED_GUILDS` and restart the bot."
        )
    assert await town.cases() == []
    assert set(town.refusals()) == {"ServerNotAllowed"}


async def test_buttons_are_refused_there_too(empty_town: Town) -> None:
    town = empty_town
    await town.set_up()
    case = await town.house.services.intake.ask(town.guild.id, town.member.id, NOVEL)
    dispatch = Dispatch(1, StatementCard(case.case.id), town.guild.id, town.house.clock.now())
    async with town.house.store.reading() as repos:
        overview = await overview_of(repos, case.case)
    await town.courier.post(town.office.id, dispatch, Subject(GuildSettings(town.guild.id), overview))

    result = await town.moderator.click(last(town.office), label="Approve")

    assert private_answer(result).startswith("The host of this bot has not allowed this server to use it.")
    assert (await town.case(case.case.id)).decided_by is None
