"""Creates the memories that notes are stored as, and embeds those that recall searches."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.memory.creation import recompute_times
from brain.memory.periods import Group, node_id
from brain.memory.record import FOREVER, RECALLED, Kind, Memory, Vector
from brain.memory.relevance import embedded_text
from brain.memory.retention import Curve
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
    """Return a note of a kind that recall does not search and that does not fade.

    Args:
        kind: INSIGHT, HISTORY or PORTRAIT.
        group: the person and the places; the id follows from group, kind and period.
        period: the period that it tells of (`brain.memory.periods`).
        person: the person, with their present time zone.
        place: the place where it may be seen.
        text: the text of the note.
        said_at: the time of the newest memory that it is made of, in UTC.
        language: the language of the text.
        sources: ids of the memories that it is made of.
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


def inherit_from_older(note: Memory, old: Sequence[Memory], *, curve: Curve) -> Memory:
    """Return the note with strength, recalls and pin of its older version, if it is in `old`.

    It is as fresh as the fresher one of the two.
    """
    for before in old:
        if before.id == note.id:
            inherited = replace(
                note,
                importance=before.importance,
                strength=before.strength,
                last_recalled=before.last_recalled,
                recalls=before.recalls,
                pinned=before.pinned,
                fades_at=before.fades_at,
                forgotten_at=before.forgotten_at,
            )
            return freshened(inherited, note.last_recalled, curve)
    return note


def freshened(note: Memory, recalled: datetime, curve: Curve) -> Memory:
    """Return the note as recalled at that time, unless it was recalled later."""
    if recalled <= note.last_recalled:
        return note
    return recompute_times(replace(note, last_recalled=recalled), curve)


async def embed_searched(embedder: Embedder, memories: Sequence[Memory]) -> list[Vector | None]:
    """Return a vector for each memory that recall searches, and None for the others.

    All are None where the embedder fails; upkeep then embeds the memories later.
    """
    searched = [memory for memory in memories if memory.kind in RECALLED]
    try:
        vectors = await embedder.passages([embedded_text(memory) for memory in searched])
    except EmbedderError:
        return [None] * len(memories)
    by_id = dict(zip((memory.id for memory in searched), vectors, strict=True))
    return [by_id.get(memory.id) for memory in memories]
