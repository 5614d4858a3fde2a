"""Answers /memories: lists, shows and pins memories, and draws their curves of forgetting."""

from collections.abc import Collection, Mapping

from bots.conversation.communities import DISCORD
from bots.desk.button_codec import Verb
from bots.desk.curves import THEMES, describe, draw
from bots.desk.memory_lines import line, page
from bots.desk.memory_views import MemoryView
from bots.desk.request import Request
from bots.screens import Button, Emphasis, Screen
from brain.accounts.copying import platform_of
from brain.memory.record import RECALLED, Kind
from brain.messages import clean

ENTRIES = 5
"""Memories on a page: as many as there are buttons in a row."""
KINDS = (Kind.TURN, Kind.DAY, Kind.FACT)
_BACK = ","


async def list_memories(request: Request, options: Mapping[str, str]) -> Screen:
    """Show the first page of the list or of a search. Raises BadInput, StoreError."""
    return await _page(request, options.get("search", ""), options.get("kind", ""), [])


async def turn_page(
    request: Request, search: str = "", kind: str = "", cursors: str = ""
) -> Screen:
    """Show another page of the list. Raises BadInput, StoreError.

    Args:
        request: the request.
        search: the words that were searched for; empty lists all memories.
        kind: the kind of memories that is shown; empty shows all that recall can find.
        cursors: the cursors of the pages from the second to this one, with commas between them.
    """
    return await _page(request, search, kind, cursors.split(_BACK) if cursors else [])


async def show_memory(request: Request, memory: str) -> Screen:
    """Show one memory with its buttons. Raises UnknownMemory, StoreError."""
    return await _one(request, await request.person_memories.show(memory))


async def pin_named(request: Request, options: Mapping[str, str], *, pinned: bool) -> Screen:
    """Pin or unpin the memory of an id, or show what comes to mind at words to choose from.

    Raises BadInput, StoreError.
    """
    wanted = options["memory"].strip()
    found = await request.corrections.named(wanted)
    if found is None:
        return await _page(request, wanted, "", [])
    return await _one(request, await request.person_memories.pin(found.id, pinned=pinned))


async def pin(request: Request, memory: str) -> Screen:
    """Keep a memory from fading. Raises UnknownMemory, StoreError."""
    return await _one(request, await request.person_memories.pin(memory, pinned=True))


async def unpin(request: Request, memory: str) -> Screen:
    """Let a memory fade again. Raises UnknownMemory, StoreError."""
    return await _one(request, await request.person_memories.pin(memory, pinned=False))


async def show_curves(request: Request, *memories: str) -> Screen:
    """Show a picture of how memories fade, in the colours that are named before their ids.

    Raises UnknownMemory, MissingPart, StoreError.
    """
    # Most people have Discord dark and Telegram light.
    theme = "dark" if platform_of(request.caller.account) == DISCORD else "light"
    if memories[:1] and memories[0] in THEMES:
        theme, *ids = memories
    else:
        ids = [*memories]
    views = [await request.person_memories.show(memory) for memory in ids]
    lines = [line(request, number, view) for number, view in enumerate(views, start=1)]
    other = "light" if theme == "dark" else "dark"
    row = (
        await request.button(request.say("desk-button-list"), Verb.LIST_MEMORIES),
        await request.button(request.say(f"curves-button-{other}"), Verb.SHOW_CURVES, other, *ids),
    )
    return Screen(
        text="\n".join([request.say("desk-curves"), *lines]),
        picture=await draw(request, views, theme=theme),
        picture_in_words=describe(request, views),
        rows=(row,),
    )


async def _page(request: Request, search: str, kind: str, cursors: list[str]) -> Screen:
    kinds: Collection[Kind] = {Kind(kind)} if kind in KINDS else RECALLED
    person_memories = request.person_memories
    after: str | None = None
    if search.strip():
        words = clean(search, limit=request.context.companion.options.message_characters)
        found = await person_memories.search(request.context.companion, words, limit=4 * ENTRIES)
        views = tuple(view for view in found if view.kind in kinds)[:ENTRIES]
        heading = request.say("desk-found", count=len(views))
    else:
        shown = await person_memories.page(
            limit=ENTRIES, after=cursors[-1] if cursors else None, kinds=kinds
        )
        views, after = shown.memories, shown.after
        heading = request.say("desk-memories", count=shown.total)
    if not views:
        return request.screen("desk-nothing-found" if search or kind else "desk-no-memories")
    lines = [line(request, number, view) for number, view in enumerate(views, start=1)]
    row = [
        await request.button(str(n), Verb.SHOW_MEMORY, view.id)
        for n, view in enumerate(views, start=1)
    ]
    below: list[Button] = []
    if cursors:
        newer = _BACK.join(cursors[:-1])
        below.append(
            await request.button(
                request.say("desk-button-newer"), Verb.LIST_MEMORIES, search, kind, newer
            )
        )
    if after is not None:
        older = _BACK.join([*cursors, after])
        below.append(
            await request.button(
                request.say("desk-button-older"), Verb.LIST_MEMORIES, search, kind, older
            )
        )
    ids = [view.id for view in views]
    below.append(await request.button(request.say("desk-button-curves"), Verb.SHOW_CURVES, *ids))
    return Screen(text="\n".join([heading, *lines]), rows=(tuple(row), tuple(below)))


async def _one(request: Request, memory: MemoryView) -> Screen:
    verb, label = (
        (Verb.UNPIN, "desk-button-unpin") if memory.pinned else (Verb.PIN, "desk-button-pin")
    )
    row = (
        await request.button(request.say(label), verb, memory.id, emphasis=Emphasis.MAIN),
        await request.button(request.say("desk-button-correct"), Verb.ASK_CORRECTION, memory.id),
        await request.button(
            request.say("desk-button-forget"),
            Verb.SHOW_PREVIEW,
            "ids",
            memory.id,
            emphasis=Emphasis.DANGER,
        ),
        await request.button(request.say("desk-button-list"), Verb.LIST_MEMORIES),
    )
    return Screen(text=page(request, memory), rows=(row,))
