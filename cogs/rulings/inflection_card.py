"""The card that tells that the court has turned, or its jury."""

from __future__ import annotations

from discord.utils import format_dt

from cogs.rulings import text as passages
from cogs.ui.labels import BRASS, VERDICT_COLOURS, ballot_label, cast_label, numeral
from cogs.ui.layout import Card, Item, framed, rule, text
from cogs.ui.texts import _, ngettext
from court.counting.verdicts import count
from court.models import Case, CaseOverview, Hearing, HearingKind, Turn, TurnKind


def turn_card(record: CaseOverview, turn: Turn, *, dispatch_id: int | None = None) -> Card:
    """A change of standing that was confirmed, or a jury that holds otherwise than the one before it.

    `record` is of the deciding session; `dispatch_id` an outbox id to be hidden in the card.
    """
    inflection = turn.kind is TurnKind.INFLECTION
    items: list[Item] = [
        text(*_rehearsal(record), passages.title(record.case), _headline(turn)),
        text(*(_confirmed(record, turn) if inflection else _explained(record.hearing, turn))),
    ]
    if counted := _counted(record, turn):
        items.append(text(*counted))
    colour = VERDICT_COLOURS[turn.after] if inflection else BRASS
    return Card(framed(*items, rule(), text(_imprint(record.case, turn)), colour=colour, dispatch_id=dispatch_id))


def _rehearsal(record: CaseOverview) -> list[str]:
    return [] if record.hearing is None else passages.rehearsal(record.hearing)


def _headline(turn: Turn) -> str:
    change = f"**{ballot_label(turn.before)} → {ballot_label(turn.after)}**"
    if turn.kind is TurnKind.INFLECTION:
        return _("⚖ The court has turned: {change}").format(change=change)
    return _("👥 The jury has changed: {change}").format(change=change)


def _confirmed(record: CaseOverview, turn: Turn) -> list[str]:
    lines = [
        _("It has held **{ballot}** since Session {numeral}.").format(
            ballot=ballot_label(turn.after), numeral=numeral(turn.began)
        )
    ]
    alarm = passages.alarming(record.history, turn.session)
    if alarm is not None:
        lines.append(_("Session {numeral} raised the alarm.").format(numeral=numeral(alarm.session)))
    return [*lines, _confirmation(record.hearing, alarm).format(numeral=numeral(turn.session))]


def _confirmation(hearing: Hearing | None, alarm: Hearing | None) -> str:
    if hearing is not None and hearing.kind is HearingKind.BRIDGE:
        return _("In Session {numeral} the former jury and a new one both confirmed it.")
    if hearing is None or alarm is None:
        return _("Session {numeral}, a retrial, confirmed it.")
    # A small pool has no other jurors, and must not be said to have had some.
    before = {opinion.model for opinion in alarm.opinions}
    others = sum(opinion.model not in before for opinion in hearing.opinions)
    if others == hearing.seats:
        return _("Session {numeral}, a retrial by other jurors, confirmed it.")
    if not others:
        return _("Session {numeral}, a retrial by the same jurors for want of others, confirmed it.")
    confirmed = ngettext(
        "Session {{numeral}}, a retrial, confirmed it: {others} of its {seats} jurors was another one.",
        "Session {{numeral}}, a retrial, confirmed it: {others} of its {seats} jurors were other ones.",
        others,
    )
    return confirmed.format(others=others, seats=hearing.seats)


def _explained(hearing: Hearing | None, turn: Turn) -> list[str]:
    """Of a changed jury, in so many words: it would be taken for a change of AI otherwise."""
    holds = _("The new jury holds **{after}**. The former one held **{before}**.")
    nothing = _("The answer changed with the jury: this says nothing of what AI can do.")
    anew = _("The ballots are counted anew from Session {numeral}.").format(numeral=numeral(turn.began))
    apart = hearing is not None and bool(hearing.former) and count(hearing.former).verdict is not turn.after
    if hearing is None or not apart:
        return [holds.format(after=ballot_label(turn.after), before=ballot_label(turn.before)), nothing, anew]
    holds = _("On the same day the new jury held **{after}** and the former one did not.")
    return [
        holds.format(after=ballot_label(turn.after)),
        _("-# New jury: {tally}").format(tally=cast_label(hearing.tally)),
        _("-# Former jury: {tally}").format(tally=cast_label(hearing.former_tally)),
        nothing,
        anew,
    ]


def _counted(record: CaseOverview, turn: Turn) -> list[str]:
    # A card that comes late must not show another term's ballots as this one's.
    return passages.tallies(record.standing) if record.standing.since == turn.began else []


def _imprint(case: Case, turn: Turn) -> str:
    more = _("more with {command}").format(command=f"`/verdict {case.docket_number}`")
    return "-# " + " · ".join([f"№ {case.docket_number}", format_dt(turn.at, "D"), more])
