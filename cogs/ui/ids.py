"""Custom ids of buttons. They carry a version and a case id; everything else is loaded on a press.

A message and its buttons outlive the process that sent them. When the meaning of an id changes,
its version changes too, and the old version must stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from court.models import Vote

_NAMES = re.compile(r"\(\?P<\w+>")
_CASE = r"(?P<case_id>[0-9]{1,19})"

LARGEST_ID = 2**63 - 1
"""The largest id that a record can hold."""

VOTE = re.compile(rf"court:v1:vote:{_CASE}:(?P<choice>{'|'.join(Vote)})")
APPROVE = re.compile(rf"court:v1:approve:{_CASE}")
EDIT = re.compile(rf"court:v1:edit:{_CASE}")
DENY = re.compile(rf"court:v1:deny:{_CASE}")


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


def vote_id(case_id: int, vote: Vote) -> str:
    return f"court:v1:vote:{case_id}:{vote}"


def approve_id(case_id: int) -> str:
    return f"court:v1:approve:{case_id}"


def edit_id(case_id: int) -> str:
    return f"court:v1:edit:{case_id}"


def deny_id(case_id: int) -> str:
    return f"court:v1:deny:{case_id}"
