"""Answers /link, which joins two accounts of one person by a code that is valid for ten minutes.

make     one account, the owner of the code, asks for it
name     the first account that names the code is the only one that it is good for; the owner is
         told of it, and of everybody who names it later
confirm  each side sees platform, id and name of the other and says yes to that very account; the
         second yes joins the two
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bots.desk.button_codec import Verb
from bots.desk.memory_lines import plain
from bots.desk.request import Request
from bots.screens import Caller, Emphasis, Screen
from brain.accounts.linking import CannotLink, check_can_link, join, split
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place

OWNER = "link-codes"
"""Owner of the codes among the values of the store.

`CODE` holds the account that made it, `CODE:by` the one that named it first, `CODE:tried:ACCOUNT`
any other that named it, and `CODE:yes:PERSON` that one of the two said yes.
"""
VALID_S = 600.0
"""Seconds that a code is valid, from when it is made until the second yes."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""The characters of a code, none of which looks like another."""
LENGTH = 8
"""Characters of a code."""
TRIES_PER_HOUR = 20
"""Codes that a person may enter in an hour; going through all 31^8 would take millions of years."""
HOUR_S = 3_600.0
NAME = 40
"""Most characters of an account's name that the other side is shown."""
_TURNS_TEXT = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of the text after them, with which a name could hide the id."""


@dataclass(frozen=True, slots=True)
class _Code:
    """A code that is valid now."""

    code: str
    owner: Caller
    namer: Caller | None
    """The account that it is good for; None while nobody has named it."""
    tried: tuple[Caller, ...]
    """Other accounts that named it."""

    def other_than(self, person: PersonId) -> Caller | None:
        """Return the other side for one of the two; None for anybody else, or if there is none."""
        if person == self.owner.person.id:
            return self.namer
        return self.owner if self.namer and person == self.namer.person.id else None


async def link(request: Request, options: Mapping[str, str]) -> Screen:
    """Make a code, or name one that the other account made. Raises BadInput, StoreError."""
    if not request.caller.place.private:
        return request.screen("link-only-private")
    code = "".join(options.get("code", "").split()).upper()
    return await _name_code(request, code) if code else await _make_code(request)


async def confirm_link(request: Request, code: str, seen: str = "") -> Screen:
    """Record that one side said yes to the account that it saw, and join the two once both have.

    Args:
        request: the request of either side.
        code: the code.
        seen: the other account as the screen with the button showed it; empty if it showed none.

    Raises:
        StoreError: the store failed.
    """
    values, me = request.store.values, request.caller.person.id
    found = await _find(request, code)
    other = found.other_than(me) if found else None
    if found is not None and me == found.owner.person.id and other is None:
        return await _screen(request, code, "link-nobody-yet")
    if found is None or other is None:
        return request.screen("link-expired")
    if seen != other.account:
        return await _question(request, found, other)
    await values.set(OWNER, f"{code}:yes:{me}", "1", ttl_s=VALID_S)
    if f"{code}:yes:{other.person.id}" not in await values.get(OWNER):
        return await _screen(request, code, "link-other-side", seen=seen)
    # If both confirm at the same moment, only the one that removes the code joins them.
    if await values.pop(OWNER, code) is not None:
        namer = request.caller if me != found.owner.person.id else other
        await join(request.store, found.owner.person.id, namer.person.id)
        await _tell(request, other, await _done(_as(request, other), request.caller))
    return await _done(request, other)


async def cancel_link(request: Request, code: str) -> Screen:
    """Make the code invalid. Raises StoreError."""
    found = await _find(request, code)
    me = request.caller.person.id
    if found is not None and (me == found.owner.person.id or found.other_than(me)):
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
    me = request.caller
    await request.store.values.set(OWNER, code, _written(me), ttl_s=VALID_S)
    screen = await _screen(request, code, "link-code", me=_account(request, me))
    if not me.person.accounts:
        return screen
    undo = await request.button(request.say("link-button-undo"), Verb.UNDO_LINK)
    return replace(screen, rows=(*screen.rows, (undo,)))


async def _name_code(request: Request, code: str) -> Screen:
    me, values = request.caller, request.store.values
    tries = await values.increment(f"budget:{me.person.id}", "link-tries", by=1, ttl_s=HOUR_S)
    found = await _find(request, code) if tries <= TRIES_PER_HOUR else None
    if found is None:
        return request.screen("link-expired")
    to_owner = _as(request, found.owner)
    try:
        await check_can_link(request.store, found.owner.person.id, me.person.id)
        # Of several who name it at the same moment, the store lets one in.
        await values.add(OWNER, f"{code}:by", _written(me), ttl_s=VALID_S)
        found = await _find(request, code) or found
    except CannotLink:
        if me.person.id != found.owner.person.id:
            await _tell_of_try(to_owner, code, me)
        raise
    if found.namer is None or found.namer.account != me.account:
        await _tell_of_try(to_owner, code, me)
        return request.screen("link-expired")
    await _tell(request, found.owner, await _question(to_owner, found, me))
    return await _question(request, found, found.owner)


async def _tell_of_try(to_owner: Request, code: str, namer: Caller) -> None:
    """Tell the owner of a code, now and on later screens, that it was named in vain."""
    values = to_owner.store.values
    await values.add(OWNER, f"{code}:tried:{namer.account}", _written(namer), ttl_s=VALID_S)
    line = to_owner.say("link-tried", code=code, other=_account(to_owner, namer))
    await _tell(to_owner, to_owner.caller, Screen(text=line))


async def _tell(request: Request, to: Caller, screen: Screen) -> None:
    await request.context.notices.send(to, screen)


async def _done(request: Request, other: Caller) -> Screen:
    undo = await request.button(request.say("link-button-undo"), Verb.UNDO_LINK)
    return Screen(text=request.say("link-done", other=_account(request, other)), rows=((undo,),))


async def _question(request: Request, found: _Code, other: Caller) -> Screen:
    """Ask one side whether the other is them, with a button that means that very account."""
    is_owner = request.caller.person.id == found.owner.person.id
    tried = found.tried if is_owner else ()
    screen = await _screen(
        request,
        found.code,
        "link-named" if is_owner else "link-ask",
        seen=other.account,
        me=_account(request, request.caller),
        other=_account(request, other),
    )
    lines = [
        request.say("link-tried", code=found.code, other=_account(request, each)) for each in tried
    ]
    return replace(screen, text="\n\n".join([screen.text, *lines]))


async def _screen(
    request: Request, code: str, key: str, *, seen: str = "", **values: str
) -> Screen:
    row = (
        await request.button(
            request.say("link-button-yes" if seen else "link-button-look"),
            Verb.CONFIRM_LINK,
            code,
            seen,
            emphasis=Emphasis.MAIN,
        ),
        await request.button(request.say("desk-button-cancel"), Verb.CANCEL_LINK, code),
    )
    return Screen(text=request.say(key, code=code, **values), rows=(row,))


async def _find(request: Request, code: str) -> _Code | None:
    values = await request.store.values.get(OWNER)
    if code not in values or len(code) != LENGTH:
        return None
    by, tried = values.get(f"{code}:by"), f"{code}:tried:"
    return _Code(
        code=code,
        owner=_read(values[code]),
        namer=_read(by) if by else None,
        tried=tuple(_read(value) for name, value in values.items() if name.startswith(tried)),
    )


def _account(request: Request, caller: Caller) -> str:
    """Return what an account is called; its id stands before the name, which anybody may choose."""
    platform, _, number = caller.account.partition(":")
    name = plain(_TURNS_TEXT.sub("", caller.person.name), limit=NAME)
    return request.say("link-account", platform=platform.title(), id=number, name=name or "–")


def _as(request: Request, caller: Caller) -> Request:
    """Return the request of the other side, for texts and buttons that it is sent."""
    return replace(request, caller=caller)


def _written(caller: Caller) -> str:
    person = caller.person
    return json.dumps([caller.account, person.id, person.name, caller.place.id, caller.language])


def _read(text: str) -> Caller:
    account, person, name, place, language = json.loads(text)
    return Caller(
        account=PersonId(account),
        person=Person(PersonId(person), name),
        place=Place(PlaceId(place), private=True),
        language=language,
    )
