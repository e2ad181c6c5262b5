"""What log lines call a hearing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from court.hearings.host_log import kind_of
from court.models import HearingKind
from tests.court.house import House


@pytest.mark.parametrize(
    ("session", "kind", "word"),
    [
        (1, HearingKind.ROUTINE, "first"),
        (2, HearingKind.ROUTINE, "routine"),
        (2, HearingKind.RETRIAL, "retrial"),
        (1, HearingKind.BRIDGE, "bridge"),
    ],
)
async def test_only_a_later_hearing_is_called_routine(house: House, session: int, kind: HearingKind, word: str) -> None:
    (hearing,) = await house.sessions(await house.heard())
    assert kind_of(replace(hearing, session=session, kind=kind)) == word
