"""The command tree: every command is for servers, speaks the member's language and puts its errors into words."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from cogs.ui.errors import present
from cogs.ui.texts import _, use_locale, using_locale

_SHOWN = {
    app_commands.TranslationContextLocation.command_description,
    app_commands.TranslationContextLocation.group_description,
    app_commands.TranslationContextLocation.parameter_description,
    app_commands.TranslationContextLocation.choice_name,
}


class CourtTree(app_commands.CommandTree[Any]):
    """Registers commands for guild installs and guild channels only."""

    def __init__(self, client: discord.Client, *, fallback_to_global: bool = True) -> None:
        super().__init__(
            client,
            fallback_to_global=fallback_to_global,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let everything through, in the language of the one who asks: each command runs in a task of its own."""
        use_locale(interaction.locale)
        return True

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        await present(interaction, error)


class CommandTranslator(app_commands.Translator):
    """Translates what commands say about themselves. Their names stay English, as people write them to each other."""

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
