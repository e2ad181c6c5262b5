"""The draw: who sits, and that no vendor carries a case alone where it need not."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from court.models import ModelRef
from court.panels import FEWEST_JURORS, draw_panel

refs = st.builds(ModelRef, st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["m1", "m2", "m3", "x/m1", "x/m2"]))
pools = st.lists(refs, max_size=14)
sizes = st.integers(0, 9)
seeds = st.integers(0, 1 << 32)


@given(pools, sizes, seeds)
def test_as_many_different_models_as_wanted_or_there(pool: list[ModelRef], size: int, seed: int) -> None:
    panel = draw_panel(pool, size, random.Random(seed))

    assert len(panel) == len(set(panel)) == min(size, len(set(pool)))
    assert set(panel) <= set(pool)


@given(pools, sizes, seeds)
def test_a_family_sits_twice_only_when_all_the_others_sit(pool: list[ModelRef], size: int, seed: int) -> None:
    panel = draw_panel(pool, size, random.Random(seed))
    there = Counter(ref.family for ref in set(pool))
    seated = Counter(ref.family for ref in panel)

    for family, models in there.items():
        if seated[family] < models:
            assert max(seated.values(), default=0) <= seated[family] + 1


@given(pools, sizes, seeds)
def test_the_same_seed_draws_the_same_panel(pool: list[ModelRef], size: int, seed: int) -> None:
    assert draw_panel(pool, size, random.Random(seed)) == draw_panel(pool, size, random.Random(seed))


def test_every_model_and_every_seat_has_its_turn() -> None:
    pool = [ModelRef(maker, "m") for maker in "abcdef"]
    chance = random.Random(1)

    drawn = [draw_panel(pool, 3, chance) for _ in range(200)]

    for seat in range(3):
        assert {panel[seat] for panel in drawn} == set(pool)


def test_within_a_family_every_model_has_its_turn() -> None:
    pool = [ModelRef("a", f"m{number}") for number in range(4)] + [ModelRef("b", "m")]
    chance = random.Random(1)

    seated = {ref for _ in range(100) for ref in draw_panel(pool, 2, chance)}

    assert seated == set(pool)


def test_fewer_models_than_two_can_never_make_a_quorum() -> None:
    assert FEWEST_JURORS == 2
