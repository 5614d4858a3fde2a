"""Who is known."""

import json

import apsw

from brain.messages import Person, Scope
from storage.sqlite.connection import Connections
from storage.sqlite.conversations import forget_conversations
from storage.sqlite.rows import PERSON, person_from, within
from storage.sqlite.stale_days import forget_days
from storage.sqlite.values import erase_values
from storage.sqlite.writing import (
    ensure_person,
    key_of_person,
    mark_erased,
    remove,
    retire_revision,
)


class People:
    """`brain.ports.People` on SQLite."""

    _db: Connections

    async def person(self, person_id: str) -> Person | None:
        """What was saved, or None."""

        def find(db: apsw.Connection) -> Person | None:
            row = db.execute(f"SELECT {PERSON} FROM people WHERE id = ?", (person_id,)).get
            return person_from(row) if row else None

        return await self._db.read(find)

    async def save_person(self, person: Person) -> None:
        """Create or replace."""

        def save(db: apsw.Connection) -> None:
            ensure_person(db, person.id)
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
        """Everybody."""
        return await self._db.read(
            lambda db: tuple(
                person_from(row) for row in db.execute(f"SELECT {PERSON} FROM people ORDER BY id")
            ),
            slow=True,
        )

    async def count(self, scope: Scope) -> int:
        """Memories alive in this scope that recall searches."""
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

    async def erase_person(self, person_id: str) -> int:
        """Everything of one person."""

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
