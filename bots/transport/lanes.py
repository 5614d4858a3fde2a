"""Orders events that depend on one another: each waits for earlier ones, and only for those.

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
    """Which lanes an event joins, and which it waits for; by default none of either."""

    joins: frozenset[Hashable] = frozenset()
    """The lanes in which others may wait for it."""
    behind: frozenset[Hashable] = frozenset()
    """The lanes of which it waits for every event that joined them before."""
    together: Hashable = None
    """Events that name the same do not wait for one another; None: it names none."""


class Ticket:
    """The place of one event in its lanes. Whoever took it has to leave, having waited or not.

    As a context manager, it leaves at the end of the block.
    """

    def __init__(
        self, before: Collection[asyncio.Future[None]], on_leave: Callable[[], None]
    ) -> None:
        self._before = before
        self._on_leave = on_leave
        self.has_left = False
        """Whether others wait for it no more."""

    async def wait(self) -> None:
        """Return when all have left that this event waits for."""
        if self._before:
            # It cancels none of them: whoever is cancelled here must not cancel the others.
            await asyncio.wait(self._before)

    def leave(self) -> None:
        """Let the others wait for it no more; those behind still wait for all that came before.

        Doing it twice does no harm.
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
    """The lanes of one platform in one process. A lane exists while somebody is in it."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, dict[asyncio.Future[None], Hashable]] = {}
        """By name, the events in it, in order, each with what it names as `Lane.together`."""

    def join(self, lane: Lane) -> Ticket:
        """Take a place at the end of the lanes, now."""
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
