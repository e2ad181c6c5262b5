"""Cards: the messages that show a case, made of Components V2.

A card holds plain buttons whose custom ids are answered by `cogs.ui.buttons`, so nothing listens
on the card itself, and a card works the same before and after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import discord
from discord.utils import format_dt

from cogs.ui import ids, passages
from cogs.ui.labels import BRASS, GREY, RED, VERDICT_COLOURS, VOTE_EMOJI, audience_label, vote_label
from cogs.ui.texts import _, cut, plain
from court.models import AudienceTally, Case, CaseRecord, CaseState, Vote

NOTICE_LIMIT = 3_800
REASON_LIMIT = 1_000
GUILD_NAME_LIMIT = 200

_MARK_BASE = 1_000_000_000
_AUDIENCE_ID = 999_999_999
"""Component ids are 32-bit integers that Discord keeps and nobody sees; unset ones count up from 1."""

_Item: TypeAlias = discord.ui.Item[Any]


class Card(discord.ui.LayoutView):
    """A layout that is sent and forgotten."""

    def __init__(self, *items: _Item) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    def is_finished(self) -> bool:
        """Always true: discord.py keeps every view that is not, and holds its buttons in memory for ever."""
        return True


def ruling_card(record: CaseRecord, *, mark: int | None = None, lead: str | None = None) -> Card:
    """The card of a case for everybody: its ruling, or that it is not heard yet, with buttons to vote by.

    `lead` is a line of ours above the card; `mark` an outbox id to be hidden in it.
    """
    container = discord.ui.Container[Any](accent_colour=_ruling_colour(record), id=_mark_id(mark))
    for item in _ruling_items(record):
        container.add_item(item)
    return Card(*_lead(lead), container)


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
    container = discord.ui.Container[Any](
        _text(passages.title(case), *lines), accent_colour=_filed_colour(case), id=_mark_id(mark)
    )
    if case.state is CaseState.FILED:
        container.add_item(_clerk_row(case))
    return Card(container)


def denial_card(case: Case, guild_name: str | None) -> Card:
    """What the filer of a denied statement reads in their inbox."""
    where = _("the court") if guild_name is None else f"**{plain(guild_name, GUILD_NAME_LIMIT)}**"
    items: list[_Item] = [
        _text(_("The moderators of {where} did not take up your question:").format(where=where), passages.title(case)),
        discord.ui.Separator[Any](visible=False),
        _text(_("**Their reason**"), f"> {plain(case.decision_reason or _('none given'), REASON_LIMIT)}"),
        discord.ui.Separator[Any](),
        _text(
            _(
                "You are welcome to put it differently: narrow it to one ability that can be checked, "
                "and file it again with `/ask`."
            ),
            f"-# № {case.docket_number}",
        ),
    ]
    return Card(discord.ui.Container[Any](*items, accent_colour=GREY))


def notice_card(text: str, mark: int | None = None) -> Card:
    """A plain sentence of ours for the moderators; channel mentions in it work."""
    return Card(
        discord.ui.Container[Any](_text("⚠ " + cut(text, NOTICE_LIMIT)), accent_colour=BRASS, id=_mark_id(mark))
    )


def mark_of(message: discord.Message) -> int | None:
    """The outbox id that is hidden in a message of ours; none where there is none."""
    for component in message.components:
        if isinstance(component, discord.Container) and (component.id or 0) >= _MARK_BASE:
            return (component.id or 0) - _MARK_BASE
    return None


def _ruling_items(record: CaseRecord) -> Iterable[_Item]:
    hearing = record.hearing
    if hearing is None:
        yield _text(passages.title(record.case), _("On the docket: the jury has not heard this case yet."))
    else:
        rehearsal = [_("-# 🎭 Rehearsal: scripted jurors, no model's opinion")] if hearing.rehearsal else []
        yield _text(*rehearsal, passages.title(record.case), passages.headline(hearing))
        yield _text(passages.panel(hearing))
        yield discord.ui.Separator[Any]()
        for block in passages.reasoning(hearing):
            yield _text(block)
        if dissents := passages.dissents(hearing):
            yield _text(*dissents)
        yield discord.ui.Separator[Any]()
        yield _text(*filter(None, [passages.sessions(record.history), passages.standing(record.standing)]))
    yield discord.ui.Separator[Any]()
    yield discord.ui.TextDisplay[Any](audience_label(record.audience), id=_AUDIENCE_ID)
    yield _vote_row(record.case)
    yield _text(passages.imprint(record))


def _vote_row(case: Case) -> _Item:
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


def _clerk_row(case: Case) -> _Item:
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
            return _("✅ Approved by {who}: it is heard at once").format(who=who)
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


def _lead(lead: str | None) -> list[_Item]:
    return [] if lead is None else [_text(lead)]


def _text(*lines: str) -> _Item:
    return discord.ui.TextDisplay[Any]("\n".join(lines))


def _mark_id(mark: int | None) -> int | None:
    return None if mark is None else _MARK_BASE + mark
