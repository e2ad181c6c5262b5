"""`court simulate`: tests the court's rules on synthetic jurors and shows the results as tables or JSON."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from court.simulation.experiments import LATEST, LIFETIME, OURS
from court.simulation.orders import PULL
from court.simulation.report import IN_TIME, SPLITS, WorldResults
from court.simulation.run import Piece, Plan, Report, Result, pieces, report, work_off

SYNTHETIC = "Synthetic jurors: these results say nothing about real models."
FEWER = 20
"""How many times fewer false inflections the court must announce than the latest plurality."""
FOUND = 0.8
"""The share of true changes that must be found within `IN_TIME` hearings."""
GAIN = 15.0
"""Percentage points that one captured juror of five may gain."""
MOVED = 2.0
"""Percentage points by which an order bias may move how often an answer is found."""


def simulate(plan: Plan, progress: Console, workers: int | None = None) -> Report:
    """Run a plan and return its results, which do not depend on the number of processes.

    Args:
        plan: what to simulate.
        progress: where to show the progress bar.
        workers: the number of processes; None for one per processor.
    """
    todo = list(pieces(plan))
    bar = Progress(
        TextColumn("[bold]synthetic[/bold] {task.description}"), BarColumn(), TimeRemainingColumn(), console=progress
    )
    done: list[Result] = []
    with bar:
        task = bar.add_task("statements", total=sum(piece.statements for piece in todo))
        for result in _work_off(todo, workers or os.cpu_count() or 1):
            done.append(result)
            bar.update(task, advance=result.piece.statements, description=result.piece.experiment)
    return report(plan, done)


def _work_off(todo: list[Piece], workers: int) -> Iterator[Result]:
    if workers == 1:
        yield from map(work_off, todo)
        return
    # Not forked, because the progress bar runs in a thread of its own.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_leave_interrupts_to_the_parent)
    try:
        yield from pool.map(work_off, todo)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def command(plan: Plan) -> str:
    """Return the command that gives the same results."""
    return f"court simulate --statements {plan.statements} --years {plan.years} --seed {plan.seed}"


def as_json(results: Report) -> str:
    """Return the results as JSON: the fields of `court.simulation.report`, with shares from 0 to 1."""
    told = {"synthetic": True, "command": command(results.plan), **asdict(results)}
    for world, fields in zip(results.worlds, told["worlds"], strict=True):
        fields["panels"]["gained_points"] = world.panels.gained
    return json.dumps(told, ensure_ascii=False, indent=2)


def show(results: Report, console: Console) -> None:
    """Print the results as tables."""
    console.print(f"[bold yellow]{SYNTHETIC}[/]")
    console.print(_methods(results))
    console.print(_panels(results))
    console.print(_replacements(results))
    console.print(_asked(results))
    console.print(f"[dim]To repeat this run: {command(results.plan)}[/dim]")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=not place)
    return table


def _methods(results: Report) -> Table:
    table = _table(
        "\nInflections announced and missed (synthetic)",
        "world\n  method",
        "false\na year",
        f"found\nin {IN_TIME}",
        "plain\nones",
        "\never",
        "after\nhearings",
        "after\ndays",
        "held\na year",
    )
    for world in results.worlds:
        table.add_row(f"[bold]{world.name}[/], {world.accuracy:.0%} right")
        for method in world.methods:
            table.add_row(
                f"  {method.name}",
                f"{method.false_per_year:.4f}",
                _share(method.found_in_time),
                _share(method.plain_found_in_time),
                _share(method.found),
                _number(method.median_hearings),
                _number(method.median_days),
                f"{method.hearings_per_year:.1f}",
            )
    table.caption = (
        f"{results.usual.statements} statements in the usual world, {results.worlds[-1].statements} in each other · "
        "right: of the ballots · false: announced inflections that were none, per statement and year · plain: found "
        "among the changes that most models see · after: median from the true change until it is announced · "
        "held: hearings"
    )
    table.caption_justify = "left"
    return table


def _panels(results: Report) -> Table:
    table = _table("\nOne hearing (synthetic)", "", *(world.name for world in results.worlds))
    rows: list[tuple[str, Callable[[WorldResults], str]]] = [
        ("calibration error (ECE), panel confidence", lambda world: f"{world.panels.confidence.ece:.3f}"),
        ("  as first designed", lambda world: f"{world.panels.plain.ece:.3f}"),
        ("  share of the ballots", lambda world: f"{world.panels.share.ece:.3f}"),
        ("Brier score, panel confidence", lambda world: f"{world.panels.confidence.brier:.3f}"),
        ("  as first designed", lambda world: f"{world.panels.plain.brier:.3f}"),
        ("  share of the ballots", lambda world: f"{world.panels.share.brier:.3f}"),
        ("a juror's own confidence", lambda world: f"{world.stated:.1%}"),
        ("  ballots that are right", lambda world: f"{world.accuracy:.1%}"),
        *((f"mean panel confidence at {split}", _split(split)) for split in SPLITS),
        ("verdicts for an attacker, fair panel", lambda world: f"{world.panels.fair:.1%}"),
        ("  with one captured juror of five", lambda world: f"{world.panels.captured:.1%}"),
        ("  points gained", lambda world: f"{world.panels.gained:+.1f}"),
        ("  points gained as first designed", lambda world: f"{world.panels.first_gained:+.1f}"),
    ]
    for name, value_of in rows:
        table.add_row(name, *(value_of(world) for world in results.worlds))
    return table


def _split(split: str) -> Callable[[WorldResults], str]:
    return lambda world: _share(world.panels.splits.get(split))


def _replacements(results: Report) -> Table:
    table = _table(
        "\nThe jury is replaced, and no answer changes (synthetic)",
        "per 100 statements, in the year after",
        "false\ninflections",
        "“jury\nchanged”",
        "median\ndays",
    )
    for one in results.replacements:
        table.add_row(one.name, f"{one.inflections:.1f}", f"{one.notices:.1f}", _number(one.median_days))
    return table


def _asked(results: Report) -> Table:
    table = _table("\nTargets for the rules in the usual world", "", "target", "result", "")
    for asked, wanted, came, held in gates(results):
        table.add_row(asked, wanted, came, "[green]held[/]" if held else "[red]missed[/]")
    return table


def gates(results: Report) -> list[tuple[str, str, str, bool]]:
    """Return the targets for the rules in the usual world: each its name, target, result, and whether it was met."""
    usual, panels = results.usual, results.usual.panels
    ours, latest, lifetime = usual.method(OURS), usual.method(LATEST), usual.method(LIFETIME)
    found = ours.found_in_time or 0.0
    splits = list(panels.splits.values())
    return [
        (
            "false inflections, against plurality",
            f"{FEWER}× fewer",
            fewer(usual),
            0 < latest.false >= FEWER * ours.false,
        ),
        (f"true changes found in {IN_TIME} hearings", f"{FOUND:.0%}", f"{found:.0%}", found >= FOUND),
        ("  the same, lifetime 80 %", "about none", _share(lifetime.found_in_time), found > (lifetime.found or 0.0)),
        (
            "panel confidence falls with dissent",
            "5–0 > 4–1 > 3–2",
            " > ".join(f"{one:.0%}" for one in splits),
            splits == sorted(set(splits), reverse=True),
        ),
        (
            "calibration error, against vote share",
            f"≤ {panels.share.ece:.3f}",
            f"{panels.confidence.ece:.3f}",
            panels.confidence.ece <= panels.share.ece,
        ),
        ("a captured juror's gain", f"≤ {GAIN:.0f} points", f"{panels.gained:.1f}", panels.gained <= GAIN),
        (
            f"order bias of {PULL:.0%}, moves an answer",
            f"≤ {MOVED:.0f} points",
            f"{results.order.permuted:.1f}",
            results.order.permuted <= MOVED,
        ),
        (
            "  the same, one order for all seats",
            "more",
            f"{results.order.fixed:.1f}",
            results.order.fixed > results.order.permuted,
        ),
    ]


def fewer(world: WorldResults, method: str = OURS) -> str:
    """Return how many times fewer false inflections `method` announces than the latest plurality, as text."""
    ours, latest = world.method(method), world.method(LATEST)
    return f"{latest.false / ours.false:.0f}×" if ours.false else f"none, compared with {latest.false}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:g}" if number == int(number) else f"{number:.1f}"
