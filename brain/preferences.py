"""The preferences of a person: places that are paused, how the companion is to be, and consent.

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
"""The longest text of how the companion is to be."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person chose, and whether they were told what is kept."""

    informed: bool
    """Whether they were told what is kept."""
    paused: frozenset[str]
    """Places where nothing is to be kept."""
    persona: str | None = None
    """How the companion is to be with them in private: their own words, beside the persona."""


async def load_preferences(notes: Notes, person: Person) -> Preferences:
    """Read the preferences of a person. Raises StoreError."""
    found = await notes.notes(person.id)
    paused = frozenset(name.removeprefix(PAUSED) for name in found if name.startswith(PAUSED))
    return Preferences(CONSENT in found, paused, found.get(PERSONA))


async def mark_informed(notes: Notes, person: Person) -> None:
    """Note that a person was told what is kept. Raises StoreError."""
    await notes.write_note(person.id, CONSENT, "1")


async def set_paused(notes: Notes, person: Person, place: Place, *, paused: bool) -> None:
    """Keep nothing of what a person says in a place, or keep it again. Raises StoreError."""
    await notes.write_note(person.id, f"{PAUSED}{place.id}", "1" if paused else None)


async def set_persona_preference(notes: Notes, person: Person, persona: str | None) -> None:
    """Choose how the companion is to be with a person; None: as it is. Raises StoreError."""
    await notes.write_note(person.id, PERSONA, persona)


async def preference_notes(notes: Notes, person: str) -> dict[str, str]:
    """The notes that hold the preferences of a person, by name, sorted. Raises StoreError."""
    found = await notes.notes(person)
    return {name: value for name, value in sorted(found.items()) if name.startswith(_NAMES)}


async def copy_preferences(notes: Notes, source: str, target: str) -> None:
    """Give one person's preferences to another, but for those that the other chose themselves.

    Raises StoreError.
    """
    known = await notes.notes(target)
    for name, value in (await preference_notes(notes, source)).items():
        if name not in known:
            await notes.write_note(target, name, value)
