"""The passages of a ruling card: each is one block of text from a case's record.

The limits keep the longest legal card within Discord's 4,000 characters; they count escapes, so
that only words made of markup are ever cut before their own limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.ui.labels import (
    ballot_label,
    disposition_label,
    numeral,
    percent,
    session_label,
    silence_label,
    standing_label,
    tally_label,
)
from cogs.ui.texts import _, ngettext, plain
from court.models import Case, CaseRecord, Disposition, Hearing, Opinion, Outcome, Standing

STATEMENT_LIMIT = 450
FINDING_LIMIT = 300
QUOTE_LIMIT = 220
OPINION_LIMIT = 950
REASON_LIMIT = 300
NAME_LIMIT = 80

VACANCY_LIMIT = 400

DISSENTS = 2
SESSIONS = 12


def title(case: Case) -> str:
    return f"### {plain(case.statement, STATEMENT_LIMIT)}"


def headline(hearing: Hearing) -> str:
    """What the session found, how sure the panel is, and what that did to the ruling before."""
    if hearing.verdict is not None:
        parts = [f"**{ballot_label(hearing.verdict)}**"]
        if hearing.confidence is not None:
            parts.append(_("{percent} panel confidence").format(percent=percent(hearing.confidence)))
        return " · ".join([*parts, disposition_label(hearing.disposition)])
    if hearing.disposition is Disposition.MISTRIAL:
        return _("**Mistrial** · too few jurors voted, and nothing is tallied")
    return _("**Hung jury** · no answer outweighed the others")


def panel(hearing: Hearing) -> str:
    """The ballots of the session, and the seats that gave none."""
    silent = [opinion.outcome for opinion in hearing.opinions if opinion.outcome is not Outcome.BALLOT]
    if not silent:
        return tally_label(hearing.tally)
    causes = ", ".join(silence_label(outcome, silent.count(outcome)) for outcome in Outcome if outcome in silent)
    voted = _("{voted} of {seats} voted; {causes}").format(
        voted=hearing.seats - len(silent), seats=hearing.seats, causes=causes
    )
    return f"{tally_label(hearing.tally)}\n{voted}"


def standing(today: Standing) -> str:
    """What the court holds today, with the tally behind it in small print."""
    line = _("Standing: **{standing}**").format(standing=standing_label(today))
    if not today.tally.total:
        return line
    return line + "\n" + _("-# Lifetime tally: {tally}").format(tally=tally_label(today.tally))


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


def sessions(history: Sequence[Hearing]) -> str | None:
    """The last sessions, oldest first, the one that the card is about in bold; none for a first session."""
    row = history[-SESSIONS:]
    if not row or row[-1].session == 1:
        return None
    steps = [f"{numeral(held.session)} {session_label(held)}" for held in row[:-1]]
    steps.append(f"{numeral(row[-1].session)} **{session_label(row[-1])}**")
    if row[0].session > 1:
        steps.insert(0, "…")
    return " → ".join(steps)


def imprint(record: CaseRecord) -> str:
    """Who presided, which case, which session and when, in small print."""
    hearing = record.hearing
    parts = [f"№ {record.case.docket_number}"]
    if hearing is None:
        parts.append(_("filed {date}").format(date=format_dt(record.case.filed_at, "D")))
    else:
        name = plain(hearing.ruling.presiding, NAME_LIMIT)
        parts.insert(0, _("Judge {name} presiding").format(name=name))
        parts.append(_("Session {numeral}").format(numeral=numeral(hearing.session)))
        parts.append(format_dt(hearing.closed_at, "D"))
    return "-# " + " · ".join(parts)


def vacancy_line(vacancy: str) -> str:
    """Why nothing is heard, for the moderators."""
    return _("⚠ {vacancy}: approved cases wait").format(vacancy=plain(vacancy, VACANCY_LIMIT))


def _dissent(opinion: Opinion) -> str:
    assert opinion.ballot is not None  # noqa: S101 - only counted ballots dissent
    return _("**Juror {numeral} dissents** ({ballot}, {percent}): {reason}").format(
        numeral=numeral(opinion.seat),
        ballot=ballot_label(opinion.ballot),
        percent=percent(opinion.confidence or 0.0),
        reason=plain(opinion.reason or _("no reason given"), REASON_LIMIT),
    )
