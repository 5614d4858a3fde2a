"""Receives updates by long polls, which need no public address.

Each poll confirms the updates of the last one, and begins only when all of them are in the inbox.
A process that dies in between receives them again.
"""

import asyncio
import logging
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.warnings import PTBUserWarning

from bots.telegram.dispatch import WANTED
from bots.telegram.errors import SecondPoller, TokenRefused
from bots.telegram.intake import Intake, is_id
from bots.telegram.sending import seconds_of
from brain.texts import say
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

POLL_S = 25
"""Seconds that a poll waits for updates."""
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
UNHEALTHY_S = 90.0
"""Seconds without a successful poll after which the bot is unhealthy."""
MOST_CONFLICTS = 3
"""Conflicts in a row after which a poller that never succeeded yields to the other one."""


class Polling:
    """Polls Telegram for updates until it is cancelled."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        *,
        name: str,
        language: str,
        now: Callable[[], float],
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Prepare to poll.

        Args:
            bot: the bot that polls.
            intake: takes the updates.
            name: the name of the bot, for logs and errors.
            language: the code of the language of logs.
            now: a monotonic clock, in seconds.
            pause: waits for a number of seconds.
        """
        self._bot = bot
        self._intake = intake
        self._name = name
        self._language = language
        self._now = now
        self._pause = pause
        self._last_success = now()
        self._ever_succeeded = False
        self._conflicts = 0
        self._wait = FIRST_WAIT_S
        self._offset: int | None = None

    @property
    def is_healthy(self) -> bool:
        """Whether a poll succeeded lately."""
        return self._now() - self._last_success < UNHEALTHY_S

    async def run(self) -> None:
        """Poll until cancelled. Raises TokenRefused, SecondPoller."""
        while True:
            try:
                await self._poll()
            except Conflict:
                await self._pause(self._after_conflict())
            except InvalidToken:
                raise TokenRefused from None
            except RetryAfter as refusal:
                await self._pause(seconds_of(refusal))
            except TimedOut:
                # The poll itself has waited long enough.
                continue
            except TelegramError as error:
                log.warning("Telegram could not be asked: %s", type(error).__name__)
                await self._pause(self._wait)
                self._wait = min(LONGEST_WAIT_S, 2 * self._wait)

    async def confirm(self) -> None:
        """Confirm the updates that were taken, so that they do not come again; may fail."""
        if self._offset is not None:
            with suppress(TelegramError):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _poll(self) -> None:
        updates = await self._get_updates()
        self._last_success = self._now()
        self._ever_succeeded = True
        self._conflicts, self._wait = 0, FIRST_WAIT_S
        readable = [update for update in updates if is_id(update.update_id)]
        taken = await asyncio.gather(*map(self._intake.take, readable))
        if readable and all(taken):
            # Updates may come in any order.
            self._offset = max([update.update_id for update in readable]) + 1
        elif updates:
            # Telegram has nothing to confirm, and sends the same at once again.
            await self._pause(FIRST_WAIT_S)

    async def _get_updates(self) -> Sequence[Update]:
        """Return the updates that wait, or come soon. Raises TelegramError."""
        offset = self._offset
        try:
            return await self._bot.get_updates(
                offset=offset, timeout=POLL_S, allowed_updates=WANTED
            )
        except TelegramError:
            raise
        except Exception:  # noqa: BLE001 whatever it cannot read, the others can be
            return await self._get_updates_one_by_one(offset=offset or 0, timeout=0)

    async def _get_updates_one_by_one(self, **options: Any) -> list[Update]:  # noqa: ANN401 as Telegram has them
        """Return what `Bot.get_updates` would, without failing at one unreadable update.

        Raises TelegramError.
        """
        with warnings.catch_warnings():
            # The library warns of the direct request, and suggests the method that failed.
            warnings.simplefilter("ignore", PTBUserWarning)
            found: Any = await self._bot.do_api_request("getUpdates", api_kwargs=options)
        each = found if isinstance(found, list) else [found]
        return [update for one in each if (update := self._intake.parse(one)) is not None]

    def _after_conflict(self) -> float:
        """Return the seconds to wait after a conflict. Raises SecondPoller in the later poller."""
        self._conflicts += 1
        if not self._ever_succeeded and self._conflicts >= MOST_CONFLICTS:
            raise SecondPoller(name=self._name)
        if self._conflicts == 1:
            log.warning("%s", say(self._language, SecondPoller.key, name=self._name))
        return FIRST_WAIT_S


async def delete_webhook(bot: Bot) -> None:
    """Remove the webhook, so that updates wait for polls. Raises TelegramError."""
    with suppress(BadRequest):
        await bot.delete_webhook()
