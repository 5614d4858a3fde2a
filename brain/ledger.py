"""What is written of a turn, before and after its reply, and in what order.

    open     the lease on the conversation, then the message: durable before it is answered
    close    reply, vector and reinforcement in one atomic write; then the lease is let go

While the store is away, and the habits allow it, both go to `brain.outage` instead.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from msgspec import structs

from brain.errors import AlreadyAnswered, EmbedderError, StoreUnavailable
from brain.habits import Habits
from brain.language import detect
from brain.lease import Lease, Leases, Pause
from brain.memory.creation import new_memory
from brain.memory.lexical import telling
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Image, Incoming, Person, Place, Scope
from brain.off_record import OffRecord
from brain.outage import Outage
from brain.ports import Clock, Embedder, MemoryStore
from brain.texts import DEFAULT_LANGUAGE
from brain.turn import Outcome, Turn

log = logging.getLogger(__name__)

ATTEMPTS = 8
"""To write a reply while other things of its person are rewritten; then it is dropped."""
CLOCKS_APART = timedelta(minutes=5)
"""How far the clock of a platform may run ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known when a turn begins."""

    habits: Habits
    scope: Scope
    person: Person
    begun: Memory
    recent: tuple[Memory, ...] = ()
    """The conversation at hand, oldest first."""
    lease: Lease | None
    """None: the store has nothing of this turn, because it is away or is not to have it."""
    off_record: bool = False
    """Nothing of this turn is kept."""
    images: tuple[Image, ...] = ()
    revision: int | None = None
    """Of the person, from before anything of theirs was read (`brain.derivations`)."""


def turn_id(place: str, person: str, message: str) -> str:
    """The same message is the same turn, whoever delivers it twice."""
    return uuid5(NAMESPACE_URL, f"{place}/{person}/{message}").hex


class Ledger:
    """Writes the turns of one process."""

    def __init__(
        self, *, store: MemoryStore, embedder: Embedder, clock: Clock, curve: Curve, pause: Pause
    ) -> None:
        """See `brain.companion.Companion`."""
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._curve = curve
        self._leases = Leases(store, pause=pause)
        self._outage = Outage(self._write, pause=pause)
        self._off_record = OffRecord()

    async def open(self, incoming: Incoming, text: str, habits: Habits) -> Opening:
        """Keep the message, once it is this process's turn. Raises AlreadyAnswered, StoreError."""
        scope = Scope.of(incoming.person, incoming.place)
        if incoming.off_record:
            return await self._aside(scope, incoming, text, habits)
        if not self._outage.is_on:
            try:
                return await self._enter(scope, incoming, text, habits)
            except StoreUnavailable as error:
                self.endure(error, habits)
        person = incoming.person
        begun = self._begun(incoming, person, text, ())
        opening = Opening(
            habits=habits,
            scope=scope,
            person=person,
            begun=begun,
            lease=None,
            images=incoming.images,
        )
        self._outage.admit(self.outcome(opening))
        return opening

    def endure(self, error: StoreUnavailable, habits: Habits) -> None:
        """Go on without the store, where the habits say so; raise the error where they do not."""
        if habits.when_store_is_away == "refuse":
            raise error
        self._outage.begin(error)

    def outcome(
        self, opening: Opening, turn: Turn | None = None, notes: Sequence[Memory] = ()
    ) -> Outcome:
        """What is to be written, as of now. A reply that was cut off is none.

        `notes` are the portrait and the history that the reply was given.
        """
        reply = turn.words if turn is not None else ""
        given = turn.given if turn is not None and reply else ()
        return Outcome(
            scope=opening.scope,
            person=opening.person,
            turn=structs.replace(opening.begun, reply=reply or None),
            given=tuple(recalled.memory.id for recalled in given),
            answered_at=self._clock.now(),
            is_begun=opening.lease is not None,
            heard=(
                opening.begun,
                *opening.recent,
                *(recalled.memory for recalled in given),
                *notes,
            ),
            revision=opening.revision,
        )

    async def close(self, opening: Opening, outcome: Outcome) -> None:
        """Write it, now or when the store is back, and let the next turn begin."""
        if opening.off_record:
            self._off_record.add(outcome.turn)
            return
        is_written = False
        try:
            is_written = await self._put(opening, outcome)
        finally:
            if opening.lease is None:
                pass
            elif is_written:
                await self._leases.release(opening.lease)
            else:
                self._leases.strand(opening.lease)

    def forget(self, person: str) -> None:
        """Let go of what was said off the record."""
        self._off_record.forget(person)

    async def drain(self) -> int:
        """Let go of every lease, and try once more to write what waits; gives the turns lost."""
        await self._leases.drain()
        return await self._outage.drain()

    async def _aside(self, scope: Scope, incoming: Incoming, text: str, habits: Habits) -> Opening:
        """A turn of which the store learns nothing."""
        person = incoming.person
        try:
            person = await self._store.person(person.id) or person
            kept = await self._recent(scope, incoming.place, habits)
        except StoreUnavailable as error:
            self.endure(error, habits)
            kept = ()
        since = self._clock.now() - timedelta(hours=habits.recent_hours)
        aside = self._off_record.recent(person.id, incoming.place.id, since=since)
        recent = (*kept, *aside)
        return Opening(
            habits=habits,
            scope=scope,
            person=person,
            begun=self._begun(incoming, person, text, recent),
            recent=recent[-habits.recent_turns :],
            lease=None,
            off_record=True,
            images=incoming.images,
        )

    async def _enter(self, scope: Scope, incoming: Incoming, text: str, habits: Habits) -> Opening:
        lease = await self._leases.take(incoming.person.id, incoming.place.id)
        try:
            # Before anything is read: what is forgotten from here on must not be repeated.
            revision = await self._store.revision(scope.person)
            person, recent = await asyncio.gather(
                self._know(incoming.person), self._recent(scope, incoming.place, habits)
            )
            begun = self._begun(incoming, person, text, recent)
            await self._begin(scope, begun)
        except StoreUnavailable:
            self._leases.strand(lease)
            raise
        except BaseException:
            self._leases.leave(lease)
            raise
        return Opening(
            habits=habits,
            scope=scope,
            person=person,
            begun=begun,
            recent=tuple(turn for turn in recent if turn.id != begun.id),
            lease=lease,
            images=incoming.images,
            revision=revision,
        )

    async def _know(self, person: Person) -> Person:
        known = await self._store.person(person.id)
        met = person
        if known:
            # A language chosen once stays chosen, and so does who they are joined with; a name is
            # as the platform gives it now.
            met = replace(
                person,
                name=person.name or known.name,
                language=person.language or known.language,
                same_as=known.same_as,
                accounts=known.accounts,
            )
        if met != known:
            await self._store.save_person(met)
        return met

    async def _recent(self, scope: Scope, place: Place, habits: Habits) -> tuple[Memory, ...]:
        now = self._clock.now()
        since = now - timedelta(hours=habits.recent_hours)
        turns = await self._store.recent(
            scope, place.id, limit=habits.recent_turns, until=now + CLOCKS_APART
        )
        return tuple(turn for turn in turns if turn.said_at >= since)

    def _begun(
        self, incoming: Incoming, person: Person, text: str, recent: Sequence[Memory]
    ) -> Memory:
        fallback = recent[-1].language if recent else DEFAULT_LANGUAGE
        return new_memory(
            id=turn_id(incoming.place.id, person.id, incoming.id),
            person=person,
            place=incoming.place,
            kind=Kind.TURN,
            text=text,
            said_at=incoming.said_at or self._clock.now(),
            language=person.language or detect(text, fallback=fallback),
            curve=self._curve,
        )

    async def _begin(self, scope: Scope, begun: Memory) -> None:
        if not await self._store.begin(scope, begun):
            [known] = await self._store.get(scope, [begun.id]) or [begun]
            if known.reply is not None:
                raise AlreadyAnswered

    async def _put(self, opening: Opening, outcome: Outcome) -> bool:
        if not self._outage.is_on:
            try:
                await self._write(outcome)
            except StoreUnavailable as error:
                self.endure(error, opening.habits)
            else:
                return True
        self._outage.keep(outcome)
        return False

    async def _write(self, outcome: Outcome) -> None:
        if not outcome.is_begun:
            await self._know(outcome.person)
            await self._store.begin(outcome.scope, structs.replace(outcome.turn, reply=None))
        await self._finish(outcome)

    async def _finish(self, outcome: Outcome) -> None:
        scope, turn, revision = outcome.scope, outcome.turn, outcome.revision
        vector = await self._vector(turn)
        for _ in range(ATTEMPTS):
            if turn.reply is None:
                break
            done = await self._store.finish(
                scope,
                turn.id,
                reply=turn.reply,
                vector=vector,
                recalled=outcome.given,
                now=outcome.answered_at,
                curve=self._curve,
                revision=revision,
            )
            if done or revision is None:
                return
            before, revision = revision, await self._store.revision(scope.person)
            if revision == before:
                return
            # Something was forgotten, edited or summarised meanwhile.
            kept = await self._store.get(scope, [turn.id])
            if not kept:
                return
            fitting = await self._is_fitting(outcome)
            if (kept[0].text, fitting) != (turn.text, True):
                reply = turn.reply if fitting else None
                turn = structs.replace(turn, text=kept[0].text, reply=reply)
                vector = await self._vector(turn)
        if vector is not None:
            # The turn stays open: should the message come again, it can still be answered.
            await self._store.embed(scope, turn.id, vector)

    async def _is_fitting(self, outcome: Outcome) -> bool:
        """Whether all that the reply was given is still there, and the reply repeats no old words.

        Words of one's own that a reply repeats count as old once nothing that it was given has
        them any more.
        """
        heard = {memory.id: memory for memory in outcome.heard}
        found = await self._store.get(Scope.everything_of(outcome.scope.person), list(heard))
        now = {memory.id: memory for memory in found if memory.archived_at is None}
        if heard.keys() - now.keys():
            return False
        before = set().union(*(telling(memory.content) for memory in heard.values()))
        after = set().union(*(telling(memory.content) for memory in now.values()))
        return not telling(outcome.turn.reply or "") & (before - after)

    async def _vector(self, turn: Memory) -> Vector | None:
        try:
            [vector] = await self._embedder.passages([turn.content])
        except EmbedderError:
            log.warning("The embedder failed; upkeep will embed this turn later.")
            return None
        return vector
