"""Starts and ends the bot of python-telegram-bot, with errors that say what to do."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bots.settings.platforms import TelegramSettings
from bots.telegram.errors import NoToken, OutOfReach, TokenRefused, WrongRoot
from bots.telegram.sending import with_retries
from brain.network import NetworkRoute, failure_values, route_to

TELEGRAM = "https://api.telegram.org"
LIMIT_S = 20.0
"""Longest time in seconds to try to reach Telegram at the start."""
TIMEOUT_S = 20.0
POOL = 256
"""Most connections at once, one for each reply in progress."""

# This chooses the newer type of `retry_after`; for the older one the library warns at each 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@asynccontextmanager
async def connect(settings: TelegramSettings, *, limit_s: float = LIMIT_S) -> AsyncIterator[Bot]:
    """Start the bot, which knows its own name and id, and shut it down after the block.

    Raises NoToken, WrongRoot, TokenRefused, OutOfReach, ProxyUnusable, CertificatesUnusable.
    """
    if settings.token is None or not settings.token.get_secret_value().strip():
        raise NoToken
    root = api_root(settings.api_base)
    _silence_loggers()
    route = await asyncio.to_thread(route_to, root)
    bot = Bot(
        settings.token.get_secret_value().strip(),
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=_request(route, POOL),
        get_updates_request=_request(route, 2),
    )
    try:
        await with_retries(bot.initialize, repeatable=True, limit_s=limit_s)
    except InvalidToken:
        await bot.shutdown()
        # The library's error is not chained, since it quotes the token.
        raise TokenRefused from None
    except TelegramError as error:
        await bot.shutdown()
        raise out_of_reach(error, root) from error
    try:
        yield bot
    finally:
        await bot.shutdown()


def out_of_reach(error: TelegramError, root: str) -> OutOfReach:
    """Return the error that says that Telegram was not reached at an address, and why."""
    return OutOfReach(root=root, reason=type(error).__name__, **failure_values(error, root))


def api_root(api_base: str | None) -> str:
    """Return the root address of the server. Raises WrongRoot if it is more than a root."""
    if api_base is None:
        return TELEGRAM
    parts = urlsplit(api_base.strip())
    # A pasted address may have a token in its path, or a password before its host.
    bare = parts.path.strip("/") == "" and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not bare:
        raise WrongRoot
    return f"{parts.scheme}://{parts.netloc}"


def _request(route: NetworkRoute, pool: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=pool,
        read_timeout=TIMEOUT_S,
        write_timeout=TIMEOUT_S,
        connect_timeout=TIMEOUT_S,
        pool_timeout=TIMEOUT_S,
        proxy=httpx.Proxy(**route.proxy_arguments) if route.proxy else None,
        httpx_kwargs={"trust_env": False, "verify": route.tls},
    )


def _silence_loggers() -> None:
    """Keep the logs of the libraries out of this program's, as they contain tokens and messages."""
    for name in ("telegram", "httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
