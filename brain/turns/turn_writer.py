"""Writes a turn to the store: the message, if it is not there yet, then what came of it.

Reply, vector and reinforcement go in one atomic write. What was forgotten or edited while the reply
was spoken is neither brought back nor repeated.
"""

import logging
from dataclasses import replace

from msgspec import structs

from brain.errors import EmbedderError
from brain.memory.lexical import telling
from brain.memory.record import Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Person, Scope
from brain.ports import Embedder, MemoryStore
from brain.turns.pending_edits import PendingEdits
from brain.turns.turn import Outcome

log = logging.getLogger(__name__)

ATTEMPTS = 8
"""To write a reply while other things of its person are rewritten; then it is dropped."""


class TurnWriter:
    """Writes what came of a turn: the message, reply, vector and reinforcement."""

    def __init__(
        self, store: MemoryStore, embedder: Embedder, *, curve: Curve, pending_edits: PendingEdits
    ) -> None:
        """See `brain.turns.ledger.Ledger`."""
        self._store = store
        self._embedder = embedder
        self._curve = curve
        self._pending_edits = pending_edits

    async def write(self, outcome: Outcome) -> bool:
        """Write all of a turn. Doing it twice does no harm. Raises StoreError.

        Returns:
            Whether the reply was written and the revision of the person was still the outcome's.
        """
        if outcome.is_begun:
            return await self._finish(outcome)
        # Whoever changes it meanwhile waits until the store has it, and changes it there.
        async with self._pending_edits.writing:
            turn = self._pending_edits.apply(outcome.turn)
            if turn is not None:
                person = outcome.person
                await self.update_person(person, await self._store.person(person.id))
                await self._store.begin(outcome.scope, structs.replace(turn, reply=None))
                await self._finish(replace(outcome, turn=turn))
            self._pending_edits.discard(outcome.turn.id)
        return False

    async def update_person(self, person: Person, known: Person | None) -> Person:
        """Save what a message tells of its person; gives them as known now. Raises StoreError.

        `known`: as the store has them.
        """
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

    async def _finish(self, outcome: Outcome) -> bool:
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
                return done and revision == outcome.revision
            before, revision = revision, await self._store.revision(scope.person)
            if revision == before:
                return False
            # Something was forgotten, edited or summarised, or an account joined or split.
            kept = await self._store.get(scope, [turn.id])
            if not kept:
                return False
            fitting = await self._is_fitting(outcome)
            if (kept[0].text, fitting) != (turn.text, True):
                reply = turn.reply if fitting else None
                turn = structs.replace(turn, text=kept[0].text, reply=reply)
                vector = await self._vector(turn)
        if vector is not None:
            # The turn stays open: should the message come again, it can still be answered.
            await self._store.set_vector(scope, turn.id, vector)
        return False

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
