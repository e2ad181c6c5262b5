"""The address and the key of a model's vendor, read from the settings before any SDK is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from court.errors import ConfigurationError
from court.models import ModelRef
from court.web import read_address
from providers.scripted import PROVIDER as SCRIPTED
from providers.vendors import (
    ANY_OTHER,
    VENDORS,
    Vendor,
    VendorSettings,
    base_url_variable,
    key_variable,
    variable_stem,
)

MAX_RETRIES: Final = 0
"""How often an SDK tries again by itself. Every attempt may cost money, so `court.jury.attempts` makes them."""

CONNECT_TIMEOUT: Final = 10.0
"""Seconds to wait for an address to accept a connection."""

NO_KEY: Final = "no-key"
"""Sent to a server that needs no key. Without it the SDK would send OPENAI_API_KEY."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How this host reaches one vendor."""

    vendor: Vendor
    base_url: str
    api_key: str | None = field(repr=False)


def find_endpoint(ref: ModelRef, vendors: Mapping[str, VendorSettings], named: str) -> Endpoint:
    """Return the endpoint of `ref`, which the host named in a setting.

    Args:
        ref: the model.
        vendors: what the host set, keyed by `variable_stem` of the provider's name.
        named: where the host named the model, for the error message, such as “JURORS: entry 2”. Empty if the model
            is one that the court chose itself.

    Raises:
        ConfigurationError: when a setting is missing or unusable; one line that names what to set.
    """
    vendor = VENDORS.get(ref.provider, ANY_OTHER)
    settings = vendors.get(variable_stem(ref.provider), VendorSettings())
    base_url = (settings.base_url or "").strip() or vendor.base_url or ""
    endpoint = Endpoint(vendor, base_url, (settings.api_key or "").strip() or None)
    # The messages quote none of the host's values: one may be a secret, and so may what stands in the model's place.
    problem = (
        _problem_of_name(ref.provider)
        or _problem_of_address(ref.provider, endpoint.base_url, chosen=settings != VendorSettings())
        or _problem_of_key(ref.provider, endpoint)
    )
    if problem:
        raise ConfigurationError(f"{named}: {problem}" if named else problem)
    return endpoint


def _problem_of_name(provider: str) -> str | None:
    if provider == SCRIPTED:
        return "scripted jurors sit only in rehearsals; name a vendor's model instead"
    if not _NAME.fullmatch(provider):
        return "a provider's name may contain only letters, digits, - and _"
    return None


def _problem_of_address(provider: str, base_url: str, *, chosen: bool) -> str | None:
    if not base_url:
        # A name for which the host has set a variable is no secret; any other one may be part of a key.
        stem = variable_stem(provider if chosen else "<provider>")
        like = get_close_matches(provider, VENDORS, n=1)
        hint = f"; or did you mean “{like[0]}”?" if like else ""
        unknown = "" if chosen else "the court does not know its provider: "
        return (
            f"{unknown}set {stem}_BASE_URL to the address of its OpenAI-compatible API, "
            f"and {stem}_API_KEY if it needs a key{hint}"
        )
    # A password in it would end up in the transport's logs.
    if read_address(base_url) is None:
        return f"set {base_url_variable(provider)} to an address like https://host/v1, without a password"
    return None


def _problem_of_key(provider: str, endpoint: Endpoint) -> str | None:
    variable = key_variable(provider)
    if endpoint.api_key is None:
        return f"set {variable}" if endpoint.vendor.needs_key else None
    if endpoint.api_key.isascii() and endpoint.api_key.isprintable() and " " not in endpoint.api_key:
        return None
    return f"{variable} contains a space or a character that no key has; copy the key again"
