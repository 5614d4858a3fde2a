"""Answers /correct: a memory is chosen, the person gives its new words, and it has them.

Where more changes than those words, it is shown first. A yes corrects what was shown, or shows anew
what it would be now.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from bots.desk.button_codec import Verb
from bots.desk.forgetting import consequences
from bots.desk.memory_lines import LINE, PAGE, line, plain
from bots.desk.memory_views import CorrectionView
from bots.desk.request import Request
from bots.screens import Emphasis, Question, Screen
from brain.errors import NotText
from brain.forgetting.correcting import NewWordsTooLong, NoNewWords, SameWords
from brain.messages import clean

UNUSABLE = (NoNewWords, NewWordsTooLong, NotText, SameWords)
ASKED_S = 3_600.0
"""Seconds that new words are kept for a yes: they are no memory yet that could be forgotten."""
CHOICES = 5
"""Memories to choose from: as many as there are buttons in a row."""


async def correct(request: Request, options: Mapping[str, str]) -> Screen:
    """Correct a memory, ask for its new words, or show which there are to choose from.

    Raises BadInput, StoreError.
    """
    wanted, text = options.get("memory", "").strip(), options.get("text", "").strip()
    found = await request.corrections.named(wanted) if wanted else None
    if found is None:
        return await _choose(request, f"{wanted} {text}".strip())
    return await answer(request, found.id, text) if text else await ask(request, found.id)


async def ask(request: Request, memory: str) -> Screen:
    """Ask for the new words of a memory. Raises UnknownMemory, StoreError."""
    found = await request.person_memories.show(memory)
    button = await request.button(
        request.say("desk-button-correct"), Verb.ASK_CORRECTION, found.id, emphasis=Emphasis.MAIN
    )
    present = plain(found.text, limit=PAGE)
    return Screen(
        text=request.say("correct-ask", text=present, id=found.short_id),
        rows=((button,),),
        question=Question(
            button.action, request.say("correct-title"), found.text, request.say("correct-how")
        ),
    )


async def answer(request: Request, memory: str, text: str) -> Screen:
    """Give a memory those words, or show first what else would change.

    Words that cannot be used are asked for once more. Raises BadInput, StoreError.
    """
    try:
        preview = await request.corrections.preview(memory, text)
    except UNUSABLE as error:
        asked = await ask(request, memory)
        told = request.say(error.key, **error.values)
        return replace(asked, text=f"{told}\n\n{asked.text}")
    if preview.is_plain:
        return await _carry_out(request, memory, text)
    return await _show_preview(request, preview)


async def confirm(request: Request, memory: str, text: str, digest: str) -> Screen:
    """Correct what was shown, or show it anew where it has changed. Raises BadInput, StoreError."""
    preview = await request.corrections.preview(memory, text)
    if _digest(preview) == digest:
        return await _carry_out(request, memory, text)
    screen = await _show_preview(request, preview)
    return Screen(text=f"{request.say('forget-changed')}\n{screen.text}", rows=screen.rows)


async def _choose(request: Request, words: str) -> Screen:
    """Show the memories that come to mind at some words, or else the newest, to choose one."""
    if words:
        words = clean(words, limit=request.context.companion.options.message_characters)
        found = await request.person_memories.search(
            request.context.companion, words, limit=CHOICES
        )
    else:
        found = (await request.person_memories.page(limit=CHOICES)).memories
    if not found:
        return request.screen("desk-nothing-found" if words else "desk-no-memories")
    lines = [line(request, number, memory) for number, memory in enumerate(found, start=1)]
    row = [
        await request.button(str(number), Verb.ASK_CORRECTION, memory.id)
        for number, memory in enumerate(found, start=1)
    ]
    return Screen(text="\n".join([request.say("correct-choose"), *lines]), rows=(tuple(row),))


async def _show_preview(request: Request, correction: CorrectionView) -> Screen:
    after = correction.after
    lines = [_words(request, "correct-would", correction)]
    lines += _effects(request, correction, "would")
    yes = await request.button(
        request.say("desk-button-correct"),
        Verb.CONFIRM_CORRECTION,
        after.id,
        after.text,
        _digest(correction),
        emphasis=Emphasis.MAIN,
        kept_s=ASKED_S,
    )
    no = await request.button(request.say("desk-button-cancel"), Verb.SHOW_MEMORY, after.id)
    return Screen(text="\n".join(lines), rows=((yes, no),))


async def _carry_out(request: Request, memory: str, text: str) -> Screen:
    correction = await request.corrections.correct(memory, text)
    lines = [_words(request, "correct-did", correction)]
    lines += _effects(request, correction, "did")
    until = request.time(correction.restorable_until)
    lines.append(request.say("correct-undo", until=until))
    row = (
        await request.button(
            request.say("desk-button-undo"), Verb.UNDO_FORGET, correction.after.id
        ),
        await request.button(request.say("desk-button-list"), Verb.LIST_MEMORIES),
    )
    return Screen(text="\n".join(lines), rows=(row,))


def _words(request: Request, key: str, correction: CorrectionView) -> str:
    before, after = (plain(m.text, limit=PAGE) for m in (correction.before, correction.after))
    return request.say(key, before=before, after=after)


def _effects(request: Request, correction: CorrectionView, tense: str) -> list[str]:
    """Return lines on what else changes: `tense` is `would` before, `did` after."""
    lines: list[str] = []
    if correction.spreads:
        lines.append(request.say("correct-spreads"))
    if correction.loses_reply:
        reply = plain(correction.before.reply or "", limit=LINE)
        lines.append(request.say(f"correct-{tense}-reply", reply=reply))
    return [*lines, *consequences(request, correction, f"forget-{tense}")]


def _digest(correction: CorrectionView) -> str:
    """Return a digest of what a correction would change."""
    changed = (*correction.notes, *correction.echoes)
    parts = [correction.before.text, *sorted(memory.id for memory in changed)]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()
