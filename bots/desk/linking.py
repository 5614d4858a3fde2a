"""Answers /link, which joins two accounts of one person by a code that is valid for ten minutes.

One account asks for a code, the other enters it, and both confirm; the second one to confirm joins
them.
"""

import json
import secrets
from collections.abc import Mapping

from bots.desk.button_codec import Verb
from bots.desk.request import Request
from bots.screens import Emphasis, Screen
from brain.accounts.copying import platform_of
from brain.accounts.linking import check_can_link, join, split
from brain.ids import PersonId

OWNER = "link-codes"
"""Owner of the codes among the values of the store."""
VALID_S = 600.0
"""Seconds that a code is valid."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""The characters of a code, none of which looks like another."""
LENGTH = 8
"""Characters of a code."""
TRIES_PER_HOUR = 20
"""Codes that a person may enter in an hour; going through all 31^8 would take millions of years."""
HOUR_S = 3_600.0


async def link(request: Request, options: Mapping[str, str]) -> Screen:
    """Make a code, or enter one that the other account made. Raises BadInput, StoreError."""
    if not request.caller.place.private:
        return request.screen("link-only-private")
    code = "".join(options.get("code", "").split()).upper()
    return await _take_code(request, code) if code else await _make_code(request)


async def confirm_link(request: Request, code: str) -> Screen:
    """Record that one of the two accounts confirmed, and join them once both have.

    Raises StoreError.
    """
    me = request.caller.person.id
    both = await _both(request, code)
    if both is None or me not in both:
        return request.screen("link-expired")
    first, second = both
    if not second:
        return await _confirmation(request, code, "link-nobody-yet")
    await request.store.values.set(OWNER, f"{code}:yes:{me}", "1", ttl_s=VALID_S)
    other = second if me == first else first
    confirmed = await request.store.values.get(OWNER)
    if f"{code}:yes:{other}" not in confirmed:
        return await _confirmation(request, code, "link-other-side")
    # If both confirm at the same moment, only the one that removes the code joins them.
    if await request.store.values.pop(OWNER, code) is None:
        return request.screen("link-done", platform=platform_of(other))
    await join(request.store, first, second)
    undo = await request.button(request.say("link-button-undo"), Verb.UNDO_LINK)
    return Screen(text=request.say("link-done", platform=platform_of(other)), rows=((undo,),))


async def cancel_link(request: Request, code: str) -> Screen:
    """Make the code invalid. Raises StoreError."""
    both = await _both(request, code)
    if both is not None and request.caller.person.id in both:
        await request.store.values.pop(OWNER, code)
    return request.screen("link-cancelled")


async def undo_link(request: Request) -> Screen:
    """Split all accounts of the person; each gets its own memories back. Raises StoreError."""
    person = request.caller.person
    if not request.caller.place.private:
        return request.screen("link-only-private")
    were_joined = [await split(request.store, person.id, account) for account in person.accounts]
    return request.screen("link-undone" if any(were_joined) else "link-not-joined")


async def _make_code(request: Request) -> Screen:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    value = json.dumps([request.caller.person.id, ""])
    await request.store.values.set(OWNER, code, value, ttl_s=VALID_S)
    screen = await _confirmation(request, code, "link-code")
    if not request.caller.person.accounts:
        return screen
    undo = await request.button(request.say("link-button-undo"), Verb.UNDO_LINK)
    return Screen(text=screen.text, rows=(*screen.rows, (undo,)))


async def _take_code(request: Request, code: str) -> Screen:
    me = request.caller.person
    tries = await request.store.values.increment(
        f"budget:{me.id}", "link-tries", by=1, ttl_s=HOUR_S
    )
    both = await _both(request, code) if tries <= TRIES_PER_HOUR else None
    if both is None or both[1] not in ("", me.id):
        return request.screen("link-expired")
    first = both[0]
    await check_can_link(request.store, first, me.id)
    # The code is valid for this account alone now, and for its full time again.
    await request.store.values.set(OWNER, code, json.dumps([first, me.id]), ttl_s=VALID_S)
    other = await request.store.person(first)
    name = other.name if other and other.name else platform_of(first)
    return await _confirmation(request, code, "link-ask", name=name, platform=platform_of(first))


async def _confirmation(request: Request, code: str, key: str, **values: str) -> Screen:
    row = (
        await request.button(
            request.say("link-button-yes"), Verb.CONFIRM_LINK, code, emphasis=Emphasis.MAIN
        ),
        await request.button(request.say("desk-button-cancel"), Verb.CANCEL_LINK, code),
    )
    return Screen(text=request.say(key, code=code, **values), rows=(row,))


async def _both(request: Request, code: str) -> tuple[PersonId, PersonId] | None:
    """Return the account that made a code and the one that entered it (empty: none yet)."""
    found = (await request.store.values.get(OWNER)).get(code)
    if found is None or len(code) != LENGTH:
        return None
    first, second = json.loads(found)
    return PersonId(first), PersonId(second)
