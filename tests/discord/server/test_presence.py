"""What the bot does when a server removes it, and when roles and permissions change there."""

from __future__ import annotations

from tests.discord.town import NOVEL, WEEK, Town, last, private_answer, read


async def test_ruling_goes_out_as_soon_as_the_permission_is_back(town: Town) -> None:
    restricted = town.restricted_channel(send_messages=False)
    await town.house.services.servers.change(town.guild.id, verdict_channel_id=restricted.id)
    await town.heard()
    assert "A ruling could not be announced" in read(last(town.office))

    town.env.backend.delete_overwrite(restricted.id, town.guild.default_role.id)
    await town.env.settle()
    await town.deliver()

    assert f"### {NOVEL}" in read(last(restricted))
    assert read(last(town.office)) == "✅ The ruling that could not be announced has been announced."


async def test_ruling_without_reactions_is_announced_and_gets_them_later(town: Town) -> None:
    restricted = town.restricted_channel(add_reactions=False)
    await town.house.services.servers.change(town.guild.id, verdict_channel_id=restricted.id)
    await town.heard()
    assert f"### {NOVEL}" in read(last(restricted))
    notice = read(last(town.office))
    assert notice.startswith("⚠ A ruling was announced without its vote reactions: in")
    assert "I am missing Add Reactions" in notice

    town.env.backend.delete_overwrite(restricted.id, town.guild.default_role.id)
    await town.env.settle()
    await town.deliver()

    assert len(last(restricted).reactions) == 3
    assert read(last(town.office)) == "✅ The missing vote reactions have been added to a ruling."
    assert len(restricted.history()) == 1


async def test_moderators_are_told_that_their_role_was_deleted(town: Town) -> None:
    case = await town.filed()
    card = last(town.office)

    town.env.backend.delete_role(town.guild.id, town.mod_role.id)
    await town.env.settle()
    await town.deliver()

    assert read(last(town.office)) == (
        "⚠ The moderator role was deleted. Only members with **Manage Server** can now approve or deny statements. "
        "An admin can choose another role with `/setup channels`."
    )
    refused = await town.moderator.click(card, label="Approve")
    assert "Only members with **Manage Server** may decide" in private_answer(refused)
    assert (await town.case(case.id)).decided_by is None


async def test_server_that_removes_the_bot_is_heard_no_more(town: Town) -> None:
    await town.heard()

    town.env.backend.remove_guild(town.guild.id)
    await town.env.settle()
    town.house.clock.advance(days=10 * WEEK)

    assert not await town.house.queue.hold_next()
    assert not await town.announcements.deliver_next()
    assert len(await town.sessions()) == 1


async def test_server_that_the_bot_joins_is_served(empty_town: Town) -> None:
    await empty_town.env.settle()

    async with empty_town.house.store.reading() as repos:
        assert [settings.guild_id for settings in await repos.guilds.served()] == [empty_town.guild.id]
