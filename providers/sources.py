"""Turns the pages that a vendor's search returned into the sources that the court records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from court.models import Source

_MARK: Final = "utm_source=openai"
"""OpenAI adds this to the addresses of some pages, but not everywhere it names the same page."""

_ISO_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.DOTALL)
_WRITTEN_DATES: Final = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as an API returns it, unchecked."""

    url: object
    title: object = None
    age: object = None
    """When it was published or last changed, in the API's own words."""


def sources(pages: Iterable[Page]) -> tuple[Source, ...]:
    """Return the pages that can be linked to, each once, in their order.

    A page without a title gets its host's name as its title. A date that is not written out, such as
    “1 week ago”, is left out.
    """
    found: dict[str, Source] = {}
    for page in pages:
        url = address(page.url)
        if url is not None and url not in found:
            found[url] = Source(_title(page.title) or urlsplit(url).hostname or url, url, _day(page.age))
    return tuple(found.values())


def address(url: object) -> str | None:
    """Return the address of a web page without the vendor's tracking parameter, or None for anything else."""
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return None
    except ValueError:
        return None
    if _MARK not in parts.query:
        return url
    return urlunsplit(parts._replace(query="&".join(part for part in parts.query.split("&") if part != _MARK)))


def _title(title: object) -> str:
    return " ".join(title.split()) if isinstance(title, str) else ""


def _day(age: object) -> date | None:
    if not isinstance(age, str):
        return None
    iso = _ISO_DATE.fullmatch(age.strip())
    for form, text in [("%Y-%m-%d", iso[1])] if iso else [(form, age.strip()) for form in _WRITTEN_DATES]:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, wherever it was
        except ValueError:
            continue
    return None
