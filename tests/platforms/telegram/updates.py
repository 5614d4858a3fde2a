"""Delivers updates to a bot, by long polling or to its webhook."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.platforms.telegram.errors import Refused, bad
from tests.platforms.telegram.params import Params
from tests.platforms.telegram.records import Delivery, Json
from tests.platforms.telegram.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 a header's name
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MOST_UPDATES = 100
FOREVER_SECONDS = 10**6
PAUSE_SECONDS = 0.05
"""Seconds between two attempts to post an update; Telegram waits longer."""
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of updates that a bot only gets if it names them in `allowed_updates`."""


class Updates:
    """Delivers the queue to one poller or one webhook, never to both."""

    def __init__(self, world: World) -> None:
        self.webhook: Json = {}
        """The webhook that setWebhook has set; empty without one."""
        self._world = world
        self._allowed: list[str] = []
        self._poll: asyncio.Event | None = None
        """Set to end the current poll."""
        self._posting: asyncio.Task[None] | None = None

    def set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)\b", url):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.text("secret_token")
        if secret and not SECRET.fullmatch(secret):
            raise bad("secret token contains illegal characters")
        self._drop(params)
        self._allow(params)
        self.webhook = {"url": url, "secret": secret or None, "error": ""} if url else {}
        self.start()
        return True

    def delete_webhook(self, params: Params) -> bool:
        self._drop(params)
        self.webhook = {}
        return True

    def webhook_info(self) -> Json:
        said: Json = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._world.queue),
        }
        if self.webhook.get("error"):
            said["last_error_message"] = self.webhook["error"]
            said["last_error_date"] = int(self._world.clock.now())
        return said

    async def poll(self, params: Params) -> list[Json]:
        """Answers getUpdates, after the time asked for at most; a second poll ends the first."""
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._allow(params)
        self.send_away()
        mine = self._poll = asyncio.Event()
        self._confirm(params.integer("offset"))
        limit = params.integer("limit", MOST_UPDATES)
        if not 1 <= limit <= MOST_UPDATES:
            limit = MOST_UPDATES
        with suppress(AssertionError):
            await self._world.until(
                lambda: mine.is_set() or self._due(),
                within=max(params.integer("timeout"), 0.001),
            )
        if mine.is_set():
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        self._poll = None
        due = self._due()[:limit]
        del self._world.again[:limit]
        return due

    def send_away(self) -> None:
        """End the current poll with 409."""
        if self._poll is not None:
            self._poll.set()
            self._world.changed()

    def start(self) -> None:
        """Begin to post queued and new updates to the webhook, if there is one."""
        if self.webhook and (self._posting is None or self._posting.done()):
            self._posting = asyncio.create_task(self._post_all())

    async def stop(self) -> None:
        """Stop posting, and end the current poll."""
        self.send_away()
        if self._posting is not None:
            self._posting.cancel()
            with suppress(asyncio.CancelledError):
                await self._posting
            self._posting = None

    async def post(self, update: Json, *, secret: str | None) -> int:
        """Posts one update with a secret header or without (None), and returns the HTTP status."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=20)) as session,
                session.post(self.webhook["url"], json=update, headers=headers) as response,
            ):
                status = response.status
        except (ClientError, TimeoutError, OSError):
            status = 0
        self._world.deliveries.append(Delivery(update["update_id"], secret, status))
        self._world.changed()
        return status

    async def _post_all(self) -> None:
        world = self._world
        while self.webhook:
            await world.until(lambda: not self.webhook or self._due(), within=FOREVER_SECONDS)
            while self.webhook and (due := self._due()):
                update = due[0]
                status = await self.post(update, secret=self.webhook.get("secret"))
                if not self.webhook:
                    return
                if 200 <= status < 300:
                    waiting = world.again if update in world.again else world.queue
                    waiting.remove(update)
                    self.webhook["error"] = ""
                else:
                    told = f"Wrong response from the webhook: {status}"
                    self.webhook["error"] = told if status else "Connection refused"
                    await asyncio.sleep(PAUSE_SECONDS)

    def _confirm(self, offset: int) -> None:
        queue = self._world.queue
        if offset < 0:
            queue[:] = queue[offset:]
        else:
            queue[:] = [one for one in queue if one["update_id"] >= offset]
        self._world.changed()

    def _due(self) -> list[Json]:
        """Return the updates to repeat and the queued ones, without kinds that are not allowed."""
        queue = self._world.queue
        queue[:] = [one for one in queue if self._wanted(one)]
        return [*self._world.again, *queue]

    def _wanted(self, update: Iterable[str]) -> bool:
        kind = next(key for key in update if key != "update_id")
        return kind in self._allowed if self._allowed else kind not in UNASKED

    def _allow(self, params: Params) -> None:
        allowed: Any = params.json("allowed_updates")
        if allowed is not None:
            self._allowed = allowed

    def _drop(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self._world.queue.clear()
