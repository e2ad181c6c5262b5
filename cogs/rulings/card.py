"""The ruling card: the message that shows a case, made of Components V2.

A card has plain buttons, and `cogs.ui.buttons` handles their custom ids. So no view has to listen on
the card itself, and it works the same before and after a restart.
"""

from __future__ import annotations

from typing import Any

import discord

from cogs.rulings import text as ruling_text
from cogs.rulings.sources import evidence_lines
from cogs.ui import ids
from cogs.ui.labels import BRASS, GREY, VERDICT_COLOURS, VOTE_EMOJI, audience_label, vote_label
from cogs.ui.layout import TEXT_LIMIT, Card, Item, framed, length_of, rule, text
from cogs.ui.texts import _
from court.models import AudienceTally, Case, CaseOverview, Vote

_AUDIENCE_ID = 999_999_999
"""The component id by which the audience's line is found again."""

_AUDIENCE_ROOM = 100
"""Characters reserved for the audience's line, which grows as votes come in."""

_SOURCES_ROOM = 100
"""Characters reserved for the shortest note on the sources."""


def ruling_card(overview: CaseOverview, *, dispatch_id: int | None = None, lead: str | None = None) -> Card:
    """Return the public card of a case: its latest ruling, or that it is not heard yet, with vote buttons.

    `lead` is a line of our own above the card. `dispatch_id` is the outbox id to hide in it.
    """
    above = [] if lead is None else [text(lead)]
    opening, closing = _ruling_items(overview), _closing_items(overview)
    room = TEXT_LIMIT - _AUDIENCE_ROOM - length_of(*above, *opening, *closing)
    if overview.hearing is not None and (lines := ruling_text.changes(overview.hearing, room - _SOURCES_ROOM)):
        opening.append(text(*lines))
        room -= length_of(opening[-1])
    evidence = [text(*lines)] if (lines := evidence_lines(overview.background, room)) else []
    return Card(*above, framed(*opening, *evidence, *closing, colour=_ruling_colour(overview), dispatch_id=dispatch_id))


def with_audience(card: discord.ui.LayoutView, audience: AudienceTally) -> Card | None:
    """Return a posted ruling card with the audience's line updated, or None if `card` is not a ruling card."""
    line = card.find_item(_AUDIENCE_ID)
    if not isinstance(line, discord.ui.TextDisplay):
        return None
    line.content = audience_label(audience)
    return Card(*card.children)


def _ruling_items(overview: CaseOverview) -> list[Item]:
    """Return the upper part of the card, down to the dissents: what the session found."""
    hearing = overview.hearing
    if hearing is None:
        return [text(ruling_text.title(overview.case), _("On the docket: the jury has not heard this case yet."))]
    items = [
        text(
            *ruling_text.rehearsal(hearing),
            ruling_text.title(overview.case),
            *ruling_text.headline(overview, hearing),
        ),
        text(*ruling_text.panel(overview.case, hearing)),
        rule(),
        *(text(block) for block in ruling_text.reasoning(hearing)),
    ]
    if dissents := ruling_text.dissents(hearing):
        items.append(text(*dissents))
    return items


def _closing_items(overview: CaseOverview) -> list[Item]:
    """Return the lower part of the card: what the court and the audience hold today."""
    items: list[Item] = []
    if overview.hearing is not None:
        items += [rule(), text(*ruling_text.sessions(overview.history), *ruling_text.standing(overview.standing))]
    items += [
        rule(),
        discord.ui.TextDisplay[Any](audience_label(overview.audience), id=_AUDIENCE_ID),
        _vote_row(overview.case),
        text(ruling_text.imprint(overview)),
    ]
    return items


def _vote_row(case: Case) -> Item:
    return discord.ui.ActionRow[Any](
        *(
            discord.ui.Button[Any](
                style=discord.ButtonStyle.secondary,
                label=vote_label(vote),
                emoji=VOTE_EMOJI[vote],
                custom_id=ids.vote_id(case.id, vote),
            )
            for vote in Vote
        )
    )


def _ruling_colour(overview: CaseOverview) -> int:
    if overview.hearing is None:
        return BRASS
    return GREY if overview.hearing.verdict is None else VERDICT_COLOURS[overview.hearing.verdict]
