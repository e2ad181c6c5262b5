"""The card that announces that the court has turned, or that its jury has changed."""

from __future__ import annotations

from discord.utils import format_dt

from cogs.rulings import text as ruling_text
from cogs.ui.labels import BRASS, VERDICT_COLOURS, ballot_label, cast_label, numeral
from cogs.ui.layout import Card, Item, framed, rule, text
from cogs.ui.texts import _, ngettext
from court.models import Case, CaseOverview, Hearing, HearingKind, Turn, TurnKind


def turn_card(overview: CaseOverview, turn: Turn, *, dispatch_id: int | None = None) -> Card:
    """Return the card for a confirmed change of standing, or for a new jury that differs from the former one.

    `overview` is the case as of the deciding session. `dispatch_id` is the outbox id to hide in the card.
    """
    inflection = turn.kind is TurnKind.INFLECTION
    items: list[Item] = [
        text(*_rehearsal(overview), ruling_text.title(overview.case), _headline(turn)),
        text(*(_confirmed(overview, turn) if inflection else _explained(overview, turn))),
    ]
    if counted := _counted(overview, turn):
        items.append(text(*counted))
    colour = VERDICT_COLOURS[turn.after] if inflection else BRASS
    return Card(framed(*items, rule(), text(_imprint(overview.case, turn)), colour=colour, dispatch_id=dispatch_id))


def _rehearsal(overview: CaseOverview) -> list[str]:
    return [] if overview.hearing is None else ruling_text.rehearsal(overview.hearing)


def _headline(turn: Turn) -> str:
    change = f"**{ballot_label(turn.before)} → {ballot_label(turn.after)}**"
    if turn.kind is TurnKind.INFLECTION:
        return _("⚖ The court has turned: {change}").format(change=change)
    return _("👥 The jury has changed: {change}").format(change=change)


def _confirmed(overview: CaseOverview, turn: Turn) -> list[str]:
    lines = [
        _("It has held **{ballot}** since Session {numeral}.").format(
            ballot=ballot_label(turn.after), numeral=numeral(turn.began)
        )
    ]
    alarm = ruling_text.alarming(overview.history, turn.session)
    if alarm is not None:
        lines.append(_("Session {numeral} raised the alarm.").format(numeral=numeral(alarm.session)))
    return [*lines, _confirmation(overview.hearing, alarm).format(numeral=numeral(turn.session))]


def _confirmation(hearing: Hearing | None, alarm: Hearing | None) -> str:
    if hearing is not None and hearing.kind is HearingKind.BRIDGE:
        return _("In Session {numeral}, both the former jury and the new jury confirmed it.")
    if hearing is None or alarm is None:
        return _("Session {numeral}, a retrial, confirmed it.")
    # A small pool may have no other jurors, so the card must not claim any.
    before = {opinion.model for opinion in alarm.opinions}
    others = sum(opinion.model not in before for opinion in hearing.opinions)
    if others == hearing.seats:
        return _("Session {numeral}, a retrial with different jurors, confirmed it.")
    if not others:
        return _("Session {numeral}, a retrial with the same jurors because there were no others, confirmed it.")
    confirmed = ngettext(
        "Session {{numeral}}, a retrial, confirmed it: {others} of its {seats} jurors was a different one.",
        "Session {{numeral}}, a retrial, confirmed it: {others} of its {seats} jurors were different ones.",
        others,
    )
    return confirmed.format(others=others, seats=hearing.seats)


def _explained(overview: CaseOverview, turn: Turn) -> list[str]:
    """Explain a changed jury, because readers would otherwise take it for a change in what AI can do."""
    holds = _("The new jury holds **{after}**. The former jury held **{before}**.")
    caution = _("The answer changed when the jury changed. This says nothing about what AI can do.")
    new_count = _("A new count of the ballots starts with Session {numeral}.").format(numeral=numeral(turn.began))
    hearing = overview.hearing
    if hearing is None or not hearing.former or overview.former_verdict is turn.after:
        return [holds.format(after=ballot_label(turn.after), before=ballot_label(turn.before)), caution, new_count]
    holds = _("On the same day, the new jury held **{after}** and the former jury did not.")
    return [
        holds.format(after=ballot_label(turn.after)),
        _("-# New jury: {tally}").format(tally=cast_label(hearing.tally)),
        _("-# Former jury: {tally}").format(tally=cast_label(hearing.former_tally)),
        caution,
        new_count,
    ]


def _counted(overview: CaseOverview, turn: Turn) -> list[str]:
    # A card that is posted late must not show the ballots of another term.
    return ruling_text.tallies(overview.standing) if overview.standing.since == turn.began else []


def _imprint(case: Case, turn: Turn) -> str:
    more = _("more with {command}").format(command=f"`/verdict {case.number}`")
    return "-# " + " · ".join([f"№ {case.number}", format_dt(turn.at, "D"), more])
