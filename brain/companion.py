"""The companion: answers messages with the help of memories, and remembers what was said.

    begin      The message is stored durably before anything else is tried.
    recall     Memories of the scope are found by vector and by words.
    compose    The prompt is composed within the model's budget of tokens.
    generate   The reply is streamed to the platform.
    finish     Reply, vector and reinforcement are stored in one atomic write.

If the reply fails or is cut off, the message stays with its vector, and no part of the reply is
stored. A process that dies in between leaves a message without a vector, which `upkeep` adds. While
the store is unavailable, turns are answered without memory and written later
(`brain.turns.outage`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress

from brain.accounts import linking
from brain.care import Care, speaks_of_self_harm
from brain.consolidation.consolidator import Consolidator
from brain.forgetting.correcting import Correcting
from brain.forgetting.planning import Forgetting
from brain.ids import MessageId, PersonId
from brain.languages import detection
from brain.memory import importance, temporal
from brain.memory.periods import Group, life_notes
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Incoming, Place, Scope, clean
from brain.ports import Clock, Due, Embedder, Generator, MemoryStore
from brain.recall import Recall
from brain.reembedding import embed_missing
from brain.turns.edits import TurnEdits
from brain.turns.lease import Pause, TurnOrder
from brain.turns.ledger import Ledger
from brain.turns.options import TurnOptions
from brain.turns.turn import Turn
from brain.turns.turn_preparer import TurnPreparer

log = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""The most seconds that a request for a summary waits for replies under way."""
BATCH = 500
"""Memories per step of upkeep, which takes a lock for some milliseconds."""


def prepare() -> None:
    """Load and compile what every message is read with, which takes a second; call it in a thread.

    Otherwise the first message has to wait for it.
    """
    detection.prepare()
    importance.prepare()
    temporal.prepare()
    speaks_of_self_harm("")


