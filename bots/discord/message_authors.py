"""Keeps who wrote which message, and in which channels of a server: Discord tells neither later."""

from brain.bounded_dict import BoundedDict
from brain.ports.values import Values

KNOWN = 10_000
KEPT_S = 90 * 86_400.0
"""How long it is known who wrote a message in a server, in seconds. In a DM it is always known."""


class MessageAuthors:
    """Keeps the ids of messages and of their authors, and nothing of what they say."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: BoundedDict[int, int] = BoundedDict(KNOWN)
        self._places: BoundedDict[int, None] = BoundedDict(KNOWN)

    async def record(self, message: int, author: int, *, lasting: bool) -> None:
        """Record who wrote a message, in the store if `lasting`. Raises StoreError."""
        if message in self._known:
            return
        self._known[message] = author
        if lasting:
            await self._values.set(_owner(message), "by", str(author), ttl_s=KEPT_S)

    async def of(self, message: int) -> int | None:
        """The author of a message; None: unknown, so it was never answered. Raises StoreError."""
        known = self._known.get(message)
        if known is None and (noted := (await self._values.get(_owner(message))).get("by")):
            known = int(noted)
        return known

    async def record_place(self, guild: int, place: int) -> None:
        """Record that somebody was answered in a channel or thread. Raises StoreError."""
        if place not in self._places:
            await self._values.set(_places(guild), str(place), "1")
            self._places[place] = None

    async def places(self, guild: int) -> set[int]:
        """Where in that server somebody was answered, also what is archived or deleted since.

        Raises StoreError.
        """
        return {int(place) for place in await self._values.get(_places(guild))}

    async def forget(self, message: int) -> None:
        """Remove the author of a message that was deleted. Raises StoreError."""
        await self._values.set(_owner(message), "by", None)


def _places(guild: int) -> str:
    # Once it was only of threads.
    return f"discord:guild:{guild}:threads"


def _owner(message: int) -> str:
    return f"discord:message:{message}"
