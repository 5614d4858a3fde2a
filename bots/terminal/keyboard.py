"""Reads messages at the prompt, and Ctrl-C while a reply is written."""

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


class Keyboard(Protocol):
    """Where messages and answers are typed."""

    async def message(self, prompt: str) -> str | None:
        """The next message, lines and all; None when they leave."""
        ...

    async def answer(self, question: str) -> str:
        """A short answer; empty when they would rather not."""
        ...


class PromptKeyboard:
    """A terminal. What was typed is kept in memory only: a history file would be a diary."""

    def __init__(self) -> None:
        self._messages: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), multiline=True, key_bindings=_enter_sends()
        )
        self._answers: PromptSession[str] = PromptSession()

    async def message(self, prompt: str) -> str | None:
        """See `Keyboard`. A paste of many lines is one message; Alt-Enter begins a line."""
        try:
            return await self._messages.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return None

    async def answer(self, question: str) -> str:
        """See `Keyboard`."""
        try:
            return await self._answers.prompt_async(f"{question} ")
        except (EOFError, KeyboardInterrupt):
            return ""


async def until_interrupted(work: Coroutine[Any, Any, None]) -> bool:
    """Run it; Ctrl-C stops it alone, not the program. False: it was stopped."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(task.cancel)

    before = signal.signal(signal.SIGINT, stop)
    try:
        await asyncio.wait([task])
    finally:
        signal.signal(signal.SIGINT, before)
        if not task.done():
            task.cancel()
    if task.cancelled():
        return False
    task.result()
    return True


def _enter_sends() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
