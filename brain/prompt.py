"""Composes the prompt within a budget of tokens. Pure.

The person's message is always in it, and so is how to answer when they speak of harming themselves.
The rest of the budget goes to the persona, the portrait, the summary of their life, the recalled
memories by rank (at most half of what is left then), and the recent turns from the newest back.
Memories are quoted as records, one line each, so that a sentence in a memory cannot pose as an
instruction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from brain.continuing import asks_to_go_on
from brain.languages import known
from brain.memory.parts import in_one_line
from brain.memory.ranking import Recalled
from brain.memory.record import Kind, Memory
from brain.messages import OTHERS, ChatMessage, Image
from brain.texts import ago, at_time, name_of, on_day, say

MEMORY_SHARE = 0.5
"""The share of the remaining budget that recalled memories may take."""
QUOTE_CHARACTERS = 600
"""The most characters that are quoted of one side of a turn."""
MESSAGE_OVERHEAD = 8
"""Tokens that a chat template adds to each message; the common templates add 4 to 7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a prompt says besides memories and turns: the persona, the person, and the time."""

    persona: str
    """The text of the persona."""
    name: str
    """The person's name; may be empty."""
    language: str
    """The language of the prompt's own texts."""
    now: datetime
    zone: ZoneInfo
    """The person's time zone."""
    portrait: str = ""
    """The portrait of the person; empty without one."""
    summary: str = ""
    """The history of the person's life; empty without one."""
    worried: bool = False
    """Whether the person speaks of harming themselves (`brain.care`)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages for the model, and which memories are in them."""

    messages: tuple[ChatMessage, ...]
    given: tuple[Recalled, ...]
    """The recalled memories that fitted, best first; only these are reinforced."""
    recent: tuple[Memory, ...]
    """The recent turns that fitted, oldest first."""
    tokens: int
    """An estimate of the tokens of all messages."""
    portrait: str = ""
    """The part of the portrait that fitted."""
    summary: str = ""
    """The part of the summary that fitted."""


