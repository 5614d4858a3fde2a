"""Handles each Telegram update exactly once and in order, even if the process dies.

    admit    a message is counted as it arrives; one of a flood goes no further
    take     the update is in the inbox when this returns, so that Telegram may forget it
    lane     it waits for earlier updates that it depends on, see `bots.telegram.dispatch`
    handle   it is handled, and removed from the inbox, well or badly; retries delay no others
    resume   all that a dead process left is kept again, and then handled in the same way

An update of a shape that nobody can read is set aside: it counts as taken, as Telegram would send
it again for ever, and it is not in the inbox at the next start.

While the store is away, updates are handled without the inbox, once in this process. If that is
cancelled, the update is stored on the way out if the store is back, as Telegram has forgotten it.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from cachetools import FIFOCache
from telegram import Bot, Update

from bots.error_texts import log_unexpected
from bots.transport.inbox import Inbox
from bots.transport.lanes import Lane, Lanes, Ticket
from bots.transport.set_aside import SetAside
from brain.asyncio_tasks import cancel_and_wait
from brain.errors import StoreError
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

IN_PROGRESS = 5_000
"""Most updates that wait or are handled; more are left with Telegram."""
REMEMBERED = 10_000
"""Updates of which this process remembers whether they are kept, without asking the store."""
GATHERED_S = 0.5
"""Seconds without another update after which all that was left behind has been gathered."""

LARGEST_ID = 2**53
"""Largest id of an update; JSON holds larger numbers only as text."""

Retry = Callable[[], Awaitable[None]]
"""Work on an update that is left after handling it, which no other update waits for."""


class UpdateHandler(Protocol):
    """Handles the updates of one bot."""

    def lane(self, update: Update) -> Lane:
        """Return the lane of an update; updates are asked for in the order of arrival."""
        ...

    async def admits(self, update: Update, *, waiting: int) -> bool:
        """Whether a new update is to be handled; `waiting` is how many it has to wait for."""
        ...

    async def handle(self, update: Update) -> Retry | None:
        """Handle an update, and return its retries, if any."""
        ...


@dataclass(slots=True, eq=False)
class _UpdateInWork:
    """An update in progress, from when it is taken until it is done."""

    ticket: Ticket
    """Its place in its lanes; until it leaves them, it counts among those `IN_PROGRESS`."""
    kept: asyncio.Future[bool]
    """Whether the update is kept, or must be handled without being kept."""
    released: asyncio.Future[None]
    """Done once a clean stop need not wait for the update, since its retries survive a restart."""


class Intake:
    """Takes the updates of one bot in one process, and passes each to its handler in order."""

    def __init__(
        self,
        inbox: Inbox,
        bot: Bot,
        handler: UpdateHandler,
        *,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Prepare to take updates.

        Args:
            inbox: the inbox of this bot, which all processes share.
            bot: the bot, to build updates from what was kept.
            handler: handles the updates.
            pause: waits for a number of seconds.
        """
        self._inbox = inbox
        self._bot = bot
        self._handler = handler
        self._kept: FIFOCache[int, asyncio.Future[bool]] = FIFOCache(REMEMBERED)
        """By id of an update, whether it is kept, once that is certain."""
        self._pause = pause
        self._lanes = Lanes()
        self._working: set[asyncio.Task[None]] = set()
        self._unreleased: set[asyncio.Future[None]] = set()
        self._room = asyncio.Semaphore(IN_PROGRESS)
        self._set_aside = SetAside("Telegram")

    def parse(self, found: object) -> Update | None:
        """Return an update from its decoded JSON, or None if it is none.

        Telegram may send what the library does not know yet: then the update is empty.
        """
        if not isinstance(found, dict) or not is_id(found.get("update_id")):
            return None
        try:
            return Update.de_json(found, self._bot)
        except Exception as error:  # noqa: BLE001 the library raises what its constructors raise
            self._set_aside.add(error)
            return Update(found["update_id"])

    async def take(self, update: Update) -> bool:
        """Take an update unless it was taken before, and wait until it is kept.

        It also waits while too many updates are in progress. It returns False if the update was
        cancelled before it was kept, in which case Telegram has to send it again. An update that
        cannot be read is set aside, and counts as taken.
        """
        kept = self._kept.get(update.update_id)
        if kept is None or (kept.done() and not kept.result()):
            return await self._enqueue(inbox_key(update), update)
        return await asyncio.shield(kept)

    async def resume(self) -> None:
        """Handle the updates that a process left behind, as soon as it is certain to be dead.

        All of them are taken before any is handled, so that albums are complete. Errors are logged.
        If this is cancelled, the updates that it took go on, and `drain` waits for them.
        """
        gathered, setting = asyncio.Event(), None
        try:
            async for key, payload in self._inbox.left_behind():
                try:
                    update = self.parse(json.loads(payload))
                    kept_again = "" if update is None else inbox_key(update, after=key)
                except (ValueError, RecursionError) as error:
                    self._set_aside.add(error)
                    continue
                if update is None:
                    continue
                if setting is not None:
                    setting.cancel()
                if gathered.is_set():
                    gathered = asyncio.Event()
                setting = asyncio.create_task(self._set_after_pause(gathered))
                # The inbox keeps this update only until the next is asked for: first it is kept
                # again.
                if not await self._enqueue(kept_again, update, gathered):
                    return
        except StoreError:
            log.warning("What was left to answer stays for the next start: the store is away.")
        finally:
            if setting is not None:
                setting.cancel()
            gathered.set()

    async def _set_after_pause(self, gathered: asyncio.Event) -> None:
        await self._pause(GATHERED_S)
        gathered.set()

    async def drain(self) -> None:
        """Wait until all updates that were taken are handled, without their retries."""
        while self._unreleased:
            await asyncio.wait(self._unreleased)

    async def idle(self) -> None:
        """Wait until all updates that were taken are done, with their retries."""
        while self._working:
            await asyncio.wait(self._working)

    async def cut_off(self) -> None:
        """Cancel all updates in progress, which are handled after the next start."""
        await cancel_and_wait(self._working)
        await self.idle()

    async def _enqueue(
        self, key: str, update: Update, gathered: asyncio.Event | None = None
    ) -> bool:
        """Start the task of an update, and return whether the update is kept or cannot be.

        It is handled once `gathered` is set.
        """
        try:
            lane = self._handler.lane(update)
        except Exception as error:  # noqa: BLE001 the library checks no types: an id may be a list
            self._set_aside.add(error)
            return True
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()
        self._kept[update.update_id] = kept
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            kept.set_result(False)
            raise
        work = _UpdateInWork(self._lanes.join(lane), kept, loop.create_future())
        self._unreleased.add(work.released)
        work.released.add_done_callback(self._unreleased.discard)
        task = asyncio.create_task(self._keep_and_handle(key, update, work, gathered))
        self._working.add(task)
        task.add_done_callback(partial(self._finish, work))
        # A caller that is cancelled does not cancel the task.
        return await asyncio.shield(kept)

    async def _keep_and_handle(
        self,
        key: str,
        update: Update,
        work: _UpdateInWork,
        gathered: asyncio.Event | None,
    ) -> None:
        try:
            # What a dead process left was counted by that process.
            if gathered is None and not await self._admits(update, work.ticket):
                work.kept.set_result(True)
                return
            async with self._inbox.keep(key, update_to_json(update)) as is_ours:
                work.kept.set_result(True)
                if is_ours:
                    await self._handle_in_turn(update, work, gathered)
        except Exception as error:  # noqa: BLE001 whatever keeps it from being kept
            if not isinstance(error, StoreError):
                log_unexpected(log, "An update was not kept", error)
            if not work.kept.done():
                work.kept.set_result(True)
                try:
                    await self._handle_in_turn(update, work, gathered)
                except asyncio.CancelledError:
                    # The update is not in the inbox, and Telegram does not send it again.
                    with suppress(Exception):
                        await self._inbox.leave(key, update_to_json(update))
                    raise

    async def _admits(self, update: Update, ticket: Ticket) -> bool:
        try:
            return await self._handler.admits(update, waiting=ticket.ahead)
        except Exception as error:  # noqa: BLE001 whoever cannot be told is at least answered
            log_unexpected(log, "An update was not counted", error)
            return True

    async def _handle_in_turn(
        self, update: Update, work: _UpdateInWork, gathered: asyncio.Event | None
    ) -> None:
        """Handle an update in its turn, with its retries. Errors are logged."""
        if gathered is not None:
            await gathered.wait()
        await work.ticket.wait()
        try:
            retry = await self._handler.handle(update)
            self._leave_lanes(work)
            if retry is not None:
                work.released.set_result(None)
                await retry()
        except Exception as error:  # noqa: BLE001 whatever it was, the next one is handled
            log_unexpected(log, "An update was not handled", error)
            self._leave_lanes(work)

    def _leave_lanes(self, work: _UpdateInWork) -> None:
        """Let the updates behind this one go on, and free its place for another."""
        if not work.ticket.left.done():
            work.ticket.leave()
            self._room.release()

    def _finish(self, work: _UpdateInWork, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._leave_lanes(work)
        if not work.released.done():
            work.released.set_result(None)
        if not work.kept.done():
            work.kept.set_result(False)


def is_id(found: object) -> bool:
    """Whether this is the id of an update that Telegram can be told to have been taken."""
    return type(found) is int and 0 <= found <= LARGEST_ID


def update_to_json(update: Update) -> str:
    """Return an update as JSON, for `Intake.parse`."""
    return json.dumps(update.to_dict(), default=_seconds)


def _seconds(left: object) -> float | None:
    """Return a date as a timestamp, which the library omits for inaccessible messages."""
    return left.timestamp() if isinstance(left, datetime) else None


def inbox_key(update: Update, *, after: str = "") -> str:
    """Return the key of an update in the inbox, which sorts as the updates do.

    All keys have the same length.

    Args:
        update: the update to keep.
        after: the key under which it was left behind; empty: it is new.
    """
    times = int(after.partition(".")[2] or 0) + 1 if after else 0
    return f"{update.update_id:012}.{times:02}"
