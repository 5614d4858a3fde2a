"""The key-value store: texts and counters that may expire, by the clock of Redis."""

from collections.abc import Mapping

from storage.redis.connection import Connection
from storage.redis.conversations import to_ttl
from storage.redis.keys import digest


class Values:
    """Fulfils `brain.ports.values.Values`: a key for each value, and a set of the owner's names."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    async def get(self, owner: str) -> Mapping[str, str]:
        """All that is valid now."""
        found = await self._db.run("value_get", self._owner(owner), "")
        texts = [each.decode() for each in found]
        return dict(zip(texts[::2], texts[1::2], strict=True))

    async def set(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Keep, replace, or (None) remove."""
        if value is None:
            await self.pop(owner, name)
            return
        until = "" if ttl_s is None else to_ttl(ttl_s)
        await self._db.run("value_set", self._owner(owner), "", name, value, until, "")

    async def add(self, owner: str, name: str, value: str, *, ttl_s: float) -> bool:
        """Keep it unless there is one already."""
        key = self._owner(owner)
        return bool(await self._db.run("value_set", key, "", name, value, to_ttl(ttl_s), "new"))

    async def increment(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter, atomically."""
        key = self._owner(owner)
        return int(await self._db.run("value_increment", key, "", name, by, to_ttl(ttl_s)))

    async def pop(self, owner: str, name: str) -> str | None:
        """Read and remove at once."""
        taken = await self._db.run("value_pop", self._owner(owner), "", name)
        return None if taken is None else str(taken.decode())

    def _owner(self, owner: str) -> str:
        return self._db.keys.person(digest(owner))
