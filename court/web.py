"""Reads the web addresses that members, models, vendors and hosts write. A bad address gives None, never an error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from court.text import one_line

_SCHEMES = frozenset({"http", "https"})
_DECEPTIVE = frozenset("@\\")
"""A user name and password stand before an `@`, and browsers read a backslash as a slash. Both disguise the host."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""The last part of a host that browsers read as an IPv4 address, however it is written: `2130706433`, `0x7f.1`."""

_LOCAL_ENDINGS = frozenset(
    {"localhost", "local", "internal", "localdomain", "lan", "home", "corp", "intranet", "private"}
    | {"onion", "i2p", "alt", "test", "invalid", "home.arpa"}
)
"""The ends of names that are not those of pages on the public web."""

_GLOBAL_IPV6 = IPv6Network("2000::/3")
"""The addresses of pages. Those outside, and those of 6to4 within, may stand for any IPv4 address."""

_INVITE = (
    r"(?:(?:discord\.(?:gg|me|io|link|new)|dsc\.gg|invite\.gg)(?::[0-9]+)?/"
    r"|discord(?:app)?\.com/+(?:(?:invite|template|servers)/|(?:api/+)?oauth2/))"
)
"""The beginning of an address that leads into another Discord server. Discord links some even without `https://`."""
_LEADS_TO_INVITE = re.compile(rf"(?:.*\.)?{_INVITE}", re.IGNORECASE)
_WRITTEN_INVITE = re.compile(
    # Another name may end as Discord's do: betterdiscord.io. Letters of other scripts are no part of a name.
    rf"(?<![A-Za-z0-9_-])(?:https?://+)?(?:(?:www|ptb|canary)\.)?{_INVITE}[^\s<>()\[\]\"“”]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address that `read_address` accepted."""

    text: str
    """The address as written."""
    parts: SplitResult
    host: str
    """In lower case, without the port."""

    @property
    def has_domain(self) -> bool:
        """Return whether the host is an ASCII name with a dot in it, unlike `localhost` and `[::1]`."""
        return _DOMAIN.fullmatch(self.host) is not None

    @property
    def is_public(self) -> bool:
        """Return whether the address leads to the public web: not into the reader's network, nor to a Discord server.

        An IPv4 address counts as public only in its usual form, because another form disguises it.
        """
        host = unicodedata.normalize("NFKC", unquote(self.host)).replace("。", ".").lower().rstrip(".")
        if ":" in host:
            return _is_public_ip(host.partition("%")[0])
        labels = host.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return _is_public_ip(host)
        named = len(labels) > 1 and not any(host.endswith(f".{ending}") for ending in _LOCAL_ENDINGS)
        return named and _LEADS_TO_INVITE.match(f"{host}/{unquote(self.parts.path).lstrip('/')}/") is None

    def without_parameters(self, dropped: Callable[[str], bool]) -> WebAddress:
        """Return the address without the parts of its query (`name=value`, as written) for which `dropped` is true.

        If no part is dropped, the address is returned as it is.
        """
        before = self.parts.query.split("&")
        after = [part for part in before if not dropped(part)]
        if after == before:
            return self
        parts = self.parts._replace(query="&".join(after))
        return WebAddress(parts.geturl(), parts, self.host)


def read_address(text: str, *, longest: int | None = None) -> WebAddress | None:
    """Read an http or https address, or return None for anything else.

    An address is refused if it is longer than `longest` characters, contains blanks or invisible characters, has a
    user name or a password, has no host, or has a port that does not exist. The caller must check which hosts may
    be reached.
    """
    if (longest is not None and len(text) > longest) or " " in text or text != one_line(text):
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets without an IPv6 address, or a port that is not a number
        return None
    if parts.scheme not in _SCHEMES or not host or port == 0 or not _DECEPTIVE.isdisjoint(parts.netloc):
        return None
    return WebAddress(text, parts, host)


def page_title(title: str, address: WebAddress) -> str:
    """Return the title of a page on one line, or the name of its host if no character of the title is visible."""
    return one_line(title) or address.host


def without_invites(text: str) -> str:
    """Return a text on one line without the addresses that lead into other Discord servers."""
    line = one_line(text)
    # A blank stands in for each, so that what is left around one does not become another.
    return " ".join(_WRITTEN_INVITE.sub(" ", line).split())


def _is_public_ip(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast:
        return False
    return isinstance(address, IPv4Address) or (address in _GLOBAL_IPV6 and address.sixtofour is None)
