"""The texts of a ruling card, one function per block.

The limits keep the longest possible card within Discord's 4,000 characters. They count the backslashes
of escapes, so only text with a lot of markup is cut before the limits of the court apply.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.ui.labels import (
    NO_BREAK,
    ballot_label,
    cast_label,
    disposition_label,
    found_label,
    month_label,
    numeral,
    percent,
    session_label,
    silence_label,
    standing_label,
    tally_label,
)
from cogs.ui.texts import _, ngettext, plain
from court.jury.recusal import names_maker_of
from court.models import (
    Case,
    CaseOverview,
    Disposition,
    Emergence,
    Hearing,
    HearingKind,
    Opinion,
    Outcome,
    Standing,
    Turn,
    TurnKind,
)

STATEMENT_LIMIT = 400
FINDING_LIMIT = 300
QUOTE_LIMIT = 220
OPINION_LIMIT = 950
REASON_LIMIT = 260
CHANGE_LIMIT = 300
NAME_LIMIT = 60

DISSENTS = 2
SESSIONS = 12


def title(case: Case) -> str:
    return f"### {plain(case.statement, STATEMENT_LIMIT)}"


def rehearsal(hearing: Hearing) -> list[str]:
    """Return the note that the jurors were scripted, if they were."""
    return [_("-# 🎭 Rehearsal: scripted jurors, not the opinion of any AI model")] if hearing.rehearsal else []


def headline(overview: CaseOverview, hearing: Hearing) -> list[str]:
    """Return what the session found, how sure the panel was, how that compares with before, and why it was heard."""
    return [
        _found(hearing, overview.history),
        *_emerged(overview.emergence),
        *_occasion(hearing, overview.history, overview.turn),
    ]


def panel(case: Case, hearing: Hearing) -> list[str]:
    """Return the ballots of the session, those of a former jury, and the seats without a ballot."""
    lines = [tally_label(hearing.tally)]
    if hearing.kind is HearingKind.BRIDGE:
        lines.append(_("Former jury, same day: {tally}").format(tally=cast_label(hearing.former_tally)))
    silent = [opinion.outcome for opinion in hearing.opinions if opinion.outcome is not Outcome.BALLOT]
    if silent:
        causes = ", ".join(silence_label(outcome, silent.count(outcome)) for outcome in Outcome if outcome in silent)
        lines.append(
            _("{voted} of {seats} voted; {causes}").format(
                voted=hearing.seats - len(silent), seats=hearing.seats, causes=causes
            )
        )
    if seated := _seated(case, hearing):
        lines.append("-# " + " · ".join(seated))
    return lines


def standing(today: Standing) -> list[str]:
    """Return what the court holds today, the tallies in small print, and whether an alarm casts doubt on it."""
    lines = [_standing(today), *tallies(today)]
    if today.alarm is not None:
        lines.append(
            _("⚖ Alarm: the jury seems to have turned to **{ballot}**. A retrial is due within a day").format(
                ballot=ballot_label(today.alarm)
            )
        )
    return lines


def tallies(today: Standing) -> list[str]:
    """Return the ballots of the term and, after the first term, of all terms."""
    if not today.tally.total:
        return []
    if today.term == 1:
        return [_("-# Lifetime tally: {tally}").format(tally=cast_label(today.tally))]
    return [
        _("-# This term: {tally}").format(tally=cast_label(today.tally)),
        _("-# Lifetime: {tally}").format(tally=cast_label(today.lifetime)),
    ]


def reasoning(hearing: Hearing) -> list[str]:
    """Return the finding, the quotable line and the opinion as separate blocks, so that the quotation ends."""
    ruling = hearing.ruling
    quote = plain(ruling.quote, QUOTE_LIMIT)
    blocks = [plain(ruling.finding, FINDING_LIMIT), quote and f"> *{quote}*", plain(ruling.opinion, OPINION_LIMIT)]
    return [block for block in blocks if block]


def dissents(hearing: Hearing) -> list[str]:
    """Return the most confident jurors who voted against the verdict, at most two, and the number of others."""
    against = _against(hearing)
    lines = [_dissent(opinion) for opinion in against[:DISSENTS]]
    more = len(against) - len(lines)
    if more:
        lines.append(
            ngettext("-# {count} more juror dissents", "-# {count} more jurors dissent", more).format(count=more)
        )
    return lines


def changes(hearing: Hearing, room: int) -> list[str]:
    """Return what would change the ballots of the dissents shown, as far as `room` characters allow."""
    lines = []
    for opinion in _against(hearing)[:DISSENTS]:
        if opinion.would_change is None:
            continue
        line = _change(opinion)
        room -= len(line) + 1
        if room >= 0:
            lines.append(line)
    return lines


def _against(hearing: Hearing) -> list[Opinion]:
    """Return the opinions that voted against the verdict, the most confident first."""
    if hearing.verdict is None:
        return []
    against = [opinion for opinion in hearing.opinions if opinion.ballot not in {None, hearing.verdict}]
    return sorted(against, key=lambda opinion: (-(opinion.confidence or 0.0), opinion.seat))


def sessions(history: Sequence[Hearing]) -> list[str]:
    """Return the last sessions in a row, oldest first and the card's own in bold, or nothing for a first session."""
    row = history[-SESSIONS:]
    if not row or row[-1].session == 1:
        return []
    steps = [f"{numeral(held.session)}{NO_BREAK}{session_label(held)}" for held in row[:-1]]
    steps.append(f"{numeral(row[-1].session)}{NO_BREAK}**{session_label(row[-1])}**")
    if row[0].session > 1:
        steps.insert(0, "…")
    return [" → ".join(steps)]


