"""Arbitrary memories, as wide as the record allows."""

from datetime import UTC

from hypothesis import strategies as st

from brain.memory.record import FOREVER, Kind, Memory

# Any Unicode but lone surrogates, which no file or database takes.
texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
moments = st.datetimes(timezones=st.just(UTC))
milliseconds = moments.map(lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000))

memories = st.builds(
    Memory,
    id=names,
    person=names,
    place=texts,
    private=st.booleans(),
    kind=st.sampled_from(Kind),
    text=texts,
    reply=st.none() | texts,
    said_at=moments,
    zone=texts,
    language=texts,
    importance=st.floats(0.0, 1.0),
    strength=st.floats(0.0, exclude_min=True, allow_infinity=False),
    last_recalled=moments,
    recalls=st.integers(0, 2**63 - 1),
    pinned=st.booleans(),
    fades_at=moments | st.just(FOREVER),
    forgotten_at=moments | st.just(FOREVER),
    archived_at=st.none() | moments,
    sources=st.lists(texts, max_size=5).map(tuple),
    period=texts,
    ended_at=st.none() | moments,
    ended_by=st.none() | texts,
)
