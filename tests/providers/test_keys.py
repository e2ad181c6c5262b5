"""Keys in the wrong place: what looks like one, and that no answer of a vendor brings one into the record."""

from __future__ import annotations

import json

import pytest

from court.jury.model import Completion, Finish
from court.models import ModelRef, Source
from providers.keys import HIDDEN, configured_keys, looks_like_key, without_keys
from providers.pricing import PRICES
from providers.registry import DEFAULT_JURORS, Models, VendorSettings
from tests.fakes.vendor import Api, LoopbackVendor, always, answer, refusal
from tests.providers.asking import PAPER, REQUEST, asking, reach

PASTED = [
    "sk-proj-Ab3dE5fGh7iJ-kL9mN1oP_qR2sT4uV6wX8yZ0aB2cD4eF6gH8iJ0kL",
    "sk-ant-api03-R2D2c3po-Xy_9zAbCdEfGhIjKlMnOpQrStUvWxYz0123456789-AAAA",
    "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "sk-0123456789abcdef0123456789abcdef",
    "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "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",
    "xai-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W3x4Y5z6A7b8C9d0",
    "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6",  # Mistral
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "MTE4NzY1NDMyMTA5ODc2NTQzMg.GxYzAb.aB3dEfGhIjKlMnOpQrStUvWxYz0123456789",  # the bot's token
]


@pytest.mark.parametrize("key", PASTED)
def test_a_key_in_the_place_of_a_model_is_recognised(key: str) -> None:
    for name in (key, f" {key}", f"openai/{key}", f"{key}/gpt-5", f"openrouter/acme/{key}"):
        assert looks_like_key(name), name


@pytest.mark.parametrize(
    "name",
    [
        *(
            f"{provider}/{model}"
            for table in (DEFAULT_JURORS, PRICES)
            for provider in table
            for model in table[provider]
        ),
        "openrouter/meta-llama/llama-4-maverick-17b-128e-instruct-fp8:free",
        "openrouter/nousresearch/hermes-3-llama-3.1-405b",
        "together/deepseek-ai/DeepSeek-R1-Distill-Llama-70B-free",
        "anthropic/claude-sonnet-4-5-20250929",
        "perplexity/pplx-70b-online",
        "hf-inference/mistralai/Mistral-Small-3.2-24B-Instruct-2506",
        "ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
        "xai-proxy/grok-4.6",
        "my-lab/ft:gpt-4o-mini-2024-07-18:acme::9abcDEF1",
    ],
)
def test_models_do_not_look_like_keys(name: str) -> None:
    assert not looks_like_key(name)


async def test_a_key_that_a_refusal_quotes_is_not_passed_on(api: Api) -> None:
    key = "host-made-key"  # it looks like none, but is the one that is configured
    told = f"I cannot help with {key}, and neither {PASTED[0]} nor {PASTED[1]} changes that."
    async with LoopbackVendor(always(refusal(told))) as vendor:
        provider = "openai" if api == "openai" else "anthropic"
        pool = Models({provider: VendorSettings(key, reach(vendor, api).base_url)}, timeout=5)
        try:
            said = await pool.get(ModelRef(provider, "some-model")).complete(REQUEST)
        finally:
            await pool.aclose()
    assert said.finish is Finish.REFUSAL
    assert said.text == f"I cannot help with {HIDDEN}, and neither {HIDDEN} nor {HIDDEN} changes that."


async def test_a_key_that_a_paper_quotes_is_not_passed_on() -> None:
    paper = {**PAPER, "reason": f"Incorrect API key provided: {PASTED[3]}. See sk-****wXyZ."}
    async with asking("openai", always(answer(paper))) as (model, _):
        said = await model.complete(REQUEST)
    assert json.loads(said.text) == {**PAPER, "reason": f"Incorrect API key provided: {HIDDEN}. See {HIDDEN}."}


@pytest.mark.parametrize("key", PASTED)
def test_a_page_that_quotes_a_key_loses_it(key: str) -> None:
    page = Source(f"The key {key} leaked", "https://example.org/a?id=0123456789abcdef0123456789abcdef")
    with_key = Source("A page", f"https://example.org/?token={key}")
    told = without_keys(Completion("{}", Finish.STOP, sources=(page, with_key)), [key])
    assert told.sources == (Source(f"The key {HIDDEN} leaked", page.url),)


@pytest.mark.parametrize(
    "text",
    [
        "SK-Hynix and sk-learn are no keys; nor is https://example.org/sk-hynix-announces-new-memory-in-2026.",
        "It passed HumanEval in 2024, GPT-4o-mini-2024-07-18 did, and so did Llama-4-Maverick-17B-128E-Instruct.",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    ],
)
def test_words_and_names_are_left_alone(text: str) -> None:
    for finish in (Finish.REFUSAL, Finish.STOP):
        assert without_keys(Completion(text, finish), []).text == text


def test_a_longer_key_goes_before_one_that_it_begins_with() -> None:
    vendors = {"a": VendorSettings("abcdefgh"), "b": VendorSettings(" abcdefghij "), "c": VendorSettings("none")}
    keys = configured_keys(vendors)
    assert keys == ("abcdefghij", "abcdefgh")
    assert without_keys(Completion("none of abcdefghij", Finish.STOP), keys).text == f"none of {HIDDEN}"
