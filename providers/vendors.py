"""The vendors we know and the models we ask by default.

A vendor with an OpenAI-compatible API needs no entry here; a name and a base URL are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

Interface = Literal["openai", "anthropic"]
LengthLimit = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class VendorSettings:
    """What the host set for one provider name."""

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """How a vendor is reached when the host sets only a key."""

    base_url: str | None
    needs_key: bool = True
    interface: Interface = "openai"
    length_limit: LengthLimit = "max_tokens"
    """The API's name for the maximum length of an answer; compatible servers use the older name."""
    extra_body: dict[str, Any] = field(default_factory=dict)
    """What every request to this vendor contains besides the question."""
    search: dict[str, Any] = field(default_factory=dict)
    """The vendor's own search tool, as written in a request; empty if we know of none."""


MAX_SEARCHES: Final = 2
"""How often a model may call its search tool for one answer. Vendors charge for each call."""


VENDORS: Final[Mapping[str, Vendor]] = {
    "openai": Vendor("https://api.openai.com/v1", length_limit="max_completion_tokens", search={"type": "web_search"}),
    "anthropic": Vendor(
        "https://api.anthropic.com",
        interface="anthropic",
        search={
            "type": "web_search_20260318",
            "name": "web_search",
            "max_uses": MAX_SEARCHES,
            # Otherwise the model may search from within a program, and not every model can write one.
            "allowed_callers": ["direct"],
        },
    ),
    # Without this, OpenRouter may pass the question to a host that ignores the response format.
    "openrouter": Vendor("https://openrouter.ai/api/v1", extra_body={"provider": {"require_parameters": True}}),
    "gemini": Vendor("https://generativelanguage.googleapis.com/v1beta/openai"),
    "mistral": Vendor("https://api.mistral.ai/v1"),
    "xai": Vendor("https://api.x.ai/v1"),
    "deepseek": Vendor("https://api.deepseek.com"),
    "groq": Vendor("https://api.groq.com/openai/v1"),
    "ollama": Vendor("http://localhost:11434/v1", needs_key=False),
    "vllm": Vendor("http://localhost:8000/v1", needs_key=False),
}

ANY_OTHER: Final = Vendor(base_url=None, needs_key=False)
"""Any name that we don't know: an OpenAI-compatible server chosen by the host, with an optional key."""

DEFAULT_JURORS_AS_OF: Final = date(2026, 11, 22)

DEFAULT_JURORS: Final[Mapping[str, tuple[str, ...]]] = {
    "openai": ("gpt-6.2-sol", "gpt-6.1-terra", "gpt-6-luna"),
    "anthropic": ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"),
    "gemini": ("gemini-pro-latest", "gemini-flash-latest"),
    "mistral": ("mistral-large-latest", "mistral-medium-latest"),
    "xai": ("grok-4.6", "grok-4.3"),
    "deepseek": ("deepseek-flash",),
    "groq": ("openai/gpt-oss-120b", "qwen/qwen3.8-27b"),
}
"""Models that were generally available on `DEFAULT_JURORS_AS_OF`, under the vendor's own alias if it has one.

OpenAI and Anthropic have three of different sizes, so that one key seats a panel. DeepSeek serves a
single model. Resellers and local servers have none: what they offer differs from host to host.
"""


def key_variable(provider: str) -> str:
    """Return the environment variable that holds a provider's key, such as `OPENAI_API_KEY`."""
    return f"{variable_stem(provider)}_API_KEY"


def base_url_variable(provider: str) -> str:
    """Return the environment variable that holds a provider's address, such as `MY_VENDOR_BASE_URL`."""
    return f"{variable_stem(provider)}_BASE_URL"


def variable_stem(provider: str) -> str:
    """Return the start of a provider's environment variables: `my-vendor` becomes `MY_VENDOR`."""
    return provider.upper().replace("-", "_")
