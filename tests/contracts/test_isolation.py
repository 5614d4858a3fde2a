"""Nobody reads or changes what is another's, nor what was private in a shared place."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings

from brain.ids import MemoryId, PersonId
from brain.memory.record import RECALLED, Kind, Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import MemoryStore
from brain.ports.turns import Conversation
from tests.contracts.harness import Factory
from tests.contracts.model import Model, sees
from tests.contracts.strategies import PLACE_IDS, lives, memories, queries, scopes
from tests.factories import BEN, BENS_DM, CAFE, DAY, IN_CAFE, NOON, memory, vector

thorough = settings(
    max_examples=40,
    # The factory holds no state: each example opens a store of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def fill(store: MemoryStore, life: Sequence[Memory]) -> Model:
    """Half of it as an import with vectors, the rest as turns that were begun."""
    model = Model(COMPANION)
    for n, known in enumerate(life):
        if known.kind is Kind.TURN and known.reply is None and known.archived_at is None and n % 2:
            scope = Scope(known.person, None if known.private else known.place)
            assert await store.begin(scope, known) == model.begin(known)
        else:
            with_vector = n % 3 != 2
            await store.add([known], [vector(n) if with_vector else None])
            model.add(known, embedded=with_vector)
    return model


async def assert_reads_agree(
    store: MemoryStore, model: Model, scope: Scope, text: str, ids: Sequence[MemoryId]
) -> None:
    alive = model.visible(scope, archived=False)
    archived = model.visible(scope, archived=True)
    assert await store.count(scope) == len([known for known in alive if known.kind in RECALLED])
    found = await store.get(scope, ids)
    by_id = {known.id: known for known in (*alive, *archived)}
    assert found == tuple(by_id[name] for name in ids if name in by_id)
    for archived_ones, expected in ((False, alive), (True, archived)):
        page = await store.page(scope, limit=100, archived=archived_ones)
        assert page.after is None
        assert len(page.memories) == len(expected)
        assert {known.id: known for known in page.memories} == {k.id: k for k in expected}
        moments = [known.said_at for known in page.memories]
        assert moments == sorted(moments, reverse=True)
    for place in PLACE_IDS:
        recent = (await store.conversation(scope, place, limit=100)).recent
        wanted = model.recent(scope, place)
        assert len(recent) == len(wanted)
        assert {known.id: known for known in recent} == {known.id: known for known in wanted}
        moments = [known.said_at for known in recent]
        assert moments == sorted(moments)
        conversation = await store.conversation(scope, place, limit=100, notes=ids)
        assert conversation == Conversation(
            revision=await store.revision(scope.person),
            person=await store.person(scope.person),
            recent=recent,
            notes=found,
        )
    candidates = await store.search(scope, text=text, vector=vector(1), now=NOON, limit=100)
    for ranking in (candidates.dense, candidates.lexical):
        assert all(known == by_id[known.id] for known, _ in ranking)
        assert len({known.id for known, _ in ranking}) == len(ranking)
    assert {known.id for known, _ in candidates.dense} == model.dense(scope, NOON)
    must, may = model.lexical(scope, text, NOON)
    assert must <= {known.id for known, _ in candidates.lexical} <= may


@thorough
@given(life=lives(), text=queries)
def test_every_scope_reads_exactly_what_it_sees(
    factory: Factory, life: list[Memory], text: str
) -> None:
    async def check() -> None:
        async with factory() as harness:
            model = await fill(harness.store, life)
            ids = [known.id for known in reversed(life)]
            concerned = {known.person for known in life} | {PersonId("nobody")}
            for scope in (Scope(who, where) for who in concerned for where in (None, *PLACE_IDS)):
                await assert_reads_agree(harness.store, model, scope, text, ids)

    asyncio.run(check())


async def everything(store: MemoryStore, life: Sequence[Memory]) -> list[object]:
    """All that can be read of all people, to see whether anything changed."""
    state: list[object] = [await store.people(), sorted(await store.unembedded(limit=99), key=str)]
    for person in sorted({known.person for known in life}):
        scope = Scope.everything_of(person)
        state += [
            await store.get(scope, [known.id for known in life]),
            await store.search(scope, text="tea milk rain", vector=vector(1), now=NOON, limit=99),
            await store.count(scope),
        ]
    return state


@thorough
@given(life=lives(), scope=scopes)
def test_no_write_reaches_beyond_its_scope(
    factory: Factory, life: list[Memory], scope: Scope
) -> None:
    hidden = [known for known in life if not sees(scope, known)]
    ids = [known.id for known in hidden]
    later = NOON + DAY

    async def check() -> None:
        async with factory() as harness:
            store = harness.store
            await fill(store, life)
            before = await everything(store, life)
            assert await store.archive(scope, ids, now=later) == ()
            assert await store.restore(scope, ids, now=later, curve=COMPANION) == ()
            assert await store.erase(scope, ids) == ()
            for name in ids:
                assert not await store.pin(scope, name, pinned=True, curve=COMPANION)
                assert not await store.pin(scope, name, pinned=False, curve=COMPANION)
                assert not await store.set_vector(scope, name, vector(99))
                assert not await store.finish(
                    scope,
                    name,
                    reply="tea",
                    vector=vector(99),
                    recalled=[known.id for known in life],
                    reinforced={known.id: Gain(COMPANION.step) for known in life},
                    now=later,
                    curve=COMPANION,
                )
            assert await everything(store, life) == before

    asyncio.run(check())


@thorough
@given(life=lives(), turn=memories(number=99))
def test_a_turn_reinforces_nothing_beyond_its_scope(
    factory: Factory, life: list[Memory], turn: Memory
) -> None:
    scope = Scope(turn.person, None if turn.private else turn.place)
    hidden = [known for known in life if not sees(scope, known)]

    async def check() -> None:
        async with factory() as harness:
            store = harness.store
            model = await fill(store, life)
            assert await store.begin(scope, turn)
            assert await store.finish(
                scope,
                turn.id,
                reply="So it is.",
                vector=vector(99),
                recalled=[known.id for known in life],
                reinforced={known.id: Gain(COMPANION.step) for known in life},
                now=NOON + DAY,
                curve=COMPANION,
            )
            for known in hidden:
                owner = Scope.everything_of(known.person)
                assert await store.get(owner, [known.id]) == (model.kept[known.id].memory,)
                recalled = [m.recalls for m in await store.get(owner, [known.id])]
                assert recalled == [0]

    asyncio.run(check())


Write = Callable[[MemoryStore, Scope, str], Awaitable[object]]
WRITES: dict[str, Write] = {
    "pin": lambda store, scope, name: store.pin(
        scope, MemoryId(name), pinned=True, curve=COMPANION
    ),
    "archive": lambda store, scope, name: store.archive(scope, [MemoryId(name)], now=NOON),
    "erase": lambda store, scope, name: store.erase(scope, [MemoryId(name)]),
    "set_vector": lambda store, scope, name: store.set_vector(scope, MemoryId(name), vector(7)),
}


@pytest.mark.parametrize("write", list(WRITES))
async def test_knowing_an_id_gives_no_power_over_it(store: MemoryStore, write: str) -> None:
    bens = [memory("tea", person=BEN, place=place) for place in (BENS_DM, CAFE)]
    mine = memory("tea")
    await store.add([*bens, mine], [vector(1)] * 3)
    for known in (*bens, mine):
        assert not await WRITES[write](store, IN_CAFE, known.id)
    assert await store.get(Scope.everything_of(BEN.id), [known.id for known in bens]) == tuple(bens)
    assert await store.get(Scope.everything_of(mine.person), [mine.id]) == (mine,)


@pytest.mark.parametrize("page_limit", [1, 2, 3])
async def test_a_cursor_of_one_scope_opens_no_other(store: MemoryStore, page_limit: int) -> None:
    private = [memory(f"private {n}", said_at=NOON - n * DAY) for n in range(6)]
    shared = [memory(f"shared {n}", place=CAFE, said_at=NOON - n * DAY) for n in range(6)]
    await store.add([*private, *shared], [None] * 12)
    page = await store.page(Scope.everything_of(private[0].person), limit=page_limit)
    followed = await store.page(IN_CAFE, limit=99, after=page.after)
    assert all(known in shared for known in followed.memories)
