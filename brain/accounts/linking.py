"""Two accounts become one person, and apart again; what was kept stays where it was said.

    intend    a value says what is under way: whoever starts next can finish it
    turn      the account points at the person, so that what is said from now on is theirs
    wait      the conversations are held, so that a turn under way gets its reply before
    copy      what was said, with its vectors, under new ids; doing it twice adds nothing
    check     nothing is erased before everything is there
    erase     the account's own memories; then the pointer, which goes with them, is set again

A process may die between any two steps: `resume` does them again. Summaries are not copied: the
days that gained turns are stale, and are summarised anew.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from brain.accounts.copying import (
    STEP,
    LinkIncomplete,
    check_copied,
    copy_memories,
    hold_conversations,
    memories_to_copy,
    platform_of,
)
from brain.errors import BadInput
from brain.memory.provenance import notes_resting_on
from brain.memory.record import NOTES
from brain.memory_pages import everything
from brain.messages import Person, Scope
from brain.ports import MemoryStore
from brain.preferences import copy_preferences
from brain.turns.lease import LEASE_S, RENEW_S

OWNER = "linking"
"""Owner of the values that say what is under way."""
PATIENCE_S = 4 * LEASE_S
"""How long turns under way are waited for, in seconds: some models take a minute for a reply."""
log = logging.getLogger(__name__)


class CannotLink(BadInput):
    """Values: `first`, `second`: the same person, or two accounts of one platform."""

    key = "link-impossible"


async def check_can_link(store: MemoryStore, person: str, account: str) -> None:
    """Check that the two can be joined. Raises CannotLink where not, StoreError."""
    mine = await store.person(person) or Person(person)
    theirs = await store.person(account) or Person(account)
    all_mine = {platform_of(name) for name in (mine.id, *mine.accounts)}
    all_theirs = {platform_of(name) for name in (theirs.id, *theirs.accounts)}
    if mine.same_as or theirs.same_as or all_mine & all_theirs:
        raise CannotLink(first=person, second=account)


async def join(
    store: MemoryStore, person: str, account: str, *, patience_s: float = PATIENCE_S
) -> None:
    """Make the account the person's own, with all that was said there.

    Raises CannotLink (nothing happened), StoreError and LinkIncomplete (`resume` and
    `finish_pending_link` go on). A turn under way is waited for, `patience_s` seconds at most.
    """
    await check_can_link(store, person, account)
    await store.values.set(OWNER, account, f"join {person}")
    await _finish_join(store, person, account, patience_s=patience_s)
    await finish_pending_link(store, account, was=account)


async def split(
    store: MemoryStore, person: str, account: str, *, patience_s: float = PATIENCE_S
) -> bool:
    """Undo a join: what was said on the account's platform becomes the account's own again.

    False: they are not joined. Raises StoreError. A turn under way is waited for as in `join`.
    """
    known = await store.person(account)
    if known is None or known.same_as != person:
        return False
    await store.values.set(OWNER, account, f"split {person}")
    await _finish_split(store, person, account, patience_s=patience_s)
    return True


async def resume(store: MemoryStore) -> int:
    """Finish what a process left half done; gives how many. Call it at start. Raises StoreError.

    A turn that began as its account was joined may have been written to the account: it is brought
    over, too. What another process is at is left to it, and to `finish_pending_link`.
    """
    done = 0
    for name, what in (await store.values.get(OWNER)).items():
        step, _, person = what.partition(" ")
        finish = _finish_join if step == "join" else _finish_split
        try:
            # A process that died just now still holds its conversations.
            await finish(store, person, name, patience_s=LEASE_S + RENEW_S)
            done += 1
        except LinkIncomplete:
            log.warning("A link of two accounts is finished later.")
    for account in await store.people():
        if account.same_as is not None:
            done += await finish_pending_link(store, account.id, was=account.id)
    return done


async def finish_pending_link(store: MemoryStore, account: str, *, was: str) -> bool:
    """Bring over what was written in the name of `was`, whom the account belonged to just before.

    True: something was. Cheap where there is nothing: call it when a turn ended, and before the
    next. Conversations that are under way are left for the next time. Raises StoreError.
    """
    known = await store.person(account)
    person = known.same_as if known is not None else None
    try:
        if person is not None:
            if not (await store.page(Scope.everything_of(account), limit=1)).memories:
                return False
            await _finish_join(store, person, account, patience_s=0.0)
            return True
        # Whoever was erased in the meantime does not come back by this.
        if was == account or await store.person(was) is None:
            return False
        await _finish_split(store, was, account, patience_s=0.0)
    except LinkIncomplete:
        return False
    return True


async def erase_with_accounts(store: MemoryStore, person: str) -> int:
    """Everything of a person and of the accounts that were joined with them. Raises StoreError."""
    known = await store.person(person)
    erased = 0
    # The accounts first: a death in between leaves the person, who still names the others.
    for account in known.accounts if known else ():
        erased += await store.erase_person(account)
        await store.values.set(OWNER, account, None)
    return erased + await store.erase_person(person)


async def _finish_join(store: MemoryStore, person: str, account: str, *, patience_s: float) -> None:
    mine = await store.person(person) or Person(person)
    theirs = await store.person(account) or Person(account)
    others = [name for name in theirs.accounts if name != person]
    await store.save_person(
        replace(mine, accounts=_united(mine.accounts, [account, *others]), same_as=None)
    )
    for name in (account, *others):
        await _point_account_at(store, name, person)
    async with hold_conversations(store, account, patience_s=patience_s):
        await copy_memories(store, account, person)
        await copy_preferences(store.values, account, person)
        await check_copied(store, account, person)
        await store.erase_person(account)
    await _point_account_at(store, account, person)
    await store.values.set(OWNER, account, None)


async def _finish_split(
    store: MemoryStore, person: str, account: str, *, patience_s: float
) -> None:
    mine = await store.person(person) or Person(person)
    await store.save_person(
        replace(mine, accounts=tuple(name for name in mine.accounts if name != account))
    )
    theirs = await store.person(account) or Person(account)
    await store.save_person(replace(theirs, same_as=None))
    platform = platform_of(account)
    scope = Scope.everything_of(person)
    async with hold_conversations(store, person, platform=platform, patience_s=patience_s):
        leaving = [memory async for memory in memories_to_copy(store, person, platform=platform)]
        await copy_memories(store, person, account, platform=platform)
        await copy_preferences(store.values, person, account)
        await check_copied(store, person, account, platform=platform)
        notes = {note.id: note async for note in everything(store, scope, kinds=NOTES)}
        made = await asyncio.to_thread(notes_resting_on, leaving, notes)
        # The notes first: without the turns that they rest on they would not be found again.
        if made:
            await store.erase(scope, list(made))
        ids = [memory.id for memory in leaving]
        for start in range(0, len(ids), STEP):
            await store.erase(scope, ids[start : start + STEP])
    await store.values.set(OWNER, account, None)


async def _point_account_at(store: MemoryStore, account: str, person: str) -> None:
    known = await store.person(account) or Person(account)
    await store.save_person(replace(known, same_as=person, accounts=()))


def _united(names: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))
