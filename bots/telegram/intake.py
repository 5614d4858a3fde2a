"""Handles each Telegram update exactly once and in order, even if the process dies.

    look back  all that a dead process left joins its lanes, before any new update does
    admit      a message is counted as it arrives; one of a flood goes no further
    take       the update is in the inbox when this returns, so that Telegram may forget it
    lane       it waits for earlier updates that it depends on, see `bots.telegram.dispatch`
    handle     it is handled, and removed from the inbox, well or badly; retries delay no others
    resume     what a dead process left is handled in the same way, as soon as it is certain

An update of a shape that nobody can read is set aside: it counts as taken, as Telegram would send
it again for ever, and it is not in the inbox at the next start.

What neither the store nor the disk can keep is handled all the same, once in this process.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from cachetools import FIFOCache
from telegram import Bot, Update

from bots.error_texts import log_unexpected
from bots.transport.inbox import POLL_S, Inbox, Left
from bots.transport.journal import Entry
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

    async def handle(self, update: Update, entry: Entry) -> Retry | None:
        """Handle an update, and return its retries, if any; `entry` tells of its reply."""
        ...


@dataclass(slots=True, eq=False)
class _UpdateInWork:
    """An update from when it joins its lanes until it is done."""

    update: Update
    ticket: Ticket
    """Its place in its lanes."""
    kept: asyncio.Future[bool]
    """Whether the update is kept, or must be handled without being kept."""
    released: asyncio.Future[None]
    """Done once a clean stop need not wait for the update, since the rest survives a restart."""

    def release(self) -> None:
        if not self.released.done():
            self.released.set_result(None)


class Intake:
    """Takes the updates of one bot in one process, and passes each to its handler in order."""

    def __init__(
        self, inbox: Inbox, bot: Bot, handler: UpdateHandler, *, pause: Pause = asyncio.sleep
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
        self._left: dict[str, tuple[Left, _UpdateInWork]] = {}
        """By its key, what was left behind and waits until its process is certain to be dead."""
        self._has_looked_back = False
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
            return await self._enqueue(update)
        return await asyncio.shield(kept)

    async def look_back(self) -> None:
        """Have what dead processes left join its lanes, so that newer updates wait for it.

        Call it before the first update is taken. While the store is away, only what is on disk is
        known; `resume` finds the rest.
        """
        found = self._inbox.on_disk()
        with suppress(StoreError):
            found += await self._inbox.find_left()
            self._has_looked_back = True
        self._join_left(found)

    async def resume(self) -> None:
        """Handle what dead processes left, as soon as they are certain to be dead.

        It tries until the store answers. If this is cancelled, the updates that were begun go on,
        and `drain` waits for them.
        """
        self._begin([left for left, _ in self._left.values() if left.on_disk])
        while not self._has_looked_back:
            await self._pause(POLL_S)
            with suppress(StoreError):
                self._join_left(await self._inbox.find_left())
                self._has_looked_back = True
        try:
            async for taken_over in self._inbox.taken_over(list(self._left)):
                self._begin(taken_over)
        finally:
            # The others have a process that lives, and those behind them go on.
            for _, work in self._left.values():
                work.ticket.leave()
            self._left.clear()

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

    async def _enqueue(self, update: Update) -> bool:
        """Start the task of an update, and return whether the update is kept or cannot be."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._kept[update.update_id] = kept
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            kept.set_result(False)
            raise
        work = self._join(update, kept)
        work.ticket.taken.append(self._room)
        self._start(work, self._keep_and_handle(work))
        # A caller that is cancelled does not cancel the task.
        return await asyncio.shield(kept)

    def _join(self, update: Update, kept: asyncio.Future[bool]) -> _UpdateInWork:
        """Have an update join its lanes; one that nobody can read is emptied."""
        try:
            lane = self._handler.lane(update)
        except Exception as error:  # noqa: BLE001 the library checks no types: an id may be a list
            self._set_aside.add(error)
            update, lane = Update(update.update_id), Lane()
        released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        return _UpdateInWork(update, self._lanes.join(lane), kept, released)

    def _start(self, work: _UpdateInWork, handling: Coroutine[Any, Any, None]) -> None:
        self._unreleased.add(work.released)
        work.released.add_done_callback(self._unreleased.discard)
        task = asyncio.create_task(handling)
        self._working.add(task)
        task.add_done_callback(partial(self._finish, work))

    def _join_left(self, found: Sequence[Left]) -> None:
        """Have what was left behind join its lanes, in the order in which it came."""
        for left in sorted(found, key=lambda left: left.order):
            kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            kept.set_result(True)
            update: Update | None = None
            try:
                update = self.parse(json.loads(left.payload))
            except (ValueError, RecursionError) as error:
                self._set_aside.add(error)
            if update is not None:
                # Telegram may send it again, as the process may have died before it told.
                self._kept[update.update_id] = kept
            self._left[left.key] = left, self._join(update or Update(0), kept)

    def _begin(self, taken_over: Sequence[Left]) -> None:
        """Handle what was left behind and is taken over now."""
        for left in taken_over:
            _, work = self._left.pop(left.key)
            self._start(work, self._handle_left(left, work))

    async def _handle_left(self, left: Left, work: _UpdateInWork) -> None:
        async with self._inbox.finish(left, on_wait=work.release) as entry:
            await self._handle_in_turn(work, entry)

    async def _keep_and_handle(self, work: _UpdateInWork) -> None:
        update = work.update
        try:
            if not await self._handler.admits(update, waiting=work.ticket.ahead):
                work.kept.set_result(True)
                return
            key = inbox_key(update)
            kept = self._inbox.keep(key, update_to_json(update), on_wait=work.release)
            async with kept as entry:
                work.kept.set_result(True)
                if entry is not None:
                    await self._handle_in_turn(work, entry)
        except Exception as error:  # noqa: BLE001 whatever keeps it from being kept
            if not isinstance(error, StoreError):
                log_unexpected(log, "An update was not kept", error)
            if not work.kept.done():
                work.kept.set_result(True)
                await self._handle_in_turn(work, Entry())

    async def _handle_in_turn(self, work: _UpdateInWork, entry: Entry) -> None:
        """Handle an update in its turn, with its retries. Errors are logged."""
        await work.ticket.wait()
        try:
            retry = await self._handler.handle(work.update, entry)
            work.ticket.leave()
            if retry is not None:
                work.release()
                await retry()
        except Exception as error:  # noqa: BLE001 whatever it was, the next one is handled
            log_unexpected(log, "An update was not handled", error)
            work.ticket.leave()

    def _finish(self, work: _UpdateInWork, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        work.ticket.leave()
        work.release()
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


def inbox_key(update: Update) -> str:
    """Return the key of an update in the inbox; all have the same length, and sort as updates."""
    return f"{update.update_id:012}"
