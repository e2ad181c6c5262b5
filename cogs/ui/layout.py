"""The parts of every card, and the hidden dispatch id by which the bot finds its own message again."""

from __future__ import annotations

from typing import Any, TypeAlias

import discord

TEXT_LIMIT = 4_000
"""Characters that Discord allows in all texts of a message together."""

_DISPATCH_ID_BASE = 1_000_000_000
"""Component ids are 32-bit integers that Discord stores and does not show. Unset ones count up from 1."""

Item: TypeAlias = discord.ui.Item[Any]


class Card(discord.ui.LayoutView):
    """A layout that discord.py does not keep after sending it."""

    def __init__(self, *items: Item) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    def is_finished(self) -> bool:
        """Return True, because discord.py keeps unfinished views and their buttons in memory for ever."""
        return True


def text(*lines: str) -> Item:
    """Return one block of text."""
    return discord.ui.TextDisplay[Any]("\n".join(lines))


def length_of(*items: Item) -> int:
    """Return the number of characters of text in `items`, not counting nested items."""
    return sum(len(item.content) for item in items if isinstance(item, discord.ui.TextDisplay))


def rule() -> Item:
    """Return a line across the card."""
    return discord.ui.Separator[Any]()


def framed(*items: Item, colour: int, dispatch_id: int | None = None) -> Item:
    """Return the frame of a card. `dispatch_id` is the outbox id to hide in it."""
    return discord.ui.Container[Any](
        *items, accent_colour=colour, id=None if dispatch_id is None else _DISPATCH_ID_BASE + dispatch_id
    )


def dispatch_id_of(message: discord.Message) -> int | None:
    """Return the outbox id hidden in one of our messages, or None if there is none."""
    for component in message.components:
        if isinstance(component, discord.Container) and (component.id or 0) >= _DISPATCH_ID_BASE:
            return (component.id or 0) - _DISPATCH_ID_BASE
    return None
