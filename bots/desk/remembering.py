"""Answers /remember, /portrait and /pause."""

import logging
from collections.abc import Mapping
from uuid import uuid4

from msgspec.structs import replace

from bots.desk.button_codec import Verb
from bots.desk.memory_lines import LINE, PAGE, plain
from bots.desk.request import Request
from bots.screens import Emphasis, Screen
from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.languages.detection import detect
from brain.memory.creation import new_memory
from brain.memory.record import FOREVER, Kind, Vector
from brain.messages import clean
from brain.preferences import set_paused

log = logging.getLogger(__name__)

FACTS = 12
"""Most facts that a portrait shows."""


async def remember(request: Request, options: Mapping[str, str]) -> Screen:
    """Remember a sentence as a fact that never fades. Raises BadInput, StoreError."""
    companion, caller = request.context.companion, request.caller
    text = clean(options.get("text", ""), limit=companion.options.message_characters)
    fact_id = MemoryId(uuid4().hex)
    fact = new_memory(
        id=fact_id,
        person=caller.person,
        place=caller.place,
        kind=Kind.FACT,
        text=text,
        said_at=request.now,
        language=caller.person.language or detect(text, fallback=caller.language),
        curve=companion.curve,
        # A summary of the day removes its facts that have no source, so that this one gets one.
        sources=(MemoryId(f"said:{fact_id}"),),
    )
    vector: Vector | None = None
    try:
        [vector] = await companion.embedder.passages([text])
    except EmbedderError:
        log.warning("The embedder failed; upkeep will embed what was to be remembered.")
    if await request.store.person(caller.person.id) is None:
        await request.store.save_person(caller.person)
    pinned = replace(fact, pinned=True, fades_at=FOREVER, forgotten_at=FOREVER)
    await request.store.add([pinned], [vector])
    forget = await request.button(
        request.say("desk-button-forget"), Verb.SHOW_PREVIEW, "ids", fact_id
    )
    where = "remember-done-private" if caller.place.private else "remember-done-here"
    return Screen(text=request.say(where, text=plain(text, limit=LINE)), rows=((forget,),))


async def show_portrait(request: Request) -> Screen:
    """Show what the companion knows of the person, as far as it may be shown in this place.

    Raises StoreError.
    """
    notes = await request.context.companion.notes(request.caller.scope)
    page = await request.store.page(request.caller.scope, limit=4 * FACTS, kinds={Kind.FACT})
    facts = [fact for fact in page.memories if fact.ended_at is None][:FACTS]
    parts: list[str] = []
    if text := notes.get(Kind.PORTRAIT):
        parts += [request.say("portrait-heading"), plain(text, limit=PAGE)]
    if text := notes.get(Kind.HISTORY):
        parts += [request.say("portrait-history"), plain(text, limit=PAGE)]
    if facts:
        parts.append(request.say("portrait-facts"))
        parts += [f"- {plain(fact.text, limit=LINE)}" for fact in facts]
    return Screen(text="\n".join(parts)) if parts else request.screen("portrait-none")


async def set_pause(request: Request, stop: str) -> Screen:
    """Pause remembering in this place, or resume it if `stop` is empty. Raises StoreError."""
    caller = request.caller
    await set_paused(request.store.values, caller.person, caller.place, paused=bool(stop))
    label, other = ("pause-button-resume", "") if stop else ("pause-button-pause", "1")
    again = await request.button(request.say(label), Verb.SET_PAUSE, other, emphasis=Emphasis.MAIN)
    return Screen(text=request.say("pause-on" if stop else "pause-off"), rows=((again,),))
