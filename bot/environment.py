"""The variables that the settings are read from: the environment, `.env`, and the files that `*_FILE` name."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from court.errors import ConfigurationError
from providers.registry import VENDORS, VendorSettings, key_variable

# It warns of every line that it cannot read, at each reading. `Variables.unread` has them.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)

TOKEN = "DISCORD_TOKEN"  # noqa: S105 - the name of a variable
HEARTBEAT = "HEARTBEAT_URL"
KEY, BASE_URL, FILE = "_API_KEY", "_BASE_URL", "_FILE"
"""How the names of a vendor's variables end; and that of a variable which names a file with the value of another."""


@dataclass(frozen=True, slots=True)
class Variables:
    """What is set, by name in upper case. Empty values count as not set."""

    written: Mapping[str, str]
    """In the file `.env`."""
    around: Mapping[str, str]
    """In the environment."""
    unread: tuple[int, ...] = ()
    """The numbers of lines of the file that are not of the form NAME=value."""

    @property
    def merged(self) -> dict[str, str]:
        """What counts: the environment, and `.env` where the environment has nothing."""
        return {**self.written, **self.around}


def read_variables(env_file: Path) -> Variables:
    """Read the environment and `env_file`. A file that is missing counts as empty.

    Raises:
        ConfigurationError: when there is a file that cannot be read.
    """
    try:
        written = dotenv_values(env_file)
        unread = _unread(env_file) if env_file.exists() else ()
    except UnicodeDecodeError:
        raise ConfigurationError(f"{env_file} is not a UTF-8 file; save it again as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{env_file} cannot be read ({error.strerror}); make it readable for court") from None
    return Variables(_set(written), _set(os.environ), unread)


def _unread(env_file: Path) -> tuple[int, ...]:
    with env_file.open(encoding="utf-8") as lines:
        return tuple(one.original.line for one in parse_stream(lines) if one.error)


def _set(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name.upper(): value for name, value in values.items() if value}


def read_secrets(variables: Variables, *, stand_in: str | None = None) -> tuple[dict[str, str], list[str]]:
    """Return the token, the keys and the address of heartbeats by the names of their variables, also those in files.

    A line for each problem comes with them.

    `stand_in` takes the place of a secret whose file cannot be read, so that it is not reported as missing as well.

    A key in a file is a problem only if its vendor is one that the court knows, that `JURORS` or `JUDGE` names, or that
    has its variable in `.env`: the environment may hold variables of other programs.
    """
    merged = variables.merged
    values = {name: value for name, value in merged.items() if _is_secret(name)}
    problems = []
    for name, path in sorted(merged.items()):
        secret = name.removesuffix(FILE)
        if name == secret or not _is_secret(secret):
            continue
        try:
            if secret in values:
                raise ConfigurationError(f"{secret} and {name} are both set; remove one of the two")
            values[secret] = _only_word(name, path)
        except ConfigurationError as problem:
            if _is_ours(name, variables):
                problems.append(str(problem))
                # It is no address, and no address is missed.
                if stand_in is not None and secret != HEARTBEAT:
                    values.setdefault(secret, stand_in)
    return values, problems


def _is_secret(name: str) -> bool:
    return name in {TOKEN, HEARTBEAT} or name.endswith(KEY)


def _only_word(name: str, path: str) -> str:
    # Neither the path nor the content is quoted: somebody may have pasted the secret itself into either.
    try:
        words = Path(path).expanduser().read_text(encoding="utf-8").split()
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name}: the file is not a text file; write the value into it, as UTF-8") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise ConfigurationError(
            f"{name}: the file cannot be read ({reason}); write the path of a file that holds the value"
        ) from None
    if not words:
        raise ConfigurationError(f"{name}: the file is empty; write the value into it")
    if len(words) > 1:
        raise ConfigurationError(f"{name}: the file must hold the value alone, with no space or line break in it")
    return words[0]


def _is_ours(name: str, variables: Variables) -> bool:
    stem = name.removesuffix(FILE).removesuffix(KEY)
    known = name in {TOKEN + FILE, HEARTBEAT + FILE} or name in {key_variable(vendor) + FILE for vendor in VENDORS}
    return known or name in variables.written or stem in named_stems(variables)


def named_stems(variables: Variables) -> set[str]:
    """Return how the variables of those vendors begin that `JURORS` and `JUDGE` name, such as `MY_VENDOR`."""
    merged = variables.merged
    entries = f"{merged.get('JURORS', '')},{merged.get('JUDGE', '')}".split(",")
    return {entry.partition("/")[0].strip().upper().replace("-", "_") for entry in entries}


def vendor_settings(values: Mapping[str, str]) -> dict[str, VendorSettings]:
    """Collect `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL` by provider name, in lower case with `-` for `_`."""
    keys = {name.removesuffix(KEY): value for name, value in values.items() if name.endswith(KEY)}
    bases = {name.removesuffix(BASE_URL): value for name, value in values.items() if name.endswith(BASE_URL)}
    return {
        name.lower().replace("_", "-"): VendorSettings(api_key=keys.get(name), base_url=bases.get(name))
        for name in sorted({*keys, *bases})
        if name
    }
