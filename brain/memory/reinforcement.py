"""Reinforces a memory: S += step, t = 0. Pure; the reference for the stores.

A store reinforces in the transaction that finishes a turn (`brain.ports.turns.TurnStore.finish`):
`storage/sqlite/reinforcement.py` and `storage/redis/scripts/reinforce.lua` do the same in SQL and
Lua, and the contract tests compare both with this.
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
