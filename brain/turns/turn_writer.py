"""Writes a turn to the store: the message, if the store does not have it, then reply and vector.

Reply, vector and reinforcement are one atomic write. What was forgotten or edited while the model
was answering is neither stored again nor repeated.
"""

import asyncio
import logging
from dataclasses import replace

from msgspec import structs

from brain.errors import EmbedderError
from brain.memory.lexical import telling
from brain.memory.record import Memory, Vector
from brain.memory.reinforcement import gains
from brain.memory.relevance import embedded_text
from brain.memory.retention import Curve
from brain.memory.updates import may_replace
from brain.messages import Person, Scope
from brain.ports import Embedder, MemoryStore
from brain.preferences import preferences_from
from brain.turns.pending_edits import PendingEdits
from brain.turns.replacing import link_replaced
from brain.turns.turn import Outcome

log = logging.getLogger(__name__)

ATTEMPTS = 8
"""Attempts to write a reply while the person's memories keep changing; then it is dropped."""


class TurnWriter:
    """Writes turns: message, reply, vector and reinforcement."""

    def __init__(
        self, store: MemoryStore, embedder: Embedder, *, curve: Curve, pending_edits: PendingEdits
    ) -> None:
        """Create it of the parts of `brain.turns.ledger.Ledger`."""
        self._store = store
        self._embedder = embedder
        self._curve = curve
        self._pending_edits = pending_edits

    async def write(self, outcome: Outcome) -> bool:
        """Write all of a turn; doing so twice does no harm.

        Returns:
            Whether the reply was written and the person's revision was still that of the outcome.

        Raises:
            StoreError: the store failed; repeat the call.
        """
        if outcome.is_begun:
            return await self._finish(outcome)
        # An edit that comes meanwhile waits until the store has the turn, and edits it there.
        async with self._pending_edits.writing:
            turn = self._pending_edits.apply(outcome.turn)
            # While the store was away, nobody could tell whether the person had paused remembering.
            if turn is not None and not await self._is_paused(turn):
                person = outcome.person
                await self.update_person(person, await self._store.person(person.id))
                await self._store.begin(outcome.scope, structs.replace(turn, reply=None))
                await self._finish(replace(outcome, turn=turn))
            self._pending_edits.discard(outcome.turn.id)
        return False

    async def _is_paused(self, turn: Memory) -> bool:
        profile = await self._store.profile(turn.person)
        return turn.place in preferences_from(profile.values).paused

    async def update_person(self, person: Person, known: Person | None) -> Person:
        """Save what a message says of its person, and return the person as known now.

        Args:
            person: the person as the message has them.
            known: the person as the store has them; None where they are not known.

        Raises:
            StoreError: the store failed.
        """
        updated = person
        if known:
            # A language that was chosen and joined accounts stay; the name is the platform's
            # present one.
            updated = replace(
                person,
                name=person.name or known.name,
                language=person.language or known.language,
                same_as=known.same_as,
                accounts=known.accounts,
            )
        if updated != known:
            await self._store.save_person(updated)
        return updated

    async def _finish(self, outcome: Outcome) -> bool:
        scope, turn, revision = outcome.scope, outcome.turn, outcome.revision
        # Which memories were used is read from their words, which takes some milliseconds.
        vector, gained = await asyncio.gather(
            self._vector(turn),
            asyncio.to_thread(gains, outcome.exchange, outcome.previous, curve=self._curve),
        )
        # Before the turn is finished: a process that dies in between gets the message once more.
        if await asyncio.to_thread(may_replace, turn):
            await link_replaced(self._store, scope, turn, vector=vector, known=outcome.heard[1:])
        for _ in range(ATTEMPTS):
            if turn.reply is None:
                break
            done = await self._store.finish(
                scope,
                turn.id,
                reply=turn.reply,
                vector=vector,
                recalled=[memory.id for memory in outcome.exchange.given],
                reinforced=gained,
                now=outcome.exchange.answered_at,
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
            is_valid = await self._is_reply_valid(outcome)
            if (kept[0].text, is_valid) != (turn.text, True):
                reply = turn.reply if is_valid else None
                turn = structs.replace(turn, text=kept[0].text, reply=reply)
                vector = await self._vector(turn)
        if vector is not None:
            # The turn stays open: if the message is delivered again, it can still be answered.
            await self._store.set_vector(scope, turn.id, vector)
        return False

    async def _is_reply_valid(self, outcome: Outcome) -> bool:
        """Return whether nothing that the reply was given is gone, and it repeats no erased words.

        Words count as erased once nothing that the reply was given has them any more.
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
            [vector] = await self._embedder.passages([embedded_text(turn)])
        except EmbedderError:
            log.warning("The embedder failed; upkeep will embed this turn later.")
            return None
        return vector
