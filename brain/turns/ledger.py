"""Opens and closes turns: the message before it is answered, and the reply afterwards.

    open     Acquire the lease on the conversation, then store the message.
    close    Store reply, vector and reinforcement in one atomic write, then release the lease.

While the store is unavailable, and the options allow it, both go to `brain.turns.outage` instead.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from cachetools import FIFOCache
from msgspec import structs

from brain.accounts.copying import copied_id
from brain.errors import AlreadyAnswered, StoreUnavailable
from brain.ids import MemoryId, MessageId, PersonId, PlaceId
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.creation import new_memory
from brain.memory.parts import with_parts
from brain.memory.periods import Group, life_notes
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import Exchange
from brain.memory.retention import Curve
from brain.messages import Incoming, Person, Place, Scope, own_words
from brain.ports import Clock, Embedder, MemoryStore
from brain.ports.turns import Conversation
from brain.turns.lease import Leases, Pause
from brain.turns.off_record import OffRecord
from brain.turns.options import TurnOptions
from brain.turns.outage import Outage
from brain.turns.pending_edits import Edit, PendingEdits
from brain.turns.turn import OpenTurn, Outcome, Turn
from brain.turns.turn_writer import TurnWriter

CLOCKS_APART = timedelta(minutes=5)
"""How far the clock of a platform may be ahead of this machine's."""
CONVERSATIONS = 256
"""The most conversations whose last message is kept with what its reply was given."""


def id_of_turn(place_id: PlaceId, person_id: PersonId, message_id: MessageId) -> MemoryId:
    """Return the id of a message's turn; a message that is delivered twice has one turn."""
    return MemoryId(uuid5(NAMESPACE_URL, f"{place_id}/{person_id}/{message_id}").hex)


def ids_of_turn(
    place_id: PlaceId,
    person_id: PersonId,
    message_id: MessageId,
    *,
    account_id: PersonId | None = None,
) -> list[MemoryId]:
    """Return the ids that the turn of a message may have, the likeliest first.

    Args:
        place_id: the id of the place.
        person_id: the id of the person.
        message_id: the platform's id of the message.
        account_id: the id of the account that sent it, perhaps before it was joined with the
            person.
    """
    ids = [id_of_turn(place_id, person_id, message_id)]
    if account_id is not None and account_id != person_id:
        old = id_of_turn(place_id, account_id, message_id)
        ids += [copied_id(old, person_id), old]
    return ids


