"""What a store that was away kept from being done is tried again, and nobody waits for that.

Somebody deletes a message, changes one, or leaves: nobody is there to be told that it failed. So it
is tried at once, and then beside everything else, until it succeeds or a long time has passed. Who
changes the same thing again meanwhile is the one that counts: what came before is let be.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from brain.errors import SiliconfriendError
from brain.turns.lease import Pause

log = logging.getLogger(__name__)

WAITS_S = (1.0, 5.0, 30.0, 120.0, *(300.0,) * 287)
"""Before each further attempt, in seconds: for a day in all."""

Work = Callable[[], Awaitable[None]]
"""What is to be done; it raises SiliconfriendError where another attempt may help. Having done it
twice does no harm."""


class Rest:
    """What is left to do, beside all others. Whoever is not to call it has to close it."""

    def __init__(self, go_on: Work, over: Callable[[], None]) -> None:
        """`over` is told once that nobody is at it any more."""
        self._go_on = go_on
        self._over = over
        self._is_closed = False

    async def __call__(self) -> None:
        """Do it, or give it up after a long time."""
        try:
            await self._go_on()
        finally:
            self.close()

    def close(self) -> None:
        """Let it be. Doing it twice does no harm."""
        if not self._is_closed:
            self._is_closed = True
            self._over()


@dataclass(slots=True)
class _Matter:
    """Something that is being changed."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    attempts: int = 0
    """How many there were."""
    pending: int = 0
    """How many of these are not over."""


class Again:
    """The attempts of one part of a platform."""

    def __init__(self, *, pause: Pause = asyncio.sleep) -> None:
        """`pause`: what is waited with."""
        self._pause = pause
        self._matters: dict[Hashable, _Matter] = {}

    async def attempt(self, about: Hashable, work: Work) -> Rest | None:
        """Try it; given is what is left to do, if it did not succeed.

        Args:
            about: what is changed; of several attempts on the same the last one counts.
            work: raises what it raises, but for SiliconfriendError.
        """
        matter = self._matters.setdefault(about, _Matter())
        matter.attempts += 1
        matter.pending += 1
        number = matter.attempts
        try:
            succeeded = await self._succeeds(matter, number, work)
        except BaseException:
            self._over(about, matter)
            raise
        if succeeded:
            self._over(about, matter)
            return None

        async def go_on() -> None:
            for wait_s in WAITS_S:
                await self._pause(wait_s)
                if await self._succeeds(matter, number, work):
                    return
            log.warning("What somebody changed or left could not be taken over.")

        return Rest(go_on, lambda: self._over(about, matter))

    async def _succeeds(self, matter: _Matter, number: int, work: Work) -> bool:
        """Whether nothing is left to do."""
        # One at a time: else what came first could be written last.
        async with matter.lock:
            if matter.attempts != number:
                return True
            try:
                await work()
            except SiliconfriendError as error:
                log.info("What somebody changed is taken over later: %s", type(error).__name__)
                return False
            return True

    def _over(self, about: Hashable, matter: _Matter) -> None:
        matter.pending -= 1
        if not matter.pending:
            self._matters.pop(about, None)
