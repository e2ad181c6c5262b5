"""Research from end to end: `court run`, a vendor whose search really returns pages, and the card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.running import running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.answers import Page
from tests.fakes.discord_server import DiscordServer, text_of
from tests.fakes.vendor import Api, LoopbackVendor, Reply, found

pytestmark = pytest.mark.slow

STUDY = Page("https://example.org/novels?utm_source=openai", "A [study] of novels")
INVENTED = "https://example.org/nobody-wrote-this"
BACKGROUND = f"Two systems were measured on whole novels ({INVENTED})."


def researching(api: Api, body: dict[str, Any]) -> Reply:
    """Answer the researcher with one page that was found and name an invented one too. The jury answers as usual."""
    if "You are the clerk" in json.dumps(body):
        return found({"background": BACKGROUND, "sources": [STUDY.url, INVENTED]}, STUDY)
    return voting()(api, body)


async def test_a_ruling_shows_what_the_search_returned_and_no_invented_link(
    tmp_path: Path, server: DiscordServer
) -> None:
    async with LoopbackVendor(researching, searches=True) as vendor, running(tmp_path, server, **seated(vendor)) as run:
        await set_up(server)
        await approve(server, await file(server))
        ruling = text_of(await await_ruling(server))
        assert await run.stop() == 0

    assert "https://example.org/novels" in ruling
    assert "nobody-wrote-this" not in ruling
    searched, *jurors = [one for one in vendor.asked if "presiding judge" not in json.dumps(one.body)]
    assert searched.body["tools"][0]["type"] == "web_search"
    assert len(jurors) == 3
    for juror in jurors:
        system, user = (message["content"] for message in juror.body["messages"])
        assert "Two systems were measured on whole novels" in user
        assert "nobody-wrote-this" not in user
        assert "Two systems" not in system
        assert "tools" not in juror.body
