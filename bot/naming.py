"""Models and servers as the host names them: in settings and on the command line."""

from __future__ import annotations

from court.errors import ConfigurationError
from court.models import ModelRef
from providers.keys import looks_like_key

EXAMPLE = "anthropic/claude-sonnet-5-5"

LARGEST_ID = 2**63
_DIGITS_OF_ID = 19


def read_models(text: str, setting: str) -> tuple[dict[ModelRef, str], list[str]]:
    """Read models, separated by commas.

    Return each model with the place where it is named first, such as “JURORS: entry 2”, and a line for each entry that
    is not one.
    """
    named: dict[ModelRef, str] = {}
    problems = []
    for number, entry in enumerate((entry for entry in text.split(",") if entry.strip()), start=1):
        place = f"{setting}: entry {number}"
        try:
            named.setdefault(model_ref(entry, place), place)
        except ConfigurationError as problem:
            problems.append(str(problem))
    return named, problems


def models_named(text: str, setting: str) -> dict[ModelRef, str]:
    """Read models, separated by commas. Return each with the place where it is named first: “JURORS: entry 2”.

    Raises:
        ConfigurationError: when entries do not have the form provider/model, or look like a key; a line for each.
    """
    named, problems = read_models(text, setting)
    if problems:
        raise ConfigurationError("\n".join(problems))
    return named


def model_ref(name: str, place: str) -> ModelRef:
    """Parse one `provider/model`, which the host wrote in that place: “JUDGE”, or “JURORS: entry 2”.

    Raises:
        ConfigurationError: when `name` does not have that form, or looks like a key. It is not quoted.
    """
    if looks_like_key(name):
        raise ConfigurationError(
            f"{place} looks like a key: keys belong in <PROVIDER>_API_KEY; write a model here, for example {EXAMPLE}"
        )
    try:
        return ModelRef.parse(name)
    except ValueError as error:
        raise ConfigurationError(f"{place} is {error}; write for example {EXAMPLE}") from None


def server_ids(text: str) -> frozenset[int]:
    """Read the ids of servers in `ALLOWED_GUILDS`, separated by commas.

    Raises:
        ConfigurationError: when an entry is not an id. It is not quoted.
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    for number, entry in enumerate(entries, start=1):
        if not _is_id(entry):
            raise ConfigurationError(
                f"ALLOWED_GUILDS: entry {number} is not the id of a server; write ids like 1100000000000000001, "
                "separated by commas (in Discord: developer mode, right-click the server, Copy Server ID)"
            )
    return frozenset(map(int, entries))


def _is_id(text: str) -> bool:
    # Python refuses to read very long numbers, with an error of its own.
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_ID and 0 < int(text) < LARGEST_ID
