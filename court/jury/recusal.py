"""Recusal: where a question names a maker or its model, that maker's models do not sit.

The names are those that people write, in any case. A name that is also a word, such as “llama” or “gemini”, counts as
the model's: to recuse a maker without need costs little, because others sit instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from court.jury.panels import SMALLEST_PANEL
from court.models import ModelRef


@dataclass(frozen=True, slots=True)
class Maker:
    """One maker of models."""

    families: str
    """The model families in addresses that are its own, separated by spaces."""
    models: str
    """What its models' names begin with, wherever they are served, as a pattern."""
    words: str
    """What a question calls it and its models, as a pattern of whole words."""


_STRAL = r"mistral|mixtral|(?:code|magi|mini|dev)stral"

MAKERS = (
    Maker(
        "openai",
        r"gpt|chatgpt|o[134]\b|codex",
        r"open ?ai|chat ?gpts?|gpts?(?: ?\d[\w.]*)?|o[134](?!\d)(?: (?:mini|pro))?|dall ?e|codex|(?-i:Sora|Whisper)",
    ),
    Maker("anthropic", r"claude", r"anthropic|claude|(?:sonnet|opus|haiku) \d(?:[. ]\d)?(?! \d)"),
    Maker(
        "google gemini deepmind",
        r"gemini|gemma|palm",
        r"google|deep ?mind|gemini|gemma|alpha ?(?:fold|go|zero|evolve|proof)|notebook ?lm|(?-i:Veo|Imagen|Bard)",
    ),
    Maker("mistral mistralai", rf"{_STRAL}|pixtral", rf"{_STRAL}|pixtral|(?-i:Le Chat)"),
    Maker("xai x-ai", r"grok", r"xai|x\.ai|grok"),
    Maker("deepseek deepseek-ai", r"deepseek", r"deep ?seek"),
    Maker("meta meta-llama", r"llama|codellama", r"meta ai|(?-i:Meta)|llama"),
    Maker("alibaba qwen", r"qw[ae]n|qwq", r"alibaba|qwen|qwq"),
    Maker("microsoft", r"phi|wizardlm", r"microsoft|copilot|phi ?\d"),
    Maker("cohere", r"command|aya", r"(?-i:Cohere)|command r\+?"),
    Maker("moonshot moonshotai", r"kimi|moonshot", r"moonshot ai|kimi"),
    Maker("z-ai zai zhipu thudm", r"glm|chatglm", r"z\.ai|zhipu|(?:chat)?glm(?: ?\d[\w.]*)?"),
    Maker("minimax minimaxai", r"minimax", r"mini ?max ai|(?-i:MiniMax)"),
    Maker("nvidia", r"nemotron", r"nvidia|nemotron"),
    Maker("amazon", r"nova|titan", r"amazon"),
    Maker("perplexity", r"sonar", r"perplexity ai|(?-i:Perplexity)"),
)

_HYPHENS = re.compile(r"[-‐‑‒–—−·_\s]+")


def recused_from(statement: str, pool: Collection[ModelRef]) -> tuple[ModelRef, ...]:
    """Return the models of the pool that do not sit, sorted, because the statement names their maker.

    If fewer than `SMALLEST_PANEL` others would be left, nobody is recused: the case would never be heard.
    """
    named = _named(statement)
    out = tuple(sorted((ref for ref in pool if _made_by(ref) & named), key=str))
    return out if len(pool) - len(out) >= SMALLEST_PANEL else ()


def unrecused(statement: str, models: Iterable[ModelRef]) -> tuple[ModelRef, ...]:
    """Return those of the models whose maker the statement does not name."""
    named = _named(statement)
    return tuple(ref for ref in models if not _made_by(ref) & named)


def names_maker_of(statement: str, models: Iterable[ModelRef]) -> bool:
    """Return whether the statement names the maker of one of the models."""
    asked = tuple(models)
    return len(unrecused(statement, asked)) < len(asked)


def _named(statement: str) -> frozenset[int]:
    text = _HYPHENS.sub(" ", normalize("NFKC", statement))
    return frozenset(number for number, words in enumerate(_words()) if words.search(text))


def _made_by(ref: ModelRef) -> frozenset[int]:
    """Return the makers of a model, by its family and by the beginning of its name: usually one."""
    name = ref.model.rpartition("/")[2]
    return frozenset(
        number
        for number, maker in enumerate(MAKERS)
        if ref.family in maker.families.split() or re.match(maker.models, name, re.IGNORECASE)
    )


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], ...]:
    # Compiled on first use, because most starts hold no hearing for a while.
    return tuple(re.compile(rf"(?<![\w.])(?i:{maker.words})(?:\d[\w.]*)?(?![^\W_])") for maker in MAKERS)
