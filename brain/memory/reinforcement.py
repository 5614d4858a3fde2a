"""Changes the strength S of a memory, when it is recalled and when its importance changes.

These functions are the reference for the stores, which do the same within their transactions, and
which the contract tests compare with them:

    reinforce        `storage/sqlite/reinforcement.py`, `storage/redis/scripts/reinforce.lua`
    with_importance  `storage/sqlite/derivations.py`, `storage/redis/scripts/set_importance.lua`
"""

from datetime import datetime

from msgspec.structs import replace

from brain.memory.creation import recompute_times
from brain.memory.record import Memory
from brain.memory.retention import Curve


def reinforce(memory: Memory, *, now: datetime, curve: Curve) -> Memory:
    """Return the memory as it is after it was given to a reply.

    Its strength grows by `curve.step` days, `last_recalled` becomes `now`, and the times at which
    it fades and is forgotten follow from both. A clock that was set back does not move
    `last_recalled` back.
    """
    return recompute_times(
        replace(
            memory,
            strength=memory.strength + curve.step,
            last_recalled=max(memory.last_recalled, now),
            recalls=memory.recalls + 1,
        ),
        curve,
    )


def with_importance(memory: Memory, importance: float, *, curve: Curve) -> Memory:
    """Return the memory with another importance, and with the strength and times that follow.

    What recall added to the strength stays: S += strength_of(new) - strength_of(old). S stays
    positive: an imported memory that is weaker than its first strength falls to no less than the
    lower of its strength and the new first strength.
    """
    first = curve.strength_of(importance)
    moved = memory.strength + first - curve.strength_of(memory.importance)
    strength = max(moved, min(memory.strength, first))
    return recompute_times(replace(memory, importance=importance, strength=strength), curve)