def compose(
    setting: Setting,
    message: str,
    *,
    recalled: Sequence[Recalled],
    recent: Sequence[Memory],
    budget: int,
    count: Callable[[str], int],
    images: tuple[Image, ...] = (),
) -> Prompt:
    """Choose what fits into the prompt, and arrange it.

    Args:
        setting: the persona, the person, and the time.
        message: what the person said now; its middle is left out where it alone is too long.
        recalled: the recalled memories, best first.
        recent: the last turns of this conversation, oldest first.
        budget: the most tokens of the whole prompt.
        count: estimates the tokens of a text, rather too high than too low.
        images: the pictures that came with the message; they are not counted.
    """
    persona = _shorten_to_budget(setting.persona, budget // 4, count)
    heading = say(
        setting.language,
        "prompt-now",
        time=at_time(setting.language, setting.now, setting.zone),
        name=setting.name,
        named=str(bool(setting.name)),
    )
    care = say(setting.language, "prompt-care") if setting.worried else ""
    # What has texts of its own is asked in that language anyway.
    name = name_of(setting.language)
    spoken = (
        "" if known(setting.language) else say(setting.language, "prompt-language", language=name)
    )
    unfinished = (recent[-1].reply or "") if recent and asks_to_go_on(message) else ""
    more = say(setting.language, "prompt-go-on") if unfinished else ""
    fixed = sum(map(count, (persona, heading, care, spoken, more))) + 2 * MESSAGE_OVERHEAD
    asked = _shorten_to_budget(message, max(budget // 8, budget - fixed), count)
    left = budget - fixed - count(asked)

    sections = [persona, heading]
    notes: dict[str, str] = {}
    for key, text in (("prompt-portrait", setting.portrait), ("prompt-summary", setting.summary)):
        fitted = _shorten_to_budget(text, left // 4, count)
        section = say(setting.language, key, text=fitted)
        if text and (cost := count(section)) <= left:
            sections.append(section)
            left -= cost
            notes[key] = fitted

    # To go on with a reply, the model has to see it.
    spare = max(0, left - count(unfinished) - MESSAGE_OVERHEAD) if unfinished else left
    share = int(spare * MEMORY_SHARE)
    given, lines, cost = _choose_memories(setting, recalled, share, count)
    left -= cost
    if lines:
        sections.append("\n".join([say(setting.language, "prompt-memories"), *lines]))

    # Care comes last, because models follow the end of a long prompt best.
    sections += filter(None, [spoken, more, care])

    kept, turns = _choose_recent(recent, left, count, is_last_whole=bool(unfinished))
    messages = (
        ChatMessage("system", "\n\n".join(sections)),
        *_alternating([*turns, ChatMessage("user", asked, images)]),
    )
    tokens = sum([count(m.content) + MESSAGE_OVERHEAD for m in messages])
    return Prompt(
        messages,
        given,
        kept,
        tokens,
        portrait=notes.get("prompt-portrait", ""),
        summary=notes.get("prompt-summary", ""),
    )


def _choose_memories(
    setting: Setting, recalled: Sequence[Recalled], budget: int, count: Callable[[str], int]
) -> tuple[tuple[Recalled, ...], list[str], int]:
    spent = count(say(setting.language, "prompt-memories"))
    chosen: list[tuple[Recalled, str]] = []
    for candidate in recalled:
        line = describe(candidate.memory, setting, replaced_at=candidate.replaced_at)
        cost = count(line) + 1
        if spent + cost <= budget:
            chosen.append((candidate, line))
            spent += cost
    if not chosen:
        return (), [], 0
    # In the order of time, not of rank, so that the model gets "first ..., then ..." right.
    by_time = sorted(chosen, key=lambda pair: (pair[0].memory.said_at, pair[0].memory.id))
    return tuple(candidate for candidate, _ in chosen), [line for _, line in by_time], spent


def _choose_recent(
    recent: Sequence[Memory],
    budget: int,
    count: Callable[[str], int],
    *,
    is_last_whole: bool,
) -> tuple[tuple[Memory, ...], list[ChatMessage]]:
    """Choose the turns that fit, the last one with its whole reply if the model is to go on."""
    kept: list[Memory] = []
    turns: list[ChatMessage] = []
    for turn in reversed(recent):
        pair = [ChatMessage("user", _shorten(turn.text))]
        if turn.reply:
            is_whole = is_last_whole and not kept
            left = budget - count(pair[0].content) - 2 * MESSAGE_OVERHEAD
            said = _shorten_to_budget(turn.reply, left, count) if is_whole else _shorten(turn.reply)
            pair.append(ChatMessage("assistant", said))
        cost = sum([count(m.content) + MESSAGE_OVERHEAD for m in pair])
        if cost > budget:
            break
        budget -= cost
        kept.insert(0, turn)
        turns[:0] = pair
    return tuple(kept), turns


def _alternating(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Join consecutive messages of one role, because many chat templates require alternation."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            earlier = joined.pop()
            message = replace(message, content=f"{earlier.content}\n\n{message.content}")  # noqa: PLW2901
        joined.append(message)
    return joined


def describe(memory: Memory, setting: Setting, *, replaced_at: datetime | None = None) -> str:
    """Return a memory as one line: the date in the person's zone, how long ago, what was said.

    Args:
        memory: the memory.
        setting: the language, the time, and the person's zone.
        replaced_at: when the person said otherwise; None where they did not.
    """
    when = {
        "date": on_day(setting.language, memory.said_at, setting.zone),
        "ago": ago(setting.language, memory.said_at, setting.now, setting.zone),
    }
    text = _quote(memory.text)
    if memory.ended_at is not None:
        until = on_day(setting.language, memory.ended_at, setting.zone)
        return say(setting.language, "prompt-memory-ended", text=text, until=until, **when)
    if replaced_at is not None:
        since = on_day(setting.language, replaced_at, setting.zone)
        return say(setting.language, "prompt-memory-earlier", text=text, since=since, **when)
    if memory.kind is not Kind.TURN:
        return say(setting.language, "prompt-memory-derived", text=text, **when)
    if not memory.reply:
        return say(setting.language, "prompt-memory-unanswered", text=text, **when)
    reply = _quote(memory.reply)
    return say(setting.language, "prompt-memory-turn", text=text, reply=reply, **when)


def _quote(text: str) -> str:
    if OTHERS.search(text):
        text = in_one_line(text)
    return " ".join(_shorten(text).split())


def _shorten(text: str, limit: int = QUOTE_CHARACTERS) -> str:
    """Leave out the middle of a text that is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    half = max(1, limit // 2)
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def _shorten_to_budget(text: str, budget: int, count: Callable[[str], int]) -> str:
    limit = len(text)
    while count(text) > budget and limit > 1:
        limit = max(1, int(limit * max(0.1, min(0.9, budget / count(text)))))
        text = _shorten(text, limit)
    return text
