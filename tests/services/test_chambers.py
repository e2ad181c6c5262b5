"""Where the court sits."""

from __future__ import annotations

from court.models import GuildSettings
from tests.services.house import GUILD, MOD_CHANNEL, OTHER_GUILD, ROLE, VERDICT_CHANNEL, House


async def test_at_first_nothing_is_set(bare: House) -> None:
    assert await bare.chambers.show(GUILD) == GuildSettings(GUILD)


async def test_what_is_given_is_set_and_the_rest_is_kept(bare: House) -> None:
    first = await bare.chambers.change(GUILD, mod_channel_id=MOD_CHANNEL, mod_role_id=ROLE)
    second = await bare.chambers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    third = await bare.chambers.change(GUILD, mod_channel_id=MOD_CHANNEL + 1)

    assert first == GuildSettings(GUILD, None, MOD_CHANNEL, ROLE)
    assert second == GuildSettings(GUILD, VERDICT_CHANNEL, MOD_CHANNEL, ROLE)
    assert third == await bare.chambers.show(GUILD) == GuildSettings(GUILD, VERDICT_CHANNEL, MOD_CHANNEL + 1, ROLE)
    assert bare.rings == 3


async def test_each_guild_has_its_own(bare: House) -> None:
    await bare.set_up(GUILD)

    assert await bare.chambers.show(OTHER_GUILD) == GuildSettings(OTHER_GUILD)
