"""Any sequence of calls leaves a store in the state that the plain model comes to."""

import asyncio
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION
from brain.messages import Person, Scope
from brain.ports import Due, MemoryStore
from tests.contracts.harness import Factory, Harness
from tests.contracts.model import Model
from tests.contracts.strategies import PEOPLE, PLACES, WORDS
from tests.factories import DAY, MILLISECOND, NOON, memory, vector

NAMES = [MemoryId(f"m{n}") for n in range(6)]
TWO = PEOPLE[:2]
FOUR = [place for place in PLACES if place.id in ("c:1", "c:12")]
SCOPES = [
    Scope(person.id, place)
    for person in TWO
    for place in (None, *(place.id for place in FOUR if place.private))
]

names = st.sampled_from(NAMES)
scopes = st.sampled_from(SCOPES)
some_names = st.lists(names, min_size=1, max_size=4)
turns = st.builds(
    lambda name, person, place, word: memory(word, id=name, person=person, place=place),
    names,
    st.sampled_from(TWO),
    st.sampled_from(FOUR),
    st.sampled_from(WORDS),
)
since = st.sampled_from([None, 0, 1, 40])
"""How many days ago a memory was recalled, as who reinforces it believes; None: they do not say."""
operations = st.one_of(
    st.tuples(st.just("begin"), turns),
    st.tuples(st.just("add"), turns, st.booleans()),
    st.tuples(st.just("finish"), scopes, names, some_names, since),
    st.tuples(st.just("pin"), scopes, names, st.booleans(), since),
    st.tuples(st.just("archive"), scopes, some_names),
    st.tuples(st.just("restore"), scopes, some_names),
    st.tuples(st.just("erase"), scopes, some_names),
    st.tuples(st.just("set_vector"), scopes, names),
    st.tuples(st.just("rewrite"), scopes, some_names, some_names, turns, st.booleans()),
    st.tuples(st.just("set_importance"), scopes, names, st.sampled_from([0.0, 0.3, 1.0])),
    st.tuples(st.just("mark_summarised")),
    st.tuples(st.just("wait"), st.sampled_from([1, 40, 400, 2_000])),
    st.tuples(st.just("forget")),
    st.tuples(st.just("erase_person"), st.sampled_from(TWO)),
    st.tuples(st.just("reopen")),
)
Operation = tuple[object, ...]


