"""A bot whose host allows other servers only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.discord.town import NOVEL, Town, private_answer


@pytest.fixture
def host() -> dict[str, Any]:
    return {"allowed_guilds": "1, 2"}


async def test_commands_are_refused_on_a_server_that_the_host_does_not_allow(empty_town: Town) -> None:
    town = empty_town

    for name, options in (("ask", {"question": NOVEL}), ("verdict", {}), ("court about", {})):
        result = await town.member.slash(town.square, name, **options)
        assert private_answer(result) == (
            "The host of this bot does not allow it on this server. "
            f"If you are the host, add `{town.guild.id}` to `ALLOWED_GUILDS` and restart the bot."
        )
    assert await town.cases() == []
    assert set(town.refusals()) == {"ServerNotAllowed"}
