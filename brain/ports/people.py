"""The port for people: who is known, and which accounts are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from brain.ids import PersonId
from brain.messages import Person, Scope

MOST_JOINS = 4
"""How many joins are followed: an account is joined with a person, who may be joined in turn."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person and the values that they own (`brain.ports.values`)."""

    person: Person
    """The person as they were saved, or one of whom only the id is known."""
    values: Mapping[str, str]
    """The values that are valid now, by name."""


class People(Protocol):
    """Stores who is known."""

    async def person(self, person_id: PersonId) -> Person | None:
        """Return the person as they were saved; None where they are not known."""
        ...

    async def profile(self, account_id: PersonId) -> Profile:
        """Return the person that an account belongs to, with their values.

        `Person.same_as` is followed, `MOST_JOINS` times at most.
        """
        ...

    async def save_person(self, person: Person) -> None:
        """Create or replace a person.

        The revision of the person grows (`Derivations.revision`) where `same_as` or `accounts` are
        others than before.
        """
        ...

    async def people(self) -> tuple[Person, ...]:
        """Return everybody who is known, for the operator of the installation."""
        ...

    async def count(self, scope: Scope) -> int:
        """Count the living memories of this scope that recall searches."""
        ...

    async def erase_person(self, person_id: PersonId) -> int:
        """Erase everything of one person, archive and values included; count the memories."""
        ...
