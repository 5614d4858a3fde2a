"""The surroundings of a benchmark: empty stores and a manual clock."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from brain.clock import ManualClock
from brain.companion import Companion
from brain.memory.retention import Curve

CompanionFactory = Callable[[Curve], AbstractAsyncContextManager[Companion]]
"""Opens a companion with an empty store and a curve; leaving the context closes the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Opens companions for a benchmark, and holds their clock."""

    open: CompanionFactory
    clock: ManualClock
    """The clock of every companion that is opened."""

    def set_clock(self, moment: datetime) -> None:
        """Move the clock to a moment, forwards or backwards."""
        self.clock.advance(moment - self.clock.now())
