"""A generator over several models in order of preference: when one fails, the next one is asked.

A failure is handled this way only before the first piece of a reply, because another model must not
start over a reply that a person is already reading. A model that could not be reached or was too
busy is paused: for a while it is asked after all others. A model that refused the request is not
paused, because the reason may lie in that message alone.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from brain.errors import FormRefused, GeneratorError, PromptTooLong, VoiceUnknown
from brain.generators.images import without_images
from brain.messages import ChatMessage
from brain.ports import Clock, Form, FormFiller, Generator, Metered, Seeing
from brain.turns.voices import voices_of, with_voice

PAUSE = timedelta(seconds=60)
"""How long a model is asked last after it could not be reached or was too busy."""


class Failover:
    """Asks several models in order; fulfils every generator port of `brain.ports`.

    It does not own the models: their creator closes them.
    """

    def __init__(
        self,
        generators: Sequence[Generator],
        *,
        clock: Clock,
        pause: timedelta = PAUSE,
        paused_until: dict[int, datetime] | None = None,
    ) -> None:
        """Takes the models.

        Args:
            generators: the preferred one first; at least one.
            clock: tells the time for the pauses.
            pause: how long a model is asked last after it could not be reached.
            paused_until: pauses shared with another Failover over the same servers, by index in
                `generators`; None starts without any pause.

        Raises:
            ValueError: there is no model.
        """
        if not generators:
            raise ValueError("failover needs a model")
        self.generators = tuple(generators)
        """The models, the preferred one first."""
        self._clock = clock
        self._pause = pause
        self._paused_until = {} if paused_until is None else paused_until
        """By index in `generators`, the time when the pause ends."""

    @property
    def name(self) -> str:
        """Name of the model that would be asked now."""
        return self.generators[self._order()[0]].name

    @property
    def context_tokens(self) -> int:
        """The smallest of all context lengths, because a prompt has to fit any of the models."""
        return min(generator.context_tokens for generator in self.generators)

    @property
    def reply_tokens(self) -> int:
        """The longest of all reply limits, for which a prompt has to leave room."""
        return max(generator.reply_tokens for generator in self.generators)

    @property
    def sees(self) -> bool:
        """Whether any of the models takes images; for messages with images it is asked first."""
        return any(_sees(generator) for generator in self.generators)

    @property
    def voices(self) -> tuple[str, ...]:
        """The voices of all models, sorted."""
        return tuple(
            sorted({voice for generator in self.generators for voice in voices_of(generator)})
        )

    def voiced(self, name: str) -> "Failover":
        """Returns a view in which the models that have the voice use it.

        Raises:
            VoiceUnknown: no model has that voice.
        """
        if name not in self.voices:
            raise VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")
        return Failover(
            [with_voice(generator, name) or generator for generator in self.generators],
            clock=self._clock,
            pause=self._pause,
            paused_until=self._paused_until,
        )

    def count_tokens(self, text: str) -> int:
        """Returns the highest estimate of all models."""
        return max(generator.count_tokens(text) for generator in self.generators)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """Streams the reply of the first model that gives one.

        Raises:
            PromptTooLong, VoiceUnknown: any of the models raised it; no other model is asked then.
            GeneratorError: a model failed in the middle of its reply, or all failed before; then it
                is the error of the most preferred one.
        """
        async with aclosing(self.metered(messages, lambda _: None)) as pieces:
            async for piece in pieces:
                yield piece

    async def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """Streams the reply as `stream` does, and reports its tokens if the model counts them."""
        errors: dict[int, GeneratorError] = {}
        for index in self._order(with_images=any(message.images for message in messages)):
            has_text = False
            try:
                async with aclosing(_pieces(self.generators[index], messages, on_usage)) as pieces:
                    async for piece in pieces:
                        has_text = True
                        self._paused_until.pop(index, None)
                        yield piece
            except GeneratorError as error:
                if _is_for_caller(error):
                    raise
                self._record_failure(index, error)
                if has_text:
                    raise
                errors[index] = error
            else:
                return
        raise errors[min(errors)]

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """Returns the form of the first model that fills it in.

        Raises:
            FormRefused: none of the models can fill in forms.
            GeneratorError: all models failed; it is the error of the most preferred one that can.
        """
        errors: dict[int, GeneratorError] = {}
        for index in self._order(with_images=any(message.images for message in messages)):
            generator = self.generators[index]
            if not isinstance(generator, FormFiller):
                errors[index] = FormRefused(model=generator.name)
                continue
            try:
                return await generator.fill(_visible(generator, messages), form)
            except GeneratorError as error:
                if _is_for_caller(error):
                    raise
                self._record_failure(index, error)
                errors[index] = error
        # A model without forms stays without them, while any other error may be temporary.
        temporary = [index for index in errors if not isinstance(errors[index], FormRefused)]
        raise errors[min(temporary or errors)]

    def _order(self, *, with_images: bool = False) -> list[int]:
        """Returns the indices of all models in the order in which to ask them.

        Models that are not paused come first; among these, with images, those that take images.
        """
        now = self._clock.now()

        def rank(index: int) -> tuple[bool, bool, int]:
            is_paused = index in self._paused_until and now < self._paused_until[index]
            return is_paused, with_images and not _sees(self.generators[index]), index

        return sorted(range(len(self.generators)), key=rank)

    def _record_failure(self, index: int, error: GeneratorError) -> None:
        if error.retryable:
            self._paused_until[index] = self._clock.now() + self._pause


def _is_for_caller(error: GeneratorError) -> bool:
    """Whether the caller asks again: with a shorter prompt, or with the default voice.

    Where it is not certain that the prompt is too long, another model is asked first.
    """
    if isinstance(error, PromptTooLong):
        return error.otherwise is None
    return isinstance(error, VoiceUnknown)


async def _pieces(
    generator: Generator, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
) -> AsyncGenerator[str, None]:
    prompt = _visible(generator, messages)
    if isinstance(generator, Metered):
        stream = generator.metered(prompt, on_usage)
    else:
        stream = generator.stream(prompt)
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            yield piece


def _visible(generator: Generator, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    return messages if _sees(generator) else [without_images(message) for message in messages]


def _sees(generator: Generator) -> bool:
    return isinstance(generator, Seeing) and generator.sees
