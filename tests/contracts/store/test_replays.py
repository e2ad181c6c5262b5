"""All that the court says follows from its rows: whatever a jury said, the stored rows replay to the same results."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Final

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.app import OwnedStore
from court.errors import ModelTimeout, ModelUnavailable
from court.hearings.recount import Difference, RecountService, recounted
from court.jury.panels import draw_panel
from court.models import Ballot, Case, Hearing, HearingKind, ModelRef, Standing, Turn
from tests.court.house import OWNER, House
from tests.fakes.models import FakeModel, Step, babbles, refuses, rules, votes
from tests.fakes.world import FakeClock

POOL: Final = 9
_guilds = count(1)
"""Each example has its own guild in the store of its test."""

cast = st.builds(votes, st.sampled_from(Ballot), st.floats(0, 1))
silent = st.sampled_from(
    [refuses(), votes("CANNOT_TELL"), babbles(), ModelTimeout("too late"), ModelUnavailable("the vendor answered 503")]
)
said_by_all = st.sampled_from(Ballot).map(lambda ballot: [votes(ballot, 0.93)] * POOL)
said_by_each = st.lists(st.one_of(cast, cast, cast, silent), min_size=POOL, max_size=POOL)
sessions = st.tuples(st.one_of(said_by_all, said_by_all, said_by_each), st.integers(1, 4), st.booleans())
histories = st.lists(sessions, min_size=1, max_size=4)

TURNING: Sequence[tuple[Sequence[Step], int, bool]] = [
    ([votes(Ballot.NO, 0.93)] * POOL, 4, False),
    ([votes(Ballot.YES, 0.93)] * POOL, 4, False),
    ([votes(Ballot.NO, 0.93)] * 8 + [ModelUnavailable("gone")], 4, True),
]
"""The jury turns, turns back while it changes, and an alternate is called."""

EXAMPLES: Final = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Court:
    """One case, heard over a store by a jury whose models come and go."""

    def __init__(self, store: OwnedStore) -> None:
        self.house = House(store)
        self.models = [FakeModel(f"vendor{number}/model", votes()) for number in range(POOL)]
        self.known = {model.ref: model for model in self.models}
        self.absent = 0
        self.sit([votes()] * POOL)

    def sit(self, said: Sequence[Step], *, changed: bool = False) -> None:
        """Script what the models say. If the jury has `changed`, its last model has gone or come back."""
        self.absent = 1 - self.absent if changed else self.absent
        for model, step in zip(self.models, said, strict=True):
            model.script(step)
        self.house.jury = replace(
            self.house.jury,
            pool=self.house.pool(self.models[: POOL - self.absent]),
            panel_size=4,
            finder=self.known.get,
        )
        self.house.judge.script(rules())
        self.house.restart_services()

    async def hear(self, history: Sequence[tuple[Sequence[Step], int, bool]]) -> Case:
        """Hear a new case as often as the history says."""
        house, guild_id = self.house, next(_guilds)
        await house.set_up(guild_id)
        case = (await house.intake.ask(guild_id, 1, "Can AI write a novel?")).case
        await house.moderation.approve(guild_id, case.id, OWNER)
        for said, times, changed in history:
            for again in range(times):
                self.sit(said, changed=changed and again == 0)
                assert await house.queue.hold_next()
                house.clock.advance(days=8)
        async with house.store.writing() as repos:
            await repos.hearing_queue.schedule(case.id, house.clock.now() + timedelta(days=36_500))
        return case


async def course(store: OwnedStore, case: Case) -> tuple[Standing, list[Turn]]:
    async with store.reading() as repos:
        return await repos.standings.get(case.id), await repos.turns.of_case(case.id)


async def recount(store: OwnedStore, case: Case, *, apply: bool = False) -> tuple[Difference, ...]:
    return (await RecountService(store, FakeClock()).recount(case, apply=apply)).differences


async def test_the_history_of_every_property_has_turns_in_it(store: OwnedStore) -> None:
    court = Court(store)
    case = await court.hear(TURNING)

    assert {hearing.kind for hearing in await court.house.sessions(case)} == set(HearingKind)
    assert [turn.after for turn in (await course(store, case))[1]] == [Ballot.YES, Ballot.NO]


@EXAMPLES
@example(history=TURNING)
@given(history=histories)
async def test_a_hearing_replayed_from_its_rows_gives_its_verdict(
    store: OwnedStore, history: list[tuple[list[Step], int, bool]]
) -> None:
    court = Court(store)
    case = await court.hear(history)
    held = await court.house.sessions(case)

    assert [hearing.session for hearing in held] == list(range(1, 1 + sum(times for _, times, _ in history)))
    assert recounted(held) == held
    assert await recount(store, case) == ()


@EXAMPLES
@example(history=TURNING, chance=random.Random(1))
@given(history=histories, chance=st.randoms(use_true_random=False))
async def test_all_but_the_hearings_can_be_derived_again_and_a_recount_is_a_fixed_point(
    store: OwnedStore, history: list[tuple[list[Step], int, bool]], chance: random.Random
) -> None:
    court = Court(store)
    case = await court.hear(history)
    held, before = await court.house.sessions(case), await course(store, case)
    async with store.writing() as repos:
        await repos.standings.put(case.id, Standing(), court.house.clock.now())
        await repos.turns.put(case.id, [])
        forged = replace(chance.choice(held), verdict=Ballot.ALMOST, confidence=0.123, margin=0.456, rule_version=0)
        await repos.hearings.correct(forged)

    found = await recount(store, case, apply=True)

    assert {difference.session for difference in found} <= {forged.session, None}
    assert found, "no hearing has a margin of 0.456"
    assert await court.house.sessions(case) == held
    assert await course(store, case) == before
    assert await recount(store, case, apply=True) == ()


@EXAMPLES
@example(history=TURNING)
@given(history=histories)
async def test_every_panel_is_drawn_again_from_the_record(
    store: OwnedStore, history: list[tuple[list[Step], int, bool]]
) -> None:
    court = Court(store)
    case = await court.hear(history)
    before: Hearing | None = None
    for hearing in await court.house.sessions(case):
        async with store.reading() as repos:
            roster = await repos.rosters.get(hearing.roster or "")
        assert roster is not None
        assert hearing.seed is not None
        avoid: frozenset[ModelRef] = frozenset()
        if hearing.kind is HearingKind.RETRIAL:
            assert before is not None
            avoid = frozenset(opinion.model for opinion in before.opinions)
        drawn = draw_panel(roster.models, hearing.seats, hearing.seed, avoid)

        failed = {opinion.seat: opinion.model for opinion in hearing.replaced}
        assert [failed.get(seat.seat, seat.model) for seat in hearing.opinions] == list(drawn.panel)
        called = {opinion.model for opinion in hearing.opinions if opinion.seat in failed}
        assert called == set(drawn.alternates[: len(failed)])
        before = hearing if hearing.tallied else before
