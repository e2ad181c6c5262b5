"""What moderators may know about the jury: which of its models float."""

from __future__ import annotations

from collections.abc import Collection

from court.jury.served import Alias, aliases
from court.models import GuildSettings, Member, ModelRef
from court.ports import Store


class JuryService:
    """Describes today's jury. `models` are those that may sit."""

    def __init__(self, store: Store, models: Collection[ModelRef]) -> None:
        self._store = store
        self._models = tuple(models)

    async def aliases(self) -> tuple[Alias, ...]:
        """Return the models whose configured names float, with what answered last under them. Not for members."""
        async with self._store.reading() as repos:
            return aliases(self._models, await repos.served_models.all())

    async def described(self, guild_id: int, member: Member) -> tuple[GuildSettings, tuple[Alias, ...]]:
        """Return the guild's settings, and the models that float if `member` is a moderator there, or else none."""
        async with self._store.reading() as repos:
            settings = await repos.guilds.get(guild_id)
            if not member.moderates(settings.mod_role_id):
                return settings, ()
            return settings, aliases(self._models, await repos.served_models.all())
