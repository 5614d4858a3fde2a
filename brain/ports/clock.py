"""The port for the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, so that tests and previews can set it."""

    def now(self) -> datetime:
        """Return the present time as an aware datetime in UTC."""
        ...
