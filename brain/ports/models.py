"""The ports for models: chat models, what some of them can do besides, and embedding models.

`Generator` and `Embedder` are what the brain needs. The other protocols are abilities that a
`Generator` may have as well; the brain checks for them with `isinstance`.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from brain.memory.record import Vector
from brain.messages import ChatMessage


class Replacement(str):
    """A piece of a reply that takes the place of all pieces before it.

    These turned out to be thoughts of the model, and must be shown to nobody any longer.
    """

    __slots__ = ()


class Limited(str):
    """The last piece of a reply that ended at a limit of its length, so that more could follow."""

    __slots__ = ()


class Embedder(Protocol):
    """Turns text into vectors. Queries and passages are embedded differently by some models."""

    @property
    def name(self) -> str:
        """The name of the vector space: vectors of different names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The number of components of each vector."""
        ...

    async def query(self, text: str) -> Vector:
        """Return the vector to search with for this text.

        Raises:
            EmbedderError: the model could not embed the text.
        """
        ...

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return one vector for each text, to be found by a search; a text may have any length.

        Raises:
            EmbedderError: the model could not embed the texts.
        """
        ...


class Generator(Protocol):
    """A chat model that writes replies."""

    @property
    def name(self) -> str:
        """What people are shown: the model and where it runs."""
        ...

    @property
    def context_tokens(self) -> int:
        """The most tokens that prompt and reply may have together."""
        ...

    @property
    def reply_tokens(self) -> int:
        """The most tokens that a reply may have."""
        ...

    def count_tokens(self, text: str) -> int:
        """Estimate the tokens of a text, rather too high than too low; pure and fast."""
        ...

    def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """Stream the reply piece by piece. Closing the generator stops the model.

        A piece may be a `Replacement`, and the last one `Limited`, which may be empty.

        Raises:
            GeneratorError: the model failed, before the first piece or between two.
        """
        ...


Form = TypeVar("Form", bound=BaseModel)
"""The type of a form: a Pydantic model whose JSON schema the model's answer has to fulfil."""


@runtime_checkable
class FormFiller(Protocol):
    """A chat model that can also answer by filling in a form."""

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """Ask the model for an answer by the form's JSON schema, and return it validated.

        Raises:
            FormRefused: the model or its server cannot answer by a schema.
            AnswerUnusable: it can, but its answer does not fulfil the schema.
            GeneratorError: the model failed.
        """
        ...


@runtime_checkable
class Seeing(Protocol):
    """A chat model that may be able to look at pictures."""

    @property
    def sees(self) -> bool:
        """Whether `ChatMessage.images` reach the model."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A chat model that reports what a reply cost, where its server counts tokens."""

    def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """Stream a reply as `Generator.stream` does, and report what it cost.

        Args:
            messages: as for `Generator.stream`.
            on_usage: called with the tokens of prompt and reply together. It is never called where
                the server does not count them; of several calls the last one is right.
        """
        ...


@runtime_checkable
class Voiced(Protocol):
    """A chat model that can speak in several voices: its adapters, or models of its server."""

    @property
    def voices(self) -> tuple[str, ...]:
        """The names of the voices, sorted; empty without any. They may change while it runs."""
        ...

    def voiced(self, name: str) -> Generator:
        """Return a view of the model that speaks in this voice; it needs no closing.

        Raises:
            VoiceUnknown: there is no such voice. The view raises it as well, before its first
                piece, once the voice is gone.
        """
        ...
