"""`court hear`: one hearing in the terminal, without Discord and without a record."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256

import roman
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from bot.clock import SystemClock
from bot.jury import require_jury, seat_jury
from bot.naming import models_named
from bot.settings import Settings
from court.announcements.faults import line_of_fault
from court.docket.statements import normalise
from court.errors import ConfigurationError, QuorumOutOfReach
from court.hearings.conduct import ROUTINE, HearingService
from court.hearings.estimates import estimate_hearing
from court.hearings.faults import Variables, host_fault
from court.jury.costs import Estimate
from court.jury.pool import Jury
from court.jury.reach import Reach
from court.jury.template import LABELS
from court.models import Ballot, Case, CaseState, Disposition, Hearing, Opinion, Usage, dollars
from providers.registry import Models, base_url_variable, key_variable

_STYLES = {
    Ballot.YES: "bold green",
    Ballot.ALMOST: "bold yellow",
    Ballot.IN_RESEARCH: "bold blue",
    Ballot.NO: "bold red",
}


NOTHING_FOLLOWS = "The session is a mistrial, so nothing follows from it."
"""Instead of the court's promise that the case is heard again: a case of the terminal is heard once."""

NO_QUORUM = "nothing is ruled, because too few jurors could be asked for a quorum; this is no mistrial"


def one_argument(words: Sequence[str]) -> str:
    """Return the question, which has to be a single argument.

    Raises:
        ConfigurationError: when the shell has cut it into several.
    """
    if len(words) == 1:
        return words[0]
    raise ConfigurationError(f'put the question in quotes, so that it is one argument: court hear "{" ".join(words)}"')


async def hear(settings: Settings, text: str, jurors: str | None, progress: Console) -> tuple[str, Hearing | None]:
    """Hold one hearing of `text`; return the statement and the hearing, or None if faults of the host prevented it.

    What the host has to do about such faults is printed to standard error.

    Raises:
        StatementInvalid: when `text` cannot become a statement.
        ConfigurationError: when no panel can be seated.
    """
    statement = normalise(text)
    named = None if jurors is None else models_named(jurors, "--jurors")
    models = Models(settings.vendors, timeout=settings.juror_timeout)
    try:
        clock = SystemClock()
        reach = Reach(clock)
        jury = replace(require_jury(seat_jury(settings, models, named)), reach=reach)
        case, service = _transient(statement), HearingService(jury, clock, random.SystemRandom())
        progress.print(f"[bold]{escape(statement)}[/bold]")
        progress.print(_expected(estimate_hearing(jury, case, ROUTINE, clock.now().date()), jury))
        with progress.status(f"{min(jury.panel_size, len(jury.pool))} jurors deliberate …"):
            hearing, usage = await _held(service, case, progress)
        progress.print(f"[dim]{_took(usage)}[/dim]")
        _say_what_to_do(reach, jury, hearing)
    finally:
        await models.aclose()
    if hearing is not None and hearing.disposition is Disposition.MISTRIAL:
        hearing = replace(hearing, ruling=replace(hearing.ruling, opinion=NOTHING_FOLLOWS))
    return statement, hearing


async def _held(service: HearingService, case: Case, progress: Console) -> tuple[Hearing | None, Usage]:
    """Hold the hearing. Return None in its place if it had no quorum because of faults, and what was used."""
    try:
        hearing = await service.hold(case, 1, None, on_opinion=lambda opinion: progress.print(_line(opinion)))
    except QuorumOutOfReach as error:
        return None, error.usage
    return hearing, hearing.usage


def _say_what_to_do(reach: Reach, jury: Jury, hearing: Hearing | None) -> None:
    """Print a line for every fault, even where progress is not printed: without them a failure has no cause."""
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    for outage in reach.outages:
        line = line_of_fault(host_fault(outage, jury, Variables(key_variable, base_url_variable)))
        errors.print(f"warning: {line}", style="yellow", markup=False)
    if hearing is None:
        errors.print(f"error: {NO_QUORUM}", style="red", markup=False)


