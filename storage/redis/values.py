"""The key-value store: texts and counters that may expire, by the clock of Redis."""

from collections.abc import Mapping, Sequence

from storage.conversions import digest, to_ttl
from storage.redis.connection import Connection


class Values:
    """Implements `brain.ports.values.Values`: a key for each value, a set of the owner's names."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    async def get(self, owner: str) -> Mapping[str, str]:
        """Return the owner's values that are valid now, by name."""
        return values_from(await self._db.run("value_get", self._owner(owner), ""))

    async def set(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Set a value, or remove it (None)."""
        if value is None:
            await self.pop(owner, name)
            return
        until = "" if ttl_s is None else to_ttl(ttl_s)
        await self._db.run("value_set", self._owner(owner), "", name, value, until)

    async def add(
        self, owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        """Set a value unless there is one, or its name is claimed; return whether it was set."""
        claim = self._db.keys.claim(digest(f"{owner}:{name}"))
        once = "" if once_for_s is None else to_ttl(once_for_s)
        call = (self._owner(owner), claim, "", name, value, to_ttl(ttl_s), once)
        [done] = await self._db.run_all("value_add", [call], keys=2)
        return bool(done)

    async def increment(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter atomically, and return its new value."""
        key = self._owner(owner)
        return int(await self._db.run("value_increment", key, "", name, by, to_ttl(ttl_s)))

    async def pop(self, owner: str, name: str) -> str | None:
        """Read and remove a value in one step."""
        taken = await self._db.run("value_pop", self._owner(owner), "", name)
        return None if taken is None else str(taken.decode())

    def _owner(self, owner: str) -> str:
        return self._db.keys.person(digest(owner))


def values_from(answer: Sequence[bytes]) -> dict[str, str]:
    """Return the values of a script's answer, in which names and texts alternate."""
    texts = [part.decode() for part in answer]
    return dict(zip(texts[::2], texts[1::2], strict=True))
