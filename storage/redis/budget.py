"""Finds what is beyond the budget of a curve, for `storage.redis.upkeep`."""

from brain.memory.retention import BUDGET_SPARES, Curve
from storage.redis.connection import Connection
from storage.redis.search import DOCUMENTS


async def beyond_budget(db: Connection, curve: Curve, moment: int) -> list[tuple[bytes, int]]:
    """Return the keys of what is beyond the budget and not due yet, what is due first before.

    Each comes with the time at which it is due.

    Args:
        db: the connection, to a store that has its index.
        curve: the constants of forgetting.
        moment: the present time, in milliseconds.
    """
    if not curve.has_budget:
        return []
    spared = moment - int(BUDGET_SPARES.total_seconds() * 1_000)
    may_leave = f"@kind:{{turn}} @pinned:{{0}} @due:[({moment} +inf] @said:[-inf {spared}]"
    found: dict[bytes, int] = {}
    if curve.memories_per_person is not None:
        for person, alive in (await _living(db)).items():
            beyond = alive - curve.memories_per_person
            if beyond > 0:
                own = f"@who:{{{person}}}"
                beyond -= await _number(db, f"{own} @due:[-inf {moment}]")
                found |= await _first_due(db, f"{own} {may_leave}", beyond)
    if curve.store_bytes is not None:
        size = (await db.send("INFO", "memory"))["used_memory"]
        living = await _number(db, f"@due:[({moment} +inf]")
        rest = await _number(db, f"@due:[-inf {moment}] | @archived_at:[-inf +inf]")
        beyond = curve.beyond_bytes(size, memories=living + rest, living=living) - len(found)
        if beyond > 0:
            more = await _first_due(db, may_leave, beyond + len(found))
            found |= dict([one for one in more.items() if one[0] not in found][:beyond])
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


async def _living(db: Connection) -> dict[str, int]:
    """Return how many living memories each person has, by the digest of their id."""
    found: dict[str, int] = {}
    async for keys in db.scan(f"{db.keys.prefix}:person:{{*"):
        people = [key.decode().rpartition("{")[2].rstrip("}") for key in keys]
        counts = await db.pipeline([("HGET", db.keys.terms(each), DOCUMENTS) for each in people])
        found |= {each: int(count or 0) for each, count in zip(people, counts, strict=True)}
    return found


async def _number(db: Connection, query: str) -> int:
    [number, *_] = await db.send(
        *("FT.SEARCH", db.keys.alias, query, "LIMIT", 0, 0),
        *("TIMEOUT", db.timeout_ms, "DIALECT", 2),
    )
    return int(number)


async def _first_due(db: Connection, query: str, limit: int) -> dict[bytes, int]:
    if limit <= 0:
        return {}
    _, *rows = await db.send(
        *("FT.AGGREGATE", db.keys.alias, query, "LOAD", 2, "@__key", "@due"),
        *("SORTBY", 4, "@due", "ASC", "@__key", "ASC", "MAX", limit),
        *("LIMIT", 0, limit, "TIMEOUT", db.timeout_ms, "DIALECT", 2),
    )
    loaded = (dict(zip(row[::2], row[1::2], strict=True)) for row in rows if row)
    return {row[b"__key"]: int(float(row[b"due"])) for row in loaded}
