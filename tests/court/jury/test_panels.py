"""The draw: who sits, that no vendor decides a case alone if others can sit, and that it can be repeated."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from court.jury.panels import FEWEST_JURORS, SEED_BITS, SMALLEST_PANEL, draw_panel, fingerprint, roster, same_jury
from court.models import ModelRef

refs = st.builds(ModelRef, st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["m1", "m2", "m3", "x/m1", "x/m2"]))
pools = st.lists(refs, max_size=14)
sizes = st.integers(0, 9)
seeds = st.integers(0, (1 << SEED_BITS) - 1)


@given(pools, sizes, seeds)
def test_the_panel_has_the_size_asked_for_or_all_models(pool: list[ModelRef], size: int, seed: int) -> None:
    drawn = draw_panel(pool, size, seed)

    assert len(drawn.panel) == len(set(drawn.panel)) == min(size, len(set(pool)))
    assert {*drawn.panel, *drawn.alternates} == set(pool)
    assert not set(drawn.panel) & set(drawn.alternates)


@given(pools, sizes, seeds)
def test_a_family_sits_twice_only_when_all_the_others_sit(pool: list[ModelRef], size: int, seed: int) -> None:
    panel = draw_panel(pool, size, seed).panel
    there = Counter(ref.family for ref in set(pool))
    seated = Counter(ref.family for ref in panel)

    for family, models in there.items():
        if seated[family] < models:
            assert max(seated.values(), default=0) <= seated[family] + 1


@given(pools, sizes, seeds, st.randoms())
def test_the_record_draws_the_same_panel_again(
    pool: list[ModelRef], size: int, seed: int, chance: random.Random
) -> None:
    named_otherwise = chance.sample(pool, len(pool)) + pool[:2]
    kept = roster(named_otherwise, 1, searching=False).models

    assert draw_panel(pool, size, seed) == draw_panel(named_otherwise, size, seed) == draw_panel(kept, size, seed)


@given(pools, st.integers(3, 7), seeds, st.data())
def test_a_retrial_has_other_jurors_if_there_are_enough(
    pool: list[ModelRef], size: int, seed: int, data: st.DataObject
) -> None:
    before = draw_panel(pool, size, data.draw(seeds)).panel
    others = set(pool) - set(before)

    drawn = draw_panel(pool, size, seed, before)

    if len(others) >= SMALLEST_PANEL:
        assert set(drawn.panel) <= others
        assert len(drawn.panel) == min(size, len(others))
        spare = len(others) - len(drawn.panel)
        assert set(drawn.alternates[:spare]) == others - set(drawn.panel)
        assert set(drawn.alternates[spare:]) == set(before), "a mistrial every day would help nobody"
    else:
        assert others <= set(drawn.panel)
        assert len(drawn.panel) == min(size, len(set(pool)))


def test_every_model_sits_in_every_seat_at_times() -> None:
    pool = [ModelRef(maker, "m") for maker in "abcdef"]

    drawn = [draw_panel(pool, 3, seed).panel for seed in range(200)]

    for seat in range(3):
        assert {panel[seat] for panel in drawn} == set(pool)


def test_every_model_of_a_family_sits_at_times() -> None:
    pool = [ModelRef("a", f"m{number}") for number in range(4)] + [ModelRef("b", "m")]

    assert {ref for seed in range(100) for ref in draw_panel(pool, 2, seed).panel} == set(pool)


def test_a_draw_is_the_same_on_every_machine() -> None:
    pool = [ModelRef(maker, "m") for maker in "abcdef"]

    assert [str(ref) for ref in draw_panel(pool, 3, 1946).panel] == ["a/m", "f/m", "b/m"]


def test_fewer_models_than_two_can_never_make_a_quorum() -> None:
    assert FEWEST_JURORS == 2


@given(pools, st.integers(1, 3), st.booleans())
def test_a_fingerprint_names_models_prompt_and_tools(pool: list[ModelRef], version: int, searching: bool) -> None:
    assume(pool)
    name = fingerprint(pool, version, searching=searching)

    assert name == fingerprint(reversed(pool), version, searching=searching)
    assert name != fingerprint([*pool, ModelRef("new", "model")], version, searching=searching)
    assert name != fingerprint(pool, version + 1, searching=searching)
    assert name != fingerprint(pool, version, searching=not searching)
    assert len(name) == 16


A, B = ModelRef("acme", "large-latest"), ModelRef("acme", "small")


def test_a_fingerprint_names_what_served() -> None:
    plain = fingerprint([A, B], 3, searching=False)
    served = fingerprint([A, B], 3, searching=False, served={A: "large-2026-01", B: "small"})

    assert served == fingerprint([B, A], 3, searching=False, served={B: "small", A: "large-2026-01"})
    others = ({A: "large-2026-01"}, {A: "large-2026-06", B: "small"}, {B: "small"})
    assert len({plain, served, *(fingerprint([A, B], 3, searching=False, served=names) for names in others)}) == 5


def test_a_roster_keeps_the_names_of_its_own_models() -> None:
    kept = roster([A], 3, searching=False, served={A: "large-2026-01", B: "small"})
    assert kept.served == {A: "large-2026-01"}
    assert kept.fingerprint == fingerprint([A], 3, searching=False, served={A: "large-2026-01"})


@pytest.mark.parametrize(
    ("former", "now", "same"),
    [
        ({}, {}, True),
        ({}, {A: "large-2026-01"}, True),
        ({A: "large-2026-01"}, {}, True),
        ({A: "large-2026-01"}, {A: "large-2026-01", B: "small"}, True),
        ({A: "large-2026-01", B: "small"}, {A: "large-2026-06"}, False),
    ],
)
def test_a_jury_is_another_when_another_name_answers(
    former: dict[ModelRef, str], now: dict[ModelRef, str], same: bool
) -> None:
    one, other = (roster([A, B], 3, searching=False, served=names) for names in (former, now))
    assert same_jury(one, other) is same
    assert same_jury(replace(one, served=None), other)


def test_a_jury_is_another_with_other_models_prompts_or_tools() -> None:
    one = roster([A, B], 3, searching=False)
    assert not same_jury(one, roster([A], 3, searching=False))
    assert not same_jury(one, roster([A, B], 2, searching=False))
    assert not same_jury(one, roster([A, B], 3, searching=True))
