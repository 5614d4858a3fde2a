"""Sets aside events of a platform that cannot be read, so that the others go on."""

import logging
from collections import Counter

log = logging.getLogger(__name__)


class SetAside:
    """Counts what one platform sent and nobody can read, and logs each kind of it once.

    Neither the event nor the message of its error is kept, as both may quote what a person said.
    """

    def __init__(self, platform: str) -> None:
        """Begin without any; `platform` is named in the log."""
        self._platform = platform
        self._counts: Counter[str] = Counter()

    def add(self, error: Exception) -> None:
        """Count an event that could not be read because of an error."""
        kind = type(error).__name__
        self._counts[kind] += 1
        if self._counts[kind] == 1:
            log.warning(
                "An event of %s could not be read and is set aside (%s); those like it are too.",
                self._platform,
                kind,
            )

    @property
    def total(self) -> int:
        """How many events were set aside since the start."""
        return self._counts.total()
