"""How a note of consolidation becomes a memory: what lasts, what an older version hands on."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.memory.periods import Group, node_id
from brain.memory.record import FOREVER, RECALLED, Kind, Memory, Vector
from brain.messages import Person, Place
from brain.ports import Embedder


def new_note(
    kind: Kind,
    group: Group,
    period: str,
    *,
    person: Person,
    place: Place,
    text: str,
    said_at: datetime,
    language: str,
    sources: tuple[MemoryId, ...],
) -> Memory:
    """A note that recall does not search and that does not fade: the prompt is given it whole.

    Args:
        kind: INSIGHT, HISTORY or PORTRAIT.
        group: whose it is; with kind and period it makes the id.
        period: see `brain.memory.periods`.
        person: with the zone of its date.
        place: where it may be seen.
        text: the note.
        said_at: UTC, of the newest that it is made of.
        language: of the text.
        sources: ids of what it is made of.
    """
    return Memory(
        id=node_id(group, kind, period),
        person=person.id,
        place=place.id,
        private=place.private,
        kind=kind,
        text=text,
        reply=None,
        said_at=said_at,
        zone=person.zone.key,
        language=language,
        importance=1.0,
        strength=1.0,
        last_recalled=said_at,
        recalls=0,
        pinned=False,
        fades_at=FOREVER,
        forgotten_at=FOREVER,
        sources=sources,
        period=period,
    )


def replaced(note: Memory, old: Sequence[Memory]) -> Memory:
    """The note with what its older version earned: strength, recalls, a pin."""
    for before in old:
        if before.id == note.id:
            return replace(
                note,
                importance=before.importance,
                strength=before.strength,
                last_recalled=before.last_recalled,
                recalls=before.recalls,
                pinned=before.pinned,
                fades_at=before.fades_at,
                forgotten_at=before.forgotten_at,
            )
    return note


async def embed_searched(embedder: Embedder, memories: Sequence[Memory]) -> list[Vector | None]:
    """A vector for each that recall searches; None where upkeep has to embed it later."""
    searched = [memory for memory in memories if memory.kind in RECALLED]
    try:
        vectors = await embedder.passages([memory.content for memory in searched])
    except EmbedderError:
        return [None] * len(memories)
    by_id = dict(zip((memory.id for memory in searched), vectors, strict=True))
    return [by_id.get(memory.id) for memory in memories]
