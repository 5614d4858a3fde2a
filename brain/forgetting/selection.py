"""Which of a person's memories a request to forget means: surely, perhaps, or not at all. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from brain.forgetting.request_matching import read
from brain.ids import MemoryId
from brain.memory.record import RECALLED, Kind, Memory


@dataclass(frozen=True, slots=True)
class Selection:
    """What a request means among the memories that it was read for."""

    meant: tuple[Memory, ...]
    """Those that hold all that is asked for, the person's own words among it.

    A note goes with the turns that hold the words, and is meant itself only where no such turn is
    left, as for a history that outlived its turns.
    """
    rests: Mapping[MemoryId, str]
    """What stays of turns of which the request means a part alone, by id."""
    partial: tuple[Memory, ...]
    """Those that hold a part of it, or all of it in the companion's reply alone, best first."""
    kept: frozenset[MemoryId]
    """Those that the request excepts; all of them if it asks not to forget."""

    def likely(self, *, without: Collection[MemoryId], limit: int) -> tuple[Memory, ...]:
        """Return at most `limit` of the partial ones that are not among those."""
        return tuple([m for m in self.partial if m.id not in without][:limit])


def select(request: str, memories: Sequence[Memory]) -> Selection:
    """Select what a request means.

    Args:
        request: in the person's words (`brain.forgetting.request_matching`).
        memories: all that the person may forget; a word that none of them holds does not count.
    """
    answered = [memory for memory in memories if memory.kind is Kind.TURN and memory.reply]
    topic = read(request, [*(m.content for m in memories), *(m.text for m in answered)])
    shared = list(zip(topic.shares, memories, strict=False))
    own_shares = topic.shares[len(memories) :]
    # What only the companion's reply says is no sure sign: the person's own words go with it.
    by_reply = {m.id for m, own in zip(answered, own_shares, strict=True) if own < 1}
    holding = [m for share, m in shared if share == 1 and m.id not in by_reply]
    said = {memory.id for memory in holding if memory.kind is Kind.TURN}
    meant = [m for m in holding if m.kind is Kind.TURN or said.isdisjoint(m.sources)]
    rests: dict[MemoryId, str] = {}
    for memory in meant:
        if memory.kind is Kind.TURN and not memory.is_put_away:
            rest = topic.rest_of(memory.text)
            if rest:
                rests[memory.id] = rest
    partial = [pair for pair in shared if pair[0] and pair[1].kind in RECALLED]
    partial.sort(key=lambda pair: (pair[0], pair[1].said_at), reverse=True)
    return Selection(
        meant=tuple(meant),
        rests=rests,
        partial=tuple(memory for _, memory in partial),
        kept=frozenset(memory.id for memory in memories if topic.keeps(memory.content)),
    )
