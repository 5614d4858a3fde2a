"""The port for the key-value store beside the memories.

It holds consent, a pause, a budget, a code that is valid for ten minutes: small texts and counters,
each under an owner and a name. The values of a person are erased with the person.
"""

from collections.abc import Mapping
from typing import Protocol


class Values(Protocol):
    """Texts and counters by owner (the id of a person, a place, a community) and name.

    Every method may raise StoreError, and nothing else.
    """

    async def get(self, owner: str) -> Mapping[str, str]:
        """Return the owner's values that are valid now, by name; counters in decimal digits."""
        ...

    async def set(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Set a value, or remove it (None). It expires after `ttl_s` seconds, or never (None)."""
        ...

    async def add(
        self, owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        """Set a value unless there is one already; return whether it was set.

        Args:
            owner: the owner of the value.
            name: the name of the value.
            value: the text.
            ttl_s: seconds until the value expires.
            once_for_s: also claim `owner:name` for so many seconds (`Claims.claim`)
                in the same step: where it is claimed already, nothing is set and the answer is
                False. Where there is a value already, nothing is claimed.
        """
        ...

    async def increment(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter atomically, and return its new value.

        It expires `ttl_s` seconds after its first increment, whatever comes between.
        """
        ...

    async def pop(self, owner: str, name: str) -> str | None:
        """Read and remove a value in one step, so that only one of several callers gets it."""
        ...
