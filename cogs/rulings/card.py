"""Cards: the messages that show a case, made of Components V2.

A card holds plain buttons whose custom ids are answered by `cogs.ui.buttons`, so nothing listens
on the card itself, and a card works the same before and after a restart.
"""

from __future__ import annotations

from typing import Any

import discord

from cogs.rulings import text as passages
from cogs.rulings.sources import evidence_lines
from cogs.ui import ids
from cogs.ui.labels import BRASS, GREY, VERDICT_COLOURS, VOTE_EMOJI, audience_label, vote_label
from cogs.ui.layout import TEXT_LIMIT, Card, Item, framed, length_of, rule, text
from cogs.ui.texts import _
from court.models import AudienceTally, Case, CaseOverview, Vote

_AUDIENCE_ID = 999_999_999
"""The component id of the audience's line, by which it is found again."""

_AUDIENCE_ROOM = 100
"""Characters for the audience's line, which grows as votes come in after the card is made."""


def ruling_card(record: CaseOverview, *, dispatch_id: int | None = None, lead: str | None = None) -> Card:
    """The card of a case for everybody: its ruling, or that it is not heard yet, with buttons to vote by.

    `lead` is a line of ours above the card; `dispatch_id` an outbox id to be hidden in it.
    """
    above = [] if lead is None else [text(lead)]
    opening, closing = _ruling_items(record), _closing_items(record)
    room = TEXT_LIMIT - _AUDIENCE_ROOM - length_of(*above, *opening, *closing)
    evidence = [text(*lines)] if (lines := evidence_lines(record.background, room)) else []
    return Card(*above, framed(*opening, *evidence, *closing, colour=_ruling_colour(record), dispatch_id=dispatch_id))


def with_audience(card: discord.ui.LayoutView, audience: AudienceTally) -> Card | None:
    """A shown ruling card with the audience's share brought up to date; none if it is no ruling card."""
    line = card.find_item(_AUDIENCE_ID)
    if not isinstance(line, discord.ui.TextDisplay):
        return None
    line.content = audience_label(audience)
    return Card(*card.children)


def _ruling_items(record: CaseOverview) -> list[Item]:
    """Down to the dissents: what the session found."""
    hearing = record.hearing
    if hearing is None:
        return [text(passages.title(record.case), _("On the docket: the jury has not heard this case yet."))]
    items = [
        text(
            *passages.rehearsal(hearing),
            passages.title(record.case),
            *passages.headline(hearing, record.history, record.turn),
        ),
        text(*passages.panel(hearing)),
        rule(),
        *(text(block) for block in passages.reasoning(hearing)),
    ]
    if dissents := passages.dissents(hearing):
        items.append(text(*dissents))
    return items


def _closing_items(record: CaseOverview) -> list[Item]:
    """What is held today, by the court and by the audience."""
    items: list[Item] = []
    if record.hearing is not None:
        items += [rule(), text(*passages.sessions(record.history), *passages.standing(record.standing))]
    items += [
        rule(),
        discord.ui.TextDisplay[Any](audience_label(record.audience), id=_AUDIENCE_ID),
        _vote_row(record.case),
        text(passages.imprint(record)),
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


def _ruling_colour(record: CaseOverview) -> int:
    if record.hearing is None:
        return BRASS
    return GREY if record.hearing.verdict is None else VERDICT_COLOURS[record.hearing.verdict]
