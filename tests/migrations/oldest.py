"""A record at revision 0001, with rows in every table."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

MOMENT = "2026-03-01 12:30:15.123456"

RULED, UNLUCKY, NEW = 7, 8, 9
"""Cases: one that was ruled on after a mistrial, one whose last session was a mistrial, one that was never heard."""


def case(case_id: int, docket_number: str) -> Row:
    return {
        "id": case_id,
        "guild_id": 1,
        "docket_number": docket_number,
        "statement": "Can AI write a novel?",
        "state": "docketed",
        "filed_by": 11,
        "filed_at": MOMENT,
        "decided_by": 12,
        "decided_at": MOMENT,
        "decision_reason": None,
        "card_channel_id": 3,
        "card_message_id": 30,
    }


def hearing(
    case_id: int, session: int, disposition: str, *, narrator: str | None = None, rehearsal: bool = False
) -> Row:
    mistrial = disposition == "mistrial"
    return {
        "case_id": case_id,
        "session": session,
        "guild_id": 1,
        "opened_at": MOMENT,
        "closed_at": MOMENT,
        "verdict": None if mistrial else "YES",
        "confidence": None if mistrial else 0.83,
        "margin": 0.7,
        "disposition": disposition,
        "rule_version": 1,
        "rehearsal": int(rehearsal),
        "finding": "It can.",
        "opinion": "Two sentences.",
        "quote": "A line.",
        "presiding": "Grace",
        "clerk": "Ada",
        "narrator": narrator,
    }


def ballot(case_id: int, session: int, seat: int) -> Row:
    return {
        "case_id": case_id,
        "session": session,
        "seat": seat,
        "model": "openai/gpt",
        "outcome": "ballot",
        "ballot": "YES",
        "confidence": 0.9,
        "reason": "It does.",
        "emerged": "2024-05-01",
        "cause": None,
        "tokens_in": 900,
        "tokens_out": 120,
        "latency": 1.25,
    }


def timeout(case_id: int, session: int, seat: int) -> Row:
    nothing = {"ballot": None, "confidence": None, "reason": None, "emerged": None, "tokens_in": 0, "tokens_out": 0}
    return ballot(case_id, session, seat) | nothing | {"outcome": "timeout", "cause": "no answer in 60 s"}


def sitting(sitting_id: int, case_id: int, state: str = "waiting") -> Row:
    return {"id": sitting_id, "case_id": case_id, "due_at": MOMENT, "state": state, "attempts": 2}


OLDEST: dict[str, list[Row]] = {
    "guilds": [{"guild_id": 1, "verdict_channel_id": 2, "mod_channel_id": 3, "mod_role_id": None}],
    "cases": [case(RULED, "1B0C"), case(UNLUCKY, "1B0D"), case(NEW, "1B0E")],
    "hearings": [
        hearing(RULED, 1, "mistrial"),
        hearing(RULED, 2, "first ruling", narrator="openai/gpt"),
        hearing(UNLUCKY, 1, "first ruling", narrator="scripted/judge", rehearsal=True),
        hearing(UNLUCKY, 2, "mistrial"),
    ],
    "opinions": [
        timeout(RULED, 1, 1),
        ballot(RULED, 2, 1),
        timeout(RULED, 2, 2),
        ballot(UNLUCKY, 1, 1),
    ],
    "standings": [
        {
            "case_id": RULED,
            "holding": "YES",
            "leaning": None,
            "yes": 2,
            "almost": 3,
            "in_research": 4,
            "no": 1,
            "updated_at": MOMENT,
        }
    ],
    "votes": [{"case_id": RULED, "user_id": 21, "vote": "maybe", "source": "reaction", "cast_at": MOMENT}],
    "sittings": [sitting(4, RULED, "done"), sitting(5, RULED), sitting(6, UNLUCKY), sitting(7, NEW)],
    "outbox": [
        {
            "id": 9,
            "kind": "ruling",
            "guild_id": 1,
            "due_at": MOMENT,
            "state": "posted",
            "case_id": RULED,
            "session": 2,
            "user_id": None,
            "detail": None,
            "attempts": 1,
            "recheck": 0,
            "channel_id": 2,
            "message_id": 20,
            "error": None,
        }
    ],
}
