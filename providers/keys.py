"""What looks like a key, and texts without keys: a vendor may quote one, and a host may paste one into another line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Final

from court.jury.model import Completion, Finish
from court.models import Source
from providers.vendors import VendorSettings

HIDDEN: Final = "[key removed]"
"""What stands in place of a key. It may stand in JSON, and no vendor's key contains it."""

SHORTEST_KEY: Final = 12
"""Characters, with a digit among them. Shorter values are placeholders (`key`, `none`) or ordinary words."""

LONG_KEY: Final = 20
"""Characters of a key that needs no digit, and of the random part of any key that is recognised by its looks."""

_START: Final = r"(?:(?<![A-Za-z0-9\\])|(?<=\\[bfnrt])|(?<=\\u[0-9a-fA-F]{4}))"
"""The place before a word. In JSON, the letter of an escape such as `\\n` may stand directly before it."""
_END: Final = r"(?![A-Za-z0-9])"

_BEGINS: Final = re.compile(
    r"(?:sk[-_]|AIza|AQ\.)[\w.*-]{8,}|(?:gsk|hf|ghp|r8|tgp)_(?:v1_)?(?:[a-zA-Z0-9]{20,}|[\w-]*\*\*[\w*-]*)"
    r"|(?:xai|pplx|nvapi|csk)-[a-zA-Z0-9]{16,}[\w.*-]*",
    re.ASCII,
)
"""The whole of a name that begins as vendors' keys do. No model and no provider is named so."""

_UUID: Final = re.compile(rf"{_START}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}{_END}", re.IGNORECASE)
_RUN: Final = re.compile(rf"{_START}[A-Za-z0-9]{{24,}}{_END}")
"""A run of letters and digits that may be a whole key, such as one of Mistral's."""

_PREFIXED: Final = re.compile(
    rf"{_START}(?:(?:sk|gsk|xai|pplx|nvapi|csk|hf|ghp|r8|tgp)[-_]"
    r"(?:(?:proj|svcacct|admin|ant|or|api[0-9]{2}|admin[0-9]{2}|v[0-9])[-_])*|AIza|AQ\.)(?P<rest>[\w*-]{4,})",
    re.ASCII,
)
"""What begins as vendors' keys do, in the middle of a text. Words may do so too: `sk-learn`, `hf-release`."""

_PLAIN_KEY: Final = re.compile(
    # Three parts, of which the first is the encoded id of the bot.
    rf"{_START}(?=[A-Za-z]{{0,27}}[0-9])(?=[a-z0-9]{{0,27}}[A-Z])[A-Za-z0-9]{{23,28}}\.[\w-]{{6,7}}\.[\w-]{{27,}}"
    # Google's keys: no word begins so.
    rf"|{_START}AIza[\w-]{{30,}}",
    re.ASCII,
)

_MASKED: Final = re.compile(r"\*\*[A-Za-z0-9]")
"""A key that the vendor has masked but for its end."""
_WORD: Final = re.compile(r"[A-Za-z]?[a-z]{3,}")
_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_CHANGE: Final = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
"""A place where the kind of the characters changes, other than after the first letter of a capitalised word."""


def looks_like_key(name: str) -> bool:
    """Return whether `provider/model`, as a host wrote it, is or contains what looks like a key."""
    parts = [part.strip() for part in name.split("/")]
    return any(_BEGINS.fullmatch(part) for part in parts) or _without_lookalikes(name, random=True) != name


def configured_keys(vendors: Mapping[str, VendorSettings]) -> tuple[str, ...]:
    """Return the host's keys, the longest first, so that none is left over that begins as another does."""
    keys = {(settings.api_key or "").strip() for settings in vendors.values()}
    return tuple(sorted(filter(_is_secret, keys), key=len, reverse=True))


def without_keys(answer: Completion, keys: Iterable[str]) -> Completion:
    """Return a completion that quotes none of `keys` and nothing else that looks like one.

    A page is left out if its address contains a key, because a changed address would lead to another page.
    """
    keys = tuple(keys)
    refused = answer.finish is Finish.REFUSAL
    return replace(
        answer,
        # Addresses in an answer must match those that the search returned, and may contain long numbers of their own.
        text=_hidden(answer.text, keys, random=refused),
        sources=tuple(
            _titled(source, keys) for source in answer.sources if _hidden(source.url, keys, random=False) == source.url
        ),
        served=_named(answer.served, keys),
        system_fingerprint=_named(answer.system_fingerprint, keys),
    )


def _named(name: str | None, keys: Iterable[str]) -> str | None:
    # A system fingerprint is random by nature, so only what begins as a key or is one is hidden.
    return None if name is None else _hidden(name, keys, random=False)


def _titled(source: Source, keys: Iterable[str]) -> Source:
    return replace(source, title=_hidden(source.title, keys, random=True))


def _hidden(text: str, keys: Iterable[str], *, random: bool) -> str:
    for key in keys:
        if key in text:
            text = re.sub(f"{_START}{re.escape(key)}{_END}", HIDDEN, text)
    return _without_lookalikes(text, random=random)


def _without_lookalikes(text: str, *, random: bool) -> str:
    """Hide what looks like a key: by its beginning, or with `random` by being a run that nobody would write."""
    text = _PLAIN_KEY.sub(HIDDEN, text)
    text = _PREFIXED.sub(lambda found: HIDDEN if _ends_as_key(found["rest"]) else found[0], text)
    if not random:
        return text
    return _UUID.sub(HIDDEN, _RUN.sub(lambda found: HIDDEN if _is_random(found[0]) else found[0], text))


def _is_secret(key: str) -> bool:
    return len(key) >= LONG_KEY or (len(key) >= SHORTEST_KEY and any(character.isdigit() for character in key))


def _ends_as_key(rest: str) -> bool:
    """Return whether what follows a vendor's prefix is a key. Words may follow a key, after a hyphen."""
    if _MASKED.search(rest):
        return True
    parts = list(takewhile(lambda part: not _WORD.fullmatch(part), re.split("[-_*]", rest)))
    return any(map(_is_random, ("".join(parts), *parts)))


def _is_random(run: str) -> bool:
    """Return whether letters and digits are mixed as nobody writes them: `a1B2c3D4`, unlike `llama3instruct8b`."""
    mixed = any(character.isdigit() for character in run) and any(character.isalpha() for character in run)
    if len(run) < LONG_KEY or not mixed:
        return False
    return _HEX.fullmatch(run) is not None or 5 * len(_CHANGE.findall(run)) >= len(run)
