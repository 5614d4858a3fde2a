"""Builds people, places, memories and vectors for tests, with defaults that can be overridden."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.creation import new_memory
from brain.memory.record import RECALLED, Kind, Memory, Vector
from brain.memory.retention import COMPANION, Curve
from brain.messages import Person, Place, Scope

DIMENSIONS = 384
"""As many as the bundled embedder has, so that coarse codes are tested at their real length."""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)

ANNA = Person(PersonId("discord:1"), "Anna", ZoneInfo("Europe/Berlin"))
BEN = Person(PersonId("discord:12"), "Ben")
ANNAS_DM = Place(PlaceId("discord:dm-1"), private=True)
BENS_DM = Place(PlaceId("discord:dm-12"), private=True)
CAFE = Place(PlaceId("discord:cafe"), private=False)
GARDEN = Place(PlaceId("discord:garden"), private=False)

IN_PRIVATE = Scope.of(ANNA, ANNAS_DM)
"""The scope of Anna's DM, which sees all of her memories."""
IN_CAFE = Scope.of(ANNA, CAFE)
"""The scope of Anna in a shared place."""
BEN_IN_PRIVATE = Scope.of(BEN, BENS_DM)

_numbers = count(1)


def memory(
    text: str = "I had tea with lemon.",
    *,
    id: str | None = None,  # noqa: A002 the field's own name
    person: Person = ANNA,
    place: Place = ANNAS_DM,
    kind: Kind = Kind.TURN,
    reply: str | None = None,
    said_at: datetime = NOON,
    language: str = "en",
    strength: float | None = None,
    last_recalled: datetime | None = None,
    pinned: bool = False,
    archived_at: datetime | None = None,
    sources: Sequence[str] = (),
    period: str = "",
    curve: Curve = COMPANION,
) -> Memory:
    """Returns a memory, by default a turn of Anna's in her DM; without an id it gets a new one."""
    made = new_memory(
        id=MemoryId(f"memory-{next(_numbers):08}" if id is None else id),
        person=person,
        place=place,
        kind=kind,
        text=text,
        reply=reply,
        said_at=said_at,
        language=language,
        curve=curve,
        strength=strength,
        last_recalled=last_recalled,
        sources=tuple(map(MemoryId, sources)),
        period=period,
    )
    return solved(replace(made, pinned=pinned, archived_at=archived_at), curve)


def solved(made: Memory, curve: Curve = COMPANION) -> Memory:
    """Returns the memory with the times of a curve, which follow from strength and last recall."""
    since, strength = made.last_recalled, made.strength
    lasting = made.pinned or made.kind not in RECALLED
    return replace(
        made,
        fades_at=whole(curve.fades_at(since, strength, pinned=lasting)),
        forgotten_at=whole(curve.forgotten_at(since, strength, pinned=lasting)),
    )


def whole(moment: datetime) -> datetime:
    """Truncates a time to milliseconds, the resolution that every store keeps."""
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def conversation(
    length: int, *, person: Person = ANNA, place: Place = ANNAS_DM, start: datetime = NOON
) -> list[Memory]:
    """Returns turns a minute apart, oldest first, each with its number in its text."""
    return [
        memory(f"Turn number {n}.", person=person, place=place, said_at=start + n * MINUTE)
        for n in range(length)
    ]


def vector(seed: int) -> Vector:
    """Returns a unit vector that depends on the seed alone."""
    return normalised(np.random.default_rng(seed).standard_normal(DIMENSIONS))


def between(here: Vector, there: Vector, share: float) -> Vector:
    """Returns a unit vector between two others; share 0 gives the first, 1 the second."""
    return normalised((1.0 - share) * here + share * there)


def crowd(number: int, *, seed: int, topics: int = 40, narrow: float = 6.0) -> list[Vector]:
    """Returns vectors distributed like a real embedder's: a common direction, topics, and noise.

    Args:
        number: how many vectors.
        seed: the seed of the random numbers.
        topics: the number of clusters.
        narrow: the strength of the common direction.
    """
    random = np.random.default_rng(seed)
    shared = random.standard_normal(DIMENSIONS) * narrow
    # Few directions carry most of the variance, as in real embeddings.
    spread = np.linspace(1.6, 0.1, DIMENSIONS)
    centres = random.standard_normal((topics, DIMENSIONS)) * spread
    chosen = random.integers(topics, size=number)
    noise = random.standard_normal((number, DIMENSIONS)) * spread * 0.7
    return [normalised(row) for row in shared + centres[chosen] + noise]


def normalised(row: NDArray[np.floating]) -> Vector:
    return (row / np.linalg.norm(row)).astype(np.float32)
