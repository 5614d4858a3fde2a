"""Receives updates by a webhook, to which Telegram posts them.

An update is confirmed as soon as it is in the inbox, before it is handled. Requests without the
secret are refused. If no secret is set, it is derived from the token, so that several processes
behind one address agree on it.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, Update
from telegram.error import TelegramError

from bots.serving import serve_app
from bots.telegram.dispatch import WANTED
from bots.telegram.errors import WebhookRefused, WrongSecret
from bots.telegram.intake import Intake
from bots.telegram.sending import with_retries
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_BYTES = 1 << 20
"""Most bytes of an update; Telegram's have some kilobytes."""
WATCH_EVERY_S = 60.0
"""Seconds between two checks whether Telegram still posts here."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Webhook:
    """The server that Telegram posts updates to."""

    def __init__(self, bot: Bot, intake: Intake, *, url: str, secret: str | None) -> None:
        """Prepare the webhook.

        Args:
            bot: the bot whose updates are posted.
            intake: takes the updates.
            url: the public address; the server listens at its path.
            secret: 1 to 256 letters, digits, `_` and `-`; None: derived from the token.

        Raises:
            WrongSecret: Telegram would not accept the secret.
        """
        if secret is not None and not _SECRET.fullmatch(secret):
            raise WrongSecret
        self._bot = bot
        self._intake = intake
        self._url = url
        self._secret = secret or _derive_secret(bot.token)
        self.is_healthy = True
        """Whether Telegram posts here, as far as is known."""

    @asynccontextmanager
    async def open(
        self, *, host: str, port: int, healthy: Callable[[], bool]
    ) -> AsyncIterator[int]:
        """Listen and set the webhook; yields the port. Raises PortTaken, WebhookRefused."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_post(urlsplit(self._url).path or "/", self._receive)

        async def health(_: web.Request) -> web.Response:
            status = HTTPStatus.OK if healthy() else HTTPStatus.SERVICE_UNAVAILABLE
            return web.json_response({"telegram": healthy()}, status=status)

        app.router.add_get("/healthz", health)
        async with serve_app(app, host=host, port=port) as chosen:
            await self._set_webhook()
            yield chosen

    async def watch(self, pause: Pause = asyncio.sleep) -> None:
        """Check whether Telegram still posts here and reaches this server, until cancelled."""
        while True:
            await pause(WATCH_EVERY_S)
            try:
                info = await self._bot.get_webhook_info()
            except TelegramError:
                self.is_healthy = False
                continue
            is_reached = not (info.pending_update_count and info.last_error_message)
            healthy = info.url == self._url and is_reached
            if self.is_healthy and not healthy:
                log.warning("Telegram does not reach the webhook, or posts somewhere else.")
            self.is_healthy = healthy

    async def _set_webhook(self) -> None:
        try:
            await with_retries(
                lambda: self._bot.set_webhook(
                    self._url, secret_token=self._secret, allowed_updates=WANTED
                ),
                repeatable=True,
                limit_s=30.0,
            )
        except TelegramError as error:
            raise WebhookRefused(reason=error.message) from error

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        # aiohttp refuses a body that is too large with 413.
        update = self._read(await request.read())
        if update is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if not await self._intake.take(update):
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()

    def _read(self, body: bytes) -> Update | None:
        """Return the update in a body, or None if it contains none."""
        try:
            return self._intake.parse(json.loads(body))
        except (ValueError, RecursionError):
            return None


def _derive_secret(token: str) -> str:
    return hashlib.sha256(f"siliconfriend webhook {token}".encode()).hexdigest()
