"""Lists memories to choose from, parses the person's choice, and lists what was forgotten."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bots.desk.memory_views import CorrectionView, ForgetPreview, MemoryView, Receipt
from bots.terminal.sanitizing import shorten_to_line
from bots.terminal.session import Session
from brain.ids import MemoryId
from brain.texts import answers, at_time, on_day

PREVIEW_CHARACTERS = 200
"""Most characters of a memory in a list."""
SHOWN = 50
"""Most memories in a list, since nobody reads thousands."""


def parse_selection(preview: ForgetPreview, answer: str) -> tuple[MemoryView, ...] | None:
    """Return the memories that an answer picks, or None if it is not understood.

    `all` picks everything, `yes` what was meant, `part` the same (see `wants_parts`), numbers and
    ranges such as `1 3-5` single memories. An empty answer or a no picks nothing.
    """
    words = answer.casefold().replace(",", " ").replace("，", " ").replace("、", " ").split()
    if not words or words[0] in answers("answer-no"):
        return ()
    if words[0] in answers("answer-all"):
        return preview.all
    if words[0] in answers("answer-yes") or wants_parts(answer):
        return preview.meant or None
    picked: dict[str, MemoryView] = {}
    for word in words:
        first, _, last = word.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            return None
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= len(preview.all):
            return None
        picked |= {memory.id: memory for memory in preview.all[low - 1 : high]}
    return tuple(picked.values())


def preview_lines(session: Session, preview: ForgetPreview) -> list[str]:
    """Return the numbered lines of a preview."""
    lines = []
    if preview.meant:
        lines.append(session.say("forget-meant", count=len(preview.meant)))
        sure = session.say("forget-mark-sure")
        lines += numbered(session, preview.meant, start=1, mark=sure, rests=preview.rests)
    if preview.similar:
        lines.append(session.say("forget-similar", count=len(preview.similar)))
        lines += numbered(session, preview.similar, start=len(preview.meant) + 1)
    if preview.rests:
        lines.append(session.say("forget-parts-hint"))
    if preview.restorable_until is not None:
        until = at_time(session.language, preview.restorable_until, session.zone)
        lines.append(session.say("forget-would-return", until=until))
        if preview.lasting:
            lines.append(session.say("forget-would-last", count=len(preview.lasting)))
    elif preview.meant:
        lines.append(session.say("forget-would-erase"))
    return [*lines, *consequences(session, preview, "forget-would"), *_echoes(session, preview)]


def wants_parts(answer: str) -> bool:
    """Whether an answer asks to forget what was meant, and to leave what can stay of it."""
    return answer.strip().casefold() in answers("answer-part")


def _echoes(session: Session, preview: ForgetPreview | CorrectionView) -> list[str]:
    lines = [
        session.say(
            "forget-echo",
            day=on_day(session.language, echo.said_at, session.zone),
            reply=shorten_to_line(echo.reply or "", limit=PREVIEW_CHARACTERS),
        )
        for echo in preview.echoes[:SHOWN]
    ]
    if len(preview.echoes) > SHOWN:
        lines.append(session.say("and-more", count=len(preview.echoes) - SHOWN))
    return lines


def consequences(
    session: Session, what: ForgetPreview | Receipt | CorrectionView, key: str
) -> list[str]:
    """Return lines about what is erased along with the memories.

    `key` is `forget-would` before they are forgotten, and `forget-did` afterwards.
    """
    counts = {"notes": len(what.notes), "echoes": len(what.echoes)}
    return [session.say(f"{key}-{name}", count=count) for name, count in counts.items() if count]


def receipt_lines(session: Session, receipt: Receipt) -> list[str]:
    """Return lines about what was forgotten, and until when it can be restored."""
    count = len(receipt.forgotten)
    if not count:
        return [session.say("forget-nothing-done")]
    until = receipt.restorable_until
    if until is None:
        heading = session.say("forget-receipt-erased", count=count)
    else:
        moment = at_time(session.language, until, session.zone)
        heading = session.say("forget-receipt", count=count, until=moment)
    return [
        heading,
        *numbered(session, receipt.forgotten, start=1),
        *consequences(session, receipt, "forget-did"),
    ]


def correction_lines(session: Session, correction: CorrectionView, tense: str) -> list[str]:
    """Return lines about a correction: `tense` is `would` before it and `did` afterwards."""
    before, after = (
        shorten_to_line(memory.text, limit=PREVIEW_CHARACTERS)
        for memory in (correction.before, correction.after)
    )
    lines = [session.say(f"correct-{tense}", before=before, after=after)]
    if correction.spreads:
        lines.append(session.say("correct-spreads"))
    if correction.loses_reply:
        reply = shorten_to_line(correction.before.reply or "", limit=PREVIEW_CHARACTERS)
        lines.append(session.say(f"correct-{tense}-reply", reply=reply))
    lines += consequences(session, correction, f"forget-{tense}")
    if tense == "would":
        return [*lines, *_echoes(session, correction)]
    until = at_time(session.language, correction.restorable_until, session.zone)
    return [*lines, session.say("correct-undo", until=until)]


def restored_lines(session: Session, restored: Sequence[MemoryView]) -> list[str]:
    """Return lines about what was restored."""
    if not restored:
        return [session.say("undo-nothing")]
    return [
        session.say("undo-receipt", count=len(restored)),
        *numbered(session, restored, start=1),
    ]


def numbered(
    session: Session,
    memories: Sequence[MemoryView],
    *,
    start: int,
    mark: str = "",
    rests: Mapping[MemoryId, str] = MappingProxyType({}),
) -> list[str]:
    """Return a numbered line for each memory, `SHOWN` at most, with what stays of it below."""
    lines = []
    for number, memory in enumerate(memories[:SHOWN], start=start):
        line = session.say(
            "memory-line",
            number=str(number),
            id=memory.short_id,
            day=on_day(session.language, memory.said_at, session.zone),
            text=session.as_told(
                shorten_to_line(memory.text, limit=PREVIEW_CHARACTERS), memory.replaced_at
            ),
        )
        lines.append(f"{mark} {line}" if mark else line)
        if memory.id in rests:
            rest = shorten_to_line(rests[memory.id], limit=PREVIEW_CHARACTERS)
            lines.append(session.say("forget-rest", text=rest))
    if len(memories) > SHOWN:
        lines.append(session.say("and-more", count=len(memories) - SHOWN))
    return lines
