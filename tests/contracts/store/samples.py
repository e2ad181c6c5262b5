"""Cases and hearings to keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from court.models import (
    Ballot,
    Case,
    Disposition,
    Hearing,
    ModelRef,
    Opinion,
    Outcome,
    Ruling,
)
from court.ports import Store

GUILD, OTHER_GUILD = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002
FILER = 1_200_000_000_000_000_001
MODERATOR = 1_300_000_000_000_000_001
NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)

RULING = Ruling(
    finding="The court finds that it can.",
    opinion="Two sentences. “Quoted”, with 日本語.",
    quote="A line to quote.",
    presiding="Grace",
    clerk="Ada",
    narrator=ModelRef("openrouter", "maker/model:free"),
)

SEATS = (
    Opinion(
        1,
        ModelRef("openai", "gpt"),
        Outcome.BALLOT,
        ballot=Ballot.YES,
        confidence=0.95,
        reason="It does.",
        emerged=date(2024, 5, 1),
        tokens_in=900,
        tokens_out=120,
        latency=1.25,
    ),
    Opinion(2, ModelRef("anthropic", "claude"), Outcome.ABSTAINED, reason="I cannot tell."),
    Opinion(3, ModelRef("openrouter", "maker/model:free"), Outcome.REFUSED, cause="it refused"),
    Opinion(4, ModelRef("a", "b"), Outcome.TRUNCATED, cause="cut off", tokens_out=500),
    Opinion(5, ModelRef("a", "c"), Outcome.INVALID, cause="no JSON"),
    Opinion(6, ModelRef("a", "d"), Outcome.TIMEOUT, cause="no answer in 60 s", latency=60.0),
    Opinion(7, ModelRef("a", "e"), Outcome.UNAVAILABLE, cause="turned away (429)"),
)
"""One seat of every outcome."""


def hearing(
    case_id: int,
    session: int = 1,
    *,
    verdict: Ballot | None = Ballot.YES,
    disposition: Disposition = Disposition.FIRST_RULING,
    closed_at: datetime | None = None,
    opinions: tuple[Opinion, ...] = SEATS,
    rehearsal: bool = False,
) -> Hearing:
    closed = closed_at or NOW + session * DAY
    return Hearing(
        case_id=case_id,
        session=session,
        opened_at=closed - timedelta(minutes=2),
        closed_at=closed,
        verdict=verdict,
        confidence=None if verdict is None else 0.83,
        margin=0.7,
        disposition=disposition,
        rule_version=1,
        opinions=opinions,
        ruling=RULING,
        rehearsal=rehearsal,
    )


async def file_case(
    store: Store,
    guild_id: int,
    docket_number: str,
    statement: str = "Can AI write a novel?",
    filed_at: datetime = NOW,
) -> Case:
    async with store.writing() as records:
        return await records.cases.file(guild_id, docket_number, statement, FILER, filed_at)
