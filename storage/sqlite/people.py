"""Stores people, counts their memories, and erases them."""

import json

import apsw

from brain.ids import PersonId
from brain.messages import Person, Scope
from brain.ports import Clock
from brain.ports.people import MOST_JOINS, Profile
from storage.conversions import to_milliseconds
from storage.sqlite.connection import Connections
from storage.sqlite.locks_and_claims import forget_conversations
from storage.sqlite.person_rows import bump_revision, ensure_person, key_of_person, retire_revision
from storage.sqlite.rows import PERSON, find_person, person_from, within
from storage.sqlite.stale_days import forget_days
from storage.sqlite.table_updates import mark_erased, remove
from storage.sqlite.values import erase_values, valid_values


class People:
    """Implements `brain.ports.people.People` on SQLite."""

    _db: Connections
    _clock: Clock

    async def person(self, person_id: PersonId) -> Person | None:
        """Return the person as they were saved; None where they are not known."""
        return await self._db.read(lambda db: find_person(db, person_id))

    async def profile(self, account_id: PersonId) -> Profile:
        """Return the person that an account belongs to, with their values."""
        now = to_milliseconds(self._clock.now())

        def read(db: apsw.Connection) -> Profile:
            person = find_person(db, account_id) or Person(account_id)
            for _ in range(MOST_JOINS):
                if person.same_as is None:
                    break
                person = find_person(db, person.same_as) or Person(person.same_as)
            return Profile(person, valid_values(db, person.id, now))

        return await self._db.read(read)

    async def save_person(self, person: Person) -> None:
        """Create or replace a person."""

        def save(db: apsw.Connection) -> None:
            ensure_person(db, person.id)
            before = find_person(db, person.id) or Person(person.id)
            if (before.same_as, before.accounts) != (person.same_as, person.accounts):
                bump_revision(db, person.id)
            db.execute(
                "UPDATE people SET name = ?, zone = ?, language = ?, same_as = ?, accounts = ?"
                " WHERE id = ?",
                (
                    person.name,
                    person.zone.key,
                    person.language,
                    person.same_as,
                    json.dumps(person.accounts),
                    person.id,
                ),
            )

        await self._db.write(save)

    async def people(self) -> tuple[Person, ...]:
        """Return everybody who is known, in the order of their ids."""
        return await self._db.read(
            lambda db: tuple(
                person_from(row) for row in db.execute(f"SELECT {PERSON} FROM people ORDER BY id")
            ),
            slow=True,
        )

    async def count(self, scope: Scope) -> int:
        """Count the living memories of this scope that recall searches."""
        condition, bound = within(scope, "r")

        def count(db: apsw.Connection) -> int:
            person = key_of_person(db, scope.person)
            if scope.place is None:
                alive = db.execute("SELECT alive FROM people WHERE key = ?", (person,)).get
            else:
                alive = db.execute(
                    f"SELECT count(*) FROM recallable r WHERE r.person = ?{condition}",
                    (person, *bound),
                ).get
            return int(alive or 0)

        return await self._db.read(count, slow=True)

    async def erase_person(self, person_id: PersonId) -> int:
        """Erase everything of one person; count the memories."""

        def erase(db: apsw.Connection) -> int:
            forget_conversations(db, person_id)
            erase_values(db, person_id)
            key = key_of_person(db, person_id)
            if key is None:
                return 0
            mark_erased(db)
            keys = [
                row[0] for row in db.execute("SELECT key FROM memories WHERE person = ?", (key,))
            ]
            remove(db, keys)
            forget_days(db, key)
            retire_revision(db, key)
            db.execute("DELETE FROM people WHERE key = ?", (key,))
            return len(keys)

        erased = await self._db.write(erase)
        await self._db.purge()
        return erased
