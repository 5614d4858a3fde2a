"""Handles each Telegram update exactly once and in order, also when the process dies.

    take     the update is in the inbox when this returns: Telegram may be told that it arrived
    lane     it waits for what has to be answered before it, see `bots.telegram.dispatch`
    handle   it is handled, and removed from the inbox however that ends; retries hold up nobody
    resume   what a dead process left is kept anew, all of it, and then handled in the same way

While the store is away, updates are handled all the same, once in this process. One that is cut off
then is noted on the way out, if the store is back: Telegram was told that it arrived.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from telegram import Bot, Update

from bots.transport.inbox import Inbox
from bots.transport.lanes import Lane, Lanes, Ticket
from brain.asyncio_tasks import cancel_and_wait
from brain.bounded_dict import BoundedDict
from brain.errors import StoreError
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Updates in work; more wait with Telegram."""
REMEMBERED = 10_000
"""Updates of which this process knows without asking the store whether they are kept."""
GATHERED_S = 0.5
"""All that was left behind is in hand when for so long nothing more came, in seconds."""

Retry = Callable[[], Awaitable[None]]
"""What is still to be done of an update, beside all others."""


@dataclass(slots=True, eq=False)
class _UpdateInWork:
    """An update from when it is taken until it is done."""

    ticket: Ticket
    """Until it is left, the update is waited for in its lanes, and takes one of the places."""
    kept: asyncio.Future[bool]
    """Whether it is kept, or cannot be."""
    released: asyncio.Future[None]
    """Until then a clean stop waits for it; what is left to do then outlasts the process."""


