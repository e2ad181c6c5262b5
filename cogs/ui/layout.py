"""What every card is made of, and the mark by which a message of ours is found again."""

from __future__ import annotations

from typing import Any, TypeAlias

import discord

TEXT_LIMIT = 4_000
"""Characters that Discord takes in all texts of a message together."""

_DISPATCH_ID_BASE = 1_000_000_000
"""Component ids are 32-bit integers that Discord keeps and nobody sees; unset ones count up from 1."""

Item: TypeAlias = discord.ui.Item[Any]


class Card(discord.ui.LayoutView):
    """A layout that is sent and forgotten."""

    def __init__(self, *items: Item) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    def is_finished(self) -> bool:
        """Always true: discord.py keeps every view that is not, and holds its buttons in memory for ever."""
        return True


def text(*lines: str) -> Item:
    """One block of text."""
    return discord.ui.TextDisplay[Any]("\n".join(lines))


def length_of(*items: Item) -> int:
    """Characters of text in items that are not nested."""
    return sum(len(item.content) for item in items if isinstance(item, discord.ui.TextDisplay))


def rule() -> Item:
    """A line across the card."""
    return discord.ui.Separator[Any]()


def framed(*items: Item, colour: int, dispatch_id: int | None = None) -> Item:
    """The frame of a card; `dispatch_id` is an outbox id to be hidden in it."""
    return discord.ui.Container[Any](
        *items, accent_colour=colour, id=None if dispatch_id is None else _DISPATCH_ID_BASE + dispatch_id
    )


def dispatch_id_of(message: discord.Message) -> int | None:
    """The outbox id that is hidden in a message of ours; none where there is none."""
    for component in message.components:
        if isinstance(component, discord.Container) and (component.id or 0) >= _DISPATCH_ID_BASE:
            return (component.id or 0) - _DISPATCH_ID_BASE
    return None
