"""The errors that keep the bot from Discord; the sentence of each says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
from aiohttp import ClientError

from bots.platform import PlatformError
from brain.errors import BadSettings, SiliconfriendError

DISCORD = "https://discord.com"
DEVELOPER_PAGE = "https://discord.com/developers/applications"


class DiscordTokenMissing(PlatformError):
    """Values: `page`."""

    key = "discord-token-missing"


class DiscordTokenRefused(PlatformError):
    """Values: `page`."""

    key = "discord-token-refused"


class DiscordIntentMissing(PlatformError):
    """Values: `intent`, as the developer page names it, and `page`, where it is switched on."""

    key = "discord-intent-missing"


class DiscordUnreachable(PlatformError):
    """Values: `address`."""

    key = "discord-unreachable"
    retryable = True


class FilesWithheld(SiliconfriendError):
    """Values: `names` of files that Discord does not hand out now."""

    key = "discord-files-unreachable"
    retryable = True


class DiscordRefused(PlatformError):
    """Values: `code`, Discord's own."""

    key = "discord-refused"


class ShardsUnclear(BadSettings):
    """The shards of this process are named, and not how many there are; or they are no numbers."""

    key = "discord-shards-unclear"


def translate_error(error: Exception, *, address: str, application: int | None) -> Exception:
    """Translate an error of discord.py into one of the above; an unknown one stays as it is.

    Args:
        error: what discord.py raised.
        address: where Discord was looked for.
        application: the bot's, once it is known.
    """
    page = bot_page(application)
    match error:
        case discord.LoginFailure():
            return DiscordTokenRefused(page=page)
        case discord.PrivilegedIntentsRequired():
            return DiscordIntentMissing(intent="Message Content Intent", page=page)
        case discord.ConnectionClosed():
            return DiscordRefused(code=error.code)
        case discord.DiscordServerError() | discord.GatewayNotFound() | ClientError() | OSError():
            return DiscordUnreachable(address=address)
        case discord.HTTPException():
            return DiscordRefused(code=error.code or error.status)
        case _:
            return error


@contextmanager
def translating_errors(address: str) -> Iterator[None]:
    """A question within the block that Discord does not answer raises DiscordUnreachable.

    discord.py raises many things then, and a later attempt may help with each.
    """
    try:
        yield
    except (discord.HTTPException, ClientError, OSError) as error:
        raise DiscordUnreachable(address=address) from error


def bot_page(application: int | None) -> str:
    """Where the token and the intents of an application are."""
    return f"{DEVELOPER_PAGE}/{application}/bot" if application else DEVELOPER_PAGE
