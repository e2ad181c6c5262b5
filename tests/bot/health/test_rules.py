"""When the bot counts as well, and the words for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.health.rules import Signals, Status, judge
from court.models.work import Backlog
from tests.fakes.world import NOON

WELL = Signals(NOON, ready=True, heard=3.0, since_tick=1.0, backlog=Backlog())


def minutes_ago(minutes: float) -> Backlog:
    since = NOON - timedelta(minutes=minutes)
    return Backlog(hearings_waiting=2, hearings_late=2, hearing_since=since)


def sent_since(minutes: float) -> Backlog:
    return Backlog(dispatches_waiting=1, dispatch_since=NOON - timedelta(minutes=minutes))


def test_a_bot_that_works_is_well() -> None:
    report = judge(WELL)
    assert report.ok
    assert report.failing == ""
    assert {name: check.reason for name, check in report.checks.items()} == {
        "gateway": "Discord was heard 3 seconds ago",
        "tick": "the bot looked for work 1 second ago",
        "writer": "the record can be written",
        "hearings": "none is late",
        "messages": "none is late",
    }


@pytest.mark.parametrize(
    ("signals", "check", "reason"),
    [
        (replace(WELL, heard=91.0), "gateway", "nothing came from Discord for 91 seconds"),
        (replace(WELL, lost=150.0), "gateway", "a connection to Discord has been lost for 2 minutes"),
        (replace(WELL, since_tick=31.0), "tick", "has not looked for work for 31 seconds"),
        (replace(WELL, writing=31.0), "writer", "a write has hung for 31 seconds"),
        (replace(WELL, write_failed=60.0), "writer", "a write failed 60 seconds ago"),
        (replace(WELL, backlog=None), "hearings", "the record cannot be read"),
        (replace(WELL, backlog=None), "messages", "the record cannot be read"),
        (replace(WELL, backlog=minutes_ago(180)), "hearings", "2 due, the first for 3 hours, and none is held"),
        (replace(WELL, backlog=sent_since(11)), "messages", "one that could be sent waits for 11 minutes"),
    ],
)
def test_what_fails_is_said(signals: Signals, check: str, reason: str) -> None:
    report = judge(signals)
    assert report.status is Status.FAILING
    assert not report.checks[check].ok
    assert reason in report.checks[check].reason
    assert f"{check}: " in report.failing
    assert report.as_json()["status"] == "failing"


@pytest.mark.parametrize(
    ("signals", "check", "reason"),
    [
        (replace(WELL, heard=89.0, lost=80.0), "gateway", "Discord was heard 89 seconds ago"),
        (replace(WELL, write_failed=61.0), "writer", "the record can be written"),
        (replace(WELL, writing=29.0), "writer", "the record can be written"),
        (replace(WELL, backlog=minutes_ago(9)), "hearings", "2 due, the first for 9 minutes; 0 under way"),
        (replace(WELL, backlog=minutes_ago(-5)), "hearings", "2 due, the first for 0 seconds; 0 under way"),
        (
            replace(WELL, backlog=replace(minutes_ago(99), hearings_under_way=4)),
            "hearings",
            "2 due, the first for 99 minutes; 4 under way",
        ),
        (
            replace(WELL, backlog=minutes_ago(99), hears=False),
            "hearings",
            "none is held, because no jury is configured",
        ),
        (replace(WELL, backlog=sent_since(9)), "messages", "the first waits for 9 minutes"),
        (replace(WELL, backlog=Backlog(servers_held_up=3)), "hearings", "none is late"),
    ],
)
def test_what_is_no_fault_of_the_bot_is_well(signals: Signals, check: str, reason: str) -> None:
    report = judge(signals)
    assert report.ok
    assert report.checks[check].reason == reason


@pytest.mark.parametrize("heard", [None, 1.0])
def test_a_bot_that_starts_says_so(heard: float | None) -> None:
    backlog = replace(minutes_ago(600), dispatch_since=NOON - timedelta(days=1))
    report = judge(Signals(NOON, heard=heard, backlog=backlog))
    assert report.status is Status.STARTING
    assert not report.ok
    assert {name for name, check in report.checks.items() if not check.ok} == {"gateway", "tick"}
    assert report.checks["gateway"].reason == "starting: the bot waits for Discord"


def test_no_line_is_wider_than_a_terminal() -> None:
    late = replace(minutes_ago(6_000), dispatch_since=NOON - timedelta(days=10))
    worst = Signals(NOON, ready=True, heard=9e5, since_tick=9e5, writing=9e5, backlog=late)
    for signals in (worst, replace(worst, heard=1.0, lost=9e5, writing=0.0, write_failed=59.0, backlog=None)):
        for check in judge(signals).checks.values():
            assert len("FAIL  hearings  ") + len(check.reason) <= 80
