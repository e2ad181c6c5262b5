"""Error messages for the person who ran into an error. Every failed action gets a reply."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.utils import format_dt

from cogs.ui.ids import ButtonTooOld
from cogs.ui.permissions import VERDICT_CHANNEL, lacking, permission_names
from cogs.ui.replies import Interaction, answer
from cogs.ui.texts import _, plain
from court.docket.statements import MAX_LENGTH, MIN_LENGTH
from court.errors import (
    AlreadyDecided,
    AlreadyOnDocket,
    CaseNotFound,
    DocketFull,
    NothingRuledYet,
    NotModerator,
    NotSetUp,
    ReasonMissing,
    StatementInvalid,
    StorageError,
    TooFast,
    TooManyPending,
)
from court.models import CaseState

log = logging.getLogger(__name__)

QUERY_LIMIT = 120
TYPED_LIMIT = 900

_TYPED = "typed"

OUTCOME = "outcome"
"""Under this name an interaction that failed says in its extras what kind of failure it was."""
REFUSED, FAILED = "refused", "failed"
"""The person was told why not; something went wrong on our side."""

Words = Callable[[Interaction, Any], str]


def keep_typed(interaction: Interaction, text: str) -> None:
    """Note what a person wrote in an option of a command, so that an error message can give it back."""
    interaction.extras[_TYPED] = text


class ServerNotAllowed(app_commands.CheckFailure):
    """The host of the bot does not allow this server."""

    def __init__(self, guild_id: int) -> None:
        super().__init__("server not allowed")
        self.guild_id = guild_id


async def present(interaction: Interaction, error: BaseException, *, typed: str | None = None) -> None:
    """Tell the person privately what went wrong and what to do. Never raises.

    `typed` is what they wrote in a form that is now closed, or else what `keep_typed` noted; the reply repeats it for
    another try.
    """
    typed = typed or interaction.extras.get(_TYPED)
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, StorageError):
        log.error("the database failed: %s", cause)
    interaction.extras[OUTCOME] = REFUSED if _is_refusal(cause) else FAILED
    if interaction.type is discord.InteractionType.autocomplete:
        if not isinstance(cause, ServerNotAllowed):
            log.warning("autocomplete failed: %r", cause)
        return
    words = _words_for(type(cause))
    text = _incident(interaction, cause) if words is None else words(interaction, cause)
    if typed and typed.strip():
        text += "\n\n" + _("You wrote:") + f"\n> {plain(typed, TYPED_LIMIT)}"
    try:
        await answer(interaction, text)
    except discord.HTTPException as failure:
        log.warning("could not report a %s to a person (%s, code %s)", type(cause).__name__, failure, failure.code)
    except Exception:
        log.exception("could not report a %s to a person", type(cause).__name__)


def _is_refusal(cause: BaseException) -> bool:
    return _words_for(type(cause)) is not None and not isinstance(cause, StorageError)


def _words_for(kind: type[BaseException]) -> Words | None:
    return next((_WORDS[base] for base in kind.__mro__ if base in _WORDS), None)


def _incident(interaction: Interaction, error: BaseException) -> str:
    number = secrets.token_hex(4)
    log.error("incident %s in %s", number, _where(interaction), exc_info=error)
    return _(
        "Something went wrong on our side. As far as we know, nothing was changed. Please try again. "
        "If it happens again, give the host of this bot the incident number `{number}`."
    ).format(number=number)


def _where(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data: Any = interaction.data or {}
    return str(data.get("custom_id", interaction.type.name))


def _statement_invalid(_interaction: Interaction, error: StatementInvalid) -> str:
    if error.problem == StatementInvalid.TOO_SHORT:
        return _(
            "That is too short: with “Can AI …?” it has {length} characters, but it needs at least {fewest}. "
            "Say which ability you mean, for example “Can AI write a publishable novel?”"
        ).format(length=error.length, fewest=MIN_LENGTH)
    if error.problem == StatementInvalid.TOO_LONG:
        return _(
            "That is too long: with “Can AI …?” it has {length} characters, but only {most} are allowed. "
            "Ask about one ability only."
        ).format(length=error.length, most=MAX_LENGTH)
    return _(
        "The court only answers questions about what AI can do. Start with “Can AI”, for example "
        "“Can AI write a publishable novel?”, or just name the ability: “write a publishable novel”."
    )


def _not_moderator(_interaction: Interaction, error: NotModerator) -> str:
    if error.role_id is None:
        return _(
            "Only members with **Manage Server** may decide on statements. "
            "An admin can choose a moderator role with `/setup channels`."
        )
    return _("Only {role} and members with **Manage Server** may decide on statements.").format(
        role=f"<@&{error.role_id}>"
    )


def _already_decided(_interaction: Interaction, error: AlreadyDecided) -> str:
    case = error.case
    who = _("another moderator") if case.decided_by is None else f"<@{case.decided_by}>"
    when = "" if case.decided_at is None else " " + format_dt(case.decided_at, "R")
    sentence = {
        CaseState.DOCKETED: _("This statement was already approved by {who}."),
        CaseState.DENIED: _("This statement was already denied by {who}."),
        CaseState.MERGED: _("This statement was already merged with another case by {who}."),
        CaseState.WITHDRAWN: _("This statement was already withdrawn by {who}."),
        CaseState.FILED: _("This statement was decided by {who} a moment ago."),
    }[case.state]
    return sentence.format(who=who + when)


def _already_on_docket(_interaction: Interaction, error: AlreadyOnDocket) -> str:
    if error.case.state is CaseState.FILED:
        sentence = _("Another statement that waits for a decision already asks the same: {statement}")
    else:
        sentence = _("№ {number} already asks the same: {statement}")
    shown = plain(error.case.statement, MAX_LENGTH * 2)
    return sentence.format(number=error.case.docket_number, statement=shown) + "\n" + _("Nothing was changed.")


def _too_many_pending(_interaction: Interaction, error: TooManyPending) -> str:
    if error.of_member:
        return _(
            "You already have {count} questions waiting for the moderators, which is the limit. "
            "You can ask this one once they have approved or denied one of the others."
        ).format(count=error.pending)
    return _(
        "{count} questions on this server are already waiting for the moderators, which is the limit. "
        "You can ask this one once they have approved or denied some of the others."
    ).format(count=error.pending)


def _case_not_found(_interaction: Interaction, error: CaseNotFound) -> str:
    return _(
        "No case on the docket matches “{query}”. Choose one from the list that appears as you type, "
        "or put the question to the court with `/ask`."
    ).format(query=plain(error.query, QUERY_LIMIT))


def _forbidden(interaction: Interaction, _error: discord.Forbidden) -> str:
    names = permission_names(lacking(interaction.app_permissions, VERDICT_CHANNEL))
    if not names:
        return _(
            "Discord did not let me do that. "
            "An admin can see which permissions I am missing, and where, with `/setup channels`."
        )
    return _("Discord did not let me do that. In this channel I am missing: {permissions}.").format(
        permissions=", ".join(f"**{name}**" for name in names)
    )


def _too_fast(_interaction: Interaction, error: TooFast) -> str:
    # Discord shows whole seconds: the next one, so that nobody is told too early a time.
    allowed = error.allowed + timedelta(microseconds=999_999)
    return _("Not so fast: you can do that again {when}.").format(when=format_dt(allowed, "R"))


def _missing_permissions(_interaction: Interaction, error: app_commands.MissingPermissions) -> str:
    names = {"manage_guild": _("Manage Server")}
    wanted = ", ".join(f"**{names.get(name, name)}**" for name in error.missing_permissions)
    return _("Only members with {permissions} may do that.").format(permissions=wanted)


def _transformer(_interaction: Interaction, error: app_commands.TransformerError) -> str:
    value = plain(str(error.value), QUERY_LIMIT)
    if error.type is discord.AppCommandOptionType.channel:
        return _("Nothing was changed: “{value}” is not a text channel of this server that I can see.").format(
            value=value
        )
    return _("I cannot use “{value}” there.").format(value=value)


_WORDS: dict[type[BaseException], Words] = {
    StatementInvalid: _statement_invalid,
    NotModerator: _not_moderator,
    AlreadyDecided: _already_decided,
    AlreadyOnDocket: _already_on_docket,
    CaseNotFound: _case_not_found,
    NothingRuledYet: lambda *_args: _("The court has not ruled on anything yet. Put a question to it with `/ask`."),
    NotSetUp: lambda *_args: _(
        "The court is not set up on this server yet: it has no mod channel. "
        "An admin can choose one with `/setup channels`."
    ),
    DocketFull: lambda *_args: _(
        "The court found no free docket number. Nothing was changed. Please press **Approve** again. "
        "If that keeps happening, almost every number of this server is in use: tell the host of this bot."
    ),
    TooFast: _too_fast,
    TooManyPending: _too_many_pending,
    ReasonMissing: lambda *_args: _("Please write a reason: the member will read it. Nothing was changed."),
    StorageError: lambda *_args: _(
        "The court's records cannot be read or written right now. Nothing was changed. "
        "The host of this bot can find the error in the log. Please try again later."
    ),
    ButtonTooOld: lambda *_args: _(
        "This button is too old to work. Nothing was changed. Find the case with `/verdict` to see it as it is now."
    ),
    discord.Forbidden: _forbidden,
    discord.NotFound: lambda *_args: _("That is no longer on Discord. Reload Discord and try again."),
    discord.DiscordServerError: lambda *_args: _("Discord is having problems right now. Please try again soon."),
    app_commands.MissingPermissions: _missing_permissions,
    app_commands.NoPrivateMessage: lambda *_args: _("The court works only on servers, not in direct messages."),
    app_commands.TransformerError: _transformer,
    app_commands.CommandNotFound: lambda *_args: _stale(),
    app_commands.CommandSignatureMismatch: lambda *_args: _stale(),
    ServerNotAllowed: lambda _interaction, error: _(
        "The host of this bot has not allowed this server to use it. "
        "If you are the host, add `{guild_id}` to `ALLOWED_GUILDS` and restart the bot."
    ).format(guild_id=error.guild_id),
    app_commands.CheckFailure: lambda *_args: _("You may not do that here."),
}


def _stale() -> str:
    return _("This command has changed since your Discord loaded it. Reload Discord (Ctrl+R) and try again.")
