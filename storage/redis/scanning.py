"""Reads a person's lists from the newest end, a bounded number of members at a time."""

from collections.abc import Collection

from brain.memory.record import Kind, Memory
from brain.messages import Scope
from storage.redis.connection import Connection
from storage.redis.rows import readable
from storage.redis.script_arguments import target

STRETCH = 2_000
"""Members that one call looks at, so that a filter that few pass does not block Redis for long."""

Row = tuple[Memory, str]
"""A memory, and the cursor to continue after it."""


async def read_rows(
    connection: Connection,
    scope: Scope,
    list_name: str,
    *,
    most: int,
    after: str = "",
    said_from: int | None = None,
    said_until: int | None = None,
    kinds: Collection[Kind] | None = None,
    id_prefix: str = "",
) -> list[Row]:
    """Read rows of a list, newest first.

    Args:
        connection: the connection to Redis.
        scope: rows outside it are passed over.
        list_name: `said`, `derived` or `shelf`.
        most: the most rows.
        after: the cursor of a row to continue after; empty to begin with the newest.
        said_from: rows said before (milliseconds) are passed over.
        said_until: rows said then or later (milliseconds) are passed over.
        kinds: only rows of these kinds; None for all.
        id_prefix: only rows whose id begins so.
    """
    rows: list[Row] = []
    wanted = "" if kinds is None else f"|{'|'.join(kinds)}|"
    while len(rows) < most:
        time, _, order = after.partition(".")
        found, after_bytes = await connection.run(
            "read_page",
            *target(connection.keys, scope),
            *(list_name, most - len(rows), time, order),
            "" if said_from is None else said_from,
            "" if said_until is None else said_until,
            *(wanted, id_prefix, STRETCH),
        )
        for *fields, cursor in found:
            memory = readable(cursor, *fields)
            if memory is not None:
                rows.append((memory, cursor.decode()))
        after = after_bytes.decode()
        if not after:
            break
    return rows
