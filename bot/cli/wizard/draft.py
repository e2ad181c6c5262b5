"""What `court init` will write: the settings that are there, and the answers so far."""

from __future__ import annotations

from pathlib import Path

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.environment import FILE, Variables, read_secrets, read_variables, vendor_settings
from bot.settings import Settings
from bot.wrong_values import line_of
from court.errors import ConfigurationError

_CHECKED = {name.upper(): name for name in Settings.model_fields if name != "vendors"}


class Draft:
    """The settings as they will be, and the host who is asked for them.

    Attributes:
        console: where the host reads.
        offline: whether nothing is to be checked over the network.
        changes: the answers that differ from what is there.
    """

    def __init__(self, path: Path, console: Console, *, offline: bool) -> None:
        """Read what is there.

        Raises:
            ConfigurationError: when the file cannot be read.
        """
        self._variables = read_variables(path)
        self.console = console
        self.offline = offline
        self.changes: dict[str, str] = {}

    @property
    def begun(self) -> bool:
        """Whether there were settings before."""
        return bool(self._variables.written)

    def fixed(self, name: str) -> bool:
        """Say if something that comes before `.env` sets this variable, and return whether it does."""
        if name in self._variables.around:
            self.say(f"  {name} is set in the environment, which overrides .env.")
        elif name + FILE in self._variables.merged:
            self.say(f"  {name} is read from the file that {name}{FILE} names.")
        else:
            return False
        return True

    def get(self, name: str) -> str:
        """Return the value of a variable as the court would read it; empty if it is not set or cannot be read."""
        return self._merged().get(name) or read_secrets(self._as_it_will_be())[0].get(name, "")

    def put(self, name: str, value: str) -> None:
        """Note an answer. An empty one unsets the variable."""
        self.changes.pop(name, None)
        if value != self._variables.written.get(name, ""):
            self.changes[name] = value

    def drop_unusable(self, *names: str) -> None:
        """Say what is wrong with the values of variables that will be asked for, and unset those."""
        for name in names:
            if name not in self._variables.around and (problem := problem_of(name, self.get(name))):
                self.no(problem)
                self.put(name, "")

    def settings(self) -> Settings:
        """Return the settings as they will be.

        Raises:
            ConfigurationError: when one that is not asked for cannot be used.
        """
        secrets, problems = read_secrets(self._as_it_will_be())
        if problems:
            raise ConfigurationError("\n".join(problems))
        merged = {**self._merged(), **secrets}
        fields = {field: merged[name] for name, field in _CHECKED.items() if merged.get(name)}
        try:
            # The arguments override the environment, which is in them already.
            return Settings(_env_file=None, vendors=vendor_settings(merged), **fields)  # type: ignore[arg-type]
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)
            raise ConfigurationError("\n".join(map(line_of, wrong))) from None

    def _as_it_will_be(self) -> Variables:
        written = {**self._variables.written, **self.changes}
        return Variables({name: value for name, value in written.items() if value}, self._variables.around)

    def _merged(self) -> dict[str, str]:
        return self._as_it_will_be().merged

    def ask(self, question: str, default: str = "") -> str:
        """Ask, and return the answer without spaces around it, or the default for Enter.

        Raises:
            Abort: on Ctrl-C, or when there is no more input.
        """
        shown = f"{question} [{default}]" if default else question
        answer: str = typer.prompt(shown, default=default, show_default=False)
        return answer.strip()

    def ask_secret(self, name: str) -> str:
        """Ask for a secret without showing what is typed. Return it, or an empty text for Enter.

        Raises:
            Abort: on Ctrl-C, or when there is no more input.
        """
        shown = f"  {name} [set; Enter keeps it]" if self.get(name) else f"  {name}"
        answer: str = typer.prompt(shown, default="", show_default=False, hide_input=True)
        return answer.strip()

    def agrees(self, question: str, *, by_default: bool = False) -> bool:
        """Ask a question that is answered by y or n. Return whether the answer is y."""
        return self.ask(f"  {question} (y/n)", "y" if by_default else "n").lower().startswith("y")

    def say(self, text: str) -> None:
        self.console.print(text, markup=False)

    def yes(self, text: str) -> None:
        self._marked("✓", "green", text)

    def hint(self, text: str) -> None:
        self._marked("!", "yellow", text)

    def no(self, text: str) -> None:
        self._marked("✗", "red", text)

    def _marked(self, mark: str, style: str, text: str) -> None:
        # The name of a model or a setting keeps its letters.
        first = text.partition(" ")[0]
        told = f"{text[:1].upper()}{text[1:]}" if first.isalpha() else text
        grid = Table.grid(padding=(0, 1))
        grid.add_row(" ", Text(mark, style), Text(told))
        self.console.print(grid)

    def heading(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]")


def problem_of(name: str, value: str) -> str | None:
    """Return what is wrong with the value of a setting, in a line that names it, or None if the court can use it."""
    field = _CHECKED.get(name)
    if field is None or not value:
        return None
    try:
        Settings(_env_file=None, **{field: value})  # type: ignore[arg-type]
    except ValidationError as error:
        # Other settings come from the environment and are not asked for here.
        wrong = error.errors(include_input=False, include_url=False)
        return next((line_of(one) for one in wrong if one["loc"] == (field,)), None)
    return None
