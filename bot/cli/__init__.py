"""The command line: `court run`, `hear`, `recount`, `simulate` and `demo`.

Commands import what they run when they run it, so that `court --help` answers at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.logs import set_up_logging
from court.errors import ConfigurationError, CourtError, StatementInvalid
from court.models import Disposition

NEEDS_MENDING = 2
"""Exit code when the host must change something first."""

NO_SIMULATOR = "court demo needs the simulator: run it as `uv run court demo`, or pip install 'simcord[preview]'"

cli = typer.Typer(
    name="court",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="[bold]The Court of AI Capability[/bold]: a community asks “Can AI …?”, a jury of models answers, and the "
    "record shows when the answer turns.",
    epilog="New here? [bold]court demo[/bold] shows it all in a browser, with no token and no key.",
)


@cli.command()
def run() -> None:
    """Start the bot on Discord.

    Settings come from the environment and from .env: DISCORD_TOKEN and at least one vendor's API key, for a start.

    SIGTERM or Ctrl-C ends it cleanly; whatever ends it, nothing acknowledged is lost.
    """
    with _loading():
        from bot.serve import serve  # noqa: PLC0415
        from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    set_up_logging(settings.log_level)
    asyncio.run(serve(settings))


@cli.command("hear")
def _hear(
    statement: Annotated[
        str, typer.Argument(help="The question, for example “Can AI write a novel?”", metavar="STATEMENT")
    ],
    jurors: Annotated[
        str | None, typer.Option(help="Who sits, as provider/model, separated by commas. Overrides JURORS.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the hearing as JSON, and nothing else.")] = False,
) -> None:
    """Hold one hearing here, without Discord and without a record.

    What it may cost is said before anybody is asked. Nothing is kept, and no cap holds it.

    Progress goes to standard error, the ruling to standard output. Exit code 1 says that it was a mistrial.
    """
    from bot.cli import hear as terminal  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    progress = Console(stderr=True, quiet=as_json and not sys.stderr.isatty())
    said, hearing = asyncio.run(terminal.hear(load_settings(), statement, jurors, progress))
    if as_json:
        sys.stdout.write(terminal.as_json(said, hearing) + "\n")
    else:
        terminal.show(hearing, Console())
    if hearing.disposition is Disposition.MISTRIAL:
        raise typer.Exit(1)


@cli.command("recount")
def _recount(
    apply: Annotated[
        bool, typer.Option("--apply", help="Change the record to what the rules give. Stop the bot first.")
    ] = False,
) -> None:
    """Count every stored hearing again by today's rules, and report what differs.

    Nothing is changed without --apply, nobody is asked and nothing is announced.

    Exit code 1 says that something differs and was not changed.
    """
    from bot.cli import recount as terminal  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    cases, hearings, differences = asyncio.run(
        terminal.recount(load_settings(), apply=apply, progress=Console(stderr=True))
    )
    terminal.show(cases, hearings, differences, Console(), applied=apply)
    if differences and not apply:
        raise typer.Exit(1)


@cli.command("simulate")
def _simulate(
    statements: Annotated[
        int, typer.Option(help="Statements in the usual world; a quarter of it in each of the others.", min=4)
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 1,
    years: Annotated[int, typer.Option(help="Years over which each statement is heard.", min=1, max=20)] = 2,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the figures to this file: .svg, .png or .pdf.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Try the court's own rules on synthetic jurors: false alarms, delays, calibration, a captured juror.

    No model is asked and no figure says anything of a real one. Progress goes to standard error, figures to standard
    output; about a minute by default.
    """
    from bot.cli import simulate as terminal  # noqa: PLC0415
    from bot.cli import simulation_picture as drawing  # noqa: PLC0415
    from court.simulation.run import Plan  # noqa: PLC0415

    if picture is not None:
        drawing.check(picture)
    figures = terminal.simulate(Plan(statements, years, seed), Console(stderr=True, quiet=not sys.stderr.isatty()))
    if picture is not None:
        drawing.draw(figures, picture)
    if as_json:
        sys.stdout.write(terminal.as_json(figures) + "\n")
    else:
        terminal.show(figures, Console())


@cli.command()
def demo(
    live: Annotated[bool, typer.Option("--live", help="Seat real models, by JURORS or the API keys set.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the docket of the last demo.")] = False,
    port: Annotated[int, typer.Option(help="The port to serve on; 0 takes a free one.", min=0, max=65535)] = 0,
    picture: Annotated[
        Path | None, typer.Option(help="Save a picture of a ruling card to this file, and end.", dir_okay=False)
    ] = None,
) -> None:
    """Show the real bot in a browser, with no token and no key.

    Discord is played by a simulator on this machine, the jury by scripted models: a rehearsal, and no model's opinion.
    """
    set_up_logging("WARNING")
    # The simulator's Discord is not complete, and discord.py says so in words that no visitor can use.
    for told in ("discord", "discord.client"):
        logging.getLogger(told).setLevel(logging.ERROR)
    try:
        from bot.demo import stage  # noqa: PLC0415
        from bot.settings import load_settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{NO_SIMULATOR} ({error.name} is missing)") from None
    asyncio.run(stage.play(load_settings(), live=live, keep=keep, port=port, picture=picture))


def main() -> None:
    """Run the command line; what the host must mend is one line and exit code 2, never a traceback."""
    try:
        cli()
    except StatementInvalid as error:
        _fail(f"The statement is {error.problem}: ask “Can AI …?” in 10 to 300 characters.")
    except CourtError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """Import with the collector at rest: it would go through all that is loaded, again and again, for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _fail(message: str) -> None:
    Console(stderr=True, soft_wrap=True).print(f"[bold red]court:[/bold red] {escape(message)}", highlight=False)
    sys.exit(NEEDS_MENDING)
