"""Keeps who wrote which message and in which channels, which Discord does not tell later."""

from cachetools import FIFOCache

from brain.ports.values import Values

KNOWN = 10_000
KEPT_S = 90 * 86_400.0
"""Seconds that the author of a message in a server is kept; that of a DM is always known."""


class MessageAuthors:
    """Keeps the ids of messages and of their authors, and nothing of what they say."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: FIFOCache[int, int] = FIFOCache(KNOWN)
        self._places: FIFOCache[int, None] = FIFOCache(KNOWN)

    async def record(self, message: int, author: int, *, lasting: bool) -> None:
        """Record who wrote a message, in the store if `lasting`. Raises StoreError."""
        if message in self._known:
            return
        self._known[message] = author
        if lasting:
            await self._values.set(_owner(message), "by", str(author), ttl_s=KEPT_S)

    async def of(self, message: int) -> int | None:
        """Return the user id of a message's author, or None if it was never answered.

        Raises StoreError.
        """
        known = self._known.get(message)
        if known is None and (noted := (await self._values.get(_owner(message))).get("by")):
            known = int(noted)
        return known

    async def record_place(self, guild: int, place: int) -> None:
        """Record that a message was answered in a channel or thread. Raises StoreError."""
        if place not in self._places:
            await self._values.set(_places(guild), str(place), "1")
            self._places[place] = None

    async def places(self, guild: int) -> set[int]:
        """Return the ids of the channels and threads of a server in which messages were answered.

        This includes channels that were archived or deleted. Raises StoreError.
        """
        return {int(place) for place in await self._values.get(_places(guild))}

    async def forget(self, message: int) -> None:
        """Remove the author of a message that was deleted. Raises StoreError."""
        await self._values.set(_owner(message), "by", None)


def _places(guild: int) -> str:
    # The name is from the time when it listed threads alone.
    return f"discord:guild:{guild}:threads"


def _owner(message: int) -> str:
    return f"discord:message:{message}"
