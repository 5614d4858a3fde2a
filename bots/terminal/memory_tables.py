"""Formats memories as tables and pages for a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from bots.desk.memory_views import MemoryView, State
from bots.terminal.curve_chart import bar, draw
from bots.terminal.sanitizing import shorten_to_line, strip_control_characters
from bots.terminal.session import Session
from brain.memory.record import CORRECTED
from brain.memory.retention import SECONDS_PER_DAY
from brain.texts import ago, at_time

LIST_CHARACTERS = 400
"""Most characters of a memory in a table."""
_COLUMNS = ("id", "day", "kind", "text", "strength", "retention", "fades")


def memory_table(memories: Sequence[MemoryView], session: Session) -> Table:
    """Return a table with one line for each memory; a narrow terminal shortens the text."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0), expand=True)
    rows = [_cells(memory, session) for memory in memories]
    is_archive = all(memory.state is State.ARCHIVED for memory in memories)
    for index, key in enumerate(_COLUMNS):
        title = session.say("column-erased" if is_archive and key == "fades" else f"column-{key}")
        if key == "text":
            table.add_column(title, no_wrap=True, overflow="ellipsis", ratio=1)
            continue
        width = max(cell_len(title), *(row[index].cell_len for row in rows), 0)
        table.add_column(
            title, no_wrap=True, width=width, justify="right" if key == "strength" else "left"
        )
    for row in rows:
        table.add_row(*row)
    return table


def _cells(memory: MemoryView, session: Session) -> tuple[Text, ...]:
    return (
        Text(memory.short_id, style="cyan"),
        Text(memory.said_at.astimezone(session.zone).date().isoformat()),
        Text(session.say(f"kind-{memory.kind.value}")),
        Text(
            session.as_told(shorten_to_line(memory.text, limit=LIST_CHARACTERS), memory.replaced_at)
        ),
        Text(f"{memory.strength:.0f}"),
        Text(f"{bar(memory.retention)} {memory.retention:4.0%}", style=_colour(memory)),
        Text(_fate(memory, session)),
    )


def memory_page(memory: MemoryView, session: Session) -> Iterable[Text]:
    """Yield the lines of a page with all details of one memory.

    Its curve is added unless the memory is pinned or archived.
    """
    fields = [
        ("id", memory.id),
        ("kind", session.say(f"kind-{memory.kind.value}")),
        ("said", _moment(memory.said_at, session)),
        ("text", session.as_told(strip_control_characters(memory.text), memory.replaced_at)),
        ("reply", strip_control_characters(memory.reply) if memory.reply else None),
        ("state", session.say("state-pinned" if memory.pinned else f"state-{memory.state.value}")),
        ("importance", f"{memory.importance:.2f}"),
        ("strength", session.say("days", days=round(memory.strength, 1))),
        ("retention", f"{memory.retention:.0%}"),
        ("recalls", str(memory.recalls)),
        ("last-recalled", _moment(memory.last_recalled, session)),
        ("fades", _moment(memory.fades_at, session)),
        ("archived", _moment(memory.archived_at, session)),
        ("erased", _moment(memory.erased_at, session)),
        ("zone", memory.zone),
        ("place", strip_control_characters(memory.place)),
        (
            "sources",
            " ".join(each for each in memory.sources if not each.startswith(CORRECTED)) or None,
        ),
    ]
    width = max(len(session.say(f"field-{key}")) for key, _ in fields)
    for key, value in fields:
        if value is not None:
            label = Text(session.say(f"field-{key}").ljust(width + 2), style="bold")
            yield label.append(
                Text(value.replace("\n", "\n" + " " * (width + 2)), style="not bold")
            )
    if memory.state is not State.ARCHIVED and not memory.pinned:
        yield Text()
        yield from (Text(line) for line in _curve(memory, session))


def _curve(memory: MemoryView, session: Session) -> list[str]:
    now = session.clock.now()
    events = [
        (label, _days(now, moment))
        for label, moment in (
            (session.say("mark-now"), now),
            (session.say("mark-fades"), memory.fades_at),
            (session.say("mark-archived"), memory.archived_at),
        )
        if moment is not None and moment >= now
    ]
    ahead = max([days for _, days in events] + [memory.strength / 10])
    return draw(
        elapsed=max(0.0, _days(memory.last_recalled, now)),
        ahead=ahead,
        strength=memory.strength,
        fade=session.settings.memory.curve.fade,
        marks=events,
    )


def _fate(memory: MemoryView, session: Session) -> str:
    if memory.pinned:
        return session.say("state-pinned")
    moment = memory.erased_at if memory.state is State.ARCHIVED else memory.fades_at
    if moment is None:
        return session.say("never")
    return ago(session.language, moment, session.clock.now(), session.zone)


def _moment(moment: datetime | None, session: Session) -> str:
    if moment is None:
        return session.say("never")
    far = ago(session.language, moment, session.clock.now(), session.zone)
    return f"{at_time(session.language, moment, session.zone)} ({far})"


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / SECONDS_PER_DAY


def _colour(memory: MemoryView) -> str:
    return "green" if memory.state is State.ALIVE else "yellow"
