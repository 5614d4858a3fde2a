"""One turn: recall, compose, generate, remember, reinforce.

    begin      the message is durable before anything else is tried
    recall     dense and lexical, within the scope; without vectors when the embedder fails
    compose    within the model's budget
    generate   streamed to whoever holds the turn
    finish     reply, vector and reinforcement in one atomic write

An answer that fails or is cut off is not finished: the message stays, with its vector, and nothing
half-written does. A process that dies in between leaves a message without a vector, which `upkeep`
mends. While the store is away, turns are answered without memory and written later: see
`brain.turns.outage`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from zoneinfo import ZoneInfo

from brain.accounts import linking
from brain.care import Care, speaks_of_self_harm
from brain.consolidation.consolidator import Consolidator
from brain.forgetting.planning import Forgetting
from brain.ids import MemoryId, MessageId, PersonId
from brain.languages import detection
from brain.memory import importance, temporal
from brain.memory.periods import Group, life_notes
from brain.memory.ranking import Recalled
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import UTC_ZONE, Incoming, Place, Scope, clean
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
"""How long a request for a summary waits for replies under way, in seconds."""
BATCH = 500
"""Memories per step of upkeep: some milliseconds of lock each."""


def prepare() -> None:
    """Load and compile what every message is read by, so that no message waits for it (a second).

    Call it in a thread.
    """
    detection.prepare()
    importance.prepare()
    temporal.prepare()
    speaks_of_self_harm("")


class Companion:
    """The brain: one for a whole process, shared by its platforms."""

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
        """Take the parts; whoever made them closes them.

        Args:
            store: see `brain.ports`, like the next three.
            embedder: of the vectors that are in the store.
            generator: who answers; a message may name one of its voices.
            clock: the time of every turn.
            curve: the constants of forgetting.
            persona: gives the persona's text in a language.
            options: None for the defaults.
            care: what is shown to somebody who speaks of harming themselves; None for the default.
            pause: what is waited with for other processes, and for a store that is away.
        """
        self.store = store
        self.embedder = embedder
        self.generator = generator
        self.clock = clock
        self.curve = curve
        self.options = options or TurnOptions()
        self.reembedding = 0
        """How many memories lost their vectors because the embedder was changed at this start;
        upkeep gives them new ones."""
        self._order = TurnOrder()
        self._recall = Recall(store, embedder, clock)
        self._ledger = Ledger(store=store, embedder=embedder, clock=clock, curve=curve, pause=pause)
        self._preparer = TurnPreparer(
            self._recall,
            ledger=self._ledger,
            clock=clock,
            generator=generator,
            persona=persona,
            care=care or Care(),
        )
        self._finishing: set[asyncio.Task[bool]] = set()
        self.forgetting = Forgetting(store=store, embedder=embedder, clock=clock)
        self._edits = TurnEdits(
            store=store, ledger=self._ledger, forgetting=self.forgetting, curve=curve
        )
        self._speech = asyncio.Event()
        """Set while somebody is answered; the opposite of `_silent`."""
        self.consolidator = Consolidator(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=clock,
            curve=curve,
            idle=self._silence,
            talking=self._speech,
            pause=pause,
        )
        self._talking = 0
        self._silent = asyncio.Event()
        self._silent.set()

    @asynccontextmanager
    async def turn(self, incoming: Incoming) -> AsyncIterator[Turn]:
        """Hold a turn of the conversation: `async with ... as turn: async for piece in turn`.

        Leaving the block writes what was said. Turns of one person in one place wait for each
        other, in other processes too; everything else runs side by side.

        Raises:
            BadInput: nothing was kept.
            GeneratorError: from the iteration; the message is kept.
            StoreError: from entering (nothing was kept) or leaving; StoreUnavailable only as the
                options say, or when too many turns wait for the store already.
        """
        text = clean(incoming.text, limit=self.options.message_characters)
        async with self._order.turn_of((incoming.person.id, incoming.place.id)):
            open_turn = await self._ledger.open(incoming, text, self.options)
            turn: Turn | None = None
            self._talking += 1
            self._silent.clear()
            self._speech.set()
            try:
                turn = await self._preparer.prepare(open_turn, incoming)
                yield turn
            finally:
                self._talking -= 1
                if not self._talking:
                    self._silent.set()
                    self._speech.clear()
                outcome = self._ledger.outcome(open_turn, turn)
                is_unchanged = await self._protected(self._ledger.close(open_turn, outcome))
                if turn is not None:
                    turn.accounts_unchanged = is_unchanged

    async def recall(
        self,
        scope: Scope,
        text: str,
        *,
        limit: int,
        without: Collection[MemoryId] = (),
        zone: ZoneInfo = UTC_ZONE,
        language: str | None = None,
    ) -> tuple[Recalled, ...]:
        """What comes to mind at that text, best first: for a turn and for a search alike.

        Args:
            scope: what may be seen.
            text: a message, a question, some words.
            limit: the most memories to give.
            without: ids that are known anyway.
            zone: the asker's, in which "yesterday" is meant.
            language: of the text; None: the one that it is written in.
        """
        return await self._recall.find(
            scope, text, limit=limit, without=without, zone=zone, language=language
        )

    async def notes(self, scope: Scope) -> Mapping[Kind, str]:
        """Portrait and history of the whole life, as far as that place may see it."""
        found = await self.store.get(scope, life_notes(Group(scope.person, scope.place)))
        # What a person put away is told to nobody, though it can be restored.
        return {note.kind: note.text for note in found if note.archived_at is None}

    async def find_turn(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None = None,
    ) -> Memory | None:
        """The turn of a message, also one that is not kept; None: there is none. Raises StoreError.

        `account_id`: as which the person says things there, if it was joined with them.
        """
        return await self._edits.find_turn(person_id, place, message_id, account_id=account_id)

    async def edit(self, incoming: Incoming, *, account_id: PersonId | None = None) -> bool:
        """The person changed what they said: what was made of the old words goes with them.

        False: there is no such turn. `account_id`: see `find_turn`. Raises BadInput, StoreError.
        """
        text = clean(incoming.text, limit=self.options.message_characters)
        return await self._edits.edit(incoming, text, account_id=account_id)

    async def retract(
        self,
        person_id: PersonId,
        place: Place,
        message_id: MessageId,
        *,
        account_id: PersonId | None = None,
    ) -> bool:
        """The person deleted a message: its turn is erased, with all that was made of it.

        False: there is no such turn. `account_id`: see `find_turn`. Raises StoreError.
        """
        return await self._edits.retract(person_id, place, message_id, account_id=account_id)

    async def forget_held(self, is_meant: Callable[[Memory], bool]) -> None:
        """Hold no such turn any more, where the store does not have it anyway.

        What is just being written is in the store when this returns.
        """
        await self._ledger.forget(is_meant)

    async def erase_person(self, person_id: PersonId) -> int:
        """Everything of one person and of the accounts that were joined with them.

        Also what was said off the record, or waits for the store. Gives the memories erased.
        Raises StoreError.
        """
        known = await self.store.person(person_id)
        everybody = {person_id, *(known.accounts if known else ())}
        await self.forget_held(lambda turn: turn.person in everybody)
        return await linking.erase_with_accounts(self.store, person_id)

    async def upkeep(self) -> Due:
        """Forget what is due and mend interrupted turns, in bounded batches.

        Safe to run at any time and in any number of processes.
        """
        archived = erased = 0
        while True:
            due = await self.store.forget_due(now=self.clock.now(), curve=self.curve, limit=BATCH)
            archived, erased = archived + due.archived, erased + due.erased
            if max(due.archived, due.erased) < BATCH:
                break
        await self.store.update_terms()
        await embed_missing(self.store, self.embedder, rest=self._silence)
        return Due(archived, erased)

    async def drain(self) -> int:
        """Wait until every turn that was cut off is written. Call before closing the store.

        Gives the number of turns that are lost, because the store stayed away.
        """
        while self._finishing:
            await asyncio.gather(*self._finishing, return_exceptions=True)
        await self.consolidator.drain()
        return await self._ledger.drain()

    async def _silence(self) -> None:
        """Wait until nobody is being answered, but not for ever: somebody always talks."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._silent.wait()

    async def _protected(self, work: Coroutine[None, None, bool]) -> bool:
        # Ctrl-C cancels the task that holds the turn; what was said is written all the same.
        task = asyncio.ensure_future(work)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        return await asyncio.shield(task)
