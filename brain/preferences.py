"""The preferences of a person: places that are paused, how the companion is to be, and consent.

Each is a value of the person (`brain.ports.values`). They are copied when accounts are joined or
split, and from one store to another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.ports.values import Values

CONSENT = "informed"
"""The name of the value that says that the person was told what is stored."""
PAUSED = "paused:"
"""What the name of a paused place's value begins with; the id of the place follows."""
PERSONA = "persona"
"""The name of the value that says how the companion is to be."""
_NAMES = (CONSENT, PAUSED, PERSONA)
PERSONA_CHARACTERS = 2_000
"""The most characters of the text that says how the companion is to be."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, and whether they were told what is stored."""

    informed: bool
    """Whether they were told what is stored."""
    paused: frozenset[PlaceId]
    """The places where nothing is to be stored."""
    persona: str | None = None
    """How the companion is to be with them in private, in their own words; added to the persona."""


async def load_preferences(values: Values, person: Person) -> Preferences:
    """Read the preferences of a person. Raises StoreError."""
    return preferences_from(await values.get(person.id))


def preferences_from(values: Mapping[str, str]) -> Preferences:
    """Return the preferences among the values of a person."""
    paused = [PlaceId(name.removeprefix(PAUSED)) for name in values if name.startswith(PAUSED)]
    return Preferences(CONSENT in values, frozenset(paused), values.get(PERSONA))


async def mark_informed(values: Values, person: Person) -> None:
    """Record that a person was told what is stored. Raises StoreError."""
    await values.set(person.id, CONSENT, "1")


async def set_paused(values: Values, person: Person, place: Place, *, paused: bool) -> None:
    """Pause or resume storing what a person says in a place. Raises StoreError."""
    await values.set(person.id, f"{PAUSED}{place.id}", "1" if paused else None)


async def set_persona_preference(values: Values, person: Person, persona: str | None) -> None:
    """Set how the companion is to be with a person; None removes it. Raises StoreError."""
    await values.set(person.id, PERSONA, persona)


async def preference_values(values: Values, person_id: PersonId) -> dict[str, str]:
    """Return the values that hold a person's preferences, sorted by name. Raises StoreError."""
    found = await values.get(person_id)
    return {name: value for name, value in sorted(found.items()) if name.startswith(_NAMES)}


async def copy_preferences(values: Values, source: PersonId, target: PersonId) -> None:
    """Copy the preferences of one person to another, who keeps those that they already have.

    Raises StoreError.
    """
    known = await values.get(target)
    for name, value in (await preference_values(values, source)).items():
        if name not in known:
            await values.set(target, name, value)
