"""Reads the web addresses that members, models, vendors and hosts write. A bad address gives None, never an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from court.text import one_line

_SCHEMES = frozenset({"http", "https"})
_DECEPTIVE = frozenset("@\\")
"""A user name and password stand before an `@`, and browsers read a backslash as a slash. Both disguise the host."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


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
