"""What somebody said in a place that they left, taken out of memory for good."""

from collections.abc import Callable
from datetime import datetime

from brain.companion import Companion
from brain.forgetting.planning import Forgetting
from brain.ids import PersonId
from brain.memory_pages import STEP, iterate_all_memories
from brain.messages import Scope


async def forget_leaver(
    companion: Companion,
    person: PersonId,
    is_there: Callable[[str], bool],
    *,
    until: datetime | None = None,
) -> None:
    """Erase what somebody said in the places that they left. Raises StoreError.

    Args:
        companion: the brain.
        person: who left.
        is_there: whether the place of that id is one of those.
        until: see `forget_in_place`.
    """
    # Also what waits for the store: else it would be written afterwards.
    await companion.forget_held(
        lambda turn: (
            turn.person == person
            and is_there(turn.place)
            and (until is None or turn.said_at < until)
        )
    )
    kept = iterate_all_memories(companion.store, Scope.everything_of(person))
    # Platforms do not list all places that there were: topics, channels that were deleted since.
    places = {memory.place async for memory in kept}
    for place in sorted(filter(is_there, places)):
        await forget_in_place(companion.forgetting, Scope(person, place), until=until)


async def forget_in_place(
    forgetting: Forgetting, scope: Scope, *, until: datetime | None = None
) -> None:
    """Erase what is kept of them there, put away or not. Raises StoreError.

    Args:
        forgetting: of the companion.
        scope: the person, and the place that they left.
        until: what was said from then on stays, and so do notes that rest on it; None: all goes.
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
            # A note of what was said since would take that with it.
            older = [one for one in page.memories if since.isdisjoint(one.sources)]
            if not older:
                after = page.after
                if after is None:
                    break
            else:
                plan = await forgetting.plan(scope, older)
                await forgetting.carry_out(plan, at_once=True)
