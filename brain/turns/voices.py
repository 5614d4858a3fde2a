"""In which voice a turn is spoken: one that was named and is there, else the default one."""

import logging

from brain.ports import Generator, Voiced

log = logging.getLogger(__name__)


def voices_of(generator: Generator) -> tuple[str, ...]:
    """The names that can be asked for, sorted; none where it has only its own voice."""
    return generator.voices if isinstance(generator, Voiced) else ()


def with_voice(generator: Generator, name: str) -> Generator | None:
    """It in that voice; None: it has no such voice."""
    if isinstance(generator, Voiced) and name in generator.voices:
        return generator.voiced(name)
    return None


class Voices:
    """Of one generator. Each voice that is gone is told to the log once, not with every turn."""

    def __init__(self, default: Generator) -> None:
        self._default = default
        self._gone: set[str] = set()

    def of(self, name: str) -> Generator:
        """Who speaks in that voice."""
        return with_voice(self._default, name) or self.instead_of(name)

    def instead_of(self, name: str) -> Generator:
        """Who speaks where that voice is gone."""
        if name not in self._gone:
            self._gone.add(name)
            log.warning("There is no voice %r any more; the default one answers.", name)
        return self._default
