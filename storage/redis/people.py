"""Stores people, counts their memories, and erases them."""

import asyncio
import json
from contextlib import suppress

from brain.errors import StoreError
from brain.ids import PersonId
from brain.messages import Person, Scope
from brain.ports.people import MOST_JOINS, Profile
from storage.conversions import digest
from storage.redis.connection import Connection
from storage.redis.rows import PERSON, person_from
from storage.redis.search import DOCUMENTS, visible
from storage.redis.values import values_from

BATCH = 500
"""Memories that are erased per step."""


class People:
    """Implements `brain.ports.people.People` on Redis."""

    _db: Connection

    async def person(self, person_id: PersonId) -> Person | None:
        """Return the person as they were saved; None where they are not known."""
        row = await self._db.send("HMGET", self._db.keys.person(digest(person_id)), *PERSON)
        return person_from(row)

    async def profile(self, account_id: PersonId) -> Profile:
        """Return the person that an account belongs to, with their values."""
        known = account_id
        for _ in range(1 + MOST_JOINS):
            key = self._db.keys.person(digest(known))
            row, values = await self._db.run("read_person", key, "", *PERSON)
            person = person_from(row) or Person(known)
            if person.same_as is None:
                break
            known = person.same_as
        return Profile(person, values_from(values))

    async def save_person(self, person: Person) -> None:
        """Create or replace a person."""
        fields = {
            "name": person.name,
            "zone": person.zone.key,
            "language": person.language,
            "same_as": person.same_as,
            "accounts": json.dumps(person.accounts) if person.accounts else None,
        }
        given = (
            part for name, value in fields.items() if value is not None for part in (name, value)
        )
        key = self._db.keys.person(digest(person.id))
        await self._db.run("save_person", key, "", person.id, *given)

    async def people(self) -> tuple[Person, ...]:
        """Return everybody who is known, in the order of their ids."""
        found: dict[str, Person] = {}
        async for keys in self._db.scan(f"{self._db.keys.prefix}:person:{{*"):
            rows = await self._db.pipeline([("HMGET", key, *PERSON) for key in keys])
            known = (person_from(row) for row in rows)
            found |= {person.id: person for person in known if person is not None}
        return tuple(found[person] for person in sorted(found))

    async def count(self, scope: Scope) -> int:
        """Count the living memories of this scope that recall searches."""
        if scope.place is None:
            counts = self._db.keys.terms(digest(scope.person))
            return int(await self._db.send("HGET", counts, DOCUMENTS) or 0)
        [number, *_] = await self._db.send(
            *("FT.SEARCH", self._db.keys.alias, visible(scope), "LIMIT", 0, 0),
            *("TIMEOUT", self._db.timeout_ms, "DIALECT", 2),
        )
        return int(number)

    async def erase_person(self, person_id: PersonId) -> int:
        """Erase everything of one person, by their lists and then by a scan; count the memories."""
        known = digest(person_id)
        key, erased, done = self._db.keys.person(known), 0, 0
        while not done:
            number, done = await self._db.run("erase_person", key, "", BATCH)
            erased += number
            # Let other tasks run between two steps.
            await asyncio.sleep(0)
        async for keys in self._db.scan(f"{self._db.keys.prefix}:*{{{known}}}*"):
            await self._db.run("delete_leftovers", key, "", *keys)
        await self._rewrite()
        return erased

    async def _rewrite(self) -> None:
        """Have the append-only file written anew, without what it still has of the person."""
        # The user may lack the right to do so, or a rewrite may be running: Redis rewrites the file
        # by itself, too, once it has grown.
        with suppress(StoreError):
            if (await self._db.send("INFO", "persistence")).get("aof_enabled"):
                await self._db.send("BGREWRITEAOF")
