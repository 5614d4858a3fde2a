"""Brings each channel up to date after a gap, before its new messages are received.

left        messages that a dead process had received and not answered: the inbox has them
missed      messages that came while nobody was connected: they are after the channel's position
new         messages that come by events; a channel that is not up to date holds them back

So each person is answered in the order in which they wrote.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Protocol

import discord
from discord.utils import time_snowflake

from bots.discord.connection import Connection
from bots.discord.read_positions import ReadPosition, ReadPositions
from bots.discord.sending import with_retries
from bots.error_texts import log_unexpected
from bots.transport.inbox import Inbox, Left
from bots.transport.journal import Entry
from brain.errors import StoreError
from brain.ports import Clock

log = logging.getLogger(__name__)

MOST_MISSED = 1_000
"""Most messages of a channel that are read after a gap; older ones are skipped."""
LONGEST_PAUSE_S = 5.0
"""Longest time in seconds between two attempts to load the read positions."""
LONGEST_GAP = timedelta(days=3)
"""Age from which a missed message is not answered any more."""


class Resume(Protocol):
    """Handles what a dead process left, of which the arguments are as in `Inbox.keep`."""

    async def __call__(
        self, key: str, payload: str, entry: Entry, *, on_joined: Callable[[], None]
    ) -> None:
        """Call `on_joined` once newer messages would wait for it, then handle it to its end."""
        ...


class CatchUp:
    """Receives what was left and missed, and holds back what is new until then."""

    def __init__(
        self, connection: Connection, inbox: Inbox, positions: ReadPositions, clock: Clock
    ) -> None:
        """Take the inbox and the read positions of the process."""
        self._connection = connection
        self._inbox = inbox
        self._positions = positions
        self._clock = clock
        self._held: dict[int, list[discord.Message]] = {}
        """By channel that is not up to date, its new messages."""
        self._left: defaultdict[int, set[str]] = defaultdict(set)
        """By channel, the keys of what was left there and has not joined its lane yet."""

    def holds_back(self, message: discord.Message) -> bool:
        """Return whether a new message comes again later, because its channel is behind."""
        held = self._held.get(message.channel.id)
        if held is None:
            return False
        held.append(message)
        return True

    async def look_back(self) -> None:
        """Find out which channels are behind, before the first event, unless the store is away."""
        found = self._inbox.on_disk()
        with suppress(StoreError):
            found += await self._inbox.find_left()
        for left in found:
            # What cannot be read is set aside when its turn comes.
            with suppress(ValueError, KeyError, TypeError, RecursionError):
                self._left[json.loads(left.payload)["channel"]].add(left.key)
        with suppress(StoreError):
            await self._positions.load()
        self._hold([*self._left, *[channel for channel, _ in self._positions.behind()]])

    def fall_behind(self, shard: int) -> None:
        """Take note that a new session of a shard begins, before which no events are told."""
        self._positions.fall_behind(lambda at: self._connection.shard_of(at.guild) == shard)
        self._hold([channel for channel, _ in self._behind(shard)])

    async def resume(self, resume: Resume) -> None:
        """Handle what a dead process left, each message once the one before is in its lane."""
        async with asyncio.TaskGroup() as tasks:
            async for left in self._inbox.left_behind():
                joined = asyncio.Event()
                task = tasks.create_task(self._finish(left, resume, joined))
                task.add_done_callback(partial(_set, joined))
                await joined.wait()
                await self._arrived(left.key)
        # The others have a process that lives.
        for channel in list(self._left):
            await self.read_on(channel)

    async def catch_up(self, shard: int) -> None:
        """Receive the messages of a shard's channels that were written while the bot was away."""
        try:
            await self.load_positions()
            self._hold([channel for channel, _ in self._behind(shard)])
            tried: set[int] = set()
            while waiting := [one for one, _ in self._behind(shard) if one not in tried]:
                # Somebody who writes just now is not to wait for everybody else.
                channel = max(waiting, key=lambda one: bool(self._held.get(one)))
                tried.add(channel)
                if channel not in self._left:
                    await self.read_on(channel)
        finally:
            for channel, at in self._positions.items():
                if self._connection.shard_of(at.guild) == shard and channel not in self._left:
                    self._release(channel, [])

    async def load_positions(self) -> None:
        """Load the read positions, however long the store is away."""
        pause_s = self._connection.timing.retry_after_s
        while True:
            try:
                await self._positions.load()
            except StoreError:
                log.warning("What was missed is read later: the store is away.")
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                return

    async def read_on(self, channel: int) -> None:
        """Receive the messages of a channel after its position, then those that were held back."""
        self._left.pop(channel, None)
        missed: list[discord.Message] = []
        position = self._positions.of(channel)
        pause_s = self._connection.timing.retry_after_s
        try:
            if position is not None:
                after = position.message
                missed = await with_retries(lambda: self._missed(channel, after), pause_s=pause_s)
            self._positions.catch_up(channel)
        except discord.HTTPException as error:
            log.warning("A conversation could not be read on: %s", error.status)
        except Exception as error:  # noqa: BLE001 discord.py raises what its constructors raise
            log_unexpected(log, "A conversation could not be read on", error)
        finally:
            self._release(channel, missed)

    def _behind(self, shard: int) -> list[tuple[int, ReadPosition]]:
        return [
            (channel, position)
            for channel, position in self._positions.behind()
            if self._connection.shard_of(position.guild) == shard
        ]

    def _hold(self, channels: Collection[int]) -> None:
        for channel in channels:
            self._held.setdefault(channel, [])

    def _release(self, channel: int, missed: list[discord.Message]) -> None:
        """Pass on what was missed and what was held back, as if it came by events."""
        for message in [*missed, *self._held.pop(channel, [])]:
            self._connection.dispatch("message", message)

    async def _arrived(self, key: str) -> None:
        for channel, keys in list(self._left.items()):
            keys.discard(key)
            if not keys:
                await self.read_on(channel)

    async def _finish(self, left: Left, resume: Resume, joined: asyncio.Event) -> None:
        async with self._inbox.finish(left, on_wait=joined.set) as entry:
            try:
                await resume(left.key, left.payload, entry, on_joined=joined.set)
            except Exception as error:  # noqa: BLE001 it is not to end the next start as well
                log_unexpected(log, "A message that was left behind was not answered", error)

    async def _missed(self, channel_id: int, position: int) -> list[discord.Message]:
        """Return the messages of a channel after a position, oldest first. Raises HTTPException."""
        channel = await self._connection.channel(channel_id)
        if channel is None:
            return []
        long_ago = time_snowflake(self._clock.now() - LONGEST_GAP)
        after = discord.Object(max(position, long_ago))
        # The newest are fetched first: of too many messages, the last ones still need an answer.
        found = channel.history(limit=MOST_MISSED, after=after, oldest_first=False)
        return [message async for message in found][::-1]


def _set(joined: asyncio.Event, _: asyncio.Task[None]) -> None:
    joined.set()
