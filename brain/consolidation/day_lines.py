"""Chooses and formats the turns of a day that a model is shown. Pure.

Each turn is one numbered line without line breaks and control characters, so that a message cannot
pose as another line. Facts refer to the lines by their numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from zoneinfo import ZoneInfo

from babel.dates import format_time

from brain.memory.record import Memory
from brain.texts import say, texts_of

LINE_CHARACTERS = 800
"""The most characters that are shown of one side of a turn; the middle of a longer one is left
out."""
TRIFLE_CHARACTERS = 24
"""A day with fewer characters than this may be trifling."""
TRIFLE = 0.2
"""The highest importance of a turn on a trifling day, which is not summarised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A turn and the line in which the model reads it."""

    turn: Memory
    text: str


def is_trifling(turns: Sequence[Memory]) -> bool:
    """Return whether the turns of a day are not worth a summary: a greeting, an "ok"."""
    return (
        sum(len(turn.text) for turn in turns) < TRIFLE_CHARACTERS
        and max(turn.importance for turn in turns) <= TRIFLE
    )


def lines_of(
    turns: Sequence[Memory], *, name: str, language: str, with_replies: bool
) -> list[Line]:
    """Return one line for each turn, numbered from 1 in the given order."""
    return [
        Line(turn=turn, text=_line(turn, number, name, language, with_reply=with_replies))
        for number, turn in enumerate(turns, start=1)
    ]


def fitting(lines: Sequence[Line], *, budget: int, count: Callable[[str], int]) -> list[Line]:
    """Return the most important lines that fit into a budget, in their order.

    Args:
        lines: the lines.
        budget: the most tokens.
        count: counts the tokens of a text.
    """
    costs = [count(line.text) + 1 for line in lines]
    if sum(costs) <= budget:
        return list(lines)
    kept: list[int] = []
    for index in nlargest(len(lines), range(len(lines)), key=lambda i: lines[i].turn.importance):
        if costs[index] <= budget:
            budget -= costs[index]
            kept.append(index)
    return [lines[index] for index in sorted(kept)]


def main_language(turns: Sequence[Memory]) -> str:
    """Return the language in which most was said, measured in bytes of UTF-8."""
    said: dict[str, int] = {}
    for turn in turns:
        said[turn.language] = said.get(turn.language, 0) + len(turn.text.encode())
    return max(said, key=lambda language: said[language])


def one_line(text: str) -> str:
    """Return a text as one line, without its middle where it is longer than `LINE_CHARACTERS`."""
    flat = " ".join(text.split())
    if len(flat) <= LINE_CHARACTERS:
        return flat
    half = LINE_CHARACTERS // 2
    return f"{flat[:half]} … {flat[-half:]}"


def _line(turn: Memory, number: int, name: str, language: str, *, with_reply: bool) -> str:
    values = {
        "number": str(number),
        "time": _clock(turn.said_at, turn.zone, language),
        "name": name,
        "text": one_line(turn.text),
    }
    if with_reply and turn.reply:
        return say(language, "consolidate-line-reply", reply=one_line(turn.reply), **values)
    return say(language, "consolidate-line", **values)


def _clock(moment: datetime, zone: str, language: str) -> str:
    return format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=texts_of(language))
