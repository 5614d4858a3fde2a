"""Every update once: kept before it is confirmed, worked on in order, never lost with a process.

    take     the update is in the inbox when this returns: Telegram may be told that it arrived
    lane     what one person says in one chat is answered in that order; a command waits for
             nothing, and what comes behind it waits for it
    handle   however it ends, it is struck off; what a dead process left is handled at the start

While the store is away, updates are handled all the same, once in this process.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass

from telegram import Bot, Update

from bots.inbox import Inbox
from brain.errors import StoreError

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Updates in work; more wait with Telegram."""
REMEMBERED = 10_000
"""Updates that this process knows to be handled without asking the store."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where an update stands in line."""

    key: Hashable
    waits: bool
    """For all that is in the lane already."""


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
        self._lanes: dict[Hashable, set[asyncio.Task[None]]] = {}
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
        before = list(self._lanes.get(lane.key, ())) if lane and lane.waits else []
        task = asyncio.create_task(self._once(update, before, kept))
        self._working.add(task)
        if lane is not None:
            self._lanes.setdefault(lane.key, set()).add(task)
        task.add_done_callback(lambda done: self._done(done, lane, kept))
        return await kept

    async def resume(self) -> None:
        """Handle what a process before left, as soon as it is sure to be dead.

        No error comes out. Cancelled, it lets what it is at go on, for `drain` to wait for.
        """
        try:
            async for _, payload in self._inbox.left_behind():
                update = Update.de_json(json.loads(payload), self._bot)
                self._see(update.update_id)
                task = asyncio.create_task(self._safely(update))
                self._working.add(task)
                task.add_done_callback(self._working.discard)
                await asyncio.shield(task)
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

    async def _once(
        self, update: Update, before: Collection[asyncio.Task[None]], kept: asyncio.Future[bool]
    ) -> None:
        entered = False
        try:
            payload = update.to_json()
            async with self._inbox.kept(str(update.update_id), payload) as is_ours:
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
        if lane is not None:
            self._lanes[lane.key].discard(task)
            if not self._lanes[lane.key]:
                del self._lanes[lane.key]

    def _see(self, update: int) -> None:
        if len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[update] = None
