"""Who speaks in order is answered in order: one lane for each person in each channel."""

import asyncio
from collections.abc import Callable, Hashable


class Place:
    """A place in a lane. Whoever took it has to leave it, reached or not."""

    def __init__(self, before: asyncio.Future[None] | None, vacate: Callable[[], None]) -> None:
        self._before = before
        self._vacate = vacate

    async def reached(self) -> None:
        """Return when all who came before have left."""
        if self._before is not None:
            # Shielded: whoever is cut off here must not cut off the others.
            await asyncio.shield(self._before)

    def leave(self) -> None:
        """Let the next one in, as soon as all before have left too."""
        if self._before is None or self._before.done():
            self._vacate()
        else:
            self._before.add_done_callback(lambda _: self._vacate())


class Lanes:
    """First come, first served, within a lane; lanes do not wait for each other."""

    def __init__(self) -> None:
        self._last: dict[Hashable, asyncio.Future[None]] = {}

    def join(self, lane: Hashable) -> Place:
        """Take a place at the end, now."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before = self._last.get(lane)
        self._last[lane] = mine

        def vacate() -> None:
            if not mine.done():
                mine.set_result(None)
            if self._last.get(lane) is mine:
                del self._last[lane]

        return Place(before, vacate)

    def __len__(self) -> int:
        return len(self._last)
