"""Turns the pages that a vendor's search returned into the sources that the court records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from court.models import Source
from court.web import WebAddress, page_title, read_address

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
        address = page_address(page.url)
        if address is not None and address.text not in found:
            title = page_title(page.title if isinstance(page.title, str) else "", address)
            found[address.text] = Source(title, address.text, _day(page.age))
    return tuple(found.values())


def page_address(url: object) -> WebAddress | None:
    """Return the address of a web page without the vendor's tracking parameter, or None for anything else."""
    address = read_address(url) if isinstance(url, str) else None
    return None if address is None else address.without_parameters(lambda part: part == _MARK)


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
