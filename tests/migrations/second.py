"""A record at revision 0002, with rows in every table and of every kind."""

from __future__ import annotations

from tests.migrations.oldest import MOMENT, NEW, OLDEST, RULED, UNLUCKY, Row, ballot, case, hearing, sitting, timeout

LATER = "2026-04-02 08:15:00.000001"
TURNED = 10
"""A case that was heard in every way: also by a former jury, with research, and with two turns."""

DENIED, MERGED, WITHDRAWN = 11, 12, 13


def _heard(row: Row, *, kind: str = "routine", roster: str | None = None, seed: int | None = None) -> Row:
    asked = {"judge_tokens_in": 300, "judge_tokens_out": 90, "judge_cost": 1_250, "judge_unpriced": 0}
    return row | asked | {"kind": kind, "roster": roster, "seed": seed, "background_id": None}


def _sat(row: Row, bench: str = "seated", cost: int | None = 40) -> Row:
    return row | {"bench": bench, "cost": cost}


def _failed(session: int, seat: int, outcome: str) -> Row:
    return _sat(timeout(TURNED, session, seat) | {"outcome": outcome, "cause": f"it {outcome}"}, cost=0)


def _queued(row: Row, precedence: int, *, adjourned: bool = False) -> Row:
    return row | {"precedence": precedence, "adjourned": int(adjourned)}


def _decided(case_id: int, number: str, state: str) -> Row:
    return case(case_id, number) | {"state": state, "decision_reason": "Too vague." if state == "denied" else None}


def dispatch(dispatch_id: int, kind: str, state: str, **more: int | str | None) -> Row:
    nothing = dict.fromkeys(("case_id", "session", "user_id", "detail", "channel_id", "message_id", "error"))
    head = {"id": dispatch_id, "kind": kind, "guild_id": 1, "due_at": MOMENT, "state": state}
    return head | nothing | {"attempts": 1, "recheck": 0} | more


def _turn(session: int, kind: str, before: str, after: str) -> Row:
    changed = {"held_before": before, "held_after": after, "at": LATER}
    return {"case_id": TURNED, "session": session, "kind": kind, "began": session - 1, **changed}


SECOND: dict[str, list[Row]] = {
    "guilds": [
        OLDEST["guilds"][0]
        | {"interval_days": 7, "daily_cap": 2_500_000, "monthly_cap": None, "adjourned_until": LATER},
    ],
    "cases": [
        case(RULED, "1B0C"),
        case(UNLUCKY, "1B0D"),
        _decided(NEW, "1B0E", "filed") | {"decided_by": None, "decided_at": None},
        case(TURNED, "1B0F"),
        _decided(DENIED, "1B10", "denied"),
        _decided(MERGED, "1B11", "merged"),
        _decided(WITHDRAWN, "1B12", "withdrawn"),
    ],
    "rosters": [
        {"fingerprint": "f00d", "models": '["openai/gpt", "mistral/large"]', "prompt_version": 2, "searching": 1},
    ],
    "backgrounds": [
        {
            "id": 3,
            "case_id": TURNED,
            "at": MOMENT,
            "text": "Two systems were measured.",
            "researcher": "openai/gpt",
            "dropped": 1,
            "tokens_in": 5_000,
            "tokens_out": 300,
            "cost": 12_000,
            "unpriced": 0,
        }
    ],
    "sources": [
        {
            "background_id": 3,
            "position": 1,
            "title": "A study",
            "url": "https://example.org",
            "published": "2026-01-02",
        },
        {"background_id": 3, "position": 2, "title": "", "url": "https://example.org/2", "published": None},
    ],
    "hearings": [
        _heard(hearing(RULED, 1, "first ruling", narrator="openai/gpt"), roster="f00d", seed=2**62),
        _heard(hearing(UNLUCKY, 1, "mistrial", rehearsal=True)),
        _heard(hearing(TURNED, 1, "first ruling")),
        _heard(hearing(TURNED, 2, "overturned"), kind="retrial", roster="f00d", seed=5) | {"background_id": 3},
        _heard(hearing(TURNED, 3, "reaffirmed"), kind="bridge", roster="f00d", seed=6),
        _heard(hearing(TURNED, 4, "hung jury") | {"verdict": None, "confidence": None}, roster="f00d", seed=7),
    ],
    "opinions": [
        _sat(ballot(RULED, 1, 1)),
        _sat(ballot(RULED, 1, 2), cost=None),
        *(_sat(ballot(TURNED, session, 1)) for session in (1, 2, 3, 4)),
        _failed(2, 2, "timeout"),
        _failed(2, 3, "abstained"),
        _failed(2, 4, "refused"),
        _failed(2, 5, "truncated"),
        _failed(2, 6, "invalid"),
        _failed(2, 7, "unavailable"),
        _sat(ballot(TURNED, 3, 1), "former"),
        _failed(3, 1, "invalid") | {"bench": "replaced"},
    ],
    "standings": [
        OLDEST["standings"][0]
        | {"lifetime_yes": 3, "lifetime_almost": 4, "lifetime_in_research": 5, "lifetime_no": 2}
        | {"term": 2, "since": 1, "alarm": "NO"},
    ],
    "turns": [_turn(2, "inflection", "NO", "YES"), _turn(3, "jury changed", "YES", "ALMOST")],
    "votes": [
        {"case_id": RULED, "user_id": 21, "vote": "maybe", "source": "reaction", "cast_at": MOMENT},
        {"case_id": RULED, "user_id": 22, "vote": "yes", "source": "button", "cast_at": MOMENT},
        {"case_id": TURNED, "user_id": 21, "vote": "no", "source": "command", "cast_at": LATER},
    ],
    "sittings": [
        _queued(sitting(4, RULED, "done"), 2),
        _queued(sitting(5, RULED), 3, adjourned=True),
        _queued(sitting(6, UNLUCKY, "claimed"), 1),
        _queued(sitting(7, TURNED), 0),
        _queued(sitting(9, NEW, "dropped"), 2),
    ],
    "outbox": [
        dispatch(9, "ruling", "posted", case_id=RULED, session=1, channel_id=2, message_id=20),
        dispatch(10, "card", "done", case_id=NEW, channel_id=3, message_id=30),
        dispatch(11, "card_update", "claimed", case_id=NEW),
        dispatch(12, "turn", "waiting", case_id=TURNED, session=2),
        dispatch(13, "denial", "dropped", case_id=DENIED, user_id=11, error="the member takes no direct messages"),
        dispatch(14, "notice", "waiting", detail="The court adjourns until <t:1775117700:f>."),
        dispatch(15, "notice", "waiting", case_id=RULED, detail="A ruling could not be announced."),
    ],
    "charges": [
        {"id": 2, "guild_id": 1, "case_id": RULED, "at": MOMENT, "reserved": 900, "spent": 700, "unpriced": 1},
        {"id": 3, "guild_id": 1, "case_id": TURNED, "at": LATER, "reserved": 900, "spent": None, "unpriced": 0},
    ],
}
