"""The buttons under cards. They are recognised by their custom ids, so they still work after a restart.

Each button class is made once, around the service that it calls, and registered with the client.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias, cast

import discord

from cogs.ui import ids
from cogs.ui.errors import present
from cogs.ui.replies import Interaction
from cogs.ui.texts import using_locale
from cogs.ui.tree import CourtTree

log = logging.getLogger(__name__)

Button: TypeAlias = discord.ui.DynamicItem[discord.ui.Button[Any]]
Press: TypeAlias = Callable[[Interaction, re.Match[str]], Awaitable[None]]


def pressable(template: re.Pattern[str], press: Press) -> type[Button]:
    """Make the class of buttons whose custom id matches `template` and that call `press`.

    discord.py only logs what a dynamic item raises; these buttons also tell the person.
    """

    class Pressable(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template):
        def __init__(self, button: discord.ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(button)
            self._match = match

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Pressable:
            # Only buttons have our ids; of another version, they may be something else that is pressed.
            return cls(cast("discord.ui.Button[Any]", item), match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            with using_locale(interaction.locale):
                try:
                    _admit(interaction)
                    await press(interaction, self._match)
                except Exception as error:
                    await present(interaction, error)

    return Pressable


def _admit(interaction: Interaction) -> None:
    """Refuse buttons where the command tree refuses commands."""
    tree = getattr(interaction.client, "tree", None)
    if isinstance(tree, CourtTree):
        tree.admit(interaction)


def outdated_button(others: Iterable[type[Button]]) -> type[Button]:
    """Make the class of the court's buttons that are none of `others`. Pressed, they say that they are too old.

    Without it, discord.py ignores them, and Discord tells the person that the interaction failed.
    """

    async def press(_interaction: Interaction, _match: re.Match[str]) -> None:
        raise ids.ButtonTooOld

    return pressable(ids.anything_but(other.__discord_ui_compiled_template__ for other in others), press)
