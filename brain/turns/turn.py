"""A turn under way, as platforms use it, and the records of what was read and is to be written."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from brain.errors import PromptTooLong, VoiceUnknown
from brain.memory.ranking import Recalled
from brain.memory.record import Memory
from brain.memory.reinforcement import Exchange
from brain.messages import Image, Person, Scope, printable
from brain.ports import Generator, Limited, Metered, Replacement
from brain.prompt import Prompt
from brain.turns.lease import Lease
from brain.turns.options import TurnOptions

SHORTENINGS = 2
"""How often a prompt that was too long for the model is shortened."""


class Turn:
    """A turn under way; iterating over it yields the reply piece by piece."""

    def __init__(
        self,
        *,
        begun: Memory,
        generator: Generator,
        arrange: Callable[[Generator, int], Prompt],
        fallback: Callable[[], Generator] | None = None,
        without_memory: bool = False,
        care: str | None = None,
        fixed_reply: str | None = None,
    ) -> None:
        """Create it of what was prepared.

        Args:
            begun: the message as it was stored.
            generator: the model to ask.
            arrange: composes the prompt for a model and a budget of tokens.
            fallback: returns the model to ask if the generator's voice is gone.
            without_memory: the attribute of this name.
            care: the attribute of this name.
            fixed_reply: a reply to give without asking a model.
        """
        self.begun = begun
        """The message as it was stored."""
        self.reply = ""
        """The reply as far as it has been streamed."""
        self.complete = False
        """Whether the reply is complete; if the turn is left before, the reply is dropped."""
        self.is_limited = False
        """Whether the reply ended at a limit of its length; the person may ask for more."""
        self.without_memory = without_memory
        """Whether the store is unavailable, which platforms show (`chat-without-memory`)."""
        self.care = care
        """Where to find help, if the person speaks of harming themselves. Platforms show it beside
        the reply, even if the reply fails."""
        self.accounts_unchanged = False
        """True once the turn is written and it is certain that no account of the person was joined
        or split since it was opened."""
        self._fixed_reply = fixed_reply
        self._counted = 0
        self._arrange = arrange
        self._fallback = fallback
        self._ask(generator)

    @property
    def given(self) -> tuple[Recalled, ...]:
        """The memories that the reply is given, best first."""
        return self.prompt.given

    @property
    def words(self) -> str:
        """The part of the reply that is remembered: all of it, or nothing if it was cut off."""
        return printable(self.reply) if self.complete else ""

    @property
    def tokens(self) -> int:
        """The tokens of prompt and reply so far, as the model's server counts them or estimated."""
        if self._counted:
            return self._counted
        return self.prompt.tokens + self._generator.count_tokens(self.reply)

    def _ask(self, generator: Generator) -> None:
        self._generator = generator
        self._budget = generator.context_tokens - generator.reply_tokens
        self.prompt = self._arrange(generator, self._budget)

    def _count(self, tokens: int) -> None:
        self._counted = tokens

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the pieces of the reply, as `brain.ports.Generator.stream` does.

        Raises GeneratorError.
        """
        if self._fixed_reply is not None:
            self.reply, self.complete = self._fixed_reply, True
            yield self._fixed_reply
            return
        shortened = 0
        while not self.complete:
            generator, messages = self._generator, self.prompt.messages
            pieces = (
                generator.metered(messages, self._count)
                if isinstance(generator, Metered)
                else generator.stream(messages)
            )
            try:
                async with aclosing(pieces):
                    async for piece in pieces:
                        self.reply = piece if isinstance(piece, Replacement) else self.reply + piece
                        self.is_limited = isinstance(piece, Limited)
                        yield piece
            except PromptTooLong as error:
                # The estimate was too low for this model, or its context is smaller than the
                # settings say: a reply with fewer memories is better than none.
                if shortened and error.otherwise is not None:
                    raise error.otherwise from error
                if self.reply or shortened == SHORTENINGS:
                    raise
                shortened += 1
                self._budget = min(self._budget, self.prompt.tokens) // 2
                self.prompt = self._arrange(self._generator, self._budget)
            except VoiceUnknown:
                if self.reply or self._fallback is None:
                    raise
                self._ask(self._fallback())
                self._fallback, shortened = None, 0
            else:
                self.complete = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTurn:
    """A turn that was begun: its message, what was read for it, and its lease."""

    options: TurnOptions
    scope: Scope
    person: Person
    begun: Memory
    """The message as it was stored."""
    recent: Sequence[Memory] = ()
    """The last turns of the conversation, oldest first."""
    notes: Sequence[Memory] = ()
    """The portrait of the person and the history of their life, where there are any."""
    lease: Lease | None
    """None where the turn is not in the store: it is unavailable, or the turn is off the record."""
    off_record: bool = False
    """Whether the turn is not to be stored."""
    images: tuple[Image, ...] = ()
    revision: int | None = None
    """The person's revision from before anything else was read (`Derivations.revision`)."""
    accounts_unchanged: bool = False
    """Whether the store had the same accounts of the person as the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is to be written of a turn; writing it twice does no harm."""

    scope: Scope
    person: Person
    turn: Memory
    """The turn with its reply, if there is one."""
    exchange: Exchange
    """The message, its reply, and the memories that the reply was given."""
    previous: Exchange | None = None
    """The message and reply just before in the conversation, where this process has them."""
    is_begun: bool = False
    """Whether the message is stored already; if it is erased meanwhile, it is not stored again."""
    heard: tuple[Memory, ...] = ()
    """All that the model could repeat, as it was then: the message, the last turns of the
    conversation, the memories and the notes that the reply was given."""
    revision: int | None = None
    """The person's revision before any of it was read; None where nothing was read."""
