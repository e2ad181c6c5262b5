"""Makers that a question names, and whose models do not sit."""

from __future__ import annotations

import pytest

from court.jury.recusal import names_maker_of, recused_from, unrecused
from court.models import ModelRef

POOL = [
    ModelRef.parse(name)
    for name in (
        "openai/gpt-6.2-sol",
        "anthropic/claude-opus-5-5",
        "gemini/gemini-pro-latest",
        "mistral/mistral-large-latest",
        "xai/grok-4.6",
        "deepseek/deepseek-flash",
        "groq/openai/gpt-oss-120b",
        "ollama/llama3.3",
        "openrouter/qwen/qwen3.8-27b",
        "azure/o3-mini",
        "acme/judge-1",
    )
]


@pytest.mark.parametrize(
    ("statement", "out"),
    [
        ("Can Claude write a novel?", {"anthropic"}),
        ("Can AI from Anthropic write a novel?", {"anthropic"}),
        ("Can AI like GPT-6 write a novel?", {"openai", "groq", "azure"}),
        ("Can gpt4 write a novel?", {"openai", "groq", "azure"}),
        ("Can Open AI's models write a novel?", {"openai", "groq", "azure"}),
        ("Can ChatGPT‑6 write a novel?", {"openai", "groq", "azure"}),
        ("Can o3-mini write a novel?", {"openai", "groq", "azure"}),
        ("Can DALL·E draw hands?", {"openai", "groq", "azure"}),
        ("Can Google's AI write a novel?", {"gemini"}),
        ("Can GEMINI write a novel?", {"gemini"}),
        ("Can Mixtral write a novel?", {"mistral"}),
        ("Can Grok or Claude write a novel?", {"xai", "anthropic"}),
        ("Can Deep Seek write a novel?", {"deepseek"}),
        ("Can Meta's AI write a novel?", {"ollama"}),
        ("Can Llama 3.3 write a novel?", {"ollama"}),
        ("Can Qwen3 write a novel?", {"openrouter"}),
        ("Can Codex refactor a repository?", {"openai", "groq", "azure"}),
        ("Can ＣｈａｔＧＰＴ write a novel?", {"openai", "groq", "azure"}),
        ("Can Sonnet 5 write a novel?", {"anthropic"}),
        ("Can Veo film a novel?", {"gemini"}),
        ("Can AI write a novel?", set()),
        ("Can AI write a haiku 5 7 5 syllables long?", set()),
        ("Can AI whisper?", set()),
        ("Can AI write a sonnet or a haiku?", set()),
        ("Can AI meta-analyse studies?", set()),
        ("Can AI sort photos of o30 engines?", set()),
        ("Can AI cohere in an argument?", set()),
    ],
)
def test_models_of_a_maker_that_is_named_are_recused(statement: str, out: set[str]) -> None:
    recused = recused_from(statement, POOL)

    assert {ref.provider for ref in recused} == out
    assert list(recused) == sorted(recused, key=str)
    assert {*unrecused(statement, POOL)} == {*POOL} - {*recused}
    assert names_maker_of(statement, POOL) is bool(out)


def test_nobody_is_recused_if_too_few_others_were_left() -> None:
    pool = [*POOL[:3], POOL[6]]
    assert recused_from("Can Claude sing?", pool) == (POOL[1],)
    assert recused_from("Can GPT-6 sing?", pool) == ()
    assert recused_from("Can Claude sing?", POOL[:3]) == ()
