"""Keys in the wrong place: what looks like one, and that no answer of a vendor brings one into the record."""

from __future__ import annotations

import json
import time

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
        "vllm/hf_llama3_70b_instruct",
        "azure/hf-llama3instruct8b",
        "acme/mymodel20250101instructchatv2",
    ],
)
def test_models_do_not_look_like_keys(name: str) -> None:
    assert not looks_like_key(name)


async def test_a_key_that_a_refusal_quotes_is_not_passed_on(api: Api) -> None:
    key = "host-made-key-1"  # it looks like none, but is the one that is configured
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
        "See https://example.sk/sk-konferencia2024bratislava and https://x.org/hf-release2024notes, xai-2024benchmark.",
        "https://blog.org/sk_learn2vec_embeddings, https://x.org/xai-explainable2023methods, pplx-70b-online-v2",
        "https://x.org/A-survey-of-large-language.models.and-applications-in-medicine-2024",
        "**sk-learn** and sk-a-survey-of-large-models-in-2024 stand out, as do **hf-models2024**.",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    ],
)
def test_words_and_names_are_left_alone(text: str) -> None:
    for finish in (Finish.REFUSAL, Finish.STOP):
        assert without_keys(Completion(text, finish), []).text == text


@pytest.mark.parametrize("placeholder", ["lm-studio", "not-needed", "password", "anything", "none", "local-model"])
def test_a_placeholder_in_the_place_of_a_key_changes_no_answer(placeholder: str) -> None:
    page = Source(f"How to use {placeholder}", f"https://example.org/{placeholder}")
    said = Completion(f'{{"reason": "{placeholder} runs models"}}', Finish.STOP, sources=(page,))
    keys = configured_keys({"acme": VendorSettings(placeholder)})
    assert without_keys(said, keys) == said


def test_a_configured_key_is_hidden_as_a_whole_word_only() -> None:
    keys = configured_keys({"acme": VendorSettings("court-key-2026")})
    text = json.dumps({"reason": "first\ncourt-key-2026\u200bcourt-key-2026, (court-key-2026)", "x": "court-key-20267"})
    shown = without_keys(Completion(text, Finish.STOP), keys).text
    assert shown.count(HIDDEN) == 3
    assert "court-key-20267" in shown
    assert json.loads(shown)["reason"].startswith(f"first\n{HIDDEN}")


@pytest.mark.parametrize("key", [key for key in PASTED if key.startswith(("sk", "AIza", "gsk", "xai", "MTE"))])
@pytest.mark.parametrize("text", ["{}", "Bad key:\n{}", "({})", '"{}"', "{}-is-wrong", "key={}."])
def test_a_key_is_hidden_wherever_it_stands_in_json(key: str, text: str) -> None:
    quoted = json.dumps({"reason": text.format(key)})
    shown = json.loads(without_keys(Completion(quoted, Finish.STOP), []).text)["reason"]
    assert HIDDEN in shown
    assert key[-12:] not in shown


def test_a_long_text_is_searched_in_no_time() -> None:
    texts = ["sk-" + "a" * 65_000, "sk-" + "aB1-" * 16_000, "sk-" * 20_000, "a" * 65_000, "a1" * 32_000, "a-" * 32_000]
    began = time.perf_counter()
    for text in texts:
        without_keys(Completion(text, Finish.REFUSAL), [])
    assert time.perf_counter() - began < 1


def test_a_longer_key_goes_before_one_that_it_begins_with() -> None:
    short, long, without_digit = "court-key-26", "court-key-26-b", "a-key-without-a-digit"
    vendors = {
        "a": VendorSettings(short),
        "b": VendorSettings(f" {long} "),
        "c": VendorSettings("none"),
        "d": VendorSettings(without_digit),
    }
    keys = configured_keys(vendors)
    assert keys == (without_digit, long, short)
    assert without_keys(Completion(f"none of {long}", Finish.STOP), keys).text == f"none of {HIDDEN}"