class Pair:
    """A store and the model of it, driven side by side; `now` only moves on."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.model = Model(COMPANION)
        self.now: datetime = NOON

    @property
    def store(self) -> MemoryStore:
        return self.harness.store

    async def begin(self, turn: Memory) -> None:
        turn = self._dated(turn)
        scope = Scope(turn.person, None if turn.private else turn.place)
        assert await self.store.begin(scope, turn) == self.model.begin(turn)

    async def add(self, known: Memory, embedded: bool) -> None:  # noqa: FBT001 drawn by position
        known = replace(self._dated(known), kind=Kind.FACT)
        new = await self.store.add([known], [vector(1) if embedded else None])
        assert bool(new) == self.model.add(known, embedded=embedded)

    async def finish(
        self,
        scope: Scope,
        turn_id: str,
        recalled: list[MemoryId],
        days_ago: int | None,
    ) -> None:
        reinforced = {memory_id: self._gain(days_ago) for memory_id in recalled}
        done = await self.store.finish(
            scope,
            MemoryId(turn_id),
            reply="So it is.",
            vector=vector(2),
            recalled=recalled,
            reinforced=reinforced,
            now=self.now,
            curve=COMPANION,
        )
        assert done == self.model.finish(
            scope,
            MemoryId(turn_id),
            reply="So it is.",
            recalled=recalled,
            reinforced=reinforced,
            now=self.now,
        )

    async def pin(
        self,
        scope: Scope,
        name: MemoryId,
        pinned: bool,  # noqa: FBT001 the same
        days_ago: int | None,
    ) -> None:
        gain = self._gain(days_ago)
        done = await self.store.pin(
            scope, name, pinned=pinned, curve=COMPANION, gain=gain, now=self.now
        )
        assert done == self.model.pin(scope, name, pinned=pinned, gain=gain, now=self.now)

    async def archive(self, scope: Scope, ids: list[MemoryId]) -> None:
        done = await self.store.archive(scope, ids, now=self.now)
        assert set(done) == {name for name in ids if self.model.archive(scope, name, now=self.now)}

    async def restore(self, scope: Scope, ids: list[MemoryId]) -> None:
        done = await self.store.restore(scope, ids, now=self.now, curve=COMPANION)
        assert set(done) == {name for name in ids if self.model.restore(scope, name, now=self.now)}

    async def erase(self, scope: Scope, ids: list[MemoryId]) -> None:
        done = await self.store.erase(scope, ids)
        assert set(done) == {name for name in ids if self.model.erase(scope, name)}

    async def set_vector(self, scope: Scope, name: MemoryId) -> None:
        done = await self.store.set_vector(scope, name, vector(3))
        assert done == self.model.set_vector(scope, name)

    async def rewrite(
        self,
        scope: Scope,
        archive: list[MemoryId],
        erase: list[MemoryId],
        new: Memory,
        late: bool,  # noqa: FBT001 the same
    ) -> None:
        new = replace(self._dated(new), kind=Kind.FACT, person=scope.person)
        if scope.place is not None:
            new = replace(new, place=scope.place, private=False)
        revision = await self.store.revision(scope.person)
        done = await self.store.rewrite(
            scope,
            revision=revision - late,
            now=self.now,
            archive=archive,
            erase=erase,
            add=[new],
            vectors=[vector(4)],
        )
        assert done is not late
        assert await self.store.revision(scope.person) == revision + done
        if done:
            self.model.rewrite(scope, now=self.now, archive=archive, erase=erase, add=new)

    async def set_importance(self, scope: Scope, name: MemoryId, importance: float) -> None:
        await self.store.set_importance(scope, {name: importance}, curve=COMPANION)
        self.model.set_importance(scope, name, importance)

    async def mark_summarised(self) -> None:
        await self.store.mark_summarised(await self.store.stale_days(limit=1_000))
        self.model.stale.clear()

    async def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    async def forget(self) -> None:
        counted = await self.store.count_due(now=self.now, curve=COMPANION)
        done = await self.store.forget_due(now=self.now, curve=COMPANION, limit=100)
        assert counted == done == self.model.forget_due(self.now)
        rest = await self.store.count_due(now=self.now, curve=COMPANION)
        assert rest == Due(0, 0)

    async def erase_person(self, person: Person) -> None:
        assert await self.store.erase_person(person.id) == self.model.erase_person(person.id)

    async def reopen(self) -> None:
        await self.harness.reopen()

    def _gain(self, days_ago: int | None) -> Gain:
        since = None if days_ago is None else self.now - days_ago * DAY
        return Gain(COMPANION.step / 7, since)

    def _dated(self, known: Memory) -> Memory:
        moved = replace(known, said_at=self.now, last_recalled=self.now)
        later = self.now - known.said_at
        return replace(
            moved, fades_at=known.fades_at + later, forgotten_at=known.forgotten_at + later
        )

    async def assert_same(self) -> None:
        for scope in SCOPES:
            found = await self.store.get(scope, NAMES)
            expected = {known.id: known for known in self.model.visible(scope)}
            assert [known.id for known in found] == [name for name in NAMES if name in expected]
            for known in found:
                assert_alike(known, expected[known.id])
            assert await self.store.count(scope) == len(self.model.visible(scope, archived=False))
            text = " ".join(WORDS)
            candidates = await self.store.search(
                scope, text=text, vector=vector(1), now=self.now + DAY, limit=100
            )
            dense = {known.id for known, _ in candidates.dense}
            assert dense == self.model.dense(scope, self.now + DAY)
            must, may = self.model.lexical(scope, text, self.now + DAY)
            assert must <= {known.id for known, _ in candidates.lexical} <= may
        marked = await self.store.stale_days(limit=1_000)
        stale = {(day.person, day.day, day.place) for day in marked}
        assert len(marked) == len(stale)
        # The mark of a place in which nothing is left becomes one of the same day in private.
        left = {(person, day, None) for person, day, _ in self.model.stale}
        assert stale <= self.model.stale | left
        days = {(person, day) for person, day, _ in stale}
        assert {(person, day) for person, day, _ in self.model.stale} <= days
        assert {day for day in self.model.stale if self.model.turn_left(*day)} <= stale
        waiting = {name for _, name in await self.store.unembedded(limit=100)}
        assert waiting == self.model.waiting()


def assert_alike(found: Memory, expected: Memory) -> None:
    """The same but for rounding: sums of strengths, and times in milliseconds."""
    assert abs(found.strength - expected.strength) <= 1e-6
    assert abs(found.fades_at - expected.fades_at) <= 2 * MILLISECOND
    assert abs(found.forgotten_at - expected.forgotten_at) <= 2 * MILLISECOND
    rounded = replace(
        found,
        strength=expected.strength,
        fades_at=expected.fades_at,
        forgotten_at=expected.forgotten_at,
    )
    assert rounded == expected


@settings(
    max_examples=80,
    # The factory holds no state: each example opens a store of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=st.lists(operations, min_size=1, max_size=25))
def test_any_sequence_of_calls_does_what_the_model_does(
    factory: Factory, script: list[Operation]
) -> None:
    async def run() -> None:
        async with factory() as harness:
            pair = Pair(harness)
            for name, *arguments in script:
                await getattr(pair, str(name))(*arguments)
            await pair.assert_same()

    asyncio.run(run())
