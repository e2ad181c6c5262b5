"""Notices of faults of the host: which models the court cannot ask, why, what to do, and what happens until then."""

from __future__ import annotations

from cogs.ui.layout import Card
from cogs.ui.notices import notice_card
from cogs.ui.texts import _, plain
from court.announcements.faults import HostFaultFound, ModelsOut
from court.models import HostFault

NAME_LIMIT = 100

VENDORS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "openrouter": "OpenRouter",
    "gemini": "Google Gemini",
    "mistral": "Mistral",
    "xai": "xAI",
    "deepseek": "DeepSeek",
    "groq": "Groq",
    "ollama": "Ollama",
    "vllm": "vLLM",
}
"""How vendors write their names. Others are called what the host calls them."""


def vendor_name(provider: str) -> str:
    """Return the name of a vendor as people know it."""
    return VENDORS.get(provider) or plain(provider, NAME_LIMIT)


def models_out_card(notice: ModelsOut, dispatch_id: int) -> Card:
    """Return the notice to moderators."""
    sentence = {
        HostFault.KEY_REFUSED: _(
            "The court cannot ask {vendor}'s models: {vendor} refuses the host's key. The host has to set a working "
            "`{setting}`."
        ),
        HostFault.NO_CREDIT: _(
            "The court cannot ask {vendor}'s models: the host's account there has no credit left. The host has to add "
            "credit to the account whose key is in `{setting}`."
        ),
        HostFault.UNKNOWN_MODEL: _(
            "The court cannot ask the model {model}: {vendor} does not know it. The host has to name another model in "
            "`{setting}`."
        ),
        HostFault.UNREACHABLE: _(
            "The court cannot ask {vendor}'s models: no connection to {vendor} can be made. The host has to check the "
            "network, and `{setting}` if it is set."
        ),
    }[notice.fault]
    return notice_card(f"{sentence.format(**_facts(notice))} {_until_then(notice)}", dispatch_id)


def _until_then(notice: ModelsOut) -> str:
    if notice.nothing_heard:
        return _("Until then nothing is heard; cases that wait are tried again by themselves.")
    if notice.sits and notice.writes:
        return _("Until then other jurors take their seats, and rulings have plain texts.")
    if notice.sits:
        return _("Until then other jurors take their seats.")
    return _("Until then rulings have plain texts.")


def host_fault_card(notice: HostFaultFound, dispatch_id: int) -> Card:
    """Return the notice to the host."""
    sentence = {
        HostFault.KEY_REFUSED: _("{vendor} refuses the key. Set a working `{setting}` and restart the bot."),
        HostFault.NO_CREDIT: _(
            "The account at {vendor} has no credit left. Add credit to the account whose key is in `{setting}`. The "
            "bot tries it again by itself, and at once after a restart."
        ),
        HostFault.UNKNOWN_MODEL: _(
            "{vendor} does not know the model {model}. Name another model in `{setting}` and restart the bot."
        ),
        HostFault.UNREACHABLE: _(
            "No connection to {vendor} can be made. Check the network, and `{setting}` if it is set. The bot tries it "
            "again by itself, and at once after a restart."
        ),
    }[notice.fault]
    return notice_card(sentence.format(**_facts(notice)), dispatch_id)


def _facts(notice: ModelsOut | HostFaultFound) -> dict[str, str]:
    model = f"`{notice.model.replace('`', '')}`" if notice.model else ""
    return {"vendor": vendor_name(notice.provider), "setting": notice.setting, "model": model}
