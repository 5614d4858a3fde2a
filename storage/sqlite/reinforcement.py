"""Reinforces memories, as `brain.memory.reinforcement.reinforce` does."""

import json
from collections.abc import Sequence

import apsw

from brain.memory.retention import Curve
from storage.sqlite.rows import IN_LIST
from storage.sqlite.table_updates import recompute_times


def reinforce(db: apsw.Connection, keys: Sequence[int], *, now: int, curve: Curve) -> None:
    """Reinforce living memories: S += step, t = 0.

    A clock that was set back does not move `last_recalled` back.

    Args:
        db: the connection, inside the transaction that finishes a turn.
        keys: the keys of their rows.
        now: milliseconds since 1970.
        curve: the constants of forgetting.
    """
    db.execute(
        "UPDATE memories SET strength = strength + ?, recalls = recalls + 1,"
        f" last_recalled = max(last_recalled, ?) WHERE key {IN_LIST}",
        (curve.step, now, json.dumps(keys)),
    )
    recompute_times(db, keys, curve=curve)
