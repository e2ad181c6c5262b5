from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import discord

from bot.invite import invite_link


def test_the_link_invites_the_bot_with_its_commands_and_four_permissions() -> None:
    link = urlsplit(invite_link(1100000000000000001))
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    asked = parse_qs(link.query)
    assert asked.keys() == {"client_id", "scope", "permissions"}
    assert asked["client_id"] == ["1100000000000000001"]
    assert asked["scope"] == ["bot applications.commands"]
    assert {name for name, given in discord.Permissions(int(asked["permissions"][0])) if given} == {
        "read_messages",
        "send_messages",
        "add_reactions",
        "read_message_history",
    }
