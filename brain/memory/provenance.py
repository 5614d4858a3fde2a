"""Finds the notes that were made of given memories. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from brain.ids import MemoryId
from brain.memory.periods import Group, nodes_over
from brain.memory.record import Kind, Memory


def notes_resting_on(
    memories: Iterable[Memory], notes: Mapping[MemoryId, Memory]
) -> dict[MemoryId, Memory]:
    """Return the notes that tell of these memories, by id. Call it in a thread for years of them.

    A note names the memories that it was made of as its sources, and is found by these. A day's
    summary may have been forgotten, and the chain of sources with it: so the summaries of every
    period that a turn belongs to are found by their ids as well, unless they are older than it.

    Args:
        memories: turns and notes.
        notes: all notes of the person, by id.
    """
    memories = list(memories)
    resting: dict[str, list[Memory]] = {}
    for note in notes.values():
        for source in note.sources:
            resting.setdefault(source, []).append(note)
    found = {node.id: node for node in _over(memories, notes)}
    waiting = [*(memory.id for memory in memories), *found]
    while waiting:
        for note in resting.get(waiting.pop(), ()):
            if note.id not in found:
                found[note.id] = note
                waiting.append(note.id)
    return found


def _over(memories: Iterable[Memory], notes: Mapping[MemoryId, Memory]) -> Iterator[Memory]:
    """Yield the summaries of the periods that the turns belong to, with repetitions."""
    known: dict[tuple[str, Group], list[Memory]] = {}
    for memory in memories if notes else ():
        if memory.kind is not Kind.TURN:
            continue
        group = Group(memory.person, None if memory.private else memory.place)
        day = memory.day.isoformat()
        if (day, group) not in known:
            known[day, group] = [notes[each] for each in nodes_over(day, group) if each in notes]
        for node in known[day, group]:
            # An older summary was made without the turn.
            if node.said_at >= memory.said_at:
                yield node