def imprint(overview: CaseOverview) -> str:
    """Return who presided, the case, the session and its date, in small print."""
    hearing = overview.hearing
    parts = [f"№{NO_BREAK}{overview.case.number}"]
    if hearing is None:
        parts.append(_("filed {date}").format(date=format_dt(overview.case.filed_at, "D")))
    else:
        name = plain(hearing.ruling.presiding, NAME_LIMIT)
        parts.insert(0, _("Judge {name} presiding").format(name=name))
        parts.append(_("Session {numeral}").format(numeral=numeral(hearing.session)))
        parts.append(format_dt(hearing.closed_at, "D"))
    return "-# " + " · ".join(parts)


def alarming(history: Sequence[Hearing], session: int) -> Hearing | None:
    """Return the session whose alarm `session` answers: the last tallied one before it, or None."""
    earlier = (held for held in reversed(history) if held.tallied and held.session < session)
    return next(earlier, None)


def _found(hearing: Hearing, history: Sequence[Hearing]) -> str:
    if hearing.verdict is not None:
        parts = [f"**{found_label(hearing.verdict, narrow=hearing.narrow)}**"]
        if hearing.confidence is not None:
            parts.append(_("{percent} panel confidence").format(percent=percent(hearing.confidence)))
        return " · ".join([*parts, _disposed(hearing, history)])
    if hearing.disposition is Disposition.MISTRIAL:
        return _("**Mistrial** · too few jurors voted, so this session does not count")
    return _("**Hung jury** · no answer outweighed the others")


def _disposed(hearing: Hearing, history: Sequence[Hearing]) -> str:
    # “Yes · overturned” alone reads as if the Yes had been overturned.
    label = disposition_label(hearing.disposition)
    ruled = (held.verdict for held in reversed(history) if held.verdict and held.session < hearing.session)
    before = next(ruled, None)
    if hearing.disposition is not Disposition.OVERTURNED or before is None:
        return label
    return _("{disposition} (it was {ballot})").format(disposition=label, ballot=ballot_label(before))


def _emerged(when: Emergence | None) -> list[str]:
    if when is None:
        return []
    if when.earliest == when.latest:
        return [_("Emerged {month}").format(month=month_label(when.median))]
    return [
        _("Emerged {month} ({earliest} – {latest})").format(
            month=month_label(when.median), earliest=month_label(when.earliest), latest=month_label(when.latest)
        )
    ]


def _occasion(hearing: Hearing, history: Sequence[Hearing], turn: Turn | None) -> list[str]:
    if hearing.kind is HearingKind.ROUTINE:
        return []
    if hearing.kind is HearingKind.BRIDGE:
        return [_("Bridge hearing: the jury has changed, so the former jury was asked too")]
    alarm = alarming(history, hearing.session)
    # The disposition compares with the session that raised the alarm, not with what the court held before.
    outcome = _answer(hearing, turn)
    if alarm is None:
        return [_("Retrial after an alarm: {outcome}").format(outcome=outcome)]
    session = numeral(alarm.session)
    return [_("Retrial because Session {numeral} raised the alarm: {outcome}").format(numeral=session, outcome=outcome)]


def _answer(hearing: Hearing, turn: Turn | None) -> str:
    if not hearing.tallied:
        return _("it is not yet clear whether the court has turned")
    if turn is None:
        return _("the court has not turned")
    if turn.kind is TurnKind.INFLECTION:
        return _("the court has turned")
    return _("the answer changed when the jury changed")


def _seated(case: Case, hearing: Hearing) -> list[str]:
    parts = []
    # Scripted jurors belong to no model family.
    if not hearing.rehearsal:
        families = len(hearing.families)
        parts.append(
            ngettext(
                "{seats} jurors from {families} model family", "{seats} jurors from {families} model families", families
            ).format(seats=hearing.seats, families=families)
        )
    if hearing.recused:
        parts.append(_("jurors of a maker that the question names did not sit"))
    elif hearing.recused is not None and names_maker_of(case.statement, (one.model for one in hearing.opinions)):
        parts.append(_("jurors of a maker that the question names sat, because too few others were left"))
    if hearing.replaced:
        alternates = len(hearing.replaced)
        parts.append(
            ngettext(
                "{count} juror failed and was replaced by an alternate",
                "{count} jurors failed and were replaced by alternates",
                alternates,
            ).format(count=alternates)
        )
    return parts


def _standing(today: Standing) -> str:
    label = standing_label(today)
    if today.term == 1:
        return _("Standing: **{standing}**").format(standing=label)
    return _("Standing since Session {numeral}: **{standing}**").format(numeral=numeral(today.since), standing=label)


def _dissent(opinion: Opinion) -> str:
    assert opinion.ballot is not None  # noqa: S101 - only counted ballots dissent
    return _("**Juror {numeral} dissents** ({ballot}, {percent}): {reason}").format(
        numeral=numeral(opinion.seat),
        ballot=ballot_label(opinion.ballot),
        percent=percent(opinion.confidence or 0.0),
        reason=plain(opinion.reason or _("no reason given"), REASON_LIMIT),
    )


def _change(opinion: Opinion) -> str:
    return _("-# What would change Juror {numeral}'s ballot: {change}").format(
        numeral=numeral(opinion.seat), change=plain(opinion.would_change or "", CHANGE_LIMIT)
    )
