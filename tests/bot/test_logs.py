"""The two forms of the log."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.logs import JsonLines
from tests.bot.running import ROOT

PROGRAM = """
import logging, warnings
from bot.logs import logs_json, set_up_logging

set_up_logging("DEBUG", {form!r})
logging.getLogger("court.docket").debug("№ %s\\nfiled", "1B0C")
logging.getLogger("discord").debug("a gateway event")
logging.getLogger("apscheduler").info("a tick")
warnings.warn("old")
try:
    raise KeyError("gone")
except KeyError:
    logging.getLogger("bot").exception("it failed")
print(logs_json())
"""


def log_of(form: str) -> tuple[list[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stderr.splitlines(), done.stdout.strip()


def record(**more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "court", "levelname": "INFO", "msg": "%d cases", "args": (2,), **more})


def test_a_line_of_json_has_the_time_in_utc() -> None:
    line = JsonLines().format(record(created=datetime(2026, 11, 24, 12, 30, 1, 250_000, UTC).timestamp()))
    assert json.loads(line) == {
        "time": "2026-11-24T12:30:01.250+00:00",
        "level": "INFO",
        "logger": "court",
        "message": "2 cases",
    }


@pytest.mark.parametrize("empty", [None, (None, None, None)])
def test_without_an_exception_there_is_none_in_the_line(empty: object) -> None:
    assert "exception" not in json.loads(JsonLines().format(record(exc_info=empty)))


def test_a_stack_or_a_trace_from_elsewhere_is_kept() -> None:
    line = json.loads(JsonLines().format(record(exc_text="Traceback: x", stack_info="Stack: y")))
    assert line["exception"] == "Traceback: x\nStack: y"


@pytest.mark.slow
def test_every_line_of_a_json_log_is_an_object() -> None:
    lines, told = log_of("json")
    objects = [json.loads(line) for line in lines]
    assert told == "True"
    assert [one["logger"] for one in objects] == ["court.docket", "py.warnings", "bot"]
    assert [one["level"] for one in objects] == ["DEBUG", "WARNING", "ERROR"]
    assert objects[0]["message"] == "№ 1B0C\nfiled"
    assert "UserWarning: old" in objects[1]["message"]
    assert objects[2]["message"] == "it failed"
    assert objects[2]["exception"].startswith("Traceback (most recent call last):\n")
    assert objects[2]["exception"].endswith("KeyError: 'gone'")


@pytest.mark.slow
def test_a_text_log_is_as_it_was() -> None:
    lines, told = log_of("text")
    assert told == "False"
    assert lines[0].endswith(" DEBUG   court.docket: № 1B0C")
    assert "KeyError: 'gone'" in lines
