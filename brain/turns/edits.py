"""Edits and erases turns whose message a person edited or deleted.

A turn is in the store, or it waits for the store, or it was said off the record and is in memory
for a while (`brain.turns.ledger`). What was made of the old words is erased with them.
"""

import asyncio

from msgspec.structs import replace

from brain.forgetting.planning import Forgetting
from brain.ids import MessageId, PersonId
from brain.languages.detection import detect
from brain.memory.creation import first_strength
from brain.memory.importance import judge_importance
from brain.memory.lexical import telling
from brain.memory.parts import with_parts
from brain.memory.record import Memory
from brain.memory.reinforcement import with_first_strength
from brain.memory.retention import Curve
from brain.memory.updates import may_replace
from brain.messages import Incoming, Place, Scope, own_words
from brain.ports import MemoryStore
from brain.turns.ledger import Ledger, ids_of_turn
from brain.turns.replacing import link_replaced


class TurnEdits:
    """Finds, edits and erases the turn of a message, whether the store has it or not."""

    def __init__(
        self, *, store: MemoryStore, ledger: Ledger, forgetting: Forgetting, curve: Curve
    ) -> None:
        """Create it of the parts of `brain.companion.Companion`."""
        self._store = store
        self._ledger = ledger
        self._forgetting = forgetting
        self._curve = curve

    async def find_turn(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None,
    ) -> Memory | None:
        """Return the turn of a message; None where there is none. Raises StoreError."""
        ids = ids_of_turn(place.id, person_id, message_id, account_id=account_id)
        held = self._ledger.find_held(ids)
        if held is not None:
            return held
        return next(iter(await self._store.get(_scope(person_id, place), ids)), None)

    async def edit(self, incoming: Incoming, text: str, *, account_id: PersonId | None) -> bool:
        """Replace the text of a turn; return False where there is none. Raises StoreError.

        `text` is that of the message as `brain.messages.clean` returns it.
        """
        person, place = incoming.person, incoming.place
        ids = ids_of_turn(place.id, person.id, incoming.id, account_id=account_id)

        def edit(turn: Memory) -> Memory:
            language = person.language or detect(own_words(text), fallback=turn.language)
            parts, zone = incoming.parts, person.zone
            whole = with_parts(text, parts, language=language, zone=zone) if parts else text
            return with_text(turn, whole, language=language, curve=self._curve)

        is_held = await self._ledger.edit_held(ids, edit)
        turns = await self._store.get(_scope(person.id, place), ids)
        for turn in turns:
            edited = edit(turn)
            if turn.text != edited.text:
                plan = await self._forgetting.plan(_scope(person.id, place), [turn])
                await self._forgetting.carry_out(plan, at_once=True, instead=edit)
                if await asyncio.to_thread(may_replace, edited):
                    await link_replaced(self._store, _scope(person.id, place), edited)
        return is_held or bool(turns)

    async def retract(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None,
    ) -> bool:
        """Erase a turn; return False where there is none. Raises StoreError."""
        ids = ids_of_turn(place.id, person_id, message_id, account_id=account_id)
        is_held = await self._ledger.edit_held(ids, None)
        scope = _scope(person_id, place)
        turns = await self._store.get(scope, ids)
        if turns:
            plan = await self._forgetting.plan(scope, turns)
            await self._forgetting.carry_out(plan, at_once=True)
        return is_held or bool(turns)


def with_text(turn: Memory, text: str, *, language: str | None, curve: Curve) -> Memory:
    """Return a turn with another text, and the importance and first strength of that text.

    A reply that repeats words that the new text no longer has is removed.

    Args:
        turn: the turn as it was.
        text: the new text.
        language: the person's language; None to detect it from the text.
        curve: the constants of forgetting.
    """
    taken_back = telling(turn.text) - telling(text)
    language = language or detect(own_words(text), fallback=turn.language)
    edited = replace(
        turn,
        text=text,
        reply=turn.reply if turn.reply and not taken_back & telling(turn.reply) else None,
        language=language,
    )
    importance = judge_importance(text, language=language)
    before = first_strength(turn.text, kind=turn.kind, importance=turn.importance, curve=curve)
    first = first_strength(text, kind=turn.kind, importance=importance, curve=curve)
    edited = replace(edited, importance=importance)
    return with_first_strength(edited, before, first, curve=curve)


def _scope(person_id: PersonId, place: Place) -> Scope:
    return Scope(person_id, None if place.private else place.id)
