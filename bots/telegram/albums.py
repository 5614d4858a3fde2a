"""Gathers the parts of an album, which come as one message for each picture or file.

gather   the first part that comes waits until no other came for a moment, and speaks for all
answer   the others wait until it was answered
end      the part with the lowest number ends last

Each part stays in the inbox until the album was answered: a process that dies leaves all of them,
and they are gathered anew. Of one that died while it struck them off the first is left at least,
by which the brain knows that this album was answered. A part that comes late is a message of its
own, and so are those that reach another process.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from telegram import Message

from brain.turns.lease import Pause

QUIET_S = 1.0
"""An album is whole when for so long no part of it came, in seconds."""
MOST_PARTS = 10
"""Telegram puts no more into an album; what comes above that is another one."""


@dataclass(slots=True, eq=False)
class _Album:
    """An album that is being gathered or answered."""

    parts: dict[asyncio.Task[Any] | None, Message] = field(default_factory=dict)
    """By the task that handles it."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def in_order(self) -> list[Message]:
        return sorted(self.parts.values(), key=lambda part: part.message_id)


class Albums:
    """Gathers the albums that reach one bot in one process."""

    def __init__(self, pause: Pause) -> None:
        """`pause` is what waiting for the next part is done with."""
        self._pause = pause
        self._open: dict[Hashable, _Album] = {}

    @asynccontextmanager
    async def gather(self, album: Hashable, part: Message) -> AsyncIterator[Sequence[Message]]:
        """All parts in order, for one of them; for the others nothing, once it was answered.

        Args:
            album: what it is a part of.
            part: handled by the task that calls this; that task's end strikes it off.
        """
        task = asyncio.current_task()
        gathered = self._open.get(album)
        leads = gathered is None
        if gathered is None:
            gathered = self._open[album] = _Album()
        gathered.parts[task] = part
        if len(gathered.parts) == MOST_PARTS:
            del self._open[album]
        if leads:
            try:
                await self._wait_until_quiet(album, gathered)
                yield gathered.in_order()
            finally:
                self._close(album, gathered)
                gathered.ended.set()
        else:
            await gathered.ended.wait()
            yield ()
        if part is gathered.in_order()[0]:
            others = [each for each in gathered.parts if each is not None and each is not task]
            if others:
                await asyncio.wait(others)

    async def _wait_until_quiet(self, album: Hashable, gathered: _Album) -> None:
        known = 0
        while known < len(gathered.parts) < MOST_PARTS:
            known = len(gathered.parts)
            await self._pause(QUIET_S)
        self._close(album, gathered)

    def _close(self, album: Hashable, gathered: _Album) -> None:
        """What comes from now on is no part of it."""
        if self._open.get(album) is gathered:
            del self._open[album]
