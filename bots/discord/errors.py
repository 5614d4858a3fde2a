"""Defines the errors that prevent the bot from working on Discord."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
from aiohttp import ClientError

from bots.platform import PlatformError
from bots.settings.platforms import DiscordSettings
from brain.errors import BadSettings, SiliconfriendError
from brain.network import failure_values

DISCORD = "https://discord.com"
DEVELOPER_PAGE = "https://discord.com/developers/applications"


class DiscordTokenMissing(PlatformError):
    """There is no token. Values: `page`, where it can be found."""

    key = "discord-token-missing"


class DiscordTokenRefused(PlatformError):
    """Discord refused the token. Values: `page`, where it can be found."""

    key = "discord-token-refused"


class DiscordIntentMissing(PlatformError):
    """The application lacks an intent. Values: `intent`, and `page`, where it can be enabled."""

    key = "discord-intent-missing"


class DiscordUnreachable(PlatformError):
    """Discord cannot be reached. Values: `address`; `cause` and `detail` of why."""

    key = "discord-unreachable"
    retryable = True


class FilesWithheld(SiliconfriendError):
    """Discord does not provide some files at the moment. Values: `names` of the files."""

    key = "discord-files-unreachable"
    retryable = True


class DiscordRefused(PlatformError):
    """Discord refused the connection or a request. Values: `code`, Discord's own."""

    key = "discord-refused"


class NotDiscord(PlatformError):
    """What answers is not Discord, such as the page of a network. Values: `address`."""

    key = "discord-other-server"


class ShardsUnclear(BadSettings):
    """The shards of this process are not numbers, or do not fit the number of all shards."""

    key = "discord-shards-unclear"


def usable_token(settings: DiscordSettings) -> str:
    """Return the token. Raises DiscordTokenMissing, DiscordTokenRefused."""
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        raise DiscordTokenMissing(page=bot_page(None))
    if not (token.isascii() and token.isprintable()):
        # It could not even be sent.
        raise DiscordTokenRefused(page=bot_page(None))
    return token


def translate_error(error: Exception, *, address: str, application: int | None) -> Exception:
    """Return the error above that an error of discord.py stands for, else the same error.

    Args:
        error: the error that discord.py raised.
        address: the address at which Discord was sought.
        application: the id of the application, if it is known.
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
            return DiscordUnreachable(address=address, **failure_values(error, address))
        case discord.HTTPException():
            return DiscordRefused(code=error.code or error.status)
        case _:
            return error


@contextmanager
def translating_errors(address: str) -> Iterator[None]:
    """Raise DiscordUnreachable for the errors of requests within the block.

    discord.py raises various errors for a request that fails, and a retry may help with each.
    """
    try:
        yield
    except (discord.HTTPException, ClientError, OSError) as error:
        raise DiscordUnreachable(address=address, **failure_values(error, address)) from error


def bot_page(application: int | None) -> str:
    """Return the page on which the token and the intents of an application are set."""
    return f"{DEVELOPER_PAGE}/{application}/bot" if application else DEVELOPER_PAGE
