"""The sources behind a ruling: pages that a vendor's search returned. Titles and links are untrusted text."""

from __future__ import annotations

from datetime import UTC, datetime, time
from urllib.parse import quote

from discord.utils import format_dt

from cogs.ui.texts import _, ngettext, plain
from court.models import Background, Source
from court.web import read_address

SOURCES = 3
"""Sources listed on a card. The others are counted."""

TITLE_LIMIT = 70
LINK_LIMIT = 300
HOST_LIMIT = 40

_KEPT = ":/?#!$&+,;=%"
"""Characters that stay unquoted besides letters, digits and `-._~`: they cannot end a masked link or open markup."""

_NOON = time(12, tzinfo=UTC)
"""Discord shows times in the reader's time zone. At noon UTC, the day is the same in nearly all of them."""


def evidence_lines(background: Background | None, room: int) -> list[str]:
    """Return the sources that fit into `room` characters, in small print, and the number of others.

    If no source fits, only their number is given. If nobody searched, there are no lines.
    """
    if background is None:
        return []
    sources = background.sources
    if not sources:
        return [_("-# No public sources were shown to the jury")]
    for count in range(min(SOURCES, len(sources)), 0, -1):
        lines = [
            _("-# Sources shown to the jury:"),
            *(_source_line(source, background.at) for source in sources[:count]),
        ]
        if more := len(sources) - count:
            lines.append(ngettext("-# and {count} more source", "-# and {count} more sources", more).format(count=more))
        if len("\n".join(lines)) <= room:
            return lines
    return [_uncited(len(sources))]


def safe_link(url: str) -> str | None:
    """Return the link as it may stand in `[title](link)`, or None where it leads to no public page or deceives."""
    address = read_address(url, longest=LINK_LIMIT)
    if address is None or not address.has_domain or not address.is_public:
        return None
    link = quote(url, safe=_KEPT)
    return link if len(link) <= LINK_LIMIT else None


def _source_line(source: Source, seen_at: datetime) -> str:
    title = plain(source.title, TITLE_LIMIT)
    address, link = read_address(source.url), safe_link(source.url)
    if address is None or link is None:
        what = title or _("a page without a title")
    else:
        host = plain(address.host.removeprefix("www."), HOST_LIMIT)
        what = f"[{title}]({link}) · {host}" if title else f"[{host}]({link})"
    if source.published is not None:
        return f"-# {what} · {format_dt(datetime.combine(source.published, _NOON), 'D')}"
    return "-# " + _("{source} · seen {date}").format(source=what, date=format_dt(seen_at, "D"))


def _uncited(count: int) -> str:
    return ngettext(
        "-# {count} public source was shown to the jury", "-# {count} public sources were shown to the jury", count
    ).format(count=count)
