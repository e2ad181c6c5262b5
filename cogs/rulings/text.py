"""The passages of a ruling card: each is one block of text from a case's record.

The limits keep the longest legal card within Discord's 4,000 characters; they count escapes, so
that only words made of markup are ever cut before their own limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.ui.labels import (
    NO_BREAK,
    ballot_label,
    cast_label,
    disposition_label,
    month_label,
    numeral,
    percent,
    session_label,
    silence_label,
    standing_label,
    tally_label,
)
from cogs.ui.texts import _, ngettext, plain
from court.counting.emergence import emergence
from court.models import (
    Ballot,
    Case,
    CaseOverview,
    Disposition,
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
NAME_LIMIT = 60

DISSENTS = 2
SESSIONS = 12


def title(case: Case) -> str:
    return f"### {plain(case.statement, STATEMENT_LIMIT)}"


def rehearsal(hearing: Hearing) -> list[str]:
    """That nothing of it is meant, where scripted jurors sat."""
    return [_("-# 🎭 Rehearsal: scripted jurors, no model's opinion")] if hearing.rehearsal else []


def headline(hearing: Hearing, history: Sequence[Hearing], turn: Turn | None = None) -> list[str]:
    """What the session found, how sure the panel is, what that did to the ruling before, and why it was heard."""
    return [_found(hearing, history), *_emerged(hearing), *_occasion(hearing, history, turn)]


def panel(hearing: Hearing) -> list[str]:
    """The ballots of the session, those of a former jury beside it, and the seats that gave none."""
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
    if seated := _seated(hearing):
        lines.append("-# " + " · ".join(seated))
    return lines


def standing(today: Standing) -> list[str]:
    """What the court holds today, with the tallies behind it in small print, and whether that is in doubt."""
    lines = [_standing(today), *tallies(today)]
    if today.alarm is not None:
        lines.append(
            _("⚖ Alarm: the jury seems to have turned towards **{ballot}**. A retrial is due within a day").format(
                ballot=ballot_label(today.alarm)
            )
        )
    return lines


def tallies(today: Standing) -> list[str]:
    """The ballots of the term, and those of all terms where there was more than one."""
    if not today.tally.total:
        return []
    if today.term == 1:
        return [_("-# Lifetime tally: {tally}").format(tally=cast_label(today.tally))]
    return [
        _("-# This term: {tally}").format(tally=cast_label(today.tally)),
        _("-# Lifetime: {tally}").format(tally=cast_label(today.lifetime)),
    ]


def reasoning(hearing: Hearing) -> list[str]:
    """The finding, the quotable line and the opinion; each wants a block of its own, or the quotation runs on."""
    ruling = hearing.ruling
    quote = plain(ruling.quote, QUOTE_LIMIT)
    blocks = [plain(ruling.finding, FINDING_LIMIT), quote and f"> *{quote}*", plain(ruling.opinion, OPINION_LIMIT)]
    return [block for block in blocks if block]


def dissents(hearing: Hearing) -> list[str]:
    """The surest jurors who voted otherwise than the verdict, two at most, and how many more did."""
    if hearing.verdict is None:
        return []
    against = [opinion for opinion in hearing.opinions if opinion.ballot not in {None, hearing.verdict}]
    against.sort(key=lambda opinion: (-(opinion.confidence or 0.0), opinion.seat))
    lines = [_dissent(opinion) for opinion in against[:DISSENTS]]
    more = len(against) - len(lines)
    if more:
        lines.append(
            ngettext("-# {count} more juror dissents", "-# {count} more jurors dissent", more).format(count=more)
        )
    return lines


def sessions(history: Sequence[Hearing]) -> list[str]:
    """The last sessions on a line, oldest first, the one that the card is about in bold; none for a first session."""
    row = history[-SESSIONS:]
    if not row or row[-1].session == 1:
        return []
    steps = [f"{numeral(held.session)}{NO_BREAK}{session_label(held)}" for held in row[:-1]]
    steps.append(f"{numeral(row[-1].session)}{NO_BREAK}**{session_label(row[-1])}**")
    if row[0].session > 1:
        steps.insert(0, "…")
    return [" → ".join(steps)]


def imprint(record: CaseOverview) -> str:
    """Who presided, which case, which session and when, in small print."""
    hearing = record.hearing
    parts = [f"№{NO_BREAK}{record.case.docket_number}"]
    if hearing is None:
        parts.append(_("filed {date}").format(date=format_dt(record.case.filed_at, "D")))
    else:
        name = plain(hearing.ruling.presiding, NAME_LIMIT)
        parts.insert(0, _("Judge {name} presiding").format(name=name))
        parts.append(_("Session {numeral}").format(numeral=numeral(hearing.session)))
        parts.append(format_dt(hearing.closed_at, "D"))
    return "-# " + " · ".join(parts)


def alarming(history: Sequence[Hearing], session: int) -> Hearing | None:
    """The session that raised the alarm which `session` was to answer: the last one before it that was tallied."""
    earlier = (held for held in reversed(history) if held.tallied and held.session < session)
    return next(earlier, None)


def _found(hearing: Hearing, history: Sequence[Hearing]) -> str:
    if hearing.verdict is not None:
        parts = [f"**{ballot_label(hearing.verdict)}**"]
        if hearing.confidence is not None:
            parts.append(_("{percent} panel confidence").format(percent=percent(hearing.confidence)))
        return " · ".join([*parts, _disposed(hearing, history)])
    if hearing.disposition is Disposition.MISTRIAL:
        return _("**Mistrial** · too few jurors voted, and nothing is tallied")
    return _("**Hung jury** · no answer outweighed the others")


def _disposed(hearing: Hearing, history: Sequence[Hearing]) -> str:
    # “Yes · overturned” alone reads as if the Yes had been.
    label = disposition_label(hearing.disposition)
    ruled = (held.verdict for held in reversed(history) if held.verdict and held.session < hearing.session)
    before = next(ruled, None)
    if hearing.disposition is not Disposition.OVERTURNED or before is None:
        return label
    return _("{disposition} (it was {ballot})").format(disposition=label, ballot=ballot_label(before))


def _emerged(hearing: Hearing) -> list[str]:
    when = emergence(hearing.opinions) if hearing.verdict is Ballot.YES else None
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
        return [_("Bridge hearing: the jury has changed, so the former one was asked too")]
    alarm = alarming(history, hearing.session)
    # Its “reaffirmed” is said of the session that raised the alarm, and not of what the court held before.
    outcome = _answer(hearing, turn)
    if alarm is None:
        return [_("Retrial after an alarm: {outcome}").format(outcome=outcome)]
    session = numeral(alarm.session)
    return [_("Retrial, as Session {numeral} raised the alarm: {outcome}").format(numeral=session, outcome=outcome)]


def _answer(hearing: Hearing, turn: Turn | None) -> str:
    if not hearing.tallied:
        return _("it is still to be seen whether the court has turned")
    if turn is None:
        return _("the court has not turned")
    if turn.kind is TurnKind.INFLECTION:
        return _("the court has turned")
    return _("the jury has changed, not the answer")


def _seated(hearing: Hearing) -> list[str]:
    parts = []
    # Scripted jurors are of no model's family.
    if not hearing.rehearsal:
        families = len(hearing.families)
        parts.append(
            ngettext(
                "{seats} jurors from {families} model family", "{seats} jurors from {families} model families", families
            ).format(seats=hearing.seats, families=families)
        )
    if hearing.replaced:
        alternates = len(hearing.replaced)
        parts.append(
            ngettext(
                "{count} juror failed, and an alternate sat instead",
                "{count} jurors failed, and alternates sat instead",
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
