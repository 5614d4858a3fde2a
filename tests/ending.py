"""What a process that was killed leaves to end by itself, ended at once."""

from contextlib import closing
from pathlib import Path

import apsw

from bots.transport.inbox import ALIVE_S
from brain.turns.lease import LEASE_S


def pass_leases(file: Path) -> None:
    """Have all that ends in this database end as much sooner as a killed process counts as alive.

    The processes on it go by the clock of the machine, which no test can move.
    """
    by = round(max(ALIVE_S, LEASE_S) * 1_000)
    with closing(apsw.Connection(str(file))) as db:
        db.execute("UPDATE conversations SET held_until = held_until - ?", (by,))
        db.execute("UPDATE key_values SET until = until - ? WHERE until IS NOT NULL", (by,))
        db.execute("UPDATE claims SET until = until - ?", (by,))
