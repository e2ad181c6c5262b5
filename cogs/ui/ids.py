"""Custom ids of buttons. They carry a version and a case id; everything else is loaded on a press.

A message and its buttons outlive the process that sent them. When the meaning of an id changes,
its version changes too, and the old version must stay readable.
"""

from __future__ import annotations

import re

from court.models import Vote

_CASE = r"(?P<case_id>[0-9]{1,19})"

VOTE = re.compile(rf"court:v1:vote:{_CASE}:(?P<choice>{'|'.join(Vote)})")
APPROVE = re.compile(rf"court:v1:approve:{_CASE}")
EDIT = re.compile(rf"court:v1:edit:{_CASE}")
DENY = re.compile(rf"court:v1:deny:{_CASE}")


def vote_id(case_id: int, vote: Vote) -> str:
    return f"court:v1:vote:{case_id}:{vote}"


def approve_id(case_id: int) -> str:
    return f"court:v1:approve:{case_id}"


def edit_id(case_id: int) -> str:
    return f"court:v1:edit:{case_id}"


def deny_id(case_id: int) -> str:
    return f"court:v1:deny:{case_id}"
