"""The moderators' card of a statement, and the message to the member whose statement was denied."""

from __future__ import annotations

from typing import Any

import discord
from discord.utils import format_dt

from cogs.rulings.text import title
from cogs.ui import ids
from cogs.ui.labels import BRASS, GREY, RED, numeral
from cogs.ui.layout import Card, Item, framed, rule, text
from cogs.ui.notices import vacancy_line
from cogs.ui.texts import _, plain
from court.models import Case, CaseOverview, CaseState

REASON_LIMIT = 1_000
GUILD_NAME_LIMIT = 200


def filed_card(
    case: Case, *, dispatch_id: int | None = None, vacancy: str | None = None, unruled: str | None = None
) -> Card:
    """Return the moderators' card of a case: with buttons to decide on it, or with the decision.

    `unruled` is a line that says why there is no ruling yet although the case was heard.
    """
    filed = _("filed by {member} {when}").format(member=f"<@{case.filed_by}>", when=format_dt(case.filed_at, "R"))
    lines = [filed if case.docket_number is None else f"№ {case.docket_number} · {filed}"]
    if case.state is not CaseState.FILED:
        lines.append(_decision(case, vacancy))
    if vacancy is not None and case.state in {CaseState.FILED, CaseState.DOCKETED}:
        lines.append(vacancy_line(vacancy))
    if unruled is not None and case.state is CaseState.DOCKETED:
        lines.append(unruled)
    buttons = [_decision_row(case)] if case.state is CaseState.FILED else []
    return Card(framed(text(title(case), *lines), *buttons, colour=_filed_colour(case), dispatch_id=dispatch_id))


def unruled_line(overview: CaseOverview) -> str | None:
    """Return the line that says that all sessions were mistrials so far, or None if the case has a ruling or waits."""
    hearing = overview.hearing
    if hearing is None or overview.heard_again_at is None:
        return None
    voted, seats = hearing.tally.total, hearing.seats
    line = _("⚠ Session {session} was a mistrial: only {voted} of {seats} jurors voted. It is heard again on {when}.")
    if not voted:
        line = _("⚠ Session {session} was a mistrial: none of the {seats} jurors voted. It is heard again on {when}.")
    facts = {"session": numeral(hearing.session), "when": format_dt(overview.heard_again_at, "f")}
    return line.format(voted=voted, seats=seats, **facts)


def denial_card(case: Case, guild_name: str | None) -> Card:
    """Return the direct message to the member whose statement was denied."""
    where = _("the court") if guild_name is None else f"**{plain(guild_name, GUILD_NAME_LIMIT)}**"
    items: list[Item] = [
        text(_("The moderators of {where} did not accept your question:").format(where=where), title(case)),
        discord.ui.Separator[Any](visible=False),
        text(_("**Their reason**"), f"> {plain(case.decision_reason or _('none given'), REASON_LIMIT)}"),
        rule(),
        text(_("You are welcome to ask again in other words: name one ability that can be checked, and use `/ask`.")),
    ]
    return Card(framed(*items, colour=GREY))


def _decision_row(case: Case) -> Item:
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


def _filed_colour(case: Case) -> int:
    return {CaseState.FILED: BRASS, CaseState.DOCKETED: 0x2D9F5B, CaseState.DENIED: RED}.get(case.state, GREY)
