"""Chats through a pipe: each line of standard input is a message and gets a reply."""

import json
import sys
from collections.abc import Sequence
from contextlib import aclosing
from uuid import uuid4

import click

from bots.bootstrap import open_companion
from bots.error_texts import error_text
from bots.housekeeping import housekeeping_beside
from bots.settings.answering_model import consolidates
from bots.terminal.greeting import given_lines, greeting, turn_lines
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import Session
from bots.terminal.stdin_lines import read_lines
from brain.companion import Companion
from brain.errors import BadInput, SiliconfriendError
from brain.ids import MessageId
from brain.memory.ranking import Recalled
from brain.messages import Incoming


async def answer_lines(session: Session, *, show_recall: bool, as_json: bool) -> bool:
    """Answer all lines of standard input; return False if one could not be answered."""
    limit = session.settings.chat.message_characters
    failed = False
    async with open_companion(session.settings, clock=session.clock) as companion:
        _notice(*await greeting(companion, session))
        answerer = _LineAnswerer(companion, session, show_recall=show_recall, as_json=as_json)
        async with (
            housekeeping_beside(
                companion,
                consolidating=consolidates(session.settings),
                enabled=not session.days_later,
            ),
            aclosing(read_lines(sys.stdin.fileno(), limit=limit)) as lines,
        ):
            async for text in lines:
                failed |= not await answerer.answer_line(text)
    return not failed


class _LineAnswerer:
    def __init__(
        self, companion: Companion, session: Session, *, show_recall: bool, as_json: bool
    ) -> None:
        self._companion = companion
        self._session = session
        self._show_recall = show_recall
        self._as_json = as_json

    async def answer_line(self, text: str | BadInput) -> bool:
        """Answer one line or say why not, and return whether it was answered."""
        given: Sequence[Recalled] = ()
        reply, is_limited = "", False
        to_show = self._show_recall
        error: SiliconfriendError | None = None
        try:
            if isinstance(text, BadInput):
                raise text
            async with self._companion.turn(self._incoming(text)) as turn:
                _notice(*turn_lines(self._session, turn))
                try:
                    async for _ in turn:
                        if to_show:
                            _notice(*given_lines(self._session, turn))
                            to_show = False
                finally:
                    # Both are certain only now: a prompt that is too long is retried with fewer,
                    # and what came first may have been thoughts of the model.
                    reply, given, is_limited = turn.reply, turn.given, turn.is_limited
        except SiliconfriendError as raised:
            error = raised
        if self._as_json:
            self._print_object(reply, given, error)
        elif reply:
            click.echo(strip_control_characters(reply))
        if is_limited:
            _notice(self._session.say("chat-limited"))
        if error:
            _notice(error_text(error, self._session.language))
        return error is None

    def _incoming(self, text: str) -> Incoming:
        session = self._session
        return Incoming(
            id=MessageId(uuid4().hex), person=session.person, place=session.place, text=text
        )

    def _print_object(
        self, reply: str, given: Sequence[Recalled], error: SiliconfriendError | None
    ) -> None:
        answer = {
            "reply": reply if error is None else None,
            "recalled": [
                {
                    "id": one.memory.id,
                    "text": one.memory.text,
                    "said_at": one.memory.said_at.isoformat(),
                    "strength": one.memory.strength,
                    "retention": one.retention,
                    "replaced_at": one.replaced_at and one.replaced_at.isoformat(),
                }
                for one in given
            ],
            "error": None if error is None else error_text(error, self._session.language),
        }
        click.echo(json.dumps(answer, ensure_ascii=False))


def _notice(*lines: str) -> None:
    for line in lines:
        click.echo(strip_control_characters(line), err=True)
