"""Memories as lines of a chat: short, of one line, and without markup of their own."""

import math
import re

from semantic_text_splitter import TextSplitter

from bots.desk.memory_views import MemoryView, State
from bots.desk.request import Request

LINE = 160
"""Characters of a memory in a list."""
PAGE = 1_200
"""Characters of one shown alone."""
BAR = 8
STRONGEST_DAYS = 1_000.0
"""A strength that fills the bar; the scale is logarithmic, as strength grows by recalls."""
_MARKUP = re.compile(r"([\\*_~`|>\[\]()#<@])")


def plain(text: str, *, limit: int) -> str:
    """On one line, cut between words where it is too long, with its markup shown as it is."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = TextSplitter(limit - 2).chunks(line)[0] + " …"
    return _MARKUP.sub(r"\\\1", line)


def bar(strength: float) -> str:
    """S in days as a bar."""
    share = math.log1p(strength) / math.log1p(STRONGEST_DAYS)
    full = min(BAR, max(1, round(BAR * share)))
    return "▰" * full + "▱" * (BAR - full)


def fading(request: Request, memory: MemoryView) -> str:
    """When it fades, or since when it has."""
    if memory.state is State.ARCHIVED:
        return request.say("desk-is-archived")
    if memory.pinned or memory.fades_at is None:
        return request.say("desk-never-fades")
    if memory.state is State.FADED:
        return request.say("desk-faded", when=request.ago(memory.fades_at))
    return request.say("desk-fades", when=request.ago(memory.fades_at))


def line(request: Request, number: int, memory: MemoryView) -> str:
    """One entry of a list."""
    return request.say(
        "desk-entry",
        number=number,
        kind=request.say(f"kind-{memory.kind}"),
        text=plain(memory.text, limit=LINE),
        day=request.day(memory.said_at),
        bar=bar(memory.strength),
        fading=fading(request, memory),
    )


def page(request: Request, memory: MemoryView) -> str:
    """Everything about one memory."""
    lines = [
        request.say(
            "desk-one",
            kind=request.say(f"kind-{memory.kind}"),
            day=request.time(memory.said_at),
            text=plain(memory.text, limit=PAGE),
        )
    ]
    if memory.reply:
        lines.append(request.say("desk-one-reply", text=plain(memory.reply, limit=PAGE)))
    lines.append(
        request.say(
            "desk-one-strength",
            bar=bar(memory.strength),
            days=round(memory.strength),
            retention=round(100 * memory.retention),
            recalls=memory.recalls,
            fading=fading(request, memory),
            id=memory.short_id,
        )
    )
    return "\n".join(lines)
