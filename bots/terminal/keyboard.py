"""Reads messages at the prompt, and stops a reply at Ctrl-C."""

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


class Keyboard(Protocol):
    """Reads what the person types."""

    async def message(self, prompt: str) -> str | None:
        """Read the next message, which may have several lines; None if the person leaves."""
        ...

    async def answer(self, question: str, *, present: str = "") -> str:
        """Read the answer to a question; empty if the person does not answer.

        `present` stands there already, to be changed.
        """
        ...


class PromptKeyboard:
    """Reads from a terminal. The history is never written to a file, as it holds messages."""

    def __init__(self) -> None:
        self._messages: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), multiline=True, key_bindings=_enter_sends()
        )
        self._answers: PromptSession[str] = PromptSession()

    async def message(self, prompt: str) -> str | None:
        """Read a message; a paste of many lines is one message, and Alt-Enter begins a line."""
        try:
            return await self._messages.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return None

    async def answer(self, question: str, *, present: str = "") -> str:
        """Read an answer, which is empty after Ctrl-C or Ctrl-D."""
        try:
            return await self._answers.prompt_async(f"{question} ", default=present)
        except (EOFError, KeyboardInterrupt):
            return ""


async def until_interrupted(work: Coroutine[Any, Any, None]) -> bool:
    """Run work that Ctrl-C stops without ending the program; return False if it was stopped."""
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
