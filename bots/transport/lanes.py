"""Orders events that depend on one another: an event waits for earlier ones and for no others.

A lane is a queue with a name, such as one for each person in each channel. An event joins some
lanes, where later events may wait for it, and waits for all that joined certain lanes before it.
"""

import asyncio
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The lanes that an event joins, and those that it waits for; by default none."""

    joins: frozenset[Hashable] = frozenset()
    """Names of the lanes in which later events may wait for this one."""
    behind: frozenset[Hashable] = frozenset()
    """Names of the lanes where this event waits for all that joined before it."""
    together: Hashable = None
    """A group of events that do not wait for one another; None: the event is in no group."""


@dataclass(slots=True, eq=False)
class Ticket:
    """The place of one event in its lanes.

    `leave` must be called in the end, whether or not the event waited; as a context manager, the
    ticket does so at the end of the block.
    """

    lanes: dict[Hashable, dict[asyncio.Future[None], Hashable]]
    """The lanes of `Lanes`, each with the events that are in it."""
    joined: Collection[Hashable]
    """Names of the lanes that the event is in."""
    before: Collection[asyncio.Future[None]]
    """The `left` of each earlier event that this one waits for."""
    left: asyncio.Future[None]
    """Done once the event has left its lanes."""

    async def wait(self) -> None:
        """Wait until all earlier events that this one depends on have left."""
        if self.before:
            # `asyncio.wait` does not cancel what it waits for when it is cancelled itself.
            await asyncio.wait(self.before)

    def leave(self) -> None:
        """Leave the lanes, so that later events no longer wait for this one.

        They still wait for those before it. Leaving twice does no harm.
        """
        if self.left.done():
            return
        self.left.set_result(None)
        for name in self.joined:
            del self.lanes[name][self.left]
            if not self.lanes[name]:
                del self.lanes[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.leave()


class Lanes:
    """The lanes of one platform in one process. A lane exists while an event is in it."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, dict[asyncio.Future[None], Hashable]] = {}
        """By name of a lane, the events in it in order, each with its `Lane.together`."""

    def join(self, lane: Lane) -> Ticket:
        """Take a place at the end of the lanes that `lane` joins."""
        before = [
            left
            for name in lane.behind
            for left, together in self._lanes.get(name, {}).items()
            if lane.together is None or together != lane.together
        ]
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for name in lane.joins:
            self._lanes.setdefault(name, {})[mine] = lane.together
        return Ticket(self._lanes, lane.joins, before, mine)

    def __len__(self) -> int:
        return len(self._lanes)
