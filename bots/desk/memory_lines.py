"""Writes memories as lines of a chat message, shortened and with their Markdown escaped."""

import re

from semantic_text_splitter import TextSplitter

from bots.desk.memory_views import MemoryView, State
from bots.desk.request import Request
from brain.memory.parts import in_one_line

LINE = 160
"""Most characters of a memory in a list."""
PAGE = 1_200
"""Most characters of a memory that is shown alone."""
BAR = 8
"""Segments of the bar of retention."""
FRESH = 0.5
"""Lowest retention of a memory that is called fresh."""
BRIEF_DAYS, LONG_DAYS = 60.0, 240.0
"""Strengths in days below which a memory is said to last briefly, and from which it is said to last
long."""
_MARKUP = re.compile(r"([\\*_~`|>\[\]()#<@])")


def plain(text: str, *, limit: int) -> str:
    """Return a text on one line, with its Markdown escaped.

    `limit` is the most characters before escaping; a longer text is cut between words.
    """
    line = in_one_line(text)
    if len(line) > limit:
        line = TextSplitter(limit - 2).chunks(line)[0] + " …"
    return _MARKUP.sub(r"\\\1", line)


def bar(retention: float) -> str:
    """Return a retention from 0 to 1 as a bar."""
    full = round(BAR * retention)
    return "▰" * full + "▱" * (BAR - full)


def fading(request: Request, memory: MemoryView) -> str:
    """Return a text on how fresh a memory is and when it fades, or since when it has faded."""
    if memory.state is State.ARCHIVED:
        return request.say("desk-is-archived")
    if memory.pinned or memory.fades_at is None:
        return request.say("desk-never-fades")
    if memory.state is State.FADED:
        return request.say("desk-faded", when=request.ago(memory.fades_at))
    freshness = request.say("desk-fresh" if memory.retention >= FRESH else "desk-fading")
    return request.say("desk-fades", freshness=freshness, when=request.ago(memory.fades_at))


def firmness(request: Request, memory: MemoryView) -> str:
    """Return a text on how long a memory lasts, by its strength."""
    if memory.strength < BRIEF_DAYS:
        return request.say("desk-firm-brief")
    return request.say("desk-firm-long" if memory.strength >= LONG_DAYS else "desk-firm-steady")


def line(request: Request, number: int, memory: MemoryView) -> str:
    """Return the line of a memory in a list."""
    return request.say(
        "desk-entry",
        number=number,
        kind=request.say(f"kind-{memory.kind}"),
        text=request.as_told(plain(memory.text, limit=LINE), memory.replaced_at),
        day=request.day(memory.said_at),
        bar=bar(memory.retention),
        fading=fading(request, memory),
    )


def page(request: Request, memory: MemoryView) -> str:
    """Return the text of a screen that shows one memory with all its details."""
    lines = [
        request.say(
            "desk-one",
            kind=request.say(f"kind-{memory.kind}"),
            day=request.time(memory.said_at),
            text=request.as_told(plain(memory.text, limit=PAGE), memory.replaced_at),
        )
    ]
    if memory.reply:
        lines.append(request.say("desk-one-reply", text=plain(memory.reply, limit=PAGE)))
    lines.append(
        request.say(
            "desk-one-strength",
            bar=bar(memory.retention),
            firmness=firmness(request, memory),
            days=round(memory.strength),
            retention=round(100 * memory.retention),
            recalls=memory.recalls,
            fading=fading(request, memory),
            id=memory.short_id,
        )
    )
    return "\n".join(lines)
