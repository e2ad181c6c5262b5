"""Custom ids of buttons and menus. They carry a version and ids; everything else is loaded on a press.

A message and its buttons outlive the process that sent them. When the meaning of an id changes,
its version changes too, and the old version must stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from court.models import Vote
from court.servers.settings import Places

_NAMES = re.compile(r"\(\?P<\w+>")
_CASE = r"(?P<case_id>[0-9]{1,19})"

LARGEST_ID = 2**63 - 1
"""The largest id that a record can hold."""

VOTE = re.compile(rf"court:v1:vote:{_CASE}:(?P<choice>{'|'.join(Vote)})")
APPROVE = re.compile(rf"court:v1:approve:{_CASE}")
EDIT = re.compile(rf"court:v1:edit:{_CASE}")
DENY = re.compile(rf"court:v1:deny:{_CASE}")

_PLACES = r"(?P<verdicts>[0-9]{0,19}):(?P<mods>[0-9]{0,19}):(?P<role>[0-9]{0,19})"
"""What a form would set: ids of two channels and a role. What it would not set is empty; 0 is no role."""

PICK = re.compile(rf"court:v1:pick:(?P<field>verdicts|mods|role):{_PLACES}")
SAVE = re.compile(rf"court:v1:save:(?P<confirmed>[a-z+]{{0,20}}):{_PLACES}")


class ButtonTooOld(Exception):
    """The button's id has the court's prefix, but this version has no such button."""


def anything_but(known: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return a pattern for the ids of the court that match none of the known patterns."""
    others = "|".join(_NAMES.sub("(?:", template.pattern) for template in known)
    return re.compile(rf"(?!(?:{others})\Z)court:.*", re.DOTALL)


def case_id_of(match: re.Match[str]) -> int:
    """Return the id of the case that a button is about.

    Raises:
        ButtonTooOld: when no record can hold a case with that id.
    """
    case_id = int(match["case_id"])
    if case_id > LARGEST_ID:
        raise ButtonTooOld
    return case_id


def places_of(match: re.Match[str]) -> Places:
    """Return what a form would set, according to the id of one of its parts.

    Raises:
        ButtonTooOld: when no record can hold one of its ids.
    """
    ids = {field: int(match[field]) for field in ("verdicts", "mods", "role") if match[field]}
    if any(one > LARGEST_ID for one in ids.values()):
        raise ButtonTooOld
    places = Places()
    if "verdicts" in ids:
        places["verdict_channel_id"] = ids["verdicts"]
    if "mods" in ids:
        places["mod_channel_id"] = ids["mods"]
    if "role" in ids:
        places["mod_role_id"] = ids["role"] or None
    return places


def _written(places: Places) -> str:
    role = str(places["mod_role_id"] or 0) if "mod_role_id" in places else ""
    return f"{places.get('verdict_channel_id', '')}:{places.get('mod_channel_id', '')}:{role}"


def pick_id(field: str, places: Places) -> str:
    """Return the id of a form's menu for `verdicts`, `mods` or the `role`. `places` is what was picked before."""
    return f"court:v1:pick:{field}:{_written(places)}"


def save_id(places: Places, confirmed: Iterable[str] = ()) -> str:
    """Return the id of a form's button that saves `places`. `confirmed` names the warnings that were shown."""
    return f"court:v1:save:{'+'.join(sorted(confirmed))}:{_written(places)}"


def vote_id(case_id: int, vote: Vote) -> str:
    return f"court:v1:vote:{case_id}:{vote}"


def approve_id(case_id: int) -> str:
    return f"court:v1:approve:{case_id}"


def edit_id(case_id: int) -> str:
    return f"court:v1:edit:{case_id}"


def deny_id(case_id: int) -> str:
    return f"court:v1:deny:{case_id}"
