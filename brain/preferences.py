"""What a person asked for: where to pause, how the companion is to be; and that they were informed.

Each is a note of the person. All of them go along when accounts are joined or parted, and from one
store into another.
"""

from dataclasses import dataclass

from brain.messages import Person, Place
from brain.ports.values import Notes

CONSENT = "informed"
PAUSED = "paused:"
PERSONA = "persona"
_NAMES = (CONSENT, PAUSED, PERSONA)
"""Of the notes, or how their names begin."""
PERSONA_CHARACTERS = 2_000
"""The longest wish for how the companion is to be."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one person."""

    informed: bool
    """Whether they were told what is kept."""
    paused: frozenset[str]
    """Places where nothing is to be kept."""
    persona: str | None = None
    """How the companion is to be with them in private: their own words, beside the persona."""


async def wishes_of(notes: Notes, person: Person) -> Wishes:
    """What is known of them. Raises StoreError."""
    found = await notes.notes(person.id)
    paused = frozenset(name.removeprefix(PAUSED) for name in found if name.startswith(PAUSED))
    return Wishes(CONSENT in found, paused, found.get(PERSONA))


async def inform(notes: Notes, person: Person) -> None:
    """They were told. Raises StoreError."""
    await notes.write_note(person.id, CONSENT, "1")


async def pause(notes: Notes, person: Person, place: Place, *, paused: bool) -> None:
    """Keep nothing there, or keep it again. Raises StoreError."""
    await notes.write_note(person.id, f"{PAUSED}{place.id}", "1" if paused else None)


async def wish_for(notes: Notes, person: Person, persona: str | None) -> None:
    """How the companion is to be with them, or (None) as it is. Raises StoreError."""
    await notes.write_note(person.id, PERSONA, persona)


async def wish_notes(notes: Notes, person: str) -> dict[str, str]:
    """The notes that hold the wishes of a person, by name, sorted. Raises StoreError."""
    found = await notes.notes(person)
    return {name: value for name, value in sorted(found.items()) if name.startswith(_NAMES)}


async def copy_wishes(notes: Notes, source: str, target: str) -> None:
    """What one person asked for holds for another; what that one asked for itself comes first.

    Raises StoreError.
    """
    known = await notes.notes(target)
    for name, value in (await wish_notes(notes, source)).items():
        if name not in known:
            await notes.write_note(target, name, value)
