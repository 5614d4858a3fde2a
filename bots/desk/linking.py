"""/link: two accounts of one person, by a code that is good for ten minutes.

One side asks for a code, the other names it, and both say yes: whoever says it second joins them.
"""

import json
import secrets
from collections.abc import Mapping

from bots.desk.request import Visit
from bots.screens import Emphasis, Screen
from brain.accounts.copying import platform_of
from brain.accounts.linking import check, join, split

OWNER = "link-codes"
VALID_S = 600.0
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""None that looks like another."""
LENGTH = 8
TRIES_PER_HOUR = 20
"""Codes that a person may name: guessing one in 31^8 takes longer than the universe is old."""
HOUR_S = 3_600.0


async def asked(visit: Visit, options: Mapping[str, str]) -> Screen:
    """The command, with or without a code. Raises BadInput, StoreError."""
    if not visit.caller.place.private:
        return visit.screen("link-only-private")
    code = "".join(options.get("code", "").split()).upper()
    return await _named(visit, code) if code else await _new(visit)


async def confirmed(visit: Visit, code: str) -> Screen:
    """One of the two said yes."""
    me = visit.caller.person.id
    both = await _both(visit, code)
    if both is None or me not in both:
        return visit.screen("link-expired")
    first, second = both
    if not second:
        return await _waiting(visit, code, "link-nobody-yet")
    await visit.store.write_note(OWNER, f"{code}:yes:{me}", "1", ttl_s=VALID_S)
    other = second if me == first else first
    said = await visit.store.notes(OWNER)
    if f"{code}:yes:{other}" not in said:
        return await _waiting(visit, code, "link-other-side")
    # Of two who say yes at the same moment, one joins.
    if await visit.store.take_note(OWNER, code) is None:
        return visit.screen("link-done", platform=platform_of(other))
    await join(visit.store, first, second)
    undo = await visit.button(visit.say("link-button-undo"), "lu")
    return Screen(text=visit.say("link-done", platform=platform_of(other)), rows=((undo,),))


async def cancelled(visit: Visit, code: str) -> Screen:
    """One of the two would rather not."""
    both = await _both(visit, code)
    if both is not None and visit.caller.person.id in both:
        await visit.store.take_note(OWNER, code)
    return visit.screen("link-cancelled")


async def undone(visit: Visit) -> Screen:
    """Each platform gets its own memories back. Raises StoreError."""
    person = visit.caller.person
    if not visit.caller.place.private:
        return visit.screen("link-only-private")
    apart = [await split(visit.store, person.id, name) for name in person.accounts]
    return visit.screen("link-undone" if any(apart) else "link-not-joined")


async def _new(visit: Visit) -> Screen:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    value = json.dumps([visit.caller.person.id, ""])
    await visit.store.write_note(OWNER, code, value, ttl_s=VALID_S)
    screen = await _waiting(visit, code, "link-code")
    if not visit.caller.person.accounts:
        return screen
    undo = await visit.button(visit.say("link-button-undo"), "lu")
    return Screen(text=screen.text, rows=(*screen.rows, (undo,)))


async def _named(visit: Visit, code: str) -> Screen:
    me = visit.caller.person
    tries = await visit.store.count_up(f"budget:{me.id}", "link-tries", by=1, ttl_s=HOUR_S)
    both = await _both(visit, code) if tries <= TRIES_PER_HOUR else None
    if both is None or both[1] not in ("", me.id):
        return visit.screen("link-expired")
    first = both[0]
    await check(visit.store, first, me.id)
    # It stays good for as long as it was: taken by this side, it is no use to a third.
    await visit.store.write_note(OWNER, code, json.dumps([first, me.id]), ttl_s=VALID_S)
    other = await visit.store.person(first)
    name = other.name if other and other.name else platform_of(first)
    return await _waiting(visit, code, "link-ask", name=name, platform=platform_of(first))


async def _waiting(visit: Visit, code: str, key: str, **values: str) -> Screen:
    row = (
        await visit.button(visit.say("link-button-yes"), "lk", code, emphasis=Emphasis.MAIN),
        await visit.button(visit.say("desk-button-cancel"), "lx", code),
    )
    return Screen(text=visit.say(key, code=code, **values), rows=(row,))


async def _both(visit: Visit, code: str) -> tuple[str, str] | None:
    found = (await visit.store.notes(OWNER)).get(code)
    if found is None or len(code) != LENGTH:
        return None
    first, second = json.loads(found)
    return str(first), str(second)
