"""Slow work is answered too, although Discord gives up on an interaction after three seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from court.models import Vote
from court.ports import Repositories
from storage.database import Database
from tests.discord.town import Town, last, private_answer, read, shown
from tests.records import url_of

PATIENCE = 0.02
SLOWNESS = 0.1
THINKING = 5


class SlowStore(Database):
    """A store on a busy disk."""

    slow = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        await self._wait()
        async with super().reading() as repos:
            yield repos

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Repositories]:
        await self._wait()
        async with super().writing() as repos:
            yield repos

    async def _wait(self) -> None:
        if self.slow:
            await asyncio.sleep(SLOWNESS)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogs.ui.replies.PATIENCE", PATIENCE)


@pytest.fixture
def store(record: Path) -> SlowStore:
    return SlowStore(url_of(record))


async def test_public_answer_comes_in_the_place_of_the_wait(town: Town, store: SlowStore) -> None:
    await town.heard()
    store.slow = True

    result = await town.member.slash(town.square, "verdict")

    answers = [one.json for one in town.env.http_requests if one.path.endswith("/callback")]
    assert [answer["type"] for answer in answers if isinstance(answer, dict)] == [THINKING]
    assert "**Yes**" in read(shown(result))
    assert not shown(result).ephemeral
    assert len(town.square.history()) == 1


async def test_refusal_after_a_public_wait_is_private(town: Town, store: SlowStore) -> None:
    store.slow = True

    result = await town.member.slash(town.square, "verdict")

    assert "The court has not ruled on anything yet." in private_answer(result)
    assert town.square.history(viewer=town.other) == []
    assert town.refusals() == ["NothingRuledYet"]


async def test_card_that_becomes_private_after_a_public_wait_leaves_nothing_in_the_channel(
    town: Town, store: SlowStore
) -> None:
    await town.heard()
    for member in (town.other, town.moderator):
        for _ in range(5):
            await member.slash(town.square, "verdict")
    before = len(town.square.history(viewer=town.other))
    store.slow = True

    result = await town.member.slash(town.square, "verdict")

    assert private_answer(result).startswith("Only you see this card")
    assert len(town.square.history(viewer=town.other)) == before == 10


async def test_slow_vote_is_counted_once_and_receipted(town: Town, store: SlowStore) -> None:
    case = await town.heard()
    store.slow = True

    result = await town.member.click(last(town.verdicts), label="Yes")

    assert private_answer(result).startswith(f"Your vote on № {case.number}: **Yes**.")
    store.slow = False
    assert await town.vote_of(case, town.member) is Vote.YES


async def test_slow_approval_is_shown_privately_and_then_on_the_card(town: Town, store: SlowStore) -> None:
    await town.filed()
    store.slow = True

    result = await town.moderator.click(last(town.office), label="Approve")

    assert "✅ Approved" in private_answer(result)
    store.slow = False
    await town.deliver()
    assert "✅ Approved" in read(last(town.office))


async def test_slow_question_is_filed(town: Town, store: SlowStore) -> None:
    store.slow = True

    result = await town.member.slash(town.square, "ask", question="write a novel")

    assert "**Filed:**" in private_answer(result)
    assert result.ephemeral
