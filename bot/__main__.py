"""The entry point of `court`: `run`, `health` and `--version` start directly, other commands go through `bot.cli`."""

from __future__ import annotations

import logging
import sys

from bot.logs import logs_json
from bot.start import run
from court.errors import CourtError, StatementInvalid

log = logging.getLogger("bot")

MUST_BE_FIXED = 2
"""Exit code if the host must change something first."""


def main() -> None:
    """Run the command line. What the host must fix is printed, line by line, with exit code 2 and no traceback."""
    try:
        if sys.argv[1:] == ["run"]:
            run()
        elif sys.argv[1:] == ["health"]:
            from bot.health.asking import health  # noqa: PLC0415 - imported only when asked for

            sys.exit(health())
        elif sys.argv[1:] == ["--version"]:
            from bot.version import print_version  # noqa: PLC0415 - imported only when asked for

            print_version()
        else:
            from bot.cli import cli  # noqa: PLC0415 - it imports typer and rich

            cli()
    except StatementInvalid as error:
        _fail(f"The statement is {error.problem}: ask “Can AI …?” in 10 to 300 characters.")
    except CourtError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(message: str) -> None:
    if logs_json():
        for line in message.splitlines():
            log.critical("%s", line)
        sys.exit(MUST_BE_FIXED)
    from rich.console import Console  # noqa: PLC0415 - imported only after a failure
    from rich.markup import escape  # noqa: PLC0415

    console = Console(stderr=True, soft_wrap=True)
    for line in message.splitlines():
        console.print(f"[bold red]court:[/bold red] {escape(line)}", highlight=False)
    sys.exit(MUST_BE_FIXED)


if __name__ == "__main__":
    main()