class Ledger:
    """Opens and closes the turns of one process, and has those that the store does not have."""

    def __init__(
        self, *, store: MemoryStore, embedder: Embedder, clock: Clock, curve: Curve, pause: Pause
    ) -> None:
        """Create it of the parts of `brain.companion.Companion`."""
        self._store = store
        self._clock = clock
        self._curve = curve
        self._leases = Leases(store, pause=pause)
        self._pending_edits = PendingEdits()
        self._writer = TurnWriter(store, embedder, curve=curve, pending_edits=self._pending_edits)
        self._outage = Outage(self._writer.write, pause=pause)
        self.waiting_turns = self._outage.waiting
        """The turns that wait for the store."""
        self._off_record = OffRecord()
        self._last: FIFOCache[tuple[PersonId, PlaceId], tuple[Memory, Exchange]] = FIFOCache(
            CONVERSATIONS
        )
        """The last turn of a conversation, and what its reply was given."""

    async def open(self, incoming: Incoming, text: str, options: TurnOptions) -> OpenTurn:
        """Store a message once no other process answers in its conversation.

        Raises:
            AlreadyAnswered: the message has a reply already.
            StoreError: nothing was stored. StoreUnavailable only if the options say so, or if too
                many turns wait for the store.
        """
        scope = Scope.of(incoming.person, incoming.place)
        if incoming.off_record:
            return await self._open_off_record(scope, incoming, text, options)
        if self._outage.error is None:
            try:
                return await self._open_in_store(scope, incoming, text, options)
            except StoreUnavailable as error:
                self.tolerate_outage(error, options)
        person = incoming.person
        begun = self._new_turn(incoming, person, text, ())
        open_turn = OpenTurn(
            options=options,
            scope=scope,
            person=person,
            begun=begun,
            lease=None,
            images=incoming.images,
        )
        self._outage.admit(self.outcome(open_turn))
        self._pending_edits.begin(begun.id)
        return open_turn

    def tolerate_outage(self, error: StoreUnavailable, options: TurnOptions) -> None:
        """Go on without the store if the options allow it; raise the error if not."""
        if options.when_store_is_away == "refuse":
            raise error
        self._outage.begin(error)

    def outcome(self, open_turn: OpenTurn, turn: Turn | None = None) -> Outcome:
        """Return what is to be written of a turn now; a reply that was cut off does not count."""
        begun, recent = open_turn.begun, open_turn.recent
        reply = turn.words if turn is not None else ""
        recalled = turn.prompt.given if turn is not None and reply else ()
        given = [one.memory for one in recalled]
        last, previous = self._last.get((begun.person, begun.place), (None, None))
        # Another process may have answered since, or the reply may have been forgotten.
        if last is None or not recent or recent[-1].id != last.id or not recent[-1].reply:
            previous = None
        return Outcome(
            scope=open_turn.scope,
            person=open_turn.person,
            turn=structs.replace(begun, reply=reply or None),
            exchange=Exchange(
                message=begun.text,
                reply=reply,
                answered_at=self._clock.now(),
                given=given,
                recent=recent,
            ),
            previous=previous,
            is_begun=open_turn.lease is not None,
            heard=(begun, *recent, *given, *open_turn.notes),
            revision=open_turn.revision,
        )

    async def close(self, open_turn: OpenTurn, outcome: Outcome) -> bool:
        """Write a turn now or when the store is back, and let the next turn begin.

        Returns:
            The value of `Turn.accounts_unchanged`.

        Raises:
            StoreError: the turn could not be written.
        """
        if open_turn.lease is None:
            await self._close_without_store(open_turn, outcome)
            return False
        is_unchanged: bool | None = None
        turn = outcome.turn
        self._last[turn.person, turn.place] = (turn, outcome.exchange)
        try:
            is_unchanged = await self._write_or_queue(open_turn, outcome)
        finally:
            if is_unchanged is None:
                self._leases.strand(open_turn.lease)
            else:
                await self._leases.release(open_turn.lease)
        return bool(is_unchanged) and open_turn.accounts_unchanged

    def find_held(self, ids: Sequence[MemoryId]) -> Memory | None:
        """Return a turn that waits for the store or is off the record; None where there is none."""
        for turn_id in ids:
            turn = self._outage.turn(turn_id) or self._off_record.turn(turn_id)
            if turn is not None:
                return self._pending_edits.apply(turn)
        return None

    async def edit_held(self, ids: Sequence[MemoryId], edit: Edit | None) -> bool:
        """Edit a turn that waits for the store, is under way without it, or is off the record.

        Args:
            ids: ids that the turn may have.
            edit: the edit; None erases the turn.

        Returns:
            False where there is no such turn.
        """
        is_held = False
        async with self._pending_edits.writing:
            for turn_id in ids:
                if (
                    self._pending_edits.is_under_way(turn_id)
                    or self._outage.turn(turn_id) is not None
                ):
                    self._pending_edits.add(turn_id, edit)
                    is_held = True
                is_held |= self._off_record.edit(turn_id, edit)
        return is_held

    async def forget_held(self, is_meant: Callable[[Memory], bool]) -> None:
        """Forget the turns that wait for the store or are off the record and that are meant."""
        # A turn that is being written right now is in the store afterwards, and is found there.
        async with self._pending_edits.writing:
            self._off_record.forget(is_meant)
            for conversation, (last, exchange) in list(self._last.items()):
                if any(map(is_meant, (last, *exchange.given, *exchange.recent))):
                    del self._last[conversation]
            for turn_id in self._outage.forget(is_meant):
                if self._pending_edits.is_under_way(turn_id) or self._outage.is_at(turn_id):
                    # The task that is at work on it must not write it.
                    self._pending_edits.add(turn_id, None)
                else:
                    self._pending_edits.discard(turn_id)

    async def drain(self) -> int:
        """Release every lease, and try once more to write what waits; count the turns lost."""
        await self._leases.drain()
        return await self._outage.drain()

    async def _open_off_record(
        self, scope: Scope, incoming: Incoming, text: str, options: TurnOptions
    ) -> OpenTurn:
        """Open a turn that is not stored."""
        try:
            read = await self._read(scope, incoming.place, options)
        except StoreUnavailable as error:
            self.tolerate_outage(error, options)
            read = Conversation(revision=0, person=None, recent=(), notes=())
        person = read.person or incoming.person
        since = self._clock.now() - timedelta(hours=options.recent_hours)
        aside = self._off_record.recent(person.id, incoming.place.id, since=since)
        recent = (*read.recent, *aside)
        begun = await asyncio.to_thread(self._new_turn, incoming, person, text, recent)
        self._pending_edits.begin(begun.id)
        return OpenTurn(
            options=options,
            scope=scope,
            person=person,
            begun=begun,
            recent=recent[-options.recent_turns :],
            notes=read.notes,
            lease=None,
            off_record=True,
            images=incoming.images,
        )

    async def _open_in_store(
        self, scope: Scope, incoming: Incoming, text: str, options: TurnOptions
    ) -> OpenTurn:
        lease = await self._leases.acquire(incoming.person.id, incoming.place.id)
        try:
            # Read first: the revision tells what was forgotten from here on and must not be
            # repeated.
            read = await self._read(scope, incoming.place, options)
            person = await self._writer.update_person(incoming.person, read.person)
            turn_id = id_of_turn(incoming.place.id, person.id, incoming.id)
            # Which words are new to the conversation is read from it, which takes milliseconds.
            before = [turn for turn in read.recent if turn.id != turn_id]
            begun = await asyncio.to_thread(self._new_turn, incoming, person, text, before)
            if not await self._store.begin(scope, begun):
                await self._raise_if_answered(scope, begun)
        except StoreUnavailable:
            self._leases.strand(lease)
            raise
        except BaseException:
            self._leases.release_in_background(lease)
            raise
        return OpenTurn(
            options=options,
            scope=scope,
            person=person,
            begun=begun,
            recent=before,
            notes=read.notes,
            lease=lease,
            images=incoming.images,
            revision=read.revision,
            accounts_unchanged=(
                (person.same_as, person.accounts)
                == (incoming.person.same_as, incoming.person.accounts)
            ),
        )

    async def _read(self, scope: Scope, place: Place, options: TurnOptions) -> Conversation:
        """Read the recent turns of the conversation, and the notes that are not archived."""
        now = self._clock.now()
        since = now - timedelta(hours=options.recent_hours)
        read = await self._store.conversation(
            scope,
            place.id,
            limit=options.recent_turns,
            until=now + CLOCKS_APART,
            notes=life_notes(Group(scope.person, scope.place)),
        )
        return replace(
            read,
            recent=[turn for turn in read.recent if turn.said_at >= since],
            # No model is shown an archived note, though it can be restored.
            notes=[note for note in read.notes if note.archived_at is None],
        )

    def _new_turn(
        self, incoming: Incoming, person: Person, text: str, recent: Sequence[Memory]
    ) -> Memory:
        fallback = recent[-1].language if recent else DEFAULT_LANGUAGE
        said = own_words(text)
        if not (said or recent):
            said = "\n".join([text, *[part.text for part in incoming.parts]])
        language = person.language or detect(said, fallback=fallback)
        if incoming.parts:
            text = with_parts(text, incoming.parts, language=language, zone=person.zone)
        return new_memory(
            id=id_of_turn(incoming.place.id, person.id, incoming.id),
            person=person,
            place=incoming.place,
            kind=Kind.TURN,
            text=text,
            said_at=incoming.said_at or self._clock.now(),
            language=language,
            curve=self._curve,
            recent=recent,
        )

    async def _raise_if_answered(self, scope: Scope, begun: Memory) -> None:
        [known] = await self._store.get(scope, [begun.id]) or [begun]
        if known.reply is not None:
            raise AlreadyAnswered

    async def _close_without_store(self, open_turn: OpenTurn, outcome: Outcome) -> None:
        turn = self._pending_edits.apply(outcome.turn)
        try:
            if turn is None:
                return
            if open_turn.off_record:
                self._off_record.add(turn)
            else:
                await self._write_or_queue(open_turn, outcome)
        finally:
            turn_id = outcome.turn.id
            self._pending_edits.end(turn_id, waits=self._outage.turn(turn_id) is not None)

    async def _write_or_queue(self, open_turn: OpenTurn, outcome: Outcome) -> bool | None:
        """Write a turn as `TurnWriter.write` does; return None where it waits for the store."""
        if self._outage.error is None:
            try:
                return await self._writer.write(outcome)
            except StoreUnavailable as error:
                self.tolerate_outage(error, open_turn.options)
        self._outage.keep(outcome)
        return None
