"""The port for what is kept of a person or a place beside memories.

Consent, a pause, a budget, a code that is valid for ten minutes: small texts and counters under a
name. Notes of a person go when the person is erased.
"""

from collections.abc import Mapping
from typing import Protocol


class Notes(Protocol):
    """Texts and counters by owner (the id of a person, a place, a community) and name."""

    async def notes(self, owner: str) -> Mapping[str, str]:
        """All that is valid now, counters in decimal digits."""
        ...

    async def write_note(
        self, owner: str, name: str, value: str | None, *, ttl_s: float | None = None
    ) -> None:
        """Keep, replace, or (None) remove. It goes by itself after `ttl_s` seconds."""
        ...

    async def add_note(self, owner: str, name: str, value: str, *, ttl_s: float) -> bool:
        """Keep it unless there is one already, which stays as it is: then False."""
        ...

    async def count_up(self, owner: str, name: str, *, by: int, ttl_s: float) -> int:
        """Add to a counter, atomically, and give what it is now.

        It ends `ttl_s` seconds after its first increment, whatever comes between.
        """
        ...

    async def take_note(self, owner: str, name: str) -> str | None:
        """Read and remove at once: of two who ask, one gets it."""
        ...
