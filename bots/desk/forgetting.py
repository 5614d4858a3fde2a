"""/forget: what would go, the person's yes, a receipt, and the way back.

A yes forgets what was shown, or shows anew what it would be now: nothing goes that nobody saw.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bots.desk.memory_lines import LINE, plain
from bots.desk.request import Visit
from bots.desk.views import ForgetPreview, MemoryView, Receipt
from bots.screens import Emphasis, Screen
from brain.memory.temporal import spans
from brain.messages import Place, clean
from brain.preferences import pause, wishes_of

SHOWN = 5
"""Memories that a preview lists."""
EVERYTHING = frozenset({"everything", "all", "所有", "全部", "一切"})
_DAY = r"\d{4}-\d{2}-\d{2}"
_SPAN = re.compile(rf"({_DAY})(?:\s*(?:\.\.|–|—|to|至|到)\s*({_DAY}))?")


async def asked(visit: Visit, options: Mapping[str, str]) -> Screen:
    """The command. Raises BadInput, StoreError."""
    what = options.get("what", "").strip()
    if not what:
        return Screen(
            text=visit.say("forget-how"),
            rows=((await visit.button(visit.say("forget-button-all"), "fp", "all", ""),),),
        )
    what = clean(what, limit=visit.kit.companion.habits.message_characters)
    mode, value = await _meaning(visit, what)
    return await previewed(visit, mode, value)


async def previewed(visit: Visit, mode: str, value: str) -> Screen:
    """What it would take, and the buttons to say yes."""
    preview = await _preview(visit, mode, value)
    if not preview.meant:
        return await _nothing(visit, preview)
    meant = preview.meant
    lines = [visit.say("forget-meant", count=len(meant))]
    lines += [_item(visit, memory) for memory in meant[:SHOWN]]
    if len(meant) > SHOWN:
        lines.append(visit.say("and-more", count=len(meant) - SHOWN))
    if preview.notes:
        lines.append(visit.say("forget-would-notes", count=len(preview.notes)))
    if preview.echoes:
        lines.append(visit.say("forget-would-echoes", count=len(preview.echoes)))
    lines.append(visit.say("forget-choose"))
    digest = _digest(meant)
    rows = [
        (
            await visit.button(
                visit.say("desk-button-forget"), "fc", mode, value, digest, emphasis=Emphasis.DANGER
            ),
            await visit.button(
                visit.say("forget-button-for-good"),
                "fe",
                mode,
                value,
                digest,
                emphasis=Emphasis.DANGER,
            ),
            await visit.button(visit.say("desk-button-cancel"), "fx"),
        )
    ]
    return Screen(text="\n".join(lines), rows=tuple(rows))


async def confirmed(visit: Visit, mode: str, value: str, digest: str) -> Screen:
    """Forgotten, restorable for the time of grace."""
    preview = await _preview(visit, mode, value)
    if _digest(preview.meant) != digest:
        return await _changed(visit, mode, value, preview)
    receipt = await visit.shelf.forget(preview.meant)
    return await _receipt(visit, receipt)


async def erased(visit: Visit, mode: str, value: str, digest: str) -> Screen:
    """Gone for good. Everything, in private, takes the person with it."""
    preview = await _preview(visit, mode, value)
    if _digest(preview.meant) != digest:
        return await _changed(visit, mode, value, preview)
    receipt = await visit.shelf.forget(preview.meant, at_once=True)
    if mode == "all" and visit.caller.place.private:
        wishes = await wishes_of(visit.store, visit.caller.person)
        await visit.kit.companion.erase_person(visit.caller.person.id)
        # Where they asked for a pause it goes on: forgetting them is no leave to begin again.
        for place in wishes.paused:
            await pause(visit.store, visit.caller.person, Place(place, private=True), paused=True)
    lines = [visit.say("forget-receipt-erased", count=len(receipt.forgotten))]
    return Screen(text="\n".join([*lines, *_consequences(visit, receipt)]))


async def cancelled(visit: Visit) -> Screen:
    """They would rather not."""
    return visit.screen("forget-none-chosen")


async def undone(visit: Visit, *ids: str) -> Screen:
    """Back from the archive, as far as it is still there."""
    shelf = visit.shelf
    restored = await visit.store.restore(shelf.scope, ids, now=visit.now, curve=shelf.curve)
    return visit.screen("undo-receipt" if restored else "forget-undo-late", count=len(restored))


async def _meaning(visit: Visit, what: str) -> tuple[str, str]:
    """How to read it: ids, days, everything, or words."""
    if await visit.shelf.resolves(what) or await visit.store.get(visit.caller.scope, [what]):
        return "ids", what
    if what.casefold() in EVERYTHING:
        return "all", ""
    if match := _SPAN.fullmatch(what):
        first, last = match[1], match[2] or match[1]
        if _is_day(first) and _is_day(last) and first <= last:
            return "days", f"{first},{last}"
    person = visit.caller.person
    for language in (visit.caller.language, "en", "zh"):
        for span in spans(what, now=visit.now, zone=person.zone, language=language):
            if span.phrase.strip().casefold() == what.casefold():
                first_day = span.first.astimezone(person.zone).date()
                until = span.until - timedelta(seconds=1)
                return "days", f"{first_day},{until.astimezone(person.zone).date()}"
    return "words", what


async def _preview(visit: Visit, mode: str, value: str) -> ForgetPreview:
    shelf = visit.shelf
    if mode == "ids":
        return await shelf.preview_ids(value.split())
    if mode == "days":
        first, _, last = value.partition(",")
        return await shelf.preview_days(
            date.fromisoformat(first), date.fromisoformat(last), zone=visit.caller.person.zone
        )
    if mode == "all":
        return await shelf.preview_days(None, None, zone=visit.caller.person.zone)
    return await shelf.preview_words(visit.kit.companion, value)


async def _nothing(visit: Visit, preview: ForgetPreview) -> Screen:
    """Nothing holds the words; what comes to mind at them can be chosen one by one."""
    if not preview.similar:
        return visit.screen("forget-none-found")
    lines = [visit.say("forget-similar", count=len(preview.similar))]
    lines += [_item(visit, memory, n) for n, memory in enumerate(preview.similar, start=1)]
    row = [
        await visit.button(str(number), "fp", "ids", memory.id)
        for number, memory in enumerate(preview.similar, start=1)
    ]
    return Screen(text="\n".join(lines), rows=(tuple(row),))


async def _changed(visit: Visit, mode: str, value: str, preview: ForgetPreview) -> Screen:
    if not preview.meant:
        return visit.screen("forget-nothing-done")
    screen = await previewed(visit, mode, value)
    return Screen(text=f"{visit.say('forget-changed')}\n{screen.text}", rows=screen.rows)


async def _receipt(visit: Visit, receipt: Receipt) -> Screen:
    if not receipt.forgotten or receipt.restorable_until is None:
        return visit.screen("forget-nothing-done")
    count, until = len(receipt.forgotten), visit.time(receipt.restorable_until)
    lines = [visit.say("forget-receipt", count=count, until=until)]
    ids = [memory.id for memory in receipt.forgotten]
    undo = await visit.button(visit.say("desk-button-undo"), "fu", *ids)
    return Screen(text="\n".join([*lines, *_consequences(visit, receipt)]), rows=((undo,),))


def _consequences(visit: Visit, receipt: Receipt) -> list[str]:
    lines: list[str] = []
    if receipt.notes:
        lines.append(visit.say("forget-did-notes", count=len(receipt.notes)))
    if receipt.echoes:
        lines.append(visit.say("forget-did-echoes", count=len(receipt.echoes)))
    return lines


def _item(visit: Visit, memory: MemoryView, number: int | None = None) -> str:
    text = plain(memory.text, limit=LINE)
    mark = "-" if number is None else f"{number}."
    return visit.say("forget-item", mark=mark, day=visit.day(memory.said_at), text=text)


def _digest(memories: Sequence[MemoryView]) -> str:
    ids = "\n".join(sorted(memory.id for memory in memories))
    return hashlib.blake2b(ids.encode(), digest_size=6).hexdigest()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
