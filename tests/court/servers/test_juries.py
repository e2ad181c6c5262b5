"""What moderators, and only they, may know about the jury."""

from __future__ import annotations

from dataclasses import replace

from court.jury.served import Alias
from court.models import ModelRef, ServedModel
from court.servers.juries import JuryService
from tests.court.house import GUILD, MODERATOR, NOBODY, House
from tests.fakes.models import votes


async def test_moderators_are_told_which_names_float_and_members_are_not(house: House) -> None:
    alias = house.jurors[0]
    alias.script(replace(votes(), served="model-2026-01"))
    case = await house.heard()
    (hearing,) = await house.sessions(case)
    juries = JuryService(house.store, house.jury.pool)

    settings, told = await juries.described(GUILD, MODERATOR)

    assert settings.guild_id == GUILD
    assert told == (Alias(alias.ref, ServedModel("model-2026-01", hearing.closed_at, hearing.closed_at)),)
    assert await juries.described(GUILD, NOBODY) == (settings, ())
    assert await juries.aliases() == told


async def test_a_name_that_floats_is_told_before_anything_has_answered(house: House) -> None:
    latest = ModelRef("acme", "large-latest")
    assert await JuryService(house.store, [latest]).aliases() == (Alias(latest),)
