"""Stores turns: begins them before the model is asked, and finishes them once, atomically."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from brain.ids import MemoryId, PlaceId
from brain.memory.lexical import terms
from brain.memory.record import Memory, Vector
from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports.turns import Conversation
from storage.conversions import digest, to_milliseconds
from storage.redis.connection import Connection
from storage.redis.index_creation import Indexing
from storage.redis.rows import PERSON, entries, person_from, readable, terms_of_reply
from storage.redis.scoring import codes_of_reply
from storage.redis.script_arguments import gained, kept, spans, target


class Turns:
    """Implements `brain.ports.turns.TurnStore` on Redis."""

    _db: Connection
    _indexing: Indexing

    async def begin(self, scope: Scope, turn: Memory) -> bool:
        """Store a message that has no reply yet; return False where its id is known."""
        if not scope.sees(person_id=turn.person, place_id=turn.place, private=turn.private):
            raise ValueError("a memory is written in the scope that it belongs to")
        call = kept(self._db.keys, turn, None, is_open=True)
        [done] = await self._db.run_all("add", [call])
        return bool(done)

    async def finish(
        self,
        scope: Scope,
        turn_id: MemoryId,
        *,
        reply: str,
        vector: Vector | None,
        recalled: Sequence[MemoryId],
        reinforced: Mapping[MemoryId, Gain] | None = None,
        now: datetime,
        curve: Curve,
        revision: int | None = None,
    ) -> bool:
        """Add reply, vector and sources to a turn, and reinforce memories: all or nothing, once."""
        written: dict[str, object] = {"reply": reply, "sources": tuple(recalled)}
        words, packed = terms(reply), self._indexing.packed(vector) or b""
        person, seen_place = target(self._db.keys, scope)
        return bool(
            await self._db.run(
                "finish_turn",
                person,
                seen_place,
                turn_id,
                len(written),
                entries(written),
                packed,
                terms_of_reply(words),
                codes_of_reply(words),
                to_milliseconds(now),
                *spans(curve),
                "" if revision is None else revision,
                *(
                    part
                    for memory_id, gain in (reinforced or {}).items()
                    for part in (memory_id, *gained(gain))
                ),
            )
        )

    async def mark_replaced(
        self, scope: Scope, turn_ids: Sequence[MemoryId], *, by: MemoryId
    ) -> None:
        """Set `ended_by` of living turns, because a later turn says otherwise."""
        person, seen_place = target(self._db.keys, scope)
        await self._db.run(
            "mark_replaced", person, seen_place, entries({"ended_by": by}), *turn_ids
        )

    async def conversation(
        self,
        scope: Scope,
        place_id: PlaceId,
        *,
        limit: int,
        until: datetime | None = None,
        notes: Sequence[MemoryId] = (),
    ) -> Conversation:
        """Read what a reply needs besides what recall finds, in one step."""
        before = "" if until is None else to_milliseconds(until) + 1
        person, seen_place = target(self._db.keys, scope)
        call = (person, seen_place, digest(place_id), limit, before, len(PERSON), *PERSON)
        wanted = dict.fromkeys(notes)
        revision, known, turns, found = await self._db.run("read_conversation", *call, *wanted)
        return Conversation(
            revision=revision,
            person=person_from(known),
            recent=_readable(reversed(turns)),
            notes=_readable(found),
        )


def _readable(rows: Iterable[Sequence[bytes]]) -> tuple[Memory, ...]:
    found = (readable(*row) for row in rows)
    return tuple(memory for memory in found if memory is not None)
