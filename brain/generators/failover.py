"""Several models in order of preference: when one does not answer, the next one does.

Only before the first piece: what a person has begun to read is never begun again by another model.
One that could not be reached, or was too busy, rests for a while and is asked last meanwhile. One
that refused does not rest: that may have been about this very message.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from brain.errors import FormRefused, GeneratorError, PromptTooLong, VoiceUnknown
from brain.generators.images import told_of
from brain.messages import ChatMessage
from brain.ports import Clock, Form, FormFiller, Generator, Metered, Seeing
from brain.turns.voices import voices_of, with_voice

REST = timedelta(seconds=60)
"""How long a model rests that could not be reached."""


class Failover:
    """Fulfils `brain.ports.Generator` by several; whoever made them closes them."""

    def __init__(
        self,
        generators: Sequence[Generator],
        *,
        clock: Clock,
        rest: timedelta = REST,
        rested: dict[int, datetime] | None = None,
    ) -> None:
        """Take the models.

        Args:
            generators: the preferred one first; at least one.
            clock: of the rests.
            rest: how long one rests that could not be reached.
            rested: shared with another one over the same servers; None: nobody rests yet.
        """
        if not generators:
            raise ValueError("failover needs a model")
        self._generators = tuple(generators)
        self._clock = clock
        self._rest = rest
        self._rested = {} if rested is None else rested
        """By place in the order: until when."""

    @property
    def name(self) -> str:
        """Whoever would be asked now."""
        return self._generators[self._order()[0]].name

    @property
    def context_tokens(self) -> int:
        """The smallest: a prompt must fit whoever answers it."""
        return min(each.context_tokens for each in self._generators)

    @property
    def reply_tokens(self) -> int:
        """The longest: it must fit, too."""
        return max(each.reply_tokens for each in self._generators)

    @property
    def sees(self) -> bool:
        """Whether one of them looks at pictures: it is asked first where there are some."""
        return any(_sees(each) for each in self._generators)

    @property
    def voices(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(sorted({voice for each in self._generators for voice in voices_of(each)}))

    def voiced(self, name: str) -> "Failover":
        """Whoever has the voice speaks in it, the others as they are. Raises VoiceUnknown."""
        if name not in self.voices:
            raise VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")
        return Failover(
            [with_voice(each, name) or each for each in self._generators],
            clock=self._clock,
            rest=self._rest,
            rested=self._rested,
        )

    def count_tokens(self, text: str) -> int:
        """The highest estimate."""
        return max(each.count_tokens(text) for each in self._generators)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The reply of the first that gives one. Raises what the preferred one raised."""
        async with aclosing(self.metered(messages, lambda _: None)) as pieces:
            async for piece in pieces:
                yield piece

    async def metered(
        self, messages: Sequence[ChatMessage], told: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """The same, and what it cost with whoever gave it."""
        errors: dict[int, GeneratorError] = {}
        for place in self._order(seeing=any(message.images for message in messages)):
            spoke = False
            try:
                async with aclosing(_pieces(self._generators[place], messages, told)) as pieces:
                    async for piece in pieces:
                        spoke = True
                        self._rested.pop(place, None)
                        yield piece
            except (PromptTooLong, VoiceUnknown):
                # Whoever made the prompt makes a shorter one, or asks again in the default voice.
                raise
            except GeneratorError as error:
                self._failed(place, error)
                if spoke:
                    raise
                errors[place] = error
            else:
                return
        raise errors[min(errors)]

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """The form, by the first that fills it in. Raises as `stream`, and FormRefused."""
        errors: dict[int, GeneratorError] = {}
        for place in self._order(seeing=any(message.images for message in messages)):
            generator = self._generators[place]
            if not isinstance(generator, FormFiller):
                errors[place] = FormRefused(model=generator.name)
                continue
            try:
                return await generator.fill(_visible(generator, messages), form)
            except (PromptTooLong, VoiceUnknown):
                raise
            except GeneratorError as error:
                self._failed(place, error)
                errors[place] = error
        # That one of them knows no forms is for ever, anything else may pass.
        passing = [place for place in errors if not isinstance(errors[place], FormRefused)]
        raise errors[min(passing or errors)]

    def _order(self, *, seeing: bool = False) -> list[int]:
        """All of them: who rests after the others, and before that who sees where it matters."""
        now = self._clock.now()

        def rank(place: int) -> tuple[bool, bool, int]:
            rests = place in self._rested and now < self._rested[place]
            return rests, seeing and not _sees(self._generators[place]), place

        return sorted(range(len(self._generators)), key=rank)

    def _failed(self, place: int, error: GeneratorError) -> None:
        if error.retryable:
            self._rested[place] = self._clock.now() + self._rest


async def _pieces(
    generator: Generator, messages: Sequence[ChatMessage], told: Callable[[int], None]
) -> AsyncGenerator[str, None]:
    prompt = _visible(generator, messages)
    if isinstance(generator, Metered):
        stream = generator.metered(prompt, told)
    else:
        stream = generator.stream(prompt)
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            yield piece


def _visible(generator: Generator, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    return messages if _sees(generator) else [told_of(message) for message in messages]


def _sees(generator: Generator) -> bool:
    return isinstance(generator, Seeing) and generator.sees
