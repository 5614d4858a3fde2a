"""Holds a conversation at a terminal, with its slash commands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from uuid import uuid4

from rich.console import Console
from rich.text import Text

from bots.bootstrap import open_companion
from bots.desk.commands import nearest_command
from bots.desk.day_parsing import read_days
from bots.desk.memory_views import MemoryView
from bots.error_texts import error_text
from bots.housekeeping import housekeeping_beside
from bots.screens import Desk, options_of
from bots.settings.answering_model import consolidates
from bots.terminal.desk import save_file, terminal_caller, terminal_desk
from bots.terminal.greeting import given_lines, greeting, turn_lines
from bots.terminal.keyboard import Keyboard, PromptKeyboard, until_interrupted
from bots.terminal.memory_tables import memory_table
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.selection import (
    correction_lines,
    numbered,
    parse_selection,
    preview_lines,
    receipt_lines,
    restored_lines,
    wants_parts,
)
from bots.terminal.session import Session, output
from bots.transport.markdown import read_markdown
from brain.companion import Companion
from brain.errors import SiliconfriendError, StoreError
from brain.ids import MessageId
from brain.messages import Incoming
from brain.ports import Replacement
from brain.preferences import load_preferences
from brain.texts import answers

ELSEWHERE = frozenset({"link", "zone", "settings", "reload"})
"""Commands of the chat platforms that mean nothing at a terminal."""
LISTED = 10
"""Most memories that /memories shows."""


async def converse(session: Session, *, show_recall: bool) -> None:
    """Open a companion and talk until the person leaves. Raises as `open_companion` does."""
    console = output()
    with console.status(session.say("chat-starting")) as status:
        async with open_companion(session.settings, clock=session.clock) as companion:
            opening = await greeting(companion, session)
            status.stop()
            conversation = Conversation(
                companion,
                session,
                console,
                PromptKeyboard(),
                desk=terminal_desk(companion, session),
                show_recall=show_recall,
            )
            async with housekeeping_beside(
                companion,
                consolidating=consolidates(session.settings),
                enabled=not session.days_later,
            ):
                await conversation.run(opening)


class Conversation:
    """Answers messages and slash commands until `/quit`, Ctrl-C or Ctrl-D at the prompt."""

    def __init__(
        self,
        companion: Companion,
        session: Session,
        console: Console,
        keyboard: Keyboard,
        *,
        desk: Desk,
        show_recall: bool,
    ) -> None:
        self._companion = companion
        self._session = session
        self._console = console
        self._keyboard = keyboard
        self._desk = desk
        self._show_recall = show_recall
        self._person_memories = session.person_memories(companion.store)
        self._corrections = session.corrections(companion)
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/memories": self._memories,
            "/forget": self._forget,
            "/correct": self._correct,
            "/undo": self._undo,
            "/pin": self._pin,
            "/unpin": self._unpin,
            "/help": self._help,
        }

    async def run(self, opening: Iterable[str]) -> None:
        """Show the opening lines, and answer until the person leaves."""
        self._tell([*opening, self._session.say("chat-how")])
        while (text := await self._keyboard.message(f"{self._session.name} › ")) is not None:
            command, _, argument = text.strip().partition(" ")
            if command in {"/quit", "/exit"}:
                break
            if not command:
                continue
            try:
                await self._handle(command.casefold(), argument.strip(), text)
            except SiliconfriendError as error:
                self._tell([error_text(error, self._session.language)], style="red")
        self._tell([self._session.say("chat-bye")])

    async def _handle(self, command: str, argument: str, text: str) -> None:
        if handler := self._commands.get(command):
            await handler(argument)
        elif command.startswith("/") and command[1:].isalpha():
            await self._ask_desk(command[1:], argument)
        elif not await until_interrupted(self._reply(text)):
            self._console.print()
            self._tell([self._session.say("chat-stopped")])

    async def _reply(self, text: str) -> None:
        session = self._session
        incoming = await self._as_preferred(
            Incoming(
                id=MessageId(uuid4().hex), person=session.person, place=session.place, text=text
            )
        )
        with self._console.status(session.say("chat-thinking")) as status:
            async with self._companion.turn(incoming) as turn:
                self._tell(turn_lines(session, turn))
                to_show = self._show_recall
                async for piece in turn:
                    status.stop()
                    if isinstance(piece, Replacement):
                        self._console.print()
                        self._tell([session.say("chat-was-thinking")])
                    if to_show:
                        self._tell(given_lines(session, turn))
                        to_show = False
                    # The terminal wraps lines itself; rich would need the whole line to do so.
                    self._console.print(
                        Text(strip_control_characters(piece)), end="", soft_wrap=True
                    )
        self._console.print("\n")
        if turn.is_limited:
            self._tell([session.say("chat-limited")])

    async def _as_preferred(self, incoming: Incoming) -> Incoming:
        """Return a message with what the person chose by /pause and /persona."""
        session = self._session
        try:
            chosen = await load_preferences(self._companion.store.values, session.person)
        except StoreError:
            return incoming
        manner = chosen.persona and session.say("chat-manner", text=chosen.persona)
        return replace(incoming, off_record=incoming.place.id in chosen.paused, manner=manner)

    async def _ask_desk(self, name: str, argument: str) -> None:
        """Answer a command as on the chat platforms, or tell which name resembles it."""
        session, desk = self._session, self._desk
        command = next((each for each in desk.commands if each.name == name), None)
        if name in ELSEWHERE:
            self._tell([session.say("chat-elsewhere", command=f"/{name}")])
            return
        if command is None:
            names = {each.name for each in desk.commands} - ELSEWHERE | {"quit", "exit"}
            near = nearest_command(name, sorted(names))
            key = "desk-unknown-command-near" if near else "desk-unknown-command"
            self._tell([session.say(key, name=strip_control_characters(name), near=near or "")])
            return
        screen = await desk.command(terminal_caller(session), name, options_of(command, argument))
        self._tell([read_markdown(screen.text).text])
        if screen.file is not None:
            path = await asyncio.to_thread(save_file, screen.file, session.settings.data_dir)
            self._tell([session.say("chat-saved", path=str(path))])

    async def _memories(self, words: str) -> None:
        if words:
            found = await self._person_memories.search(self._companion, words, limit=LISTED)
            self._console.print(memory_table(found, self._session))
            return
        page = await self._person_memories.page(limit=LISTED)
        self._console.print(memory_table(page.memories, self._session))
        shown = len(page.memories)
        self._tell([self._session.say("memories-shown", shown=shown, total=page.total)])

    async def _forget(self, words: str) -> None:
        if not words:
            self._tell([self._session.say("chat-forget-what")])
            return
        if await self._person_memories.resolves(words):
            preview = await self._person_memories.preview_ids(words.split())
        elif days := read_days(
            words,
            now=self._session.clock.now(),
            zone=self._session.zone,
            language=self._session.language,
        ):
            preview = await self._person_memories.preview_days(*days, zone=self._session.zone)
        else:
            preview = await self._person_memories.preview_words(self._companion, words)
        if not preview.all:
            self._tell([self._session.say("forget-none-found")])
            return
        self._tell(preview_lines(self._session, preview))
        answer = await self._keyboard.answer(self._session.say("forget-ask"))
        picked = parse_selection(preview, answer)
        if not picked:
            key = "forget-none-chosen" if picked is not None else "forget-not-understood"
            self._tell([self._session.say(key)])
            return
        rests = preview.rests if wants_parts(answer) else {}
        receipt = await self._person_memories.forget(picked, rests=rests)
        self._tell([receipt_lines(self._session, receipt)[0], self._session.say("chat-undo-hint")])

    async def _correct(self, words: str) -> None:
        session, corrections = self._session, self._corrections
        handle, _, text = words.partition(" ")
        if not handle:
            self._tell([session.say("chat-correct-what")])
            return
        memory = await corrections.named(handle)
        if memory is None:
            memory, text = await self._chosen(words), ""
        if memory is None:
            return
        if not text.strip():
            text = await self._keyboard.answer(session.say("correct-title"), present=memory.text)
        if not text.strip():
            self._tell([session.say("correct-none")])
            return
        preview = await corrections.preview(memory.id, text)
        if not preview.is_plain:
            self._tell(correction_lines(session, preview, "would"))
            answer = await self._keyboard.answer(session.say("correct-sure"))
            if answer.strip().casefold() not in answers("answer-yes"):
                self._tell([session.say("correct-none")])
                return
        done = await corrections.correct(memory.id, text)
        lines = correction_lines(session, done, "did")
        self._tell([*lines, session.say("chat-correct-undo")])

    async def _chosen(self, words: str) -> MemoryView | None:
        """Show what comes to mind at some words, and return the memory that the person picks."""
        found = await self._person_memories.search(self._companion, words, limit=LISTED)
        if not found:
            self._tell([self._session.say("memories-none-found")])
            return None
        self._tell(numbered(self._session, found, start=1))
        answer = (await self._keyboard.answer(self._session.say("correct-which"))).strip()
        if answer.isdecimal() and 1 <= int(answer[:3]) <= len(found):
            return found[int(answer[:3]) - 1]
        self._tell([self._session.say("correct-none")])
        return None

    async def _undo(self, words: str) -> None:
        self._tell(restored_lines(self._session, await self._person_memories.undo(words.split())))

    async def _pin(self, words: str) -> None:
        await self._set_pinned(words, pinned=True)

    async def _unpin(self, words: str) -> None:
        await self._set_pinned(words, pinned=False)

    async def _set_pinned(self, words: str, *, pinned: bool) -> None:
        if not words:
            self._tell([self._session.say("chat-pin-what")])
        for handle in words.split():
            memory = await self._person_memories.pin(handle, pinned=pinned)
            key = "pinned" if pinned else "unpinned"
            self._tell([self._session.say(key, id=memory.short_id)])

    async def _help(self, _: str) -> None:
        self._tell([self._session.say("chat-help")])

    def _tell(self, lines: Iterable[str], *, style: str = "dim") -> None:
        for line in lines:
            self._console.print(Text(strip_control_characters(line), style=style), soft_wrap=True)
