"""What is noted of people and places beside memories, from one store into another.

A store that can list whose notes there are (`NotesListed`) gives them all, with the time that each
has left: where somebody paused, what a server chose, which group got another id, who wrote which
message. Of another one only those are known who have something saved: what they asked for goes
along. What the target has noted itself stays as it is.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from brain.messages import Person
from brain.ports import MemoryStore
from brain.preferences import preference_notes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, and how long it is valid still."""

    value: str
    left_s: float | None
    """Seconds; None: until somebody removes it."""


@runtime_checkable
class NotesListed(Protocol):
    """A store that knows whose notes it keeps."""

    async def note_owners(self) -> tuple[str, ...]:
        """Everybody and everything with a note that is valid now, sorted."""
        ...

    async def notes_left(self, owner: str) -> Mapping[str, tuple[str, float | None]]:
        """By name: the text, and the seconds until it goes by itself; None: it stays."""
        ...


def lists_notes(store: MemoryStore) -> bool:
    """Whether all of its notes can go along; else only the preferences of the people it knows."""
    return isinstance(store, NotesListed)


async def copy_notes(source: MemoryStore, target: MemoryStore, people: Iterable[Person]) -> int:
    """Write what the target does not have yet, and give how many those were. Raises StoreError."""
    written = 0
    async for owner, noted in _noted(source, people):
        known = await target.notes(owner)
        for name, note in noted.items():
            if name not in known:
                await target.write_note(owner, name, note.value, ttl_s=note.left_s)
                written += 1
    return written


async def missing_notes(
    source: MemoryStore, target: MemoryStore, people: Iterable[Person]
) -> AsyncIterator[tuple[str, str, str]]:
    """Whose lasting notes the target lacks: the owner, and a checksum of the names in each store.

    Other values are no difference: a server may have chosen anew since. What people asked for is
    compared with their memories (`brain.preferences`). Raises StoreError.
    """
    met = {person.id for person in people}
    async for owner, noted in _noted(source, people):
        lasting = sorted(name for name, note in noted.items() if note.left_s is None)
        if owner not in met and lasting:
            known = await target.notes(owner)
            there = [name for name in lasting if name in known]
            if there != lasting:
                yield owner, _checksum(lasting), _checksum(there)


async def _noted(
    store: MemoryStore, people: Iterable[Person]
) -> AsyncIterator[tuple[str, dict[str, Note]]]:
    if isinstance(store, NotesListed):
        for owner in await store.note_owners():
            noted = await store.notes_left(owner)
            yield owner, {name: Note(*kept) for name, kept in noted.items()}
    else:
        for person in people:
            asked = await preference_notes(store, person.id)
            yield person.id, {name: Note(value, None) for name, value in asked.items()}


def _checksum(names: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(names).encode(), digest_size=32).hexdigest()
