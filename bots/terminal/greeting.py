"""Writes the lines before the first message, and the lines about what a reply was given."""

from collections.abc import Sequence

from bots.settings.answering_model import answers_locally, uses_demonstration_model
from bots.terminal.sanitizing import shorten_to_line
from bots.terminal.session import Session
from brain.companion import Companion
from brain.memory.ranking import Recalled
from brain.texts import ago, on_day
from brain.turns.turn import Turn

RECALL_CHARACTERS = 160


async def greeting(companion: Companion, session: Session) -> list[str]:
    """Return the opening lines: which model answers, and how much it remembers."""
    who = "chat-who-local" if answers_locally(session.settings) else "chat-who"
    lines = [session.say(who, generator=companion.generator.name)]
    if uses_demonstration_model(session.settings):
        lines.append(session.say("chat-demonstration"))
    if session.days_later:
        lines.append(session.say("chat-days-later", days=session.days_later))
    if companion.reembedding:
        lines.append(session.say("chat-reembedding", count=companion.reembedding))
    count = await companion.store.count(session.scope)
    lines.append(session.say("chat-memories", count=count))
    return lines


def turn_lines(session: Session, turn: Turn) -> list[str]:
    """Return what is told as soon as a turn begins: where to find help, or a lack of memory."""
    lines = [session.say("chat-without-memory")] if turn.without_memory else []
    return [turn.care, *lines] if turn.care else lines


def given_lines(session: Session, turn: Turn) -> list[str]:
    """Return what the reply was given to remember, which is certain once it begins."""
    if turn.without_memory:
        return []
    notes = [
        session.say(f"recall-{name}", text=shorten_to_line(text, limit=RECALL_CHARACTERS))
        for name, text in (("portrait", turn.prompt.portrait), ("summary", turn.prompt.summary))
        if text
    ]
    return [*notes, *recall_lines(session, turn.given)]


def recall_lines(session: Session, recalled: Sequence[Recalled]) -> list[str]:
    """Return lines about the memories of one prompt, best first."""
    if not recalled:
        return [session.say("recall-nothing")]
    now = session.clock.now()
    return [
        session.say("recall-heading", count=len(recalled)),
        *(
            session.say(
                "recall-line",
                day=on_day(session.language, one.memory.said_at, session.zone),
                ago=ago(session.language, one.memory.said_at, now, session.zone),
                retention=round(one.retention * 100),
                strength=round(one.memory.strength, 1),
                text=session.as_told(
                    shorten_to_line(one.memory.text, limit=RECALL_CHARACTERS),
                    one.replaced_at or one.memory.ended_at,
                ),
            )
            for one in recalled
        ),
    ]
