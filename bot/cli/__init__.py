"""The command line: `court init`, `check`, `run`, `hear` and the others.

Commands import what they run when they run it, so that `court --help` answers at once. `bot.__main__` calls this,
except for `court run` and `court health`, which it starts itself.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.logs import set_up_logging
from court.errors import ConfigurationError
from court.models import Disposition

NO_SIMULATOR = (
    "court demo needs the simulator, which is not installed for hosting. From a wheel, install it into another "
    'environment with `pip install "FILE.whl[demo]"`. Or start it with `uv run court demo` in another clone, because '
    "`uv run` changes the versions that are installed in this one"
)

cli = typer.Typer(
    name="court",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="[bold]The Court of AI Capability[/bold]: a community asks “Can AI …?”, a jury of models answers, and the "
    "record shows when the answer changes.",
    epilog="New here? [bold]court demo[/bold] shows it all in a browser, without a token or a key.",
)


def _print_version(asked: bool) -> None:
    if asked:
        from bot.version import print_version  # noqa: PLC0415

        print_version()
        raise typer.Exit


@cli.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    pass


@cli.command()
def run() -> None:
    """Start the bot on Discord.

    Settings come from the environment and from .env. Begin with DISCORD_TOKEN and at least one vendor's API key.

    Ctrl-C or SIGTERM stops it cleanly. However it ends, nothing that was acknowledged is lost.
    """
    from bot.start import run as run_bot  # noqa: PLC0415

    run_bot()


@cli.command("health")
def _health() -> None:
    """Ask the running bot how it is: exit code 0 if all is well, 1 if not or if no bot answers.

    It asks at METRICS_PORT and METRICS_HOST, from the environment and from .env.
    """
    from bot.health.asking import health  # noqa: PLC0415

    raise typer.Exit(health())


@cli.command("init")
def _init(
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no vendor and not Discord whether what you type is right.")
    ] = False,
) -> None:
    """Ask for what the bot needs and write it into .env in this folder.

    The token and the keys are checked as you type them. What .env holds already stays, and Ctrl-C writes nothing.

    Checking a key asks a model of that vendor one tiny question: about a tenth of a cent, at most 1.5 cents.
    """
    from bot.cli import init as terminal  # noqa: PLC0415

    terminal.init(Path(".env"), Console(highlight=False), offline=offline)


@cli.command("check")
def _check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON and nothing else.")] = False,
) -> None:
    """Check the token, keys, prices, record, clock, and the channels of every server, and say what to do.

    It changes nothing, and the bot may go on running.

    Every juror and the judge are asked one tiny question, for about a tenth of a cent each, and at most 1.5 cents.

    Exit code 1 means that something failed.
    """
    from bot.cli import check as terminal  # noqa: PLC0415

    with Console(stderr=True, quiet=not sys.stderr.isatty()).status("checking …"):
        found = asyncio.run(terminal.check())
    if as_json:
        sys.stdout.write(terminal.as_json(found) + "\n")
    else:
        terminal.show(found, Console(highlight=False))
    if terminal.has_failed(found):
        raise typer.Exit(1)


@cli.command("hear")
def _hear(
    statement: Annotated[
        list[str], typer.Argument(help='The question, in quotes: "Can AI write a novel?"', metavar="STATEMENT")
    ],
    jurors: Annotated[
        str | None, typer.Option(help="Who sits, as provider/model, separated by commas. Overrides JURORS.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the hearing as JSON and nothing else.")] = False,
) -> None:
    """Hold one hearing in the terminal, without Discord and without a record.

    The estimated cost is printed before any model is asked. Nothing is stored, and the caps do not apply.

    Progress goes to standard error, the ruling to standard output.

    Exit code 1 means that it was a mistrial, or that too few jurors could be asked. What to do is then said.
    """
    from bot.cli import hear as terminal  # noqa: PLC0415
    from bot.jury import wrong_jury  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    question = terminal.one_argument(statement)
    settings = load_settings(needs=partial(wrong_jury, jurors=jurors))
    _warn_of_typos()
    progress = Console(stderr=True, quiet=as_json and not sys.stderr.isatty())
    said, hearing = asyncio.run(terminal.hear(settings, question, jurors, progress))
    if hearing is None:
        raise typer.Exit(1)
    if as_json:
        sys.stdout.write(terminal.as_json(said, hearing) + "\n")
    else:
        terminal.show(hearing, Console())
    if hearing.disposition is Disposition.MISTRIAL:
        raise typer.Exit(1)


def _warn_of_typos() -> None:
    from bot.settings import unknown_variables  # noqa: PLC0415

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for unknown in unknown_variables():
        console.print(f"warning: {unknown}", style="yellow", markup=False)


@cli.command("recount")
def _recount(
    apply: Annotated[
        bool, typer.Option("--apply", help="Change the record to match the rules. Stop the bot first.")
    ] = False,
) -> None:
    """Recount every stored hearing by today's rules and report what differs.

    Without --apply the record is only read, even while the bot runs. One of an older version is read as a temporary
    copy. No model is asked, and nothing is announced.

    Exit code 1 means that something differs and was not changed.
    """
    from bot.cli import recount as terminal  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    # With --apply, for the backup that is made before a migration. The backup of a temporary copy is of no interest.
    set_up_logging(settings.log_level if apply else "WARNING", settings.log_format)
    cases, hearings, differences = terminal.recount(settings, apply=apply, progress=Console(stderr=True))
    terminal.show(cases, hearings, differences, Console(), applied=apply)
    if differences and not apply:
        raise typer.Exit(1)


@cli.command("backup")
def _backup(
    file: Annotated[Path, typer.Argument(help="Where to write the backup. There must be no such file yet.")],
) -> None:
    """Write a verified copy of the record to a file. The bot may go on running.

    The copy is one file, which only its owner can read.

    Do not copy the record with cp while the bot runs: such a copy silently lacks what was written last.
    """
    from bot.cli import backup as terminal  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    Console(highlight=False, soft_wrap=True).print(terminal.backup(load_settings(), file), markup=False)


@cli.command("restore")
def _restore(
    file: Annotated[Path, typer.Argument(help="A backup that `court backup` wrote, or that a migration left.")],
) -> None:
    """Put a backup in the place of the record. Stop the bot first.

    The backup is verified and copied. The former record is kept beside it.

    What is newer than the backup is gone: votes, questions and settings. Hearings are held and paid again.
    """
    from bot.cli import backup as terminal  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    Console(highlight=False, soft_wrap=True).print(terminal.restore(load_settings(), file), markup=False)


@cli.command("simulate")
def _simulate(
    statements: Annotated[
        int, typer.Option(help="Statements in the usual world; each of the others has a quarter of it.", min=4)
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same results.")] = 1,
    years: Annotated[int, typer.Option(help="Years over which each statement is heard.", min=1, max=20)] = 2,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the results to this file: .svg, .png or .pdf.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON and nothing else.")] = False,
) -> None:
    """Test the court's rules on synthetic jurors: false inflections, delays, calibration, a captured juror.

    No model is asked, and the results say nothing about real models. By default it takes about a minute.

    Progress goes to standard error, the results to standard output.
    """
    from bot.cli import simulate as terminal  # noqa: PLC0415
    from bot.cli import simulation_picture as drawing  # noqa: PLC0415
    from court.simulation.run import Plan  # noqa: PLC0415

    if picture is not None:
        drawing.check(picture)
    results = terminal.simulate(Plan(statements, years, seed), Console(stderr=True, quiet=not sys.stderr.isatty()))
    if picture is not None:
        drawing.draw(results, picture)
    if as_json:
        sys.stdout.write(terminal.as_json(results) + "\n")
    else:
        terminal.show(results, Console())


@cli.command()
def demo(
    live: Annotated[bool, typer.Option("--live", help="Seat real models, from JURORS or the API keys set.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the docket in data/demo.sqlite3, and continue with the one there.")
    ] = False,
    port: Annotated[int, typer.Option(help="The port to serve on; 0 picks a free one.", min=0, max=65535)] = 0,
    picture: Annotated[
        Path | None, typer.Option(help="Save a picture of a ruling card to this file and exit.", dir_okay=False)
    ] = None,
) -> None:
    """Show the real bot in a browser, without a token or a key.

    A simulator on this machine plays Discord, and scripted models play the jury: a rehearsal, no real model's opinion.
    """
    set_up_logging("WARNING")
    # The simulated Discord is incomplete, and discord.py's warnings about it are of no use to a visitor.
    for told in ("discord", "discord.client"):
        logging.getLogger(told).setLevel(logging.ERROR)
    try:
        from bot.demo import stage  # noqa: PLC0415
        from bot.jury import wrong_jury  # noqa: PLC0415
        from bot.settings import load_settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{NO_SIMULATOR} ({error.name} is missing)") from None
    settings = load_settings(needs=wrong_jury) if live else load_settings()
    if live:
        _warn_of_typos()
    asyncio.run(stage.play(settings, live=live, keep=keep, port=port, picture=picture))