def _expected(cost: Estimate, jury: Jury) -> str:
    """Return a line that says what the hearing may cost."""
    if not cost.ceiling:
        return "[dim]no price is known for these models, or they cost nothing[/dim]"
    line = f"about {dollars(cost.usual)}, at most {dollars(cost.ceiling)} if no model has to be asked again"
    if jury.unpriced:
        line += f", plus the unknown cost of {', '.join(str(ref) for ref in jury.unpriced)}"
    return f"[dim]{escape(line)}[/dim]"


def _took(usage: Usage) -> str:
    tokens = f"{usage.tokens_in + usage.tokens_out:,} tokens"
    if usage.unpriced:
        answers = "1 answer" if usage.unpriced == 1 else f"{usage.unpriced} answers"
        return f"{tokens}; {dollars(usage.cost)} and {answers} of unknown price"
    return f"{tokens}; {dollars(usage.cost)}"


def as_json(statement: str, hearing: Hearing) -> str:
    """Return the hearing as JSON: the fields of `Hearing`, dates in ISO 8601, models as provider/model."""
    fields = asdict(hearing)
    fields.pop("case_id")
    for seats in ("opinions", "replaced", "former"):
        fields[seats] = [{**asdict(opinion), "model": str(opinion.model)} for opinion in getattr(hearing, seats)]
    fields["recused"] = [str(ref) for ref in hearing.recused or ()]
    fields["ruling"]["narrator"] = str(hearing.ruling.narrator) if hearing.ruling.narrator else None
    tally = {ballot.value: hearing.tally[ballot] for ballot in Ballot}
    return json.dumps({"statement": statement, "tally": tally, **fields}, default=_iso, ensure_ascii=False, indent=2)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a hearing contains no {type(value).__name__}")


def show(hearing: Hearing, console: Console) -> None:
    """Print the ruling, the tally and the dissent."""
    ruling = hearing.ruling
    headline = hearing.disposition.value
    if hearing.verdict is not None:
        style = _STYLES[hearing.verdict]
        narrowly = ", narrowly" if hearing.narrow else ""
        headline = f"[{style}]{LABELS[hearing.verdict]}{narrowly}[/] · {hearing.confidence:.0%} panel confidence"
    body = f"{escape(ruling.finding)}\n\n{escape(ruling.opinion)}\n\n[italic]“{escape(ruling.quote)}”[/italic]"
    console.print(Panel(body, title=headline, subtitle=f"Judge {ruling.presiding} presiding", padding=(1, 2)))
    console.print(" · ".join(f"{hearing.tally[ballot]} {LABELS[ballot]}" for ballot in Ballot))
    dissent = [o for o in hearing.opinions if o.ballot is not None and o.ballot is not hearing.verdict]
    if dissent and hearing.verdict is not None:
        table = Table("Juror", "Ballot", "Reason", title="Dissent", title_justify="left", box=None, pad_edge=False)
        for opinion in dissent:
            table.add_row(roman.toRoman(opinion.seat), _ballot(opinion), escape(_statement(opinion)))
        console.print(table)
    if hearing.recused:
        names = ", ".join(str(ref) for ref in hearing.recused)
        console.print(f"[dim]did not sit, because the question names the maker: {escape(names)}[/dim]")


def _statement(opinion: Opinion) -> str:
    """Return what a juror said: its reason, and what would change its ballot."""
    change = "" if opinion.would_change is None else f"\nWould change it: {opinion.would_change}"
    return f"{opinion.reason or ''}{change}"


def _line(opinion: Opinion) -> str:
    seat = f"Juror {roman.toRoman(opinion.seat):<4}"
    held = (
        _ballot(opinion) if opinion.ballot else f"[dim]{opinion.outcome}: {escape(opinion.cause or 'no ballot')}[/dim]"
    )
    return f"  {seat} {held}  [dim]{escape(str(opinion.model))}, {opinion.latency:.1f} s[/dim]"


def _ballot(opinion: Opinion) -> str:
    assert opinion.ballot is not None  # noqa: S101 - callers have checked
    return f"[{_STYLES[opinion.ballot]}]{LABELS[opinion.ballot]}[/] {opinion.confidence:.0%}"


def _transient(statement: str) -> Case:
    number = sha256(statement.encode()).hexdigest()[:4].upper()
    return Case(0, 0, number, statement, CaseState.DOCKETED, 0, SystemClock().now())
