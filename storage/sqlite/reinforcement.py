"""Reinforces memories, as `brain.memory.reinforcement.reinforce` does."""

from collections.abc import Mapping

import apsw

from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from storage.conversions import to_milliseconds
from storage.sqlite.table_updates import recompute_times


def reinforce(db: apsw.Connection, gains: Mapping[int, Gain], *, now: int, curve: Curve) -> None:
    """Reinforce living memories: S grows, t = 0, unless they were recalled meanwhile.

    A clock that was set back does not move `last_recalled` back.

    Args:
        db: the connection, inside a transaction.
        gains: what they gain, by the keys of their rows.
        now: milliseconds since 1970.
        curve: the constants of forgetting.
    """
    reinforced: list[int] = []
    for key, gain in gains.items():
        since = None if gain.since is None else to_milliseconds(gain.since)
        row = db.execute(
            "UPDATE memories SET strength = strength + :days, recalls = recalls + 1,"
            " last_recalled = max(last_recalled, :now)"
            " WHERE key = :key AND last_recalled = ifnull(:since, last_recalled) RETURNING key",
            {"days": gain.days, "now": now, "key": key, "since": since},
        ).get
        if row is not None:
            reinforced.append(key)
    recompute_times(db, reinforced, curve=curve)
