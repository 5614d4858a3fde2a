"""Joins two accounts to one person, and splits them again.

    intend    A value says what is under way, so that another process can finish it.
    point     The account names the person in `same_as`: what is said from now on is theirs.
    wait      The conversations are held, so that a turn under way gets its reply first.
    copy      What was said is copied with its vectors under new ids; repeating this adds nothing.
    check     Nothing is erased before every copy is there.
    erase     The account's own memories are erased; `same_as`, which goes with them, is set again.

A process may die between any two steps; `resume` repeats them. A split does the same in the other
direction, for what was said on the account's platform. Summaries are not copied: the days that
gained turns are stale, and are summarised anew.
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
from brain.ids import PersonId
from brain.memory.provenance import notes_resting_on
from brain.memory.record import NOTES
from brain.memory_iteration import iterate_all_memories
from brain.messages import Person, Scope
from brain.ports import MemoryStore
from brain.preferences import copy_preferences
from brain.turns.lease import LEASE_S, RENEW_S

OWNER = "linking"
"""The owner of the values that say what is under way."""
PATIENCE_S = 4 * LEASE_S
"""Seconds that turns under way are waited for: some models take a minute for a reply."""
log = logging.getLogger(__name__)


class CannotLink(BadInput):
    """Two accounts are one person already, or are of one platform. Values: `first`, `second`."""

    key = "link-impossible"


async def check_can_link(store: MemoryStore, person_id: PersonId, account_id: PersonId) -> None:
    """Check that an account can be joined with a person.

    Raises:
        CannotLink: one of them is joined with a person, or both have an account of one platform.
        StoreError: the store failed.
    """
    mine = await store.person(person_id) or Person(person_id)
    theirs = await store.person(account_id) or Person(account_id)
    all_mine = {platform_of(each) for each in (mine.id, *mine.accounts)}
    all_theirs = {platform_of(each) for each in (theirs.id, *theirs.accounts)}
    if mine.same_as or theirs.same_as or all_mine & all_theirs:
        raise CannotLink(first=person_id, second=account_id)


async def join(
    store: MemoryStore, person_id: PersonId, account_id: PersonId, *, patience_s: float = PATIENCE_S
) -> None:
    """Join an account with a person, with all that was said there.

    Args:
        store: the store.
        person_id: the person.
        account_id: the account.
        patience_s: seconds to wait for turns under way.

    Raises:
        CannotLink: they cannot be joined; nothing happened.
        LinkIncomplete: a turn stayed under way; `resume` or `finish_pending_link` goes on.
        StoreError: the store failed; the same goes on.
    """
    await check_can_link(store, person_id, account_id)
    await store.values.set(OWNER, account_id, f"join {person_id}")
    await _finish_join(store, person_id, account_id, patience_s=patience_s)
    await finish_pending_link(store, account_id, was=account_id)


async def split(
    store: MemoryStore, person_id: PersonId, account_id: PersonId, *, patience_s: float = PATIENCE_S
) -> bool:
    """Undo a join: what was said on the account's platform becomes the account's own again.

    Args:
        store: the store.
        person_id: the person.
        account_id: the account.
        patience_s: seconds to wait for turns under way.

    Returns:
        False where they are not joined.

    Raises:
        LinkIncomplete: a turn stayed under way; `resume` goes on.
        StoreError: the store failed; `resume` goes on.
    """
    known = await store.person(account_id)
    if known is None or known.same_as != person_id:
        return False
    await store.values.set(OWNER, account_id, f"split {person_id}")
    await _finish_split(store, person_id, account_id, patience_s=patience_s)
    return True


async def resume(store: MemoryStore) -> int:
    """Finish joins and splits that a process left half done; call it at start.

    A turn that began while its account was joined may have been written to the account, and is
    moved as well. What another process is working on is left to it and to `finish_pending_link`.

    Returns:
        How many were finished.

    Raises:
        StoreError: the store failed.
    """
    done = 0
    for account_id, what in (await store.values.get(OWNER)).items():
        step, _, person_id = what.partition(" ")
        finish = _finish_join if step == "join" else _finish_split
        try:
            # The leases of a process that has just died last for some seconds more.
            await finish(
                store, PersonId(person_id), PersonId(account_id), patience_s=LEASE_S + RENEW_S
            )
            done += 1
        except LinkIncomplete:
            log.warning("A link of two accounts is finished later.")
    for account in await store.people():
        if account.same_as is not None:
            done += await finish_pending_link(store, account.id, was=account.id)
    return done


async def finish_pending_link(store: MemoryStore, account_id: PersonId, *, was: PersonId) -> bool:
    """Move what was written for the former owner of an account after it was joined or split.

    Call it after a turn and before the next; it is cheap where there is nothing to move.
    Conversations that are under way are left for the next call.

    Args:
        store: the store.
        account_id: the account.
        was: the person whom the account belonged to before; the account itself before a join.

    Returns:
        Whether something was moved.

    Raises:
        StoreError: the store failed.
    """
    known = await store.person(account_id)
    person = known.same_as if known is not None else None
    try:
        if person is not None:
            if not (await store.page(Scope.everything_of(account_id), limit=1)).memories:
                return False
            await _finish_join(store, person, account_id, patience_s=0.0)
            return True
        # A person who was erased in the meantime must not be created again.
        if was == account_id or await store.person(was) is None:
            return False
        await _finish_split(store, was, account_id, patience_s=0.0)
    except LinkIncomplete:
        return False
    return True


async def erase_with_accounts(store: MemoryStore, person_id: PersonId) -> int:
    """Erase everything of a person and of the accounts that were joined with them.

    Returns:
        How many memories were erased.

    Raises:
        StoreError: the store failed; repeat the call.
    """
    known = await store.person(person_id)
    erased = 0
    # The accounts first: if the process dies in between, the person still names the others.
    for account in known.accounts if known else ():
        erased += await store.erase_person(account)
        await store.values.set(OWNER, account, None)
    return erased + await store.erase_person(person_id)


async def _finish_join(
    store: MemoryStore, person_id: PersonId, account_id: PersonId, *, patience_s: float
) -> None:
    mine = await store.person(person_id) or Person(person_id)
    theirs = await store.person(account_id) or Person(account_id)
    others = [each for each in theirs.accounts if each != person_id]
    await store.save_person(
        replace(mine, accounts=_united(mine.accounts, [account_id, *others]), same_as=None)
    )
    for each in (account_id, *others):
        await _point_account_at(store, each, person_id)
    async with hold_conversations(store, account_id, patience_s=patience_s):
        await copy_memories(store, account_id, person_id)
        await copy_preferences(store.values, account_id, person_id)
        await check_copied(store, account_id, person_id)
        await store.erase_person(account_id)
    await _point_account_at(store, account_id, person_id)
    await store.values.set(OWNER, account_id, None)


async def _finish_split(
    store: MemoryStore, person_id: PersonId, account_id: PersonId, *, patience_s: float
) -> None:
    mine = await store.person(person_id) or Person(person_id)
    await store.save_person(
        replace(mine, accounts=tuple(each for each in mine.accounts if each != account_id))
    )
    theirs = await store.person(account_id) or Person(account_id)
    await store.save_person(replace(theirs, same_as=None))
    platform = platform_of(account_id)
    scope = Scope.everything_of(person_id)
    async with hold_conversations(store, person_id, platform=platform, patience_s=patience_s):
        leaving = [memory async for memory in memories_to_copy(store, person_id, platform=platform)]
        await copy_memories(store, person_id, account_id, platform=platform)
        await copy_preferences(store.values, person_id, account_id)
        await check_copied(store, person_id, account_id, platform=platform)
        notes = {note.id: note async for note in iterate_all_memories(store, scope, kinds=NOTES)}
        made = await asyncio.to_thread(notes_resting_on, leaving, notes)
        # The notes first: without the turns that they rest on they could not be found again.
        if made:
            await store.erase(scope, list(made))
        ids = [memory.id for memory in leaving]
        for start in range(0, len(ids), STEP):
            await store.erase(scope, ids[start : start + STEP])
    await store.values.set(OWNER, account_id, None)


async def _point_account_at(store: MemoryStore, account_id: PersonId, person_id: PersonId) -> None:
    known = await store.person(account_id) or Person(account_id)
    await store.save_person(replace(known, same_as=person_id, accounts=()))


def _united(ids: tuple[PersonId, ...], more: Iterable[PersonId]) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys((*ids, *more)))