class Companion:
    """Answers messages and remembers them. A process has one, which all its platforms share."""

    def __init__(
        self,
        *,
        store: MemoryStore,
        embedder: Embedder,
        generator: Generator,
        clock: Clock,
        curve: Curve,
        persona: Callable[[str], str],
        options: TurnOptions | None = None,
        care: Care | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Create it of its parts, which the caller closes.

        Args:
            store: the store of the memories.
            embedder: the embedder of the vectors in the store.
            generator: the model that answers; a message may ask for one of its voices.
            clock: the time of every turn.
            curve: the constants of forgetting.
            persona: returns the text of the persona in a language.
            options: the options of a turn; None for the defaults.
            care: what a person is shown who speaks of harming themselves; None for the default.
            pause: waits a number of seconds, for other processes and for an unavailable store.
        """
        self.store = store
        self.embedder = embedder
        self.generator = generator
        self.clock = clock
        self.curve = curve
        self.options = options or TurnOptions()
        self.reembedding = 0
        """How many memories lost their vectors because the embedder was replaced at this start;
        upkeep embeds them again."""
        self._order = TurnOrder()
        recall = Recall(store, embedder, clock)
        self.recall = recall.find
        """Returns the memories that belong to a text, best first, as a turn recalls them."""
        self._ledger = Ledger(store=store, embedder=embedder, clock=clock, curve=curve, pause=pause)
        self.waiting_turns = self._ledger.waiting_turns
        """The turns that were answered and wait for the store to be back."""
        self._preparer = TurnPreparer(
            recall,
            ledger=self._ledger,
            clock=clock,
            generator=generator,
            persona=persona,
            care=care or Care(),
        )
        self._finishing: set[asyncio.Task[bool]] = set()
        self.forgetting = Forgetting(store=store, embedder=embedder, clock=clock)
        self.correcting = Correcting(
            forgetting=self.forgetting, curve=curve, limit=self.options.message_characters
        )
        self._edits = TurnEdits(
            store=store, ledger=self._ledger, forgetting=self.forgetting, curve=curve
        )
        self._replying = asyncio.Event()
        """Set while a reply is under way; the opposite of `_idle`."""
        self.consolidator = Consolidator(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=clock,
            curve=curve,
            idle=self._wait_until_idle,
            talking=self._replying,
            pause=pause,
        )
        self._replies_under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def turn(self, incoming: Incoming) -> AsyncIterator[Turn]:
        """Answer a message: `async with ... as turn: async for piece in turn`.

        Leaving the block stores the reply. Turns of one person in one place wait for each other,
        across processes, too; all other turns run in parallel.

        Raises:
            BadInput: the message cannot be used; nothing was stored.
            GeneratorError: from the iteration; the message is stored.
            StoreError: on entering, where nothing was stored, or on leaving. StoreUnavailable only
                if the options say so, or if too many turns wait for the store.
        """
        limit = self.options.message_characters
        text = clean(incoming.text, limit=limit, parts=incoming.parts)
        async with self._order.turn_of((incoming.person.id, incoming.place.id)):
            open_turn = await self._ledger.open(incoming, text, self.options)
            turn: Turn | None = None
            self._replies_under_way += 1
            self._idle.clear()
            self._replying.set()
            try:
                turn = await self._preparer.prepare(open_turn, incoming)
                yield turn
            finally:
                self._replies_under_way -= 1
                if not self._replies_under_way:
                    self._idle.set()
                    self._replying.clear()
                outcome = self._ledger.outcome(open_turn, turn)
                is_unchanged = await self._run_shielded(self._ledger.close(open_turn, outcome))
                if turn is not None:
                    turn.accounts_unchanged = is_unchanged

    async def notes(self, scope: Scope) -> Mapping[Kind, str]:
        """Return the portrait and the history of the life that a scope may see, by kind."""
        found = await self.store.get(scope, life_notes(Group(scope.person, scope.place)))
        # An archived note is shown to nobody, though it can be restored.
        return {note.kind: note.text for note in found if note.archived_at is None}

    async def find_turn(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None = None,
    ) -> Memory | None:
        """Return the turn of a message, even if it is off the record; None where there is none.

        Args:
            person_id: the person.
            place: the place.
            message_id: the platform's id of the message.
            account_id: the account that sent it, if that was joined with the person.

        Raises:
            StoreError: the store failed.
        """
        return await self._edits.find_turn(person_id, place, message_id, account_id=account_id)

    async def edit(self, incoming: Incoming, *, account_id: PersonId | None = None) -> bool:
        """Replace the text of a message that its person edited, and erase what the old text led to.

        Args:
            incoming: the message with its new text.
            account_id: the account that sent it, if that was joined with the person.

        Returns:
            False where there is no such turn.

        Raises:
            BadInput: the new text cannot be used.
            StoreError: the store failed.
        """
        limit = self.options.message_characters
        text = clean(incoming.text, limit=limit, parts=incoming.parts)
        return await self._edits.edit(incoming, text, account_id=account_id)

    async def retract(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None = None,
    ) -> bool:
        """Erase the turn of a message that its person deleted, with all that was made of it.

        Args:
            person_id: the person.
            place: the place.
            message_id: the platform's id of the message.
            account_id: the account that sent it, if that was joined with the person.

        Returns:
            False where there is no such turn.

        Raises:
            StoreError: the store failed.
        """
        return await self._edits.retract(person_id, place, message_id, account_id=account_id)

    async def forget_held(self, is_meant: Callable[[Memory], bool]) -> None:
        """Forget the turns that wait for the store or are off the record and that are meant.

        A turn that is being written is in the store when this returns.
        """
        await self._ledger.forget_held(is_meant)

    async def erase_person(self, person_id: PersonId) -> int:
        """Erase everything of a person and of the accounts that were joined with them.

        That includes turns off the record and turns that wait for the store.

        Returns:
            How many memories were erased.

        Raises:
            StoreError: the store failed; repeat the call.
        """
        known = await self.store.person(person_id)
        everybody = {person_id, *(known.accounts if known else ())}
        await self.forget_held(lambda turn: turn.person in everybody)
        return await linking.erase_with_accounts(self.store, person_id)

    async def upkeep(self) -> Due:
        """Forget what is due, and embed interrupted turns, in bounded batches.

        It may run at any time and in any number of processes. Raises StoreError.
        """
        archived = erased = 0
        while True:
            due = await self.store.forget_due(now=self.clock.now(), curve=self.curve, limit=BATCH)
            archived, erased = archived + due.archived, erased + due.erased
            if max(due.archived, due.erased) < BATCH:
                break
        await self.store.update_terms()
        await embed_missing(self.store, self.embedder, rest=self._wait_until_idle)
        return Due(archived, erased)

    async def drain(self) -> int:
        """Wait until every interrupted turn is written. Call before closing the store.

        Returns:
            How many turns are lost, because the store stayed unavailable.
        """
        while self._finishing:
            await asyncio.gather(*self._finishing, return_exceptions=True)
        await self.consolidator.drain()
        return await self._ledger.drain()

    async def _wait_until_idle(self) -> None:
        """Wait until no reply is under way, for `PATIENCE_S` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._idle.wait()

    async def _run_shielded(self, work: Coroutine[None, None, bool]) -> bool:
        # Ctrl-C cancels the task of the turn, whose message and reply still have to be written.
        task = asyncio.ensure_future(work)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        return await asyncio.shield(task)
