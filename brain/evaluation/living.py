"""Lives through recorded turns once, with nothing forgotten, and tells what each reply was given.

Rules of forgetting are compared on the same record: each computes strengths of its own from it
(`Strengths`), so that they differ in nothing else. A turn that a rule would have forgotten can be
given in the record all the same; `brain.evaluation.forgetting` never takes it back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from msgspec import structs

from brain.companion import Companion
from brain.evaluation.growth import TurnGain
from brain.evaluation.lives import Life, Question
from brain.evaluation.retrieval import Progress
from brain.evaluation.sandbox import Sandbox
from brain.ids import MemoryId
from brain.memory.creation import heard_before
from brain.memory.record import FOREVER, Memory, Vector
from brain.memory.reinforcement import Exchange, gains, reinforce
from brain.memory.retention import Curve
from brain.messages import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedTurn:
    """A turn, and what its reply was given."""

    memory: Memory
    vector: Vector | None
    exchange: Exchange
    heard: tuple[str, ...]
    """What was said just before in the conversation, messages and replies, oldest first."""


@dataclass(frozen=True, slots=True)
class LivedLife:
    """The turns and questions of one person, in the order in which they happened."""

    life: Life
    events: tuple[LivedTurn | Question, ...]

    @property
    def turns(self) -> tuple[LivedTurn, ...]:
        """The turns alone, oldest first."""
        return tuple(one for one in self.events if isinstance(one, LivedTurn))


async def live(
    sandbox: Sandbox,
    companion: Companion,
    lives: Sequence[Life],
    embedded: Mapping[MemoryId, tuple[Memory, Vector | None]],
    *,
    progress: Progress,
) -> list[LivedLife]:
    """Recall for each turn at its time, as a chat does, and store it.

    Args:
        sandbox: holds the clock.
        companion: the companion that recalls, with an empty store.
        lives: the people.
        embedded: the memory and the vector of each turn.
        progress: called with the turns lived through, and their number.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    total = sum(len(life.turns) for life in lives)
    lived: list[LivedLife] = []
    done = 0
    for life in lives:
        events: list[LivedTurn | Question] = []
        recent: list[Memory] = []
        for event in life.events:
            if isinstance(event, Question):
                events.append(event)
                continue
            memory, vector = embedded[event.id]
            since = memory.said_at - timedelta(hours=companion.options.recent_hours)
            recent = [one for one in recent if one.said_at >= since]
            recent = recent[-companion.options.recent_turns :]
            sandbox.set_clock(memory.said_at)
            exchange = await _answer(companion, memory, recent)
            heard = tuple(heard_before(recent))
            events.append(LivedTurn(memory=memory, vector=vector, exchange=exchange, heard=heard))
            await companion.store.add([lasting(memory)], [vector])
            recent.append(memory)
            done += 1
            progress(done, total)
        lived.append(LivedLife(life, tuple(events)))
    return lived


async def _answer(companion: Companion, turn: Memory, recent: Sequence[Memory]) -> Exchange:
    recalled = await companion.recall(
        Scope.everything_of(turn.person),
        turn.text,
        limit=companion.options.recall_count,
        without={one.id for one in recent},
        language=turn.language,
        only_relevant=True,
    )
    return Exchange(
        message=turn.text,
        reply=turn.reply or "",
        answered_at=turn.said_at,
        given=[one.memory for one in recalled],
        recent=tuple(recent),
    )


def lasting(memory: Memory) -> Memory:
    """Return a memory that does not fade, so that what is kept can be chosen."""
    return structs.replace(memory, pinned=True, fades_at=FOREVER, forgotten_at=FOREVER)


First = Callable[[LivedTurn], float]
"""Returns the first strength of a turn, in days."""
Grown = Callable[[Memory, Memory], float]
"""Returns the strength of a turn that was used, in days, from how it was before it was used and how
it is by the curve."""


def grown_by_curve(_: Memory, after: Memory) -> float:
    """Return the strength of a turn that was used, in days, as the companion strengthens it."""
    return after.strength


class Strengths:
    """The strengths of one person's turns by one curve, as they are lived through."""

    def __init__(
        self,
        curve: Curve,
        first: First,
        grown: Grown,
    ) -> None:
        """Begin without any turn.

        Args:
            curve: the constants of forgetting.
            first: returns the first strength of a turn, in days.
            grown: returns the strength of a turn that was used, in days.
        """
        self.memories: dict[MemoryId, Memory] = {}
        """The turns so far, as strong as they are now."""
        self.gained: list[TurnGain] = []
        """What turns gained, in the order of time."""
        self._curve = curve
        self._first = first
        self._grown = grown
        self._previous: Exchange | None = None

    def add(self, turn: LivedTurn) -> None:
        """Strengthen the turns that this one used, and add it."""
        lived = turn.exchange
        exchange = replace(lived, given=[self.memories[one.id] for one in lived.given])
        previous = self._previous if lived.recent else None
        for memory_id, gain in gains(exchange, previous, curve=self._curve).items():
            before = self.memories[memory_id]
            after = reinforce(before, gain, now=lived.answered_at, curve=self._curve)
            after = structs.replace(after, strength=self._grown(before, after))
            self.memories[memory_id] = after
            gained = after.strength - before.strength
            self.gained.append(TurnGain(memory_id, lived.answered_at, gained))
        self._previous = exchange
        memory = turn.memory
        self.memories[memory.id] = structs.replace(
            memory, strength=self._first(turn), last_recalled=memory.said_at, pinned=False
        )