class Intake:
    """Takes the updates of one bot in one process, and hands each to its handler in order."""

    def __init__(
        self,
        inbox: Inbox,
        bot: Bot,
        handle: Callable[[Update], Awaitable[Retry | None]],
        lane: Callable[[Update], Lane],
        *,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Take what is needed.

        Args:
            inbox: of this bot in all processes.
            bot: for updates that are built from what was kept.
            handle: works on an update, and gives what is left to do, which nothing waits for.
            lane: gives the lane of an update.
            pause: what waiting is done with.
        """
        self._inbox = inbox
        self._bot = bot
        self._handle = handle
        self._lane = lane
        self._kept: BoundedDict[int, asyncio.Future[bool]] = BoundedDict(REMEMBERED)
        """By update, whether it is kept, once that is certain."""
        self._pause = pause
        self._lanes = Lanes()
        self._working: set[asyncio.Task[None]] = set()
        self._unreleased: set[asyncio.Future[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def take(self, update: Update) -> bool:
        """Take it up, unless that happened before; waits while too many are in work.

        Whoever brings it again meanwhile waits as well. False: it was cut off before it was kept,
        and has to come again.
        """
        kept = self._kept.get(update.update_id)
        if kept is None or (kept.done() and not kept.result()):
            return await self._enqueue(inbox_key(update), update)
        return await asyncio.shield(kept)

    async def resume(self) -> None:
        """Handle what a process before left, as soon as it is sure to be dead.

        All that was left by it is in hand before any of it is handled, so that albums are whole.
        No error comes out. Cancelled, it lets what it has in hand go on, for `drain` to wait for.
        """
        gathered, setting = asyncio.Event(), None
        try:
            async for key, payload in self._inbox.left_behind():
                update = parse_update(json.loads(payload), self._bot)
                if update is None:
                    continue
                if setting is not None:
                    setting.cancel()
                if gathered.is_set():
                    gathered = asyncio.Event()
                setting = asyncio.create_task(self._set_after_pause(gathered))
                # The next comes only when this one is done: it is kept anew meanwhile.
                if not await self._enqueue(inbox_key(update, after=key), update, gathered):
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
        """Wait until all is handled that was taken up, but not for what is left to do then."""
        while self._unreleased:
            await asyncio.wait(self._unreleased)

    async def idle(self) -> None:
        """Wait until all is done that was taken up."""
        while self._working:
            await asyncio.wait(self._working)

    async def cut_off(self) -> None:
        """End what is under way: it is handled after the next start."""
        await cancel_and_wait(self._working)
        await self.idle()

    async def _enqueue(
        self, key: str, update: Update, gathered: asyncio.Event | None = None
    ) -> bool:
        """Put it in line; whether it is kept, or cannot be. It is handled after `gathered`."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()
        self._kept[update.update_id] = kept
        try:
            await self._places.acquire()
        except asyncio.CancelledError:
            kept.set_result(False)
            raise
        work = _UpdateInWork(self._lanes.join(self._lane(update)), kept, loop.create_future())
        self._unreleased.add(work.released)
        work.released.add_done_callback(self._unreleased.discard)
        task = asyncio.create_task(self._keep_and_handle(key, update, work, gathered))
        self._working.add(task)
        task.add_done_callback(partial(self._finish, work))
        # Whoever waits may be cut off; what was begun is not.
        return await asyncio.shield(kept)

    async def _keep_and_handle(
        self,
        key: str,
        update: Update,
        work: _UpdateInWork,
        gathered: asyncio.Event | None,
    ) -> None:
        try:
            async with self._inbox.keep(key, update_to_json(update)) as is_ours:
                work.kept.set_result(True)
                if is_ours:
                    await self._handle_in_turn(update, work, gathered)
        except Exception as error:  # noqa: BLE001 whatever keeps it from being kept
            if not isinstance(error, StoreError):
                log.error("An update was not kept: %s", type(error).__name__)  # noqa: TRY400
            if not work.kept.done():
                work.kept.set_result(True)
                try:
                    await self._handle_in_turn(update, work, gathered)
                except asyncio.CancelledError:
                    # Nothing is noted of it, and it does not come again.
                    with suppress(Exception):
                        await self._inbox.leave(key, update_to_json(update))
                    raise

    async def _handle_in_turn(
        self, update: Update, work: _UpdateInWork, gathered: asyncio.Event | None
    ) -> None:
        """Handle an update in its turn, and do what is left to do of it. No error comes out."""
        if gathered is not None:
            await gathered.wait()
        await work.ticket.wait()
        try:
            retry = await self._handle(update)
            self._leave_lanes(work)
            if retry is not None:
                work.released.set_result(None)
                await retry()
        except Exception as error:  # noqa: BLE001 whatever it was, the next one is handled
            # Only the kind: the message of a foreign error may quote what a person said.
            log.error("An update was not handled: %s", type(error).__name__)  # noqa: TRY400
            self._leave_lanes(work)

    def _leave_lanes(self, work: _UpdateInWork) -> None:
        """Let those behind it go on, and give its place to another one."""
        if not work.ticket.left.done():
            work.ticket.leave()
            self._places.release()

    def _finish(self, work: _UpdateInWork, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._leave_lanes(work)
        if not work.released.done():
            work.released.set_result(None)
        if not work.kept.done():
            work.kept.set_result(False)


def parse_update(found: object, bot: Bot) -> Update | None:
    """Return the update, empty where the library cannot read it; None if it is no update.

    Telegram sends things that the library does not know yet. Such an update counts as taken all the
    same, or it would come again for ever, with the others waiting behind it.

    Args:
        found: JSON, decoded.
        bot: whose update it is.
    """
    if not isinstance(found, dict) or not isinstance(found.get("update_id"), int):
        return None
    try:
        return Update.de_json(found, bot)
    except Exception as error:  # noqa: BLE001 the library raises what its constructors raise
        # Only the kind: the message may quote what a person said.
        log.warning("An update could not be read and is passed over: %s", type(error).__name__)
        return Update(found["update_id"])


def update_to_json(update: Update) -> str:
    """The update as JSON, for `parse_update`."""
    return json.dumps(update.to_dict(), default=_seconds)


def _seconds(left: object) -> float | None:
    """The library does not turn the date of a message that is accessible no more into a number."""
    return left.timestamp() if isinstance(left, datetime) else None


def inbox_key(update: Update, *, after: str = "") -> str:
    """Names an update in the inbox, which gives out what was left in the order of the keys.

    All are of one length, so that they are ordered as the updates are.

    Args:
        update: that is kept.
        after: the key under which it was left behind; empty: it is new.
    """
    times = int(after.partition(".")[2] or 0) + 1 if after else 0
    return f"{update.update_id:012}.{times:02}"
