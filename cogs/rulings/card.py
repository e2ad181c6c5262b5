"""Cards: the messages that show a case, made of Components V2.

A card holds plain buttons whose custom ids are answered by `cogs.ui.buttons`, so nothing listens
on the card itself, and a card works the same before and after a restart.
"""

from __future__ import annotations

from typing import Any

import discord
from discord.utils import format_dt

from cogs.rulings import text as passages
from cogs.rulings.sources import evidence_lines
from cogs.ui import ids
from cogs.ui.labels import BRASS, GREY, RED, VERDICT_COLOURS, VOTE_EMOJI, audience_label, vote_label
from cogs.ui.layout import TEXT_LIMIT, Card, Item, framed, length_of, rule, text
from cogs.ui.texts import _, plain
from court.models import AudienceTally, Case, CaseRecord, CaseState, Vote
from court.text import cut

NOTICE_LIMIT = 3_800
REASON_LIMIT = 1_000
GUILD_NAME_LIMIT = 200

_AUDIENCE_ID = 999_999_999
"""The component id of the audience's line, by which it is found again."""

_AUDIENCE_ROOM = 100
"""Characters for the audience's line, which grows as votes come in after the card is made."""


def ruling_card(record: CaseRecord, *, mark: int | None = None, lead: str | None = None) -> Card:
    """The card of a case for everybody: its ruling, or that it is not heard yet, with buttons to vote by.

    `lead` is a line of ours above the card; `mark` an outbox id to be hidden in it.
    """
    above = [] if lead is None else [text(lead)]
    opening, closing = _ruling_items(record), _closing_items(record)
    room = TEXT_LIMIT - _AUDIENCE_ROOM - length_of(*above, *opening, *closing)
    evidence = [text(*lines)] if (lines := evidence_lines(record.background, room)) else []
    return Card(*above, framed(*opening, *evidence, *closing, colour=_ruling_colour(record), mark=mark))


def with_audience(card: discord.ui.LayoutView, audience: AudienceTally) -> Card | None:
    """A shown ruling card with the audience's share brought up to date; none if it is no ruling card."""
    line = card.find_item(_AUDIENCE_ID)
    if not isinstance(line, discord.ui.TextDisplay):
        return None
    line.content = audience_label(audience)
    return Card(*card.children)


def filed_card(case: Case, *, mark: int | None = None, vacancy: str | None = None) -> Card:
    """The card of a case for the moderators: to be decided, or with the decision."""
    lines = [
        f"№ {case.docket_number} · "
        + _("filed by {member} {when}").format(member=f"<@{case.filed_by}>", when=format_dt(case.filed_at, "R"))
    ]
    if case.state is not CaseState.FILED:
        lines.append(_decision(case, vacancy))
    if vacancy is not None and case.state in {CaseState.FILED, CaseState.DOCKETED}:
        lines.append(passages.vacancy_line(vacancy))
    buttons = [_clerk_row(case)] if case.state is CaseState.FILED else []
    return Card(framed(text(passages.title(case), *lines), *buttons, colour=_filed_colour(case), mark=mark))


def denial_card(case: Case, guild_name: str | None) -> Card:
    """What the filer of a denied statement reads in their inbox."""
    where = _("the court") if guild_name is None else f"**{plain(guild_name, GUILD_NAME_LIMIT)}**"
    items: list[Item] = [
        text(_("The moderators of {where} did not take up your question:").format(where=where), passages.title(case)),
        discord.ui.Separator[Any](visible=False),
        text(_("**Their reason**"), f"> {plain(case.decision_reason or _('none given'), REASON_LIMIT)}"),
        rule(),
        text(
            _(
                "You are welcome to put it differently: narrow it to one ability that can be checked, "
                "and file it again with `/ask`."
            ),
            f"-# № {case.docket_number}",
        ),
    ]
    return Card(framed(*items, colour=GREY))


def notice_card(sentence: str, mark: int | None = None) -> Card:
    """A plain sentence of ours for the moderators; channel mentions in it work."""
    return Card(framed(text("⚠ " + cut(sentence, NOTICE_LIMIT)), colour=BRASS, mark=mark))


def _ruling_items(record: CaseRecord) -> list[Item]:
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


def _closing_items(record: CaseRecord) -> list[Item]:
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


def _clerk_row(case: Case) -> Item:
    style = discord.ButtonStyle
    return discord.ui.ActionRow[Any](
        discord.ui.Button[Any](style=style.success, label=_("Approve"), custom_id=ids.approve_id(case.id)),
        discord.ui.Button[Any](style=style.secondary, label=_("Edit"), custom_id=ids.edit_id(case.id)),
        discord.ui.Button[Any](style=style.danger, label=_("Deny"), custom_id=ids.deny_id(case.id)),
    )


def _decision(case: Case, vacancy: str | None) -> str:
    by = _("a moderator") if case.decided_by is None else f"<@{case.decided_by}>"
    when = "" if case.decided_at is None else " " + format_dt(case.decided_at, "R")
    who = by + when
    match case.state:
        case CaseState.DOCKETED if vacancy is None:
            return _("✅ Approved by {who}: the jury hears it next").format(who=who)
        case CaseState.DOCKETED:
            return _("✅ Approved by {who}").format(who=who)
        case CaseState.DENIED:
            line = _("⛔ Denied by {who}").format(who=who)
            return f"{line} — {plain(case.decision_reason, REASON_LIMIT)}" if case.decision_reason else line
        case CaseState.MERGED:
            return _("🔗 Merged with another case by {who}").format(who=who)
        case _:
            return _("🗄 Withdrawn by {who}").format(who=who)


def _ruling_colour(record: CaseRecord) -> int:
    if record.hearing is None:
        return BRASS
    return GREY if record.hearing.verdict is None else VERDICT_COLOURS[record.hearing.verdict]


def _filed_colour(case: Case) -> int:
    return {CaseState.FILED: BRASS, CaseState.DOCKETED: 0x2D9F5B, CaseState.DENIED: RED}.get(case.state, GREY)
