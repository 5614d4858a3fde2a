"""A person's lists from the newest end, a bounded stretch of them at a time."""

from collections.abc import Collection

from brain.memory.record import Kind, Memory
from brain.messages import Scope
from storage.redis.connection import Connection
from storage.redis.rows import readable
from storage.redis.script_arguments import target

STRETCH = 2_000
"""How many members one call looks at: a filter that few pass never holds up Redis for long."""

Row = tuple[Memory, str]
"""A memory, and the cursor that goes on after it."""


async def walk(
    connection: Connection,
    scope: Scope,
    room: str,
    *,
    most: int,
    after: str = "",
    said_from: int | None = None,
    said_until: int | None = None,
    kinds: Collection[Kind] | None = None,
    id_prefix: str = "",
) -> list[Row]:
    """At most `most` rows, newest first.

    Args:
        connection: to Redis.
        scope: rows outside it are passed over.
        room: `said`, `derived` or `shelf`.
        most: rows to give.
        after: a row's cursor, to go on after it.
        said_from: milliseconds; older rows are passed over.
        said_until: milliseconds; rows of that time and later are passed over.
        kinds: None: of any.
        id_prefix: what the ids begin with.
    """
    rows: list[Row] = []
    wanted = "" if kinds is None else f"|{'|'.join(kinds)}|"
    while len(rows) < most:
        time, _, order = after.partition(".")
        found, after_bytes = await connection.run(
            "page",
            *target(connection.keys, scope),
            *(room, most - len(rows), time, order),
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
