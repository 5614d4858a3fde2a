"""Waiting that a test decides about, in place of `asyncio.sleep`."""

import asyncio


class Pauses:
    """Call it to wait; `end` lets all go who wait for so many seconds (None: for any number)."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Event]] = []
        self._changed = asyncio.Event()
        self.asked: list[float] = []
        """The seconds that were to be waited, in order."""

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
        """Return when somebody waits."""
        while not self._matching(seconds):
            self._changed.clear()
            await self._changed.wait()

    async def end(self, seconds: float | None = None) -> None:
        """Let somebody wait, and let them go."""
        await self.begun(seconds)
        for event in self._matching(seconds):
            event.set()

    def _matching(self, seconds: float | None) -> list[asyncio.Event]:
        return [
            event
            for waited, event in self._waiting
            if seconds in (None, waited) and not event.is_set()
        ]
