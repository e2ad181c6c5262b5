"""Short names, colours and emoji for the court's values, as people see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import roman

from cogs.ui.texts import _, ngettext
from court.models import AudienceTally, Ballot, Disposition, Hearing, Holding, Outcome, Standing, Tally, Vote

VOTE_EMOJI = {Vote.YES: "✅", Vote.MAYBE: "🤔", Vote.NO: "❌"}

GREY = 0x80848E
BRASS = 0xB08D57
GREEN = 0x3BA55D
RED = 0xD83C3E
VERDICT_COLOURS = {
    Ballot.YES: 0x2D9F5B,
    Ballot.ALMOST: 0xE5A50A,
    Ballot.IN_RESEARCH: 0x3D7EDB,
    Ballot.NO: RED,
}
NO_BREAK = "\N{NO-BREAK SPACE}"
"""Put between two words that must stay on one line."""

_MOST_ROMAN = 3999


def ballot_label(ballot: Ballot) -> str:
    return {
        Ballot.YES: _("Yes"),
        Ballot.ALMOST: _("Almost"),
        Ballot.IN_RESEARCH: _("In research"),
        Ballot.NO: _("No"),
    }[ballot]


def found_label(ballot: Ballot, *, narrow: bool) -> str:
    """Return a verdict, such as `Yes`, or `Yes, narrowly` if the other answers together outweigh it."""
    if not narrow:
        return ballot_label(ballot)
    return {
        Ballot.YES: _("Yes, narrowly"),
        Ballot.ALMOST: _("Almost, narrowly"),
        Ballot.IN_RESEARCH: _("In research, narrowly"),
        Ballot.NO: _("No, narrowly"),
    }[ballot]


def vote_label(vote: Vote) -> str:
    return {Vote.YES: _("Yes"), Vote.MAYBE: _("Maybe"), Vote.NO: _("No")}[vote]


def disposition_label(disposition: Disposition) -> str:
    return {
        Disposition.FIRST_RULING: _("first ruling"),
        Disposition.REAFFIRMED: _("reaffirmed"),
        Disposition.OVERTURNED: _("overturned"),
        Disposition.HUNG_JURY: _("hung jury"),
        Disposition.MISTRIAL: _("mistrial"),
    }[disposition]


def standing_label(standing: Standing) -> str:
    """Return `Yes`, `Disputed`, `Disputed, leaning Yes` or `Unheard`."""
    if standing.holding is Holding.UNHEARD:
        return _("Unheard")
    if standing.holding is not Holding.DISPUTED:
        return ballot_label(Ballot(standing.holding.value))
    if standing.leaning is None:
        return _("Disputed")
    return _("Disputed, leaning {ballot}").format(ballot=ballot_label(standing.leaning))


def silence_label(outcome: Outcome, count: int) -> str:
    """Return the number of seats that gave no ballot for this reason, such as `1 refused`."""
    labels: dict[Outcome, Callable[[], str]] = {
        Outcome.ABSTAINED: lambda: ngettext("{count} abstained", "{count} abstained", count),
        Outcome.REFUSED: lambda: ngettext("{count} refused", "{count} refused", count),
        Outcome.TRUNCATED: lambda: ngettext("{count} was cut off", "{count} were cut off", count),
        Outcome.INVALID: lambda: ngettext("{count} was unreadable", "{count} were unreadable", count),
        Outcome.TIMEOUT: lambda: ngettext("{count} timed out", "{count} timed out", count),
        Outcome.UNAVAILABLE: lambda: ngettext("{count} was unavailable", "{count} were unavailable", count),
    }
    return labels[outcome]().format(count=f"{count:,}")


def outcome_label(outcome: Outcome, count: int) -> str:
    """Return the number of seats with this outcome, such as `4 voted` or `1 refused`."""
    if outcome is Outcome.BALLOT:
        return ngettext("{count} voted", "{count} voted", count).format(count=f"{count:,}")
    return silence_label(outcome, count)


def tally_label(tally: Tally) -> str:
    """Return `3 Yes · 0 Almost · 0 In research · 0 No`."""
    return " · ".join(f"{tally[ballot]} {ballot_label(ballot)}" for ballot in Ballot)


def cast_label(tally: Tally) -> str:
    """Return only the ballots that were cast, such as `3 Yes · 1 No`, so that small print fits a phone, or `none`."""
    return " · ".join(f"{tally[ballot]} {ballot_label(ballot)}" for ballot in Ballot if tally[ballot]) or _("none")


def audience_label(tally: AudienceTally) -> str:
    """Return `Audience: 12 votes · 58 % Yes · 25 % Maybe · 17 % No`, or an invitation to vote first."""
    if not tally.total:
        return _("No votes yet: yours would be the first")
    shares = {Vote.YES: tally.yes, Vote.MAYBE: tally.maybe, Vote.NO: tally.no}
    votes = ngettext("{count} vote", "{count} votes", tally.total).format(count=tally.total)
    parts = [f"{percent(share / tally.total)} {vote_label(vote)}" for vote, share in shares.items()]
    return _("Audience: {shares}").format(shares=" · ".join([votes, *parts]))


def session_label(hearing: Hearing) -> str:
    """Return what a session found, for a row of sessions: its verdict, `hung` or `mistrial`."""
    if hearing.verdict is not None:
        return ballot_label(hearing.verdict)
    return _("mistrial") if hearing.disposition is Disposition.MISTRIAL else _("hung")


def month_label(day: date) -> str:
    """Return the month of `day`, such as `March 2024`."""
    names = (
        _("January {year}"),
        _("February {year}"),
        _("March {year}"),
        _("April {year}"),
        _("May {year}"),
        _("June {year}"),
        _("July {year}"),
        _("August {year}"),
        _("September {year}"),
        _("October {year}"),
        _("November {year}"),
        _("December {year}"),
    )
    return names[day.month - 1].format(year=day.year)


def numeral(number: int) -> str:
    """Return a Roman numeral, or Arabic digits for 0 and for 4000 and more."""
    return roman.toRoman(number) if 0 < number <= _MOST_ROMAN else str(number)


def percent(share: float) -> str:
    """Return a share between 0 and 1 as `93 %`."""
    return f"{share:.0%}".replace("%", " %")
