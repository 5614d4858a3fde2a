"""What passes between those who want replies, the batcher, and the model."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from brain.errors import GeneratorError


class Guide(Protocol):
    """What a reply may say, token by token. One belongs to one reply, and stands at its end."""

    @property
    def drawn(self) -> bool:
        """Whether its tokens are drawn, rather than the likeliest taken, whatever others do."""

    @property
    def is_over(self) -> bool:
        """Whether nothing may follow any more."""

    def allowed(self) -> bytes:
        """What may come next: one bit a token, the lowest of each byte first."""

    def take(self, token: int) -> None:
        """Go on from that token. Raises nothing: one that was not allowed ends the reply."""


class Runner(Protocol):
    """What computes. Rows lie in slots from 0 on; only the batcher's thread calls it."""

    def open(self, adapter: str | None, tokens: int, guide: Guide | None = None) -> None:
        """Take a new last slot for a row that may grow to so many tokens.

        Each token that is chosen for the row is one that the guide allows, and is taken by it; not
        by a step that fails.

        Raises ModelOutOfMemory, and has taken none then.
        """

    def read(self, slot: int, tokens: Sequence[int], *, last: bool) -> int | None:
        """Read on in a prompt; after its last part, the reply's first token.

        Raises ModelOutOfMemory.
        """

    def step(self) -> list[int | None]:
        """The next token of each slot, None where a prompt is being read.

        Raises ModelOutOfMemory; the step may then be repeated with fewer rows.
        """

    def close(self, slot: int, *, trim: bool = False) -> None:
        """Free a slot; the last one moves into its place. `trim` gives spare memory back."""

    def reset(self) -> None:
        """Free all slots and their memory, whatever state they are in."""


class QueueFull(Exception):
    """As many wait as may."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The reply is over. `cut`: it reached its limit."""

    cut: bool


Piece = int | Ended | GeneratorError
"""A token, or the last word on a reply."""


@dataclass(slots=True, eq=False)
class Request:
    """One reply that is wanted, and how far it is. Belongs to the loop it was made in."""

    tokens: list[int]
    """The prompt; the reply is added to it."""
    most: int
    """Tokens of the reply."""
    adapter: str | None = None
    guide: Guide | None = None
    """None: it may say anything."""
    pieces: "asyncio.Queue[Piece]" = field(default_factory=asyncio.Queue)
    given_up: bool = False
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    arrived: int = 0
    done: int = 0
    """Tokens that the model has read."""
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        self.longest = len(self.tokens) + self.most

    @property
    def is_over(self) -> bool:
        """Whether the reply has reached its limit."""
        return len(self.tokens) >= self.longest
