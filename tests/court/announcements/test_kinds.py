"""Announcements are facts: they survive being stored, and what cannot be read is `Unreadable`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.announcements.kinds import (
    KINDS,
    AdjournmentNotice,
    AnyAnnouncement,
    Denial,
    RulingAnnouncement,
    StatementCard,
    TurnAnnouncement,
    Unreadable,
    facts_of,
    read,
)
from court.models import Ballot, CapPeriod, CaseOverview, GuildSettings, Standing, Turn, TurnKind
from court.models.announcements import REFERENCES, Announcement, Subject
from court.models.ballots import AudienceTally
from tests.court.samples import NOON, case, hearing

SETTINGS = GuildSettings(7)
NOTHING = dict.fromkeys(REFERENCES)


def overview(session: int | None, turn: Turn | None = None) -> CaseOverview:
    held = None if session is None else hearing(session, [Ballot.YES])
    return CaseOverview(case(), held, () if held is None else (held,), Standing(), AudienceTally(), turn=turn)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
announcements = st.one_of([st.from_type(kind) for kind in get_args(AnyAnnouncement)])
st.register_type_strategy(datetime, moments)


@given(announcements)
def test_a_stored_announcement_is_read_back_unchanged(announcement: Announcement) -> None:
    facts = facts_of(announcement)

    assert not set(facts) & set(REFERENCES)
    assert read(announcement.kind, announcement.references, facts) == announcement


def test_kinds_have_unique_names() -> None:
    assert len(KINDS) == len(get_args(AnyAnnouncement))
    assert Unreadable.kind not in KINDS


@pytest.mark.parametrize(
    ("kind", "references", "facts"),
    [
        ("prophecy", {"case_id": 1}, {}),
        ("ruling", {"case_id": 1}, {}),
        ("ruling", {"session": 1}, {}),
        ("denial", {"case_id": 1}, {}),
        ("adjournment", {}, {"cap": 1}),
        ("delay", {}, {"problem": {"obstacle": "dragons"}}),
        ("notice", {}, {}),
    ],
)
def test_an_announcement_that_cannot_be_read_is_unreadable(
    kind: str, references: dict[str, int], facts: dict[str, object]
) -> None:
    found = read(kind, NOTHING | references, facts)

    assert found == Unreadable(kind)
    assert not found.is_on_record(Subject(SETTINGS, overview(1)))


def test_references_are_told_apart_from_facts() -> None:
    notice = AdjournmentNotice(CapPeriod.DAY, of_host=True, by_admin=False, cap=1, spent=0, ceiling=2, until=NOON)

    assert Denial(3, 5).references == {"case_id": 3, "session": None, "user_id": 5}
    assert facts_of(Denial(3, 5)) == {}
    assert notice.references == NOTHING
    assert facts_of(notice)["period"] == "day"


@pytest.mark.parametrize(
    ("announcement", "overview_then", "on_record"),
    [
        (StatementCard(1), None, False),
        (StatementCard(1), overview(None), True),
        (RulingAnnouncement(1, 2), overview(None), False),
        (RulingAnnouncement(1, 2), overview(1), False),
        (RulingAnnouncement(1, 2), overview(2), True),
        (TurnAnnouncement(1, 2), None, False),
        (TurnAnnouncement(1, 2), overview(2), False),
        (TurnAnnouncement(1, 2), overview(2, Turn(TurnKind.INFLECTION, 2, 1, Ballot.NO, Ballot.YES, NOON)), True),
        (TurnAnnouncement(1, 3), overview(2, Turn(TurnKind.INFLECTION, 2, 1, Ballot.NO, Ballot.YES, NOON)), False),
    ],
)
def test_an_announcement_is_on_record_if_the_record_holds_what_it_reports(
    announcement: Announcement, overview_then: CaseOverview | None, on_record: bool
) -> None:
    assert announcement.is_on_record(Subject(SETTINGS, overview_then)) is on_record
