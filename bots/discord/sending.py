"""Sends requests until they arrive, and sends no message twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord
from aiohttp import ClientError
from discord.abc import Messageable

Answer = TypeVar("Answer")

TRIES = 5
NO_PINGS = discord.AllowedMentions.none()
_UNREADABLE = frozenset({160002, 160009})
"""Discord's error codes for replying in a channel whose history the bot may not read."""


async def with_retries(request: Callable[[], Awaitable[Answer]], *, pause_s: float) -> Answer:
    """Send a request, again after a lost connection or an error of the server.

    discord.py itself retries after some statuses, but after no lost connection on Linux.

    Args:
        request: sends the request; sending it twice must do no harm.
        pause_s: seconds before the second try, and twice as long before each further one.
    """
    for tried in range(1, TRIES):
        try:
            return await request()
        except (ClientError, OSError, discord.DiscordServerError):
            await asyncio.sleep(pause_s * 2 ** (tried - 1))
    return await request()


async def send_once(
    channel: Messageable,
    text: str,
    *,
    nonce: str,
    pause_s: float,
    reply_to: discord.Message | None = None,
) -> discord.Message:
    """Send a message once, however often that has to be tried, even across a restart.

    Args:
        channel: the channel to send to.
        text: at most 2,000 characters.
        nonce: at most 25 characters; for some minutes, Discord returns the earlier message with
            the same nonce instead of creating a second one.
        pause_s: as in `with_retries`.
        reply_to: the message to reply to; it may be deleted, or its channel unreadable.
    """
    reference = reply_to.to_reference(fail_if_not_exists=False) if reply_to else None

    async def send() -> discord.Message:
        if reference is not None:
            try:
                return await channel.send(
                    text,
                    nonce=nonce,
                    reference=reference,
                    mention_author=False,
                    allowed_mentions=NO_PINGS,
                )
            except discord.Forbidden as error:
                if error.code not in _UNREADABLE:
                    raise
        return await channel.send(text, nonce=nonce, allowed_mentions=NO_PINGS)

    message = await with_retries(send, pause_s=pause_s)
    if message.content.strip() != text.strip():
        # The message was there before, as the draft of a process that died.
        return await edit_message(message, text, pause_s=pause_s)
    return message


async def edit_message(
    message: discord.Message | discord.PartialMessage, text: str, *, pause_s: float
) -> discord.Message:
    """Edit a message of the bot."""
    return await with_retries(
        lambda: message.edit(content=text, allowed_mentions=NO_PINGS), pause_s=pause_s
    )
