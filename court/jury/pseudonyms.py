"""Pseudonyms for judge and clerk: computing pioneers, drawn from case and session so that a hearing keeps its own."""

from __future__ import annotations

from hashlib import sha256

PIONEERS = (
    "Ada Lovelace",
    "Alan Turing",
    "Grace Hopper",
    "Edsger Dijkstra",
    "Mary Kenneth Keller",
    "Claude Shannon",
    "Kathleen Booth",
    "John McCarthy",
    "Betty Holberton",
    "Christopher Strachey",
    "Frances Allen",
    "Konrad Zuse",
    "Jean Bartik",
    "John Backus",
    "Karen Spärck Jones",
    "Niklaus Wirth",
    "Evelyn Boyd Granville",
    "Maurice Wilkes",
)


def draw_pseudonyms(docket_number: str, session: int) -> tuple[str, str]:
    """Return the presiding judge and the clerk of a session: two different pioneers, always the same per hearing."""
    digest = sha256(f"{docket_number}:{session}".encode()).digest()
    judge = int.from_bytes(digest[:8], "big") % len(PIONEERS)
    clerk = (judge + 1 + int.from_bytes(digest[8:16], "big") % (len(PIONEERS) - 1)) % len(PIONEERS)
    return PIONEERS[judge], PIONEERS[clerk]
