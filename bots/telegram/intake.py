"""Every update once: kept before it is confirmed, worked on in order, never lost with a process.

    take     the update is in the inbox when this returns: Telegram may be told that it arrived
    lane     it waits for what has to be answered before it, see `bots.telegram.lanes`
    handle   however it ends, it is struck off; what a dead process left is handled at the start

While the store is away, updates are handled all the same, once in this process.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Hashable
from typing import Any

from telegram import Bot, Update

from bots.inbox import Inbox
from bots.telegram.lanes import Lane, album_of
from bots.telegram.reading import update_of
from brain.errors import StoreError

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Updates in work; more wait with Telegram."""
REMEMBERED = 10_000
"""Updates that this process knows to be handled without asking the store."""
AGAIN = "+"
"""Behind the key of a part of an album that was left behind, and is kept once more."""


class Intake:
    """Of one bot in one process."""

    def __init__(
        self,
        inbox: Inbox,
        bot: Bot,
        handle: Callable[[Update], Awaitable[None]],
        lane: Callable[[Update], Lane | None],
    ) -> None:
        """Take what is needed.

        Args:
            inbox: of this bot in all processes.
            bot: for updates that are built from what was kept.
            handle: works on an update.
            lane: the line of an update; None: it has nothing to do with the others.
        """
        self._inbox = inbox
        self._bot = bot
        self._handle = handle
        self._lane = lane
        self._seen: dict[int, None] = {}
        self._lanes: dict[Hashable, dict[asyncio.Task[None], Lane]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, update: Update) -> bool:
        """Take it up, unless that happened before; waits while too many are in work.

        False: it was cut off before it was kept, and has to come again.
        """
        if update.update_id in self._seen:
            return True
        self._see(update.update_id)
        await self._room.acquire()
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        lane = self._lane(update)
        work = self._once(str(update.update_id), update, self._before(lane), kept)
        task = asyncio.create_task(work)
        self._working.add(task)
        if lane is not None:
            for line in lane.joins:
                self._lanes.setdefault(line, {})[task] = lane
        task.add_done_callback(lambda done: self._done(done, lane, kept))
        return await kept

    async def resume(self) -> None:
        """Handle what a process before left, as soon as it is sure to be dead.

        No error comes out. Cancelled, it lets what it is at go on, for `drain` to wait for.
        """
        try:
            async for key, payload in self._inbox.left_behind():
                update = update_of(json.loads(payload), self._bot)
                if update is None:
                    continue
                self._see(update.update_id)
                if album_of(update) is None:
                    await asyncio.shield(self._beside(self._safely(update)))
                    continue
                # Its other parts come only when this one is done: it is kept anew meanwhile.
                kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
                task = self._beside(self._once(f"{key}{AGAIN}", update, (), kept))
                task.add_done_callback(lambda _, it=kept: it.done() or it.set_result(False))  # type: ignore[misc]
                if not await kept:
                    return
        except StoreError:
            log.warning("What was left to answer stays for the next start: the store is away.")

    async def drain(self) -> None:
        """Wait until all is done that was taken up."""
        while self._working:
            await asyncio.wait(self._working)

    async def cut_off(self) -> None:
        """End what is under way: it is handled after the next start."""
        for task in self._working:
            task.cancel()
        await self.drain()

    def _before(self, lane: Lane | None) -> list[asyncio.Task[None]]:
        """What an update of that lane waits for."""
        if lane is None:
            return []
        return [
            task
            for line in lane.behind
            for task, other in self._lanes.get(line, {}).items()
            if lane.together is None or other.together != lane.together
        ]

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have it done, in no lane."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def _once(
        self,
        key: str,
        update: Update,
        before: Collection[asyncio.Task[None]],
        kept: asyncio.Future[bool],
    ) -> None:
        entered = False
        try:
            payload = update.to_json()
            async with self._inbox.kept(key, payload) as is_ours:
                entered = True
                kept.set_result(True)
                if is_ours:
                    await self._in_turn(update, before)
        except StoreError:
            if not entered:
                kept.set_result(True)
                await self._in_turn(update, before)

    async def _in_turn(self, update: Update, before: Collection[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        await self._safely(update)

    async def _safely(self, update: Update) -> None:
        try:
            await self._handle(update)
        except Exception as error:  # noqa: BLE001 whatever it was, the next one is handled
            # Only the kind: the message of a foreign error may quote what a person said.
            log.error("An update was not handled: %s", type(error).__name__)  # noqa: TRY400

    def _done(
        self, task: asyncio.Task[None], lane: Lane | None, kept: asyncio.Future[bool]
    ) -> None:
        self._working.discard(task)
        self._room.release()
        if not kept.done():
            kept.set_result(False)
        for line in lane.joins if lane is not None else ():
            del self._lanes[line][task]
            if not self._lanes[line]:
                del self._lanes[line]

    def _see(self, update: int) -> None:
        if len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[update] = None
