"""Erases what a person said in places that they left."""

from collections.abc import Callable
from datetime import datetime

from brain.companion import Companion
from brain.forgetting.planning import Forgetting
from brain.ids import PersonId
from brain.memory_iteration import STEP, iterate_all_memories
from brain.messages import Scope


async def forget_leaver(
    companion: Companion,
    person: PersonId,
    is_there: Callable[[str], bool],
    *,
    until: datetime | None = None,
) -> None:
    """Erase what a person said in the places that they left. Raises StoreError.

    Args:
        companion: the companion that remembers it.
        person: the id of the person who left.
        is_there: whether the place with an id is one of those that they left.
        until: as in `forget_in_place`.
    """
    # Turns that wait for the store are erased too: otherwise they would be written afterwards.
    await companion.forget_held(
        lambda turn: (
            turn.person == person
            and is_there(turn.place)
            and (until is None or turn.said_at < until)
        )
    )
    kept = iterate_all_memories(companion.store, Scope.everything_of(person))
    # The places come from the store: platforms do not list topics and deleted channels.
    places = {memory.place async for memory in kept}
    for place in sorted(filter(is_there, places)):
        await forget_in_place(companion.forgetting, Scope(person, place), until=until)


async def forget_in_place(
    forgetting: Forgetting, scope: Scope, *, until: datetime | None = None
) -> None:
    """Erase what is kept of a person in one place, archived or not. Raises StoreError.

    Args:
        forgetting: plans and carries out the erasure.
        scope: the person, and the place that they left.
        until: what was said from this time on stays, with the notes that rest on it; None erases
            everything.
    """
    store = forgetting.store
    since: set[str] = set()
    if until is not None:
        since = {memory.id async for memory in iterate_all_memories(store, scope, said_from=until)}
    for archived in (False, True):
        after: str | None = None
        while True:
            page = await store.page(
                scope, limit=STEP, after=after, archived=archived, said_until=until
            )
            # Erasing a note that rests on later memories would erase those with it.
            older = [one for one in page.memories if since.isdisjoint(one.sources)]
            if not older:
                after = page.after
                if after is None:
                    break
            else:
                plan = await forgetting.plan(scope, older)
                await forgetting.carry_out(plan, at_once=True)
