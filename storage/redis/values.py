"""Texts and counters of a person or a place, by the clock of Redis."""

from collections.abc import Mapping

from storage.redis.connection import Connection
from storage.redis.conversations import to_ttl
from storage.redis.keys import digest


class Notes:
    """`brain.ports.values.Notes` on Redis."""

    _db: Connection

    async def notes(self, owner: str) -> Mapping[str, str]:
        """All that is valid now."""
        found = await self._db.run("note_read", self._owner(owner), "")
        texts = [each.decode() for each in found]
        return dict(zip(texts[::2], texts[1::2], strict=True))

    async def write_note(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Keep, replace, or (None) remove."""
        if value is None:
            await self.take_note(owner, name)
            return
        until = "" if ttl_s is None else to_ttl(ttl_s)
        await self._db.run("note_write", self._owner(owner), "", name, value, until, "")

    async def add_note(self, owner: str, name: str, value: str, *, ttl_s: float) -> bool:
        """Keep it unless there is one already."""
        key = self._owner(owner)
        return bool(await self._db.run("note_write", key, "", name, value, to_ttl(ttl_s), "new"))

    async def count_up(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter, atomically."""
        key = self._owner(owner)
        return int(await self._db.run("note_count", key, "", name, by, to_ttl(ttl_s)))

    async def take_note(self, owner: str, name: str) -> str | None:
        """Read and remove at once."""
        taken = await self._db.run("note_take", self._owner(owner), "", name)
        return None if taken is None else str(taken.decode())

    def _owner(self, owner: str) -> str:
        return self._db.keys.person(digest(owner))
