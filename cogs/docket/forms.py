"""The forms for a question to file, a new wording and the reason for a denial."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from cogs.ui.errors import present
from cogs.ui.replies import Interaction
from cogs.ui.texts import _, using_locale
from court.docket.moderation import REASON_LIMIT
from court.docket.statements import MAX_LENGTH
from court.models import Case

Submit: TypeAlias = Callable[[Interaction, str], Awaitable[None]]

OPEN_FOR = 3_600.0
"""Seconds after which a form that was not submitted is forgotten."""


class Form(discord.ui.Modal):
    """A form with one field. An error message repeats what the person wrote."""

    def __init__(self, title: str, field: discord.ui.Label[Any], submit: Submit) -> None:
        super().__init__(title=title, timeout=OPEN_FOR)
        self.add_item(field)
        self._field = field
        self._submit = submit

    @property
    def typed(self) -> str:
        assert isinstance(self._field.component, discord.ui.TextInput)  # noqa: S101 - all subclasses pass a text input
        return self._field.component.value

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        with using_locale(interaction.locale):
            await self._submit(interaction, self.typed)

    # discord.py's Modal itself changes the signature of its base in this way.
    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        with using_locale(interaction.locale):
            await present(interaction, error, typed=self.typed)


class AskModal(Form):
    """The form that `/ask` opens without an option."""

    def __init__(self, submit: Submit) -> None:
        field = _paragraph(
            _("Your question"),
            _("Ask about one ability that can be checked. The moderators see it before the jury does."),
            "question",
            MAX_LENGTH,
            placeholder=_("Can AI write a publishable novel?"),
        )
        super().__init__(_("Put a question to the court"), field, submit)


class EditModal(Form):
    """The form in which a moderator rewords a filed statement."""

    def __init__(self, case: Case, submit: Submit) -> None:
        field = _paragraph(
            _("Statement"),
            _("This only changes the wording. The statement still waits for a decision."),
            "statement",
            MAX_LENGTH,
            default=case.statement,
        )
        super().__init__(_("Reword the statement"), field, submit)


class DenyModal(Form):
    """The form for the reason why a statement is denied."""

    def __init__(self, submit: Submit) -> None:
        field = _paragraph(
            _("Reason"),
            _("The member gets this by direct message."),
            "reason",
            REASON_LIMIT,
            placeholder=_("Too broad: which kind of novel, judged by whom?"),
        )
        super().__init__(_("Deny the statement"), field, submit)


def _paragraph(
    label: str,
    description: str,
    custom_id: str,
    limit: int,
    *,
    placeholder: str | None = None,
    default: str | None = None,
) -> discord.ui.Label[Any]:
    """Make a field for a text of at most `limit` characters, which may have several lines."""
    return discord.ui.Label[Any](
        text=label,
        description=description,
        component=discord.ui.TextInput(
            custom_id=custom_id,
            style=discord.TextStyle.paragraph,
            placeholder=placeholder,
            default=default,
            max_length=limit,
        ),
    )
