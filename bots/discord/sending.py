"""Sends requests until they arrive, and messages never twice."""

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
"""Discord's codes: who may not read back what was said in a channel may not reply to it there."""


async def with_retries(request: Callable[[], Awaitable[Answer]], *, pause_s: float) -> Answer:
    """Send a request again when it got lost: a cut connection, a server in trouble.

    discord.py itself repeats it after some statuses, and after none of these on Linux.

    Args:
        request: makes it anew each time; it must do no harm when it is done twice.
        pause_s: before the second try; then twice as long each time.
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
    """Send a message once, however often that has to be tried, also before a restart.

    Args:
        channel: where.
        text: at most 2,000 characters.
        nonce: at most 25 characters; within some minutes Discord gives back the message that came
            with the same one, in place of a second.
        pause_s: see `with_retries`.
        reply_to: the message that is answered; it may be gone, or not to be read back.
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
        # It stood there before, as the draft of a process that is gone.
        return await edit_message(message, text, pause_s=pause_s)
    return message


async def edit_message(message: discord.Message, text: str, *, pause_s: float) -> discord.Message:
    """Edit a message of the bot."""
    return await with_retries(
        lambda: message.edit(content=text, allowed_mentions=NO_PINGS), pause_s=pause_s
    )
