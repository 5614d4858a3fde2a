"""Orders events that depend on one another, and shares the places of a process among people.

A lane is a queue with a name, such as one for each person in each channel. An event joins some
lanes, where later events may wait for it, and waits for all that joined certain lanes before it.

An event whose turn it is takes a place while it is handled. A person has a few of them, whatever
they send and in how many channels, so that nobody waits for somebody else's flood.
"""

import asyncio
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

AT_ONCE = 200
"""Most events of one platform that are handled at once."""
AT_ONCE_OF_A_PERSON = 4
"""Most events of one person that are handled at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The lanes that an event joins, and those that it waits for; by default none."""

    joins: frozenset[Hashable] = frozenset()
    """Names of the lanes in which later events may wait for this one."""
    behind: frozenset[Hashable] = frozenset()
    """Names of the lanes where this event waits for all that joined before it."""
    together: Hashable = None
    """A group of events that do not wait for one another; None: the event is in no group."""
    person: Hashable = None
    """Whose places the event takes; None: it takes no place, as one that waits for others of its
    group while it is handled."""


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
    ahead: int
    """How many events it waits for; those of a group count as one."""
    left: asyncio.Future[None]
    """Done once the event has left its lanes."""
    places: Collection[asyncio.Semaphore]
    """Of each, the event takes a place while it is handled."""
    taken: list[asyncio.Semaphore] = field(default_factory=list)
    """Those of `places` of which it has one."""

    async def wait(self) -> None:
        """Wait until all earlier events that this one depends on have left, and for a place."""
        if self.before:
            # `asyncio.wait` does not cancel what it waits for when it is cancelled itself.
            await asyncio.wait(self.before)
        # Nobody who has a place waits for a lane, so that each place becomes free again.
        for places in self.places:
            await places.acquire()
            self.taken.append(places)

    def leave(self) -> None:
        """Leave the lanes and the place, so that later events no longer wait for this one.

        They still wait for those before it. Leaving twice does no harm.
        """
        if self.left.done():
            return
        self.left.set_result(None)
        while self.taken:
            self.taken.pop().release()
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

    def __init__(
        self, *, at_once: int = AT_ONCE, at_once_of_a_person: int = AT_ONCE_OF_A_PERSON
    ) -> None:
        """Begin with no events, and with so many places, in all and for each person."""
        self._lanes: dict[Hashable, dict[asyncio.Future[None], Hashable]] = {}
        """By name of a lane, the events in it in order, each with its `Lane.together`."""
        self._places = asyncio.Semaphore(at_once)
        self._at_once_of_a_person = at_once_of_a_person
        self._places_of: WeakValueDictionary[Hashable, asyncio.Semaphore] = WeakValueDictionary()
        """By person, their places, as long as a ticket needs them."""

    def join(self, lane: Lane) -> Ticket:
        """Take a place at the end of the lanes that `lane` joins."""
        before = {
            left: left if together is None else together
            for name in lane.behind
            for left, together in self._lanes.get(name, {}).items()
            if lane.together is None or together != lane.together
        }
        ahead = len(set(before.values()))
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for name in lane.joins:
            self._lanes.setdefault(name, {})[mine] = lane.together
        places: tuple[asyncio.Semaphore, ...] = ()
        if lane.person is not None:
            own = self._places_of.get(lane.person) or asyncio.Semaphore(self._at_once_of_a_person)
            self._places_of[lane.person] = own
            # First their own place: whoever waits for that keeps none from others.
            places = own, self._places
        return Ticket(self._lanes, lane.joins, before, ahead, mine, places)

    def __len__(self) -> int:
        return len(self._lanes)
