"""Where a memory grows stronger: S += step, t = 0. Pure; the reference for what stores do.

A store reinforces in the transaction that finishes a turn (`brain.ports.turns.TurnStore.finish`):
`storage/sqlite/reinforcement.py` and `storage/redis/scripts/reinforce.lua` do in SQL and Lua what
stands here, and the contract tests hold both to it.
"""

from datetime import datetime

from msgspec.structs import replace

from brain.memory.creation import on_curve
from brain.memory.record import Memory
from brain.memory.retention import Curve


def reinforced(memory: Memory, *, now: datetime, curve: Curve) -> Memory:
    """The memory after a reply was given it.

    Its strength grows by `curve.step` days, time starts anew, and the moments at which it fades and
    is forgotten follow from both. A clock that was set back never ages a memory.
    """
    return on_curve(
        replace(
            memory,
            strength=memory.strength + curve.step,
            last_recalled=max(memory.last_recalled, now),
            recalls=memory.recalls + 1,
        ),
        curve,
    )
