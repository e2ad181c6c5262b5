"""Plain sentences of ours for the moderators."""

from __future__ import annotations

from cogs.ui.labels import BRASS
from cogs.ui.layout import Card, framed, text
from cogs.ui.texts import _, plain
from court.text import cut

NOTICE_LIMIT = 3_800
VACANCY_LIMIT = 400


def notice_card(sentence: str, dispatch_id: int | None = None) -> Card:
    """A plain sentence of ours for the moderators; channel mentions in it work."""
    return Card(framed(text("⚠ " + cut(sentence, NOTICE_LIMIT)), colour=BRASS, dispatch_id=dispatch_id))


def vacancy_line(vacancy: str) -> str:
    """Why nothing is heard, for the moderators."""
    return _("⚠ {vacancy}: approved cases wait").format(vacancy=plain(vacancy, VACANCY_LIMIT))
