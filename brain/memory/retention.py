"""The Ebbinghaus forgetting curve, `R = exp(-t / S)`, and what follows from it.

Source: MemoryBank (arXiv 2305.10250, section 2.3): S starts at 1, each recall adds 1 and sets t to
0. Its published code divides by 5 and multiplies by S instead, so that each recall makes a memory
fade sooner; here retention falls with t and rises with S, which a property test checks.

Nothing here draws random numbers or polls: the curve is solved for the time at which a memory
fades, and that time is stored.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from brain.memory.record import FOREVER

SECONDS_PER_DAY = 86_400.0
BUDGET_SPARES = timedelta(days=1)
"""What was said so recently is not archived for a budget: its conversation may go on."""


def retention(elapsed_days: float, strength: float) -> float:
    """Return R in (0, 1]: what is left after `elapsed_days` of a memory with S = `strength` days.

    A negative time (after a clock was set back) counts as 0.
    """
    return math.exp(-max(0.0, elapsed_days) / strength)


def elapsed_until(level: float, strength: float) -> float:
    """Return the days until retention falls to `level` (0 < level <= 1): `t = S ln(1 / level)`."""
    return strength * math.log(1.0 / level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The constants of forgetting; `PAPER` and `COMPANION` are the presets."""

    initial_strength: float
    """S of a new memory of middling importance, in days."""
    step: float
    """The most days that S gains by one recall."""
    importance_factor: float
    """How many times stronger than a middling memory the most important one starts, and how many
    times weaker the least: S0 = initial_strength * factor ** (2 * importance - 1). With 1 the
    importance plays no part."""
    fade: float
    """Retention at which recall ceases to find a memory."""
    forget: float
    """Retention at which upkeep archives a memory; below `fade`."""
    grace: float
    """Days in the archive before a memory is erased."""
    reinforced: Literal["given", "used"] = "used"
    """Which memories gain: `given`, all that a reply was given, each a whole step; `used`, those
    that the reply or the next message made use of (`brain.memory.reinforcement`)."""
    memories_per_person: int | None = None
    """The most living memories of a person that recall searches; None for any number. Above it,
    upkeep archives the turns that would be forgotten first, without waiting for that day: neither
    pinned ones nor those of the last day (`BUDGET_SPARES`), nor facts and summaries of days."""
    store_bytes: int | None = None
    """The most bytes of the store, in the same way: above it, upkeep archives so many turns of all
    people that the store is small enough once they are erased, if all memories are as large."""

    @property
    def fade_span(self) -> float:
        """Days until a memory fades, per day of strength: ln(1 / fade)."""
        return elapsed_until(self.fade, 1.0)

    @property
    def forget_span(self) -> float:
        """Days until a memory is archived, per day of strength: ln(1 / forget)."""
        return elapsed_until(self.forget, 1.0)

    def strength_of(self, importance: float) -> float:
        """Return S in days of a new memory of this importance (0 to 1)."""
        return self.initial_strength * float(self.importance_factor ** (2.0 * importance - 1.0))

    def fades_at(self, last_recalled: datetime, strength: float, *, pinned: bool) -> datetime:
        """Return when recall ceases to find a memory."""
        return FOREVER if pinned else _after(last_recalled, elapsed_until(self.fade, strength))

    def forgotten_at(self, last_recalled: datetime, strength: float, *, pinned: bool) -> datetime:
        """Return when upkeep archives a memory."""
        return FOREVER if pinned else _after(last_recalled, elapsed_until(self.forget, strength))

    @property
    def has_budget(self) -> bool:
        """Whether there is a limit to what is kept."""
        return self.memories_per_person is not None or self.store_bytes is not None

    def beyond_bytes(self, size: int, *, memories: int, living: int) -> int:
        """Return how many living memories are too many for `store_bytes`.

        Args:
            size: the bytes of the store.
            memories: how many memories it has, archived ones too.
            living: how many of these are not archived.
        """
        if self.store_bytes is None or size <= self.store_bytes:
            return 0
        return max(0, living - memories * self.store_bytes // size)

    def erased_at(self, archived_at: datetime) -> datetime:
        """Return when upkeep erases a memory that was archived at this time."""
        return _after(archived_at, self.grace)


def _after(start: datetime, days: float) -> datetime:
    if days * SECONDS_PER_DAY >= (FOREVER - start).total_seconds():
        return FOREVER
    return start + timedelta(days=days)


PAPER = Curve(
    initial_strength=1.0,
    step=1.0,
    importance_factor=1.0,
    fade=0.05,
    forget=0.01,
    grace=7.0,
    reinforced="given",
)
"""The constants and the rule of MemoryBank: any recall counts, whether or not the reply made use of
it. The paper compares R with a random number, which the thresholds here replace: a memory that is
never recalled fades after 3.0 days."""

COMPANION = Curve(
    initial_strength=120.0, step=60.0, importance_factor=4.0, fade=0.05, forget=0.01, grace=30.0
)
"""The constants for years of conversation. A memory that is never recalled fades after 3 months if
it is small talk (S = 30 days), after a year if it is an ordinary remark (120), and after 4 years if
nothing matters more (480); each conversation that uses a memory adds up to 60 days to S, which is
half a year until it fades. A memory is archived after 1.54 times as long (ln 100 / ln 20), so that
everything can be restored for a long time after it has faded."""

PRESETS = {"paper": PAPER, "companion": COMPANION}
