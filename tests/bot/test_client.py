"""The client against a loopback Discord: where it connects, and that it stays there."""

from __future__ import annotations

from collections.abc import Iterator

import discord
import pytest
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import point_at
from bot.settings import DISCORD_API_URL
from tests.bot.connecting import connected, restoring
from tests.fakes.discord_server import DiscordServer
from tests.fakes.discord_server.rest import PIXEL


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Restore discord.py's addresses, which it keeps per process."""
    with restoring():
        yield


@pytest.mark.parametrize("base", ["/api/v10", "/behind/a/proxy/v9"])
async def test_rest_gateway_and_cdn_follow_the_address(base: str) -> None:
    async with DiscordServer(base=base) as server, connected(server, server.api_url) as bot:
        assert [one.path for one in server.gateway.connections] == ["/gateway"]
        assert server.requests("PUT", f"/applications/{server.world.bot.id}/commands")
        assert bot.user is not None
        assert bot.user.id == int(server.world.bot.id)
        assert await bot.user.display_avatar.read() == PIXEL


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_bare_host_stands_for_the_usual_path(slash: str) -> None:
    async with DiscordServer() as server, connected(server, server.origin + slash):
        assert server.requests("GET", "/users/@me")
        assert server.api_url == Route.BASE


async def test_after_an_invalid_session_it_connects_to_the_same_gateway_again() -> None:
    async with DiscordServer() as server, connected(server, server.api_url):
        first = await server.ready(1)
        await first.invalidate()
        second = await server.ready(2)
        assert second is not first
        assert second.path == "/gateway"
        assert not second.resumed
        assert second.intents == first.intents


async def test_a_lost_connection_is_resumed() -> None:
    async with DiscordServer() as server, connected(server, server.api_url):
        first = await server.ready(1)
        await first.drop()
        second = await server.ready(2)
        assert second.resumed


async def test_it_resumes_through_the_proxy_whatever_ready_says() -> None:
    async with DiscordServer() as server, DiscordServer() as discords_own:
        server.gateway.resume_url = discords_own.gateway.url
        async with connected(server, server.api_url):
            first = await server.ready(1)
            await first.drop()
            second = await server.ready(2)
            assert second.resumed
        assert not discords_own.gateway.connections


async def test_it_asks_for_no_privileged_intent() -> None:
    async with DiscordServer() as server, connected(server, server.api_url):
        connection = await server.ready()
        assert connection.intents == discord.Intents(guilds=True, guild_reactions=True).value


def test_discords_own_address_leaves_everything_as_it_is() -> None:
    before = Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    assert not point_at(DISCORD_API_URL)
    assert not point_at("https://discord.com/")
    assert before == (Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY)


def test_https_makes_the_gateway_wss() -> None:
    assert point_at("https://proxy.example:8443/api/v10")
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "wss://proxy.example:8443"
    assert Asset.BASE == "https://proxy.example:8443"
