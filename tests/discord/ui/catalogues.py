"""Gettext catalogues for tests."""

from __future__ import annotations

import struct
from pathlib import Path


def write_catalogue(folder: Path, messages: dict[str, str]) -> None:
    """Write a `.mo` file in the layout of GNU gettext."""
    entries = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **messages}.items())
    keys, values = [[text.encode() for text in column] for column in zip(*entries, strict=True)]
    count, table = len(entries), 28
    offset = table + 16 * count
    header = struct.pack("<7I", 0x950412DE, 0, count, table, table + 8 * count, 0, offset)
    index, body = b"", b""
    for text in [*keys, *values]:
        index += struct.pack("<2I", len(text), offset + len(body))
        body += text + b"\0"
    target = folder / "LC_MESSAGES" / "court.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(header + index + body)
