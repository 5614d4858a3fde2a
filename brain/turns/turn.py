"""A turn under way, as a platform sees it, and what it came to."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from brain.errors import PromptTooLong, VoiceUnknown
from brain.ids import MemoryId
from brain.memory.ranking import Recalled
from brain.memory.record import Memory
from brain.messages import Image, Person, Scope, printable
from brain.ports import Generator, Metered
from brain.prompt import Prompt
from brain.turns.lease import Lease
from brain.turns.options import TurnOptions

SHORTENINGS = 2
"""How often a prompt that turned out too long is made shorter."""


class Turn:
    """A turn under way: iterate over it to hear the reply, piece by piece."""

    def __init__(
        self,
        *,
        begun: Memory,
        generator: Generator,
        arrange: Callable[[Generator, int], Prompt],
        instead: Callable[[], Generator] | None = None,
        without_memory: bool = False,
        care: str | None = None,
        said: str | None = None,
    ) -> None:
        """Take what was prepared.

        Args:
            begun: the message as it was kept.
            generator: who is asked.
            arrange: composes the prompt for a model and a budget of tokens.
            instead: gives who is asked when the generator's voice turns out to be gone.
            without_memory: see the attribute, as for the next one.
            care: see there.
            said: said without asking a model.
        """
        self.begun = begun
        self.reply = ""
        self.complete = False
        """True once the model said its last word: until then, leaving the turn drops the reply."""
        self.without_memory = without_memory
        """True while the store is away: platforms say so (`chat-without-memory`)."""
        self.care = care
        """Where to find help, when the person speaks of harming themselves: platforms show it
        beside the reply, whatever becomes of that."""
        self.accounts_unchanged = False
        """True once the turn is written, where no account of the person was joined or split since
        it was opened; False also where that is not certain."""
        self._said = said
        self._counted = 0
        self._arrange = arrange
        self._instead = instead
        self._ask(generator)

    @property
    def given(self) -> tuple[Recalled, ...]:
        """The memories that the reply is given, best first."""
        return self.prompt.given

    @property
    def words(self) -> str:
        """What is remembered of the reply: all of it, or nothing of one that was cut off."""
        return printable(self.reply) if self.complete else ""

    @property
    def tokens(self) -> int:
        """What the turn has cost so far, prompt and reply: as the server counts, or an estimate."""
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
        """The pieces. Raises GeneratorError."""
        if self._said is not None:
            self.reply, self.complete = self._said, True
            yield self._said
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
                        self.reply += piece
                        yield piece
            except PromptTooLong:
                # The estimate was too low for this model's tokens, or its context is smaller
                # than was set: less memory is better than no answer.
                if self.reply or shortened == SHORTENINGS:
                    raise
                shortened += 1
                self._budget //= 2
                self.prompt = self._arrange(self._generator, self._budget)
            except VoiceUnknown:
                if self.reply or self._instead is None:
                    raise
                self._ask(self._instead())
                self._instead, shortened = None, 0
            else:
                self.complete = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTurn:
    """A turn that was begun: its message, what was read for it, and its lease."""

    options: TurnOptions
    scope: Scope
    person: Person
    begun: Memory
    recent: Sequence[Memory] = ()
    """The conversation at hand, oldest first."""
    notes: Sequence[Memory] = ()
    """The portrait of the person and the history of their life, where there are any."""
    lease: Lease | None
    """None: the store has nothing of this turn, because it is away or is not to have it."""
    off_record: bool = False
    """Nothing of this turn is kept."""
    images: tuple[Image, ...] = ()
    revision: int | None = None
    """Of the person, from before anything of theirs was read (`brain.ports.derivations`)."""
    accounts_unchanged: bool = False
    """Whether the person had the accounts then that the message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a turn came to, to be written; writing it twice does no harm."""

    scope: Scope
    person: Person
    turn: Memory
    """With its reply, if there was one."""
    given: Sequence[MemoryId]
    """Ids of the memories that the reply was given: they are reinforced."""
    answered_at: datetime
    is_begun: bool = False
    """Whether the store has the message. What was erased there meanwhile is not to come back."""
    heard: tuple[Memory, ...] = ()
    """All that the model could repeat, as it was then: the message, the conversation at hand, the
    memories and the notes that the reply was given."""
    revision: int | None = None
    """That the person had before any of it was read; None: nothing was."""
