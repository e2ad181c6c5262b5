"""Brings what the outbox holds to Discord, and says what somebody has to mend where it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from zlib import crc32

import aiohttp
import discord

from cogs.docket.card import denial_card, filed_card
from cogs.rulings.card import ruling_card
from cogs.rulings.inflection_card import turn_card
from cogs.ui.labels import VOTE_EMOJI
from cogs.ui.layout import Card, dispatch_id_of
from cogs.ui.notices import notice_card
from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL, missing_in
from cogs.ui.texts import _, using_locale
from court.errors import Undeliverable
from court.models import Case, CaseOverview, MessageRef, Turn

LOOK_BACK = 1_000
"""Messages in which a marked one is looked for: members may have written much under it before we start again."""

_INBOX_CLOSED = 50007
_TOO_MANY = 429
_CLIENT_ERRORS = range(400, 500)


class DiscordCourier:
    """`court.ports.Courier` over a Discord client. It waits until the client is ready.

    `vacancy` is why nothing is heard, in a host's words; the moderators' cards say so.
    """

    def __init__(self, client: discord.Client, vacancy: str | None = None) -> None:
        self._client = client
        self._vacancy = vacancy

    async def post_card(self, channel_id: int, case: Case, dispatch_id: int) -> MessageRef:
        async with self._delivering(channel_id, MOD_CHANNEL):
            card = filed_card(case, dispatch_id=dispatch_id, vacancy=self._vacancy)
            return await self._post(channel_id, card, _nonce(dispatch_id, case.filed_at))

    async def update_card(self, card: MessageRef, case: Case) -> None:
        async with self._delivering(card.channel_id, MOD_CHANNEL):
            # An edit without text forgets the client's own rule that nothing pings.
            await self._message(card).edit(
                view=filed_card(case, vacancy=self._vacancy), allowed_mentions=discord.AllowedMentions.none()
            )

    async def post_ruling(self, channel_id: int, record: CaseOverview, dispatch_id: int) -> MessageRef:
        async with self._delivering(channel_id, VERDICT_CHANNEL):
            moment = record.case.filed_at if record.hearing is None else record.hearing.closed_at
            return await self._post(
                channel_id, ruling_card(record, dispatch_id=dispatch_id), _nonce(dispatch_id, moment)
            )

    async def post_turn(self, channel_id: int, record: CaseOverview, turn: Turn, dispatch_id: int) -> MessageRef:
        async with self._delivering(channel_id, VERDICT_CHANNEL):
            return await self._post(
                channel_id, turn_card(record, turn, dispatch_id=dispatch_id), _nonce(dispatch_id, turn.at)
            )

    async def open_vote(self, ruling: MessageRef) -> None:
        async with self._delivering(ruling.channel_id, VERDICT_CHANNEL):
            for emoji in VOTE_EMOJI.values():
                await self._message(ruling).add_reaction(emoji)

    async def tell_denial(self, user_id: int, case: Case) -> None:
        await self._client.wait_until_ready()
        guild = self._client.get_guild(case.guild_id)
        with _voice(guild):
            async with _translating(_("a member's inbox")):
                inbox = await self._client.create_dm(discord.Object(user_id))
                nonce = _nonce(case.id, case.decided_at or case.filed_at)
                await inbox.send(view=denial_card(case, None if guild is None else guild.name), nonce=nonce)

    async def post_notice(self, channel_id: int, text: str, dispatch_id: int) -> MessageRef:
        async with self._delivering(channel_id, MOD_CHANNEL):
            return await self._post(channel_id, notice_card(text, dispatch_id), f"{dispatch_id}:{crc32(text.encode())}")

    async def find(self, channel_id: int, dispatch_id: int) -> MessageRef | None:
        async with self._delivering(channel_id, MOD_CHANNEL):
            if lacking := self._lacking(channel_id, MOD_CHANNEL):
                # Discord shows an empty channel to whom may not read it, and the message would go out twice.
                raise Undeliverable(lacking, lasting=True)
            async for message in self._client.get_partial_messageable(channel_id).history(limit=LOOK_BACK):
                if message.author == self._client.user and dispatch_id_of(message) == dispatch_id:
                    return MessageRef(channel_id, message.id)
        return None

    async def _post(self, channel_id: int, card: Card, nonce: str) -> MessageRef:
        # The nonce has Discord give back the message of an attempt whose answer was lost on the way.
        message = await self._client.get_partial_messageable(channel_id).send(view=card, nonce=nonce)
        return MessageRef(channel_id, message.id)

    def _message(self, ref: MessageRef) -> discord.PartialMessage:
        return self._client.get_partial_messageable(ref.channel_id).get_partial_message(ref.message_id)

    @asynccontextmanager
    async def _delivering(self, channel_id: int, needs: Iterable[str]) -> AsyncIterator[None]:
        await self._client.wait_until_ready()
        channel = self._client.get_channel(channel_id)
        guild = channel.guild if isinstance(channel, discord.abc.GuildChannel) else None
        with _voice(guild):
            try:
                async with _translating(f"<#{channel_id}>"):
                    yield
            except Undeliverable as error:
                if isinstance(error.__cause__, discord.Forbidden) and (lacking := self._lacking(channel_id, needs)):
                    raise Undeliverable(lacking, lasting=True) from error
                raise

    def _lacking(self, channel_id: int, needs: Iterable[str]) -> str | None:
        channel = self._client.get_channel(channel_id)
        lacking = missing_in(channel, needs) if isinstance(channel, discord.abc.GuildChannel) else []
        if not lacking:
            return None
        return _("in {place} I lack {permissions}").format(place=f"<#{channel_id}>", permissions=", ".join(lacking))


def _voice(guild: discord.Guild | None) -> AbstractContextManager[None]:
    return using_locale(None if guild is None else guild.preferred_locale)


def _nonce(dispatch_id: int, moment: datetime) -> str:
    return f"{dispatch_id}:{int(moment.timestamp())}"


@asynccontextmanager
async def _translating(place: str) -> AsyncIterator[None]:
    """Turn what Discord and the network raise into `Undeliverable`."""
    try:
        yield
    except discord.NotFound as error:
        raise Undeliverable(_("{place} or the message in it is gone").format(place=place), lasting=True) from error
    except discord.Forbidden as error:
        if error.code == _INBOX_CLOSED:
            raise Undeliverable(_("the member takes no direct messages"), lasting=True) from error
        problem = _("I may not write in {place} ({reason})").format(place=place, reason=error.text)
        raise Undeliverable(problem, lasting=True) from error
    except discord.HTTPException as error:
        problem = _("Discord answered {status} for {place}").format(status=error.status, place=place)
        lasting = error.status in _CLIENT_ERRORS and error.status != _TOO_MANY
        raise Undeliverable(problem, lasting=lasting) from error
    except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
        problem = _("Discord could not be reached for {place}").format(place=place)
        raise Undeliverable(problem, lasting=False) from error
