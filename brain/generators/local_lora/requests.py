"""Requests, and the interfaces between generator, batcher and model."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from brain.errors import GeneratorError


class Guide(Protocol):
    """Constrains one reply to certain tokens. It keeps the state after the reply's last token."""

    @property
    def is_sampled(self) -> bool:
        """Whether tokens are sampled, or the most likely one taken, whatever the sampler does."""

    @property
    def is_over(self) -> bool:
        """Whether no token may follow any more."""

    def allowed(self) -> bytes:
        """Returns the tokens that may come next, one bit each, lowest bit of a byte first."""

    def advance(self, token: int) -> None:
        """Continues with that token; a token that is not allowed ends the reply. Raises nothing."""


class Runner(Protocol):
    """Computes forward passes. Rows have slots from 0 on; only the batcher's thread calls it."""

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        """Opens a new last slot for a row.

        Args:
            adapter: key of the row's adapter; None for the base model.
            tokens: most tokens of the row, prompt and reply together.
            guide: constrains the tokens of the reply and is advanced by each one. A step that fails
                does not advance it.

        Raises:
            ModelOutOfMemory: there is no memory for the row, and no slot was opened.
        """

    def read(self, slot: int, tokens: Sequence[int], *, last: bool) -> int | None:
        """Reads the next tokens of a prompt, and then chooses the reply's first token.

        Args:
            slot: index of the row's slot.
            tokens: the next tokens of the prompt.
            last: whether they complete the prompt.

        Returns:
            The first token of the reply if the prompt is complete, else None.

        Raises:
            ModelOutOfMemory: memory ran out.
        """

    def step(self) -> list[int | None]:
        """Returns the next token of each slot, None for a slot whose prompt is being read.

        Raises:
            ModelOutOfMemory: memory ran out; the step may be repeated with fewer rows.
        """

    def close(self, slot: int, *, trim: bool = False) -> None:
        """Frees a slot and moves the last slot into its place.

        Args:
            slot: index of the slot.
            trim: whether to give spare memory back.
        """

    def reset(self) -> None:
        """Frees all slots and their memory, whatever state they are in."""


class QueueFull(Exception):
    """The queue of waiting requests is full."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The reply has ended; `truncated` says whether it reached its limit of tokens."""

    truncated: bool


Piece = int | Ended | GeneratorError
"""A token of a reply, its end, or the error that ended it."""


@dataclass(slots=True, eq=False)
class Request:
    """A request for one reply, and its progress.

    It belongs to the event loop in which it was created.
    """

    tokens: list[int]
    """The prompt; the tokens of the reply are appended to it."""
    most_tokens: int
    """Most tokens of the reply."""
    adapter: str | None = None
    guide: Guide | None = None
    """Constrains the reply; None means that it is free."""
    stops: frozenset[int] = frozenset()
    """Ids of tokens that end the reply, besides those of the model."""
    pieces: "asyncio.Queue[Piece]" = field(default_factory=asyncio.Queue)
    """What the reply's consumer reads."""
    cancelled: bool = False
    """Whether nobody waits for the reply any more."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    arrival: int = 0
    """Number in the order of arrival, set by the batcher."""
    tokens_read: int = 0
    """Number of tokens that the model has read."""
    token_limit: int = field(init=False)
    """Most tokens of prompt and reply together."""

    def __post_init__(self) -> None:
        self.token_limit = len(self.tokens) + self.most_tokens

    @property
    def is_over(self) -> bool:
        """Whether the reply has reached its limit of tokens."""
        return len(self.tokens) >= self.token_limit
