"""What models cost, and the prices that a host may set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.errors import ConfigurationError
from court.models import ModelRef, Price
from providers.pricing import PRICES, PRICES_AS_OF, parse_prices, price_of
from providers.vendors import DEFAULT_JURORS, DEFAULT_JURORS_AS_OF, VENDORS

UNKNOWN = {"gemini/gemini-pro-latest", "gemini/gemini-flash-latest", "mistral/mistral-large-latest"}
"""Default jurors with an alias that the vendor moves without naming the new price."""


def ref(text: str) -> ModelRef:
    return ModelRef.parse(text)


# --- the table ---------------------------------------------------------------------------------


def test_table_is_as_recent_as_the_default_jurors_and_has_all_but_the_moving_aliases() -> None:
    assert PRICES_AS_OF >= DEFAULT_JURORS_AS_OF
    refs = [ModelRef(provider, model) for provider, models in DEFAULT_JURORS.items() for model in models]
    assert {str(one) for one in refs if price_of(one) is None} == UNKNOWN


def test_table_holds_prices_and_those_of_searches_where_there_is_a_search() -> None:
    assert set(PRICES) <= set(VENDORS)
    for provider, prices in PRICES.items():
        for price in prices.values():
            assert 0 < price.tokens_in < price.tokens_out
            assert bool(price.search) == bool(VENDORS[provider].search)


def test_price_of_a_model() -> None:
    assert price_of(ref("openai/gpt-6-luna")) == Price(0.10, 0.50, 0.01)
    assert price_of(ref("groq/openai/gpt-oss-120b")) == Price(0.15, 0.60)


@pytest.mark.parametrize("text", ["openai/gpt-99", "acme/judge-1", "groq/gpt-oss-120b", "openai/gpt-6-luna-pro"])
def test_unknown_is_unknown(text: str) -> None:
    assert price_of(ref(text)) is None


@pytest.mark.parametrize("text", ["ollama/llama3.3:70b", "vllm/org/model", "scripted/juror-1"])
def test_local_and_scripted_models_cost_nothing(text: str) -> None:
    assert price_of(ref(text)) == Price(0, 0)


@pytest.mark.parametrize("snapshot", ["-2026-10-01", "-20261001", "@20261001", "@2026-10-01"])
def test_snapshot_has_the_price_of_its_model(snapshot: str) -> None:
    model = ref(f"anthropic/claude-opus-5-5{snapshot}")
    assert price_of(model) == price_of(ref("anthropic/claude-opus-5-5"))
    assert price_of(model, {ref("anthropic/claude-opus-5-5"): Price(1, 2)}) == Price(1, 2)
    assert price_of(model, {ref("anthropic/claude-opus-5-5"): Price(1, 2), model: Price(3, 4)}) == Price(3, 4)


def test_what_only_looks_like_a_snapshot_has_no_price() -> None:
    assert price_of(ref("anthropic/claude-opus-5-5-2026")) is None
    assert price_of(ref("anthropic/claude-opus-5-5-20261001-fast")) is None


def test_hosts_prices_take_precedence() -> None:
    named = {ref("openai/gpt-6-luna"): Price(9, 9), ref("ollama/llama"): Price(1, 1), ref("acme/judge-1"): Price(3, 15)}
    assert {one: price_of(one, named) for one in named} == named


# --- the setting -------------------------------------------------------------------------------


def test_setting_is_read() -> None:
    assert parse_prices(" acme/judge-1=3/15, Acme/deep/other = 0.5/1.5/0.01 ,lab/free=0/0,") == {
        ref("acme/judge-1"): Price(3, 15),
        ref("acme/deep/other"): Price(0.5, 1.5, 0.01),
        ref("lab/free"): Price(0, 0),
    }


@pytest.mark.parametrize("text", ["", "  ", ",", " , "])
def test_nothing_names_nothing(text: str) -> None:
    assert parse_prices(text) == {}


@pytest.mark.parametrize(
    "entry",
    [
        "acme/judge-1", "acme/judge-1=", "acme/judge-1=3", "acme/judge-1=3/15/1/1", "acme/judge-1=3/", "=3/15",
        "judge-1=3/15", "acme/=3/15", "acme/judge-1=3/x", "acme/judge-1=-3/15", "acme/judge-1=3/-0.1",
        "acme/judge-1=nan/1", "acme/judge-1=1/inf", "acme/judge-1=1/1/nan", "acme/judge-1=$3/$15", "acme/judge-1=3:15",
        "acme/judge-1=1/1e7", "sk-secret-0123456789abcdef",
    ],
)  # fmt: skip
def test_entry_that_cannot_be_read_is_named_by_its_place(entry: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_prices(f"lab/m=1/2,{entry}")
    assert str(caught.value) == (
        "PRICES: entry 2 does not have the form provider/model=IN/OUT (US dollars per million tokens read and written) "
        "or provider/model=IN/OUT/SEARCH (and US dollars per search); write for example acme/judge-1=3/15"
    )


def test_model_that_is_named_twice() -> None:
    with pytest.raises(ConfigurationError, match=r"^PRICES: entry 2 names a model a second time; remove one of the"):
        parse_prices("acme/judge-1=3/15,Acme/judge-1=3/16")


names = st.from_regex(r"[a-z]+(/[a-z0-9.:-]+){1,3}", fullmatch=True)
amounts = st.floats(0, 1_000_000)


@given(st.dictionaries(names, st.tuples(amounts, amounts, amounts)))
def test_what_is_written_is_read(prices: dict[str, tuple[float, float, float]]) -> None:
    text = ",".join(f"{name}={'/'.join(map(repr, figures))}" for name, figures in prices.items())
    assert parse_prices(text) == {ref(name): Price(*figures) for name, figures in prices.items()}
