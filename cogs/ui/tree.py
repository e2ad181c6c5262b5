"""The command tree: commands work on servers only, use the member's language and report their errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from cogs.ui.errors import ServerNotAllowed, present
from cogs.ui.texts import _, use_locale, using_locale

_SHOWN = {
    app_commands.TranslationContextLocation.command_description,
    app_commands.TranslationContextLocation.group_description,
    app_commands.TranslationContextLocation.parameter_description,
    app_commands.TranslationContextLocation.choice_name,
}


def _everywhere(_guild_id: int) -> bool:
    return True


class CourtTree(app_commands.CommandTree[Any]):
    """A command tree that registers commands for guild installs and guild channels only."""

    def __init__(self, client: discord.Client, *, fallback_to_global: bool = True) -> None:
        super().__init__(
            client,
            fallback_to_global=fallback_to_global,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

        self._allows: Callable[[int], bool] = _everywhere

    def admit_only(self, allows: Callable[[int], bool]) -> None:
        """Refuse commands on servers whose ids `allows` refuses."""
        self._allows = allows

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Set the member's language, which lasts for the command's own task, and let through what is allowed.

        Raises:
            ServerNotAllowed: on a server that the host does not allow.
        """
        use_locale(interaction.locale)
        self.admit(interaction)
        return True

    def admit(self, interaction: discord.Interaction[Any]) -> None:
        """Let through what happens on a server that the host allows.

        Raises:
            ServerNotAllowed: on any other.
        """
        if interaction.guild_id is not None and not self._allows(interaction.guild_id):
            raise ServerNotAllowed(interaction.guild_id)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        await present(interaction, error)


class CommandTranslator(app_commands.Translator):
    """Translates the descriptions of commands. Their names stay English, because people tell them to each other."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        if context.location not in _SHOWN:
            return None
        with using_locale(locale):
            translated = _(string.message)
        return None if translated == string.message else translated
