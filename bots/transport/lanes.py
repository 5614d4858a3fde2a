"""Orders events that depend on one another: an event waits for earlier ones and for no others.

A lane is a queue with a name, such as one for each person in each channel. An event joins some
lanes, where later events may wait for it, and waits for all that joined certain lanes before it.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable
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


class Ticket:
    """The place of one event in its lanes.

    `leave` must be called in the end, whether or not the event waited; as a context manager, the
    ticket does so at the end of the block.
    """

    def __init__(
        self, before: Collection[asyncio.Future[None]], on_leave: Callable[[], None]
    ) -> None:
        self._before = before
        self._on_leave = on_leave
        self.has_left = False
        """Whether the event has left its lanes."""

    async def wait(self) -> None:
        """Wait until all earlier events that this one depends on have left."""
        if self._before:
            # `asyncio.wait` does not cancel what it waits for when it is cancelled itself.
            await asyncio.wait(self._before)

    def leave(self) -> None:
        """Leave the lanes, so that later events no longer wait for this one.

        They still wait for those before it. Leaving twice does no harm.
        """
        if not self.has_left:
            self.has_left = True
            self._on_leave()

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

        def leave() -> None:
            mine.set_result(None)
            for name in lane.joins:
                del self._lanes[name][mine]
                if not self._lanes[name]:
                    del self._lanes[name]

        return Ticket(before, leave)

    def __len__(self) -> int:
        return len(self._lanes)
