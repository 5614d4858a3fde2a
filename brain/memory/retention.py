"""The Ebbinghaus forgetting curve, `R = exp(-t / S)`, and what follows from it.

Source: MemoryBank (arXiv 2305.10250, section 2.3): S starts at 1, each recall adds 1 and sets t to
0. Its published code divides by 5 and multiplies by S instead, so that each recall makes a memory
fade sooner; here retention falls with t and rises with S, and a property test says so.

Nothing here draws random numbers or polls: the curve is solved for the moment at which a memory
fades, and that moment is stored.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from brain.memory.record import FOREVER

SECONDS_PER_DAY = 86_400.0


def retention(elapsed_days: float, strength: float) -> float:
    """R in (0, 1]: how much is left after `elapsed_days` at `strength` days.

    Negative times (a clock that was set back) count as 0.
    """
    return math.exp(-max(0.0, elapsed_days) / strength)


def elapsed_until(level: float, strength: float) -> float:
    """Days until retention falls to `level` (0 < level <= 1): `t = S ln(1 / level)`."""
    return strength * math.log(1.0 / level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The constants of forgetting. See `PAPER` and `COMPANION` for the two presets."""

    initial_strength: float
    """S of a new memory of middling importance, in days."""
    step: float
    """Days that S gains each time a reply is given the memory."""
    importance_factor: float
    """How many times stronger than a middling memory the most important one starts (and weaker the
    least): S0 = initial_strength * factor ** (2 * importance - 1). 1: importance plays no part."""
    fade: float
    """Retention at which recall no longer finds a memory."""
    forget: float
    """Retention at which upkeep archives it; below `fade`."""
    grace: float
    """Days in the archive before it is erased."""

    @property
    def fade_span(self) -> float:
        """Days of life in recall per day of strength: ln(1 / fade)."""
        return elapsed_until(self.fade, 1.0)

    @property
    def forget_span(self) -> float:
        """Days until archived per day of strength: ln(1 / forget)."""
        return elapsed_until(self.forget, 1.0)

    def strength_of(self, importance: float) -> float:
        """S in days of a new memory of that importance (0 to 1)."""
        return self.initial_strength * float(self.importance_factor ** (2.0 * importance - 1.0))

    def fades_at(self, last_recalled: datetime, strength: float, *, pinned: bool) -> datetime:
        """When recall stops finding it."""
        return FOREVER if pinned else _after(last_recalled, elapsed_until(self.fade, strength))

    def forgotten_at(self, last_recalled: datetime, strength: float, *, pinned: bool) -> datetime:
        """When upkeep archives it."""
        return FOREVER if pinned else _after(last_recalled, elapsed_until(self.forget, strength))

    def erased_at(self, archived_at: datetime) -> datetime:
        """When an archived memory is gone for good."""
        return _after(archived_at, self.grace)


def _after(start: datetime, days: float) -> datetime:
    if days * SECONDS_PER_DAY >= (FOREVER - start).total_seconds():
        return FOREVER
    return start + timedelta(days=days)


PAPER = Curve(
    initial_strength=1.0, step=1.0, importance_factor=1.0, fade=0.05, forget=0.01, grace=7.0
)
"""MemoryBank's own constants. The paper draws a random number against R; the thresholds stand for
that draw: a memory that is never recalled leaves recall after 3.0 days."""

COMPANION = Curve(
    initial_strength=120.0, step=60.0, importance_factor=4.0, fade=0.05, forget=0.01, grace=30.0
)
"""For years together. Never recalled, small talk (S = 30 days) leaves recall after 3 months, an
ordinary remark (120) after a year, what matters most (480) after 4 years; each reply that uses a
memory adds 60 days to S, half a year of life. Archived half as long again later (ln 100 / ln 20 =
1.54 times), so that nothing vanishes without a long, restorable twilight."""

PRESETS = {"paper": PAPER, "companion": COMPANION}
