"""The preferences of a person: places that are paused, how the companion is to be, and consent.

Each is a value of the person (`brain.ports.values`). All of them go along when accounts are joined
or parted, and from one store into another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.ports.values import Values

CONSENT = "informed"
PAUSED = "paused:"
PERSONA = "persona"
_NAMES = (CONSENT, PAUSED, PERSONA)
"""Names of the values, or what they begin with."""
PERSONA_CHARACTERS = 2_000
"""The longest text of how the companion is to be."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person chose, and whether they were told what is kept."""

    informed: bool
    """Whether they were told what is kept."""
    paused: frozenset[PlaceId]
    """Places where nothing is to be kept."""
    persona: str | None = None
    """How the companion is to be with them in private: their own words, beside the persona."""


async def load_preferences(values: Values, person: Person) -> Preferences:
    """Read the preferences of a person. Raises StoreError."""
    return preferences_from(await values.get(person.id))


def preferences_from(values: Mapping[str, str]) -> Preferences:
    """Return the preferences among the values of a person."""
    paused = [PlaceId(name.removeprefix(PAUSED)) for name in values if name.startswith(PAUSED)]
    return Preferences(CONSENT in values, frozenset(paused), values.get(PERSONA))


async def mark_informed(values: Values, person: Person) -> None:
    """Note that a person was told what is kept. Raises StoreError."""
    await values.set(person.id, CONSENT, "1")


async def set_paused(values: Values, person: Person, place: Place, *, paused: bool) -> None:
    """Keep nothing of what a person says in a place, or keep it again. Raises StoreError."""
    await values.set(person.id, f"{PAUSED}{place.id}", "1" if paused else None)


async def set_persona_preference(values: Values, person: Person, persona: str | None) -> None:
    """Choose how the companion is to be with a person; None: as it is. Raises StoreError."""
    await values.set(person.id, PERSONA, persona)


async def preference_values(values: Values, person_id: PersonId) -> dict[str, str]:
    """The values that hold the preferences of a person, by name, sorted. Raises StoreError."""
    found = await values.get(person_id)
    return {name: value for name, value in sorted(found.items()) if name.startswith(_NAMES)}


async def copy_preferences(values: Values, source: PersonId, target: PersonId) -> None:
    """Give one person's preferences to another, but for those that the other chose themselves.

    Raises StoreError.
    """
    known = await values.get(target)
    for name, value in (await preference_values(values, source)).items():
        if name not in known:
            await values.set(target, name, value)
