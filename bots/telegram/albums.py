"""Gathers the parts of an album, which arrive as one message for each picture or file.

The messages into which an app cut a long text are gathered in the same way.

gather   the first part to arrive waits until no more come, and answers for all parts
answer   the other parts wait until the album is answered
end      the part with the lowest id ends last

Each part stays in the inbox until the album is answered: if the process dies, all parts are left
behind and gathered again. If it dies while it removes them, at least the first part is left, by
which the companion knows that the album was answered. A part that arrives late is a message of
its own, and so are parts that reach another process.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from telegram import Message

from brain.turns.lease import Pause

QUIET_S = 1.0
"""Seconds without another part after which an album is complete."""
MOST_PARTS = 10
"""Most parts of an album; Telegram puts more into another album."""


@dataclass(slots=True, eq=False)
class _Album:
    """An album that is being gathered or answered."""

    parts: dict[asyncio.Task[Any] | None, Message] = field(default_factory=dict)
    """Its parts, by the task that handles each."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def in_order(self) -> list[Message]:
        return sorted(self.parts.values(), key=lambda part: part.message_id)


class Albums:
    """Gathers the albums that reach one bot in one process."""

    def __init__(self, pause: Pause) -> None:
        """Begin with no albums; `pause` waits for a number of seconds."""
        self._pause = pause
        self._open: dict[Hashable, _Album] = {}

    @asynccontextmanager
    async def gather(self, album: Hashable, part: Message) -> AsyncIterator[Sequence[Message]]:
        """Yield all parts in order to one of their tasks; to the others, nothing once it has ended.

        Args:
            album: identifies the album.
            part: the part that the calling task handles, and whose inbox entry ends with the task.
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
        """Close an album, so that later parts are not added to it."""
        if self._open.get(album) is gathered:
            del self._open[album]
