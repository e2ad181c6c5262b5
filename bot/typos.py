"""Variables that look like misspelt settings. They have no effect, so the host is asked what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.environment import BASE_URL, FILE, KEY, Variables, named_stems
from providers.registry import VENDORS, base_url_variable, key_variable

IN_FILE, IN_ENVIRONMENT = 2, 1
"""Most wrong characters (added, missing, other or two swapped). The environment is full of other programs' names."""

SHORT = 8
"""Characters of a name. In a shorter one, only one may be wrong: two make another word."""

LONG = 10
"""Characters that a setting must have for a name in the environment to be taken for it: `LOGLEVEL` is a common name."""

LONG_STEM = 6
"""The same of a vendor's name: `ZAI_API_KEY` and `GROK_API_KEY` are keys of vendors that the court does not know."""


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A variable that is no setting, and the setting that it resembles."""

    name: str
    meant: str
    place: str
    """Where it is set: the name of the file, or “the environment”."""

    def __str__(self) -> str:
        return f"{self.name} in {self.place} is not a setting and has no effect: did you mean {self.meant}?"


def find_typos(variables: Variables, fields: Iterable[str], file: str) -> list[UnknownVariable]:
    """Return the variables that resemble a setting, in the order in which they are set.

    Args:
        variables: what is set.
        fields: the settings other than those of vendors, in upper case.
        file: what to call the file that was read.
    """
    keys = [key_variable(vendor) for vendor in VENDORS]
    known = dict.fromkeys([*fields, *keys, *(key + FILE for key in keys), *map(base_url_variable, VENDORS)])
    merged, used = variables.merged, named_stems(variables)
    in_file = {name: Counter(name) for name in known}
    # A near name beside its setting, such as OPENAI_API_KEYS, belongs to another program.
    in_environment = {name: letters for name, letters in in_file.items() if name not in merged and _is_long(name)}
    found = []
    for name in merged:
        written = name in variables.written
        stem = _stem(name)
        if name in known or stem in used or (stem is not None and stem + BASE_URL in merged):
            continue
        if written:
            # Beside its setting, a name with a word more was put aside: OPENAI_API_KEY_OLD.
            meant = _nearest(name, in_file, IN_FILE) or _by_words(name, [one for one in known if one not in merged])
        else:
            meant = _nearest(name, in_environment, IN_ENVIRONMENT)
        if meant is not None:
            found.append(UnknownVariable(name, meant, file if written else "the environment"))
    return found


def _stem(name: str) -> str | None:
    """Return the vendor's part of a name that has the form of a vendor's variable, or None for any other name."""
    for ending in (KEY, KEY + FILE, BASE_URL):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return None


def _is_long(meant: str) -> bool:
    stem = _stem(meant)
    return len(meant) >= LONG and (stem is None or len(stem) >= LONG_STEM)


def _nearest(name: str, known: Mapping[str, Counter[str]], most: int) -> str | None:
    letters = Counter(name)
    near = [
        meant
        for meant, needed in known.items()
        # Cheap bounds first: at nearly every start nothing is left to compare.
        if abs(len(meant) - len(name)) <= (allowed := most if min(len(meant), len(name)) >= SHORT else 1)
        and (letters - needed).total() <= allowed
        and (needed - letters).total() <= allowed
    ]
    if not near:
        return None
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - it takes 35 ms, and is needed only after a slip

    distance, meant = min((OSA.distance(name, one), one) for one in near)
    return meant if distance <= (most if min(len(meant), len(name)) >= SHORT else 1) else None


def _by_words(name: str, known: Iterable[str]) -> str | None:
    """Return the setting that has a word more or a word less: `DISCORD_BOT_TOKEN`, `OPENAI_KEY`, `DAILY_CAP`."""
    words = set(name.split("_"))
    for meant in known:
        others = set(meant.split("_"))
        if len(words ^ others) == 1 and len(words & others) > 1:
            return meant
    return None
