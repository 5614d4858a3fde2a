"""Chooses the voice of a turn: the one that is asked for, if the model has it, else the default."""

import logging

from brain.ports import Generator, Voiced

log = logging.getLogger(__name__)


def voices_of(generator: Generator) -> tuple[str, ...]:
    """Return the names of a model's voices, sorted; none if it has only its own."""
    return generator.voices if isinstance(generator, Voiced) else ()


def with_voice(generator: Generator, name: str) -> Generator | None:
    """Return a model in one of its voices; None if it has no such voice."""
    if isinstance(generator, Voiced) and name in generator.voices:
        return generator.voiced(name)
    return None


class Voices:
    """The voices of one model. A missing voice is logged once, and not with every turn."""

    def __init__(self, default: Generator) -> None:
        self._default = default
        self._gone: set[str] = set()

    def get(self, name: str) -> Generator:
        """Return the model in a voice, or in its default one if that voice is missing."""
        return with_voice(self._default, name) or self.fall_back_from(name)

    def fall_back_from(self, name: str) -> Generator:
        """Return the model in its default voice, and log that a voice is missing."""
        if name not in self._gone:
            self._gone.add(name)
            log.warning("There is no voice %r any more; the default one answers.", name)
        return self._default
