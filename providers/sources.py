"""The pages that a vendor's search returned, as the court records them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from court.models import Source

_MARK: Final = "utm_source=openai"
"""What OpenAI adds to the addresses of some pages, and to the same pages elsewhere not."""

_ISO_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.DOTALL)
_WRITTEN_DATES: Final = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as an interface gives it: nothing in it has been checked."""

    url: object
    title: object = None
    age: object = None
    """When it was published or last changed, in some words."""


def sources(pages: Iterable[Page]) -> tuple[Source, ...]:
    """The pages that can be linked to, each once, in their order.

    A page without a title bears its host's name. A date that is not written out is left away:
    “1 week ago” is none.
    """
    found: dict[str, Source] = {}
    for page in pages:
        url = address(page.url)
        if url is not None and url not in found:
            found[url] = Source(_title(page.title) or urlsplit(url).hostname or url, url, _day(page.age))
    return tuple(found.values())


def address(url: object) -> str | None:
    """The address of a page on the web, without the vendor's mark; none for anything else."""
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
