"""A stand-in for `asyncio.sleep` whose waits a test ends."""

import asyncio


class Pauses:
    """A function that waits until a test calls `end`, and records the seconds it was given."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Event]] = []
        self._changed = asyncio.Event()
        self.asked: list[float] = []
        """The seconds of each wait, in order."""

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        waiting = (seconds, asyncio.Event())
        self._waiting.append(waiting)
        self._changed.set()
        try:
            await waiting[1].wait()
        finally:
            self._waiting.remove(waiting)

    async def begun(self, seconds: float | None = None) -> None:
        """Return when there is a wait of that many seconds; None stands for any number."""
        while not self._matching(seconds):
            self._changed.clear()
            await self._changed.wait()

    async def end(self, seconds: float | None = None) -> None:
        """Wait until there is such a wait, and end all of them; None stands for any number."""
        await self.begun(seconds)
        for event in self._matching(seconds):
            event.set()

    def _matching(self, seconds: float | None) -> list[asyncio.Event]:
        return [
            event
            for waited, event in self._waiting
            if seconds in (None, waited) and not event.is_set()
        ]
