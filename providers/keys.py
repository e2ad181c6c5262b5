"""What looks like a key, and texts without keys: a vendor may quote one, and a host may paste one into another line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from court.jury.model import Completion, Finish
from court.models import Source
from providers.vendors import VendorSettings

HIDDEN: Final = "[key removed]"
"""What stands in place of a key. It may stand in JSON, and no vendor's key contains it."""

SHORTEST_KEY: Final = 8
"""Characters. Shorter settings (`key`, `none`) are placeholders for servers that need no key, and ordinary words."""

_BEGINS: Final = re.compile(
    r"(?:sk[-_]|(?:gsk|hf|ghp|r8|tgp)_|AIza|AQ\.)[\w.*-]{8,}|(?:xai|pplx|nvapi|csk)-[a-zA-Z0-9]{16,}[\w.*-]*", re.ASCII
)
"""The whole of a name that begins as vendors' keys do. No model and no provider is named so."""

_LONG: Final = r"(?=[a-z0-9]{0,63}[a-z])(?=[a-z0-9]{0,63}[0-9])[a-z0-9]{24,}"
"""A run of letters and digits that is longer than any word or version, such as Mistral's keys."""
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_RANDOM: Final = re.compile(rf"(?<![a-z0-9])(?:{_LONG}|{_UUID})(?![a-z0-9])", re.ASCII | re.IGNORECASE)

_MIXED: Final = r"(?:[A-Za-z]\w{0,9}[0-9]|[0-9]\w{0,9}[A-Za-z])\w{6,}"
_MARKED: Final = re.compile(
    # A prefix, then a run that mixes letters with digits, or one that the vendor has masked. `sk-learn-1` is no key.
    rf"(?<![\w-])(?:(?:sk|gsk|xai|pplx|nvapi|csk|hf|ghp|r8|tgp)[-_](?=[\w-]*(?:{_MIXED}|\*\*))[\w*-]{{8,}}"
    r"|AIza[\w*-]{16,}|AQ\.[\w-]{24,})"
    # The bot's token: three parts, of which the first is the encoded id of the bot.
    r"|(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",
    re.ASCII,
)
"""A key in the middle of a text, by its beginning."""


def looks_like_key(name: str) -> bool:
    """Return whether `provider/model`, as a host wrote it, is or contains what looks like a key."""
    parts = [part.strip() for part in name.split("/")]
    return any(_BEGINS.fullmatch(part) or _RANDOM.search(part) for part in parts) or _MARKED.search(name) is not None


def configured_keys(vendors: Mapping[str, VendorSettings]) -> tuple[str, ...]:
    """Return the host's keys, the longest first, so that none is left over that begins as another does."""
    keys = {(settings.api_key or "").strip() for settings in vendors.values()}
    return tuple(sorted((key for key in keys if len(key) >= SHORTEST_KEY), key=len, reverse=True))


def without_keys(answer: Completion, keys: Iterable[str]) -> Completion:
    """Return a completion that quotes none of `keys` and nothing else that looks like one.

    A page is left out if its address contains a key, because a changed address would lead to another page.
    """
    keys = tuple(keys)
    refused = answer.finish is Finish.REFUSAL
    return replace(
        answer,
        # A paper's addresses have to equal those of the search, and may contain long numbers of their own.
        text=_hidden(answer.text, keys, random=refused),
        sources=tuple(
            _titled(source, keys) for source in answer.sources if _hidden(source.url, keys, random=False) == source.url
        ),
    )


def _titled(source: Source, keys: Iterable[str]) -> Source:
    return replace(source, title=_hidden(source.title, keys, random=True))


def _hidden(text: str, keys: Iterable[str], *, random: bool) -> str:
    for key in keys:
        text = text.replace(key, HIDDEN)
    text = _MARKED.sub(HIDDEN, text)
    return _RANDOM.sub(HIDDEN, text) if random else text
