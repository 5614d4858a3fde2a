"""Who speaks in order is answered in order: one lane for each person in each channel.

Who leaves a server is forgotten after all that they said there, in whichever channel; and what they
say when they are back comes after that.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable


class Place:
    """A place in line. Whoever took it has to leave it, reached or not."""

    def __init__(
        self, before: Collection[asyncio.Future[None]], vacate: Callable[[], None]
    ) -> None:
        self._before = before
        self._vacate = vacate
        self._has_left = False

    async def reached(self) -> None:
        """Return when all who came before have left."""
        if self._before:
            # It cancels none of them: whoever is cut off here must not cut off the others.
            await asyncio.wait(self._before)

    def leave(self) -> None:
        """Wait, and be waited for, no more. Whoever is behind still waits for all before."""
        if not self._has_left:
            self._has_left = True
            self._vacate()


class Lanes:
    """First come, first served, within a lane; lanes do not wait for each other."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, dict[asyncio.Future[None], None]] = {}

    def join(
        self,
        lane: Hashable,
        *,
        also: Collection[Hashable] = (),
        behind: Collection[Hashable] = (),
    ) -> Place:
        """Take a place at the end, now.

        Args:
            lane: waited for, and stood in.
            also: stood in as well: others wait.
            behind: waited for as well.
        """
        before = [other for each in (lane, *behind) for other in self._lanes.get(each, ())]
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        joined = (lane, *also)
        for each in joined:
            self._lanes.setdefault(each, {})[mine] = None

        def vacate() -> None:
            for each in joined:
                del self._lanes[each][mine]
                if not self._lanes[each]:
                    del self._lanes[each]
            mine.set_result(None)

        return Place(before, vacate)

    def speak(self, guild: int | None, channel: int, author: int) -> Place:
        """For what somebody says, changes or deletes; `guild`: None in a DM."""
        return self.join(
            (channel, author),
            also=[("all", guild, author)],
            behind=[("left", guild, author)],
        )

    def depart(self, guild: int, author: int) -> Place:
        """For somebody who left that server."""
        return self.join(("left", guild, author), behind=[("all", guild, author)])

    def __len__(self) -> int:
        return len(self._lanes)
