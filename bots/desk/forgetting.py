"""/forget: what would go, the person's yes, a receipt, and the way back.

A yes forgets what was shown, or shows anew what it would be now: nothing goes that nobody saw.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from bots.desk.button_codec import Verb
from bots.desk.day_parsing import parse_day, read_days
from bots.desk.memory_lines import LINE, plain
from bots.desk.memory_views import CorrectionView, ForgetPreview, MemoryView, Receipt
from bots.desk.request import Request
from bots.screens import Button, Emphasis, Screen
from brain.ids import MemoryId
from brain.messages import Place, clean
from brain.preferences import load_preferences, set_paused
from brain.texts import answers

SHOWN = 5
"""Memories that a preview lists."""
IN_ROW = 5
"""Buttons side by side."""
_DAY = r"\d{4}-\d{2}-\d{2}"


async def forget(request: Request, options: Mapping[str, str]) -> Screen:
    """Ask what to forget, or show a preview of it. Raises BadInput, StoreError."""
    what = options.get("what", "").strip()
    if not what:
        return Screen(
            text=request.say("forget-how"),
            rows=(
                (
                    await request.button(
                        request.say("forget-button-all"), Verb.SHOW_PREVIEW, "all", ""
                    ),
                ),
            ),
        )
    what = clean(what, limit=request.context.companion.options.message_characters)
    mode, value = await _meaning(request, what)
    return await show_preview(request, mode, value)


async def show_preview(request: Request, mode: str, value: str) -> Screen:
    """Show what a forget would take, with the buttons to say yes."""
    preview = await _preview(request, mode, value)
    meant, similar = preview.meant, preview.similar
    if not preview.all:
        return request.screen("forget-none-found")
    lines = []
    if meant:
        lines.append(request.say("forget-meant", count=len(meant)))
        for memory in meant[:SHOWN]:
            lines.append(_item(request, memory, request.say("forget-mark-sure")))
            if memory.id in preview.rests:
                rest = plain(preview.rests[memory.id], limit=LINE)
                lines.append(request.say("forget-rest", text=rest))
        if len(meant) > SHOWN:
            lines.append(request.say("and-more", count=len(meant) - SHOWN))
    lines += consequences(request, preview, "forget-would")
    if similar:
        lines.append(request.say("forget-similar", count=len(similar)))
        lines += [_item(request, memory, f"{n}.") for n, memory in enumerate(similar, start=1)]
    rows = [
        tuple(
            [
                await request.button(str(number), Verb.SHOW_PREVIEW, "ids", memory.id)
                for number, memory in enumerate(similar[at : at + IN_ROW], start=at + 1)
            ]
        )
        for at in range(0, len(similar), IN_ROW)
    ]
    if meant:
        lines.append(request.say("forget-choose"))
        rows = [*await _choices(request, mode, value, preview), *rows]
    return Screen(text="\n".join(lines), rows=tuple(rows))


async def _choices(
    request: Request, mode: str, value: str, preview: ForgetPreview
) -> list[tuple[Button, ...]]:
    """The buttons that forget what is meant."""
    digest = _digest(preview.meant)
    part = request.say("forget-button-part")
    return [
        *(
            [(await request.button(part, Verb.FORGET_PARTS, mode, value, digest),)]
            if preview.rests
            else []
        ),
        (
            await request.button(
                request.say("desk-button-forget"),
                Verb.CONFIRM_FORGET,
                mode,
                value,
                digest,
                emphasis=Emphasis.DANGER,
            ),
            await request.button(
                request.say("forget-button-for-good"),
                Verb.ERASE,
                mode,
                value,
                digest,
                emphasis=Emphasis.DANGER,
            ),
            await request.button(request.say("desk-button-cancel"), Verb.CANCEL_FORGET),
        ),
    ]


async def forget_parts(request: Request, mode: str, value: str, digest: str) -> Screen:
    """Forget what was shown, and leave of each memory what was shown to stay."""
    preview = await _preview(request, mode, value)
    if _digest(preview.meant) != digest:
        return await _show_changed(request, mode, value, preview)
    return await _receipt(
        request, await request.person_memories.forget(preview.meant, rests=preview.rests)
    )


async def confirm_forget(request: Request, mode: str, value: str, digest: str) -> Screen:
    """Forget what was shown; it can be restored for the time of grace."""
    preview = await _preview(request, mode, value)
    if _digest(preview.meant) != digest:
        return await _show_changed(request, mode, value, preview)
    receipt = await request.person_memories.forget(preview.meant)
    return await _receipt(request, receipt)


async def erase(request: Request, mode: str, value: str, digest: str) -> Screen:
    """Erase what was shown for good. Everything, in private, takes the person with it."""
    preview = await _preview(request, mode, value)
    if _digest(preview.meant) != digest:
        return await _show_changed(request, mode, value, preview)
    receipt = await request.person_memories.forget(preview.meant, at_once=True)
    if mode == "all" and request.caller.place.private:
        preferences = await load_preferences(request.store.values, request.caller.person)
        await request.context.companion.erase_person(request.caller.person.id)
        # Where they asked for a pause it goes on: forgetting them is no leave to begin again.
        for place in preferences.paused:
            await set_paused(
                request.store.values, request.caller.person, Place(place, private=True), paused=True
            )
    lines = [request.say("forget-receipt-erased", count=len(receipt.forgotten))]
    return Screen(text="\n".join([*lines, *consequences(request, receipt, "forget-did")]))


async def cancel_forget(request: Request) -> Screen:
    """Forget nothing."""
    return request.screen("forget-none-chosen")


async def undo_forget(request: Request, *ids: str) -> Screen:
    """Restore those memories, as far as they are still in the archive, and replies with them."""
    restored = await request.person_memories.bring_back(ids)
    return request.screen("undo-receipt" if restored else "forget-undo-late", count=len(restored))


async def undo(request: Request) -> Screen:
    """Restore what was forgotten or corrected last in this place. Raises StoreError."""
    restored = await request.person_memories.undo()
    if not restored:
        return request.screen("undo-nothing")
    lines = [_item(request, memory, "-") for memory in restored[:SHOWN]]
    if len(restored) > SHOWN:
        lines.append(request.say("and-more", count=len(restored) - SHOWN))
    return Screen(text="\n".join([request.say("undo-receipt", count=len(restored)), *lines]))


async def _meaning(request: Request, what: str) -> tuple[str, str]:
    """How to read it: ids, days, everything, or words."""
    if await request.person_memories.resolves(what) or await request.store.get(
        request.caller.scope, [MemoryId(what)]
    ):
        return "ids", what
    if what.casefold() in answers("answer-all"):
        return "all", ""
    if match := _span().fullmatch(what):
        first, last = match[1], match[2] or match[1]
        if parse_day(first) and parse_day(last) and first <= last:
            return "days", f"{first},{last}"
    days = read_days(
        what,
        now=request.now,
        zone=request.caller.person.zone,
        language=request.caller.language,
    )
    return ("words", what) if days is None else ("days", f"{days[0]},{days[1]}")


@cache
def _span() -> re.Pattern[str]:
    """A day, or two of them."""
    until = "|".join(map(re.escape, answers("answer-until")))
    return re.compile(rf"({_DAY})(?:\s*(?:\.\.|–|—|{until})\s*({_DAY}))?", re.IGNORECASE)


async def _preview(request: Request, mode: str, value: str) -> ForgetPreview:
    person_memories = request.person_memories
    if mode == "ids":
        return await person_memories.preview_ids(value.split())
    if mode == "days":
        first, _, last = value.partition(",")
        return await person_memories.preview_days(
            date.fromisoformat(first), date.fromisoformat(last), zone=request.caller.person.zone
        )
    if mode == "all":
        return await person_memories.preview_days(None, None, zone=request.caller.person.zone)
    return await person_memories.preview_words(request.context.companion, value)


async def _show_changed(request: Request, mode: str, value: str, preview: ForgetPreview) -> Screen:
    if not preview.meant:
        return request.screen("forget-nothing-done")
    screen = await show_preview(request, mode, value)
    return Screen(text=f"{request.say('forget-changed')}\n{screen.text}", rows=screen.rows)


async def _receipt(request: Request, receipt: Receipt) -> Screen:
    if not receipt.forgotten or receipt.restorable_until is None:
        return request.screen("forget-nothing-done")
    count, until = len(receipt.forgotten), request.time(receipt.restorable_until)
    lines = [request.say("forget-receipt", count=count, until=until)]
    ids = [memory.id for memory in receipt.forgotten]
    undo = await request.button(request.say("desk-button-undo"), Verb.UNDO_FORGET, *ids)
    lines += consequences(request, receipt, "forget-did")
    return Screen(text="\n".join(lines), rows=((undo,),))


def consequences(
    request: Request, what: ForgetPreview | Receipt | CorrectionView, key: str
) -> list[str]:
    """What goes with it: `key` is `forget-would` before, `forget-did` after."""
    lines: list[str] = []
    if what.notes:
        lines.append(request.say(f"{key}-notes", count=len(what.notes)))
    if what.echoes:
        lines.append(request.say(f"{key}-echoes", count=len(what.echoes)))
    if key == "forget-would":
        for echo in what.echoes[:SHOWN]:
            reply = plain(echo.reply or "", limit=LINE)
            lines.append(request.say("forget-echo", day=request.day(echo.said_at), reply=reply))
        if len(what.echoes) > SHOWN:
            lines.append(request.say("and-more", count=len(what.echoes) - SHOWN))
    return lines


def _item(request: Request, memory: MemoryView, mark: str) -> str:
    text = request.as_told(plain(memory.text, limit=LINE), memory.replaced_at)
    return request.say("forget-item", mark=mark, day=request.day(memory.said_at), text=text)


def _digest(memories: Sequence[MemoryView]) -> str:
    ids = "\n".join(sorted(memory.id for memory in memories))
    return hashlib.blake2b(ids.encode(), digest_size=6).hexdigest()
