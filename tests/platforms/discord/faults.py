"""Failures of REST requests that a test orders."""

import re
from dataclasses import dataclass
from enum import Enum


class Drop(Enum):
    """When the connection is cut instead of an answer."""

    UNHEARD = "before the request is done"
    UNANSWERED = "after it is done, so that the bot cannot know that it was"


@dataclass(slots=True, kw_only=True)
class Fault:
    """A failure for a number of matching requests."""

    pattern: re.Pattern[str]
    times: int
    how: int | Drop
    retry_after: float
    everywhere: bool


class Faults:
    """The failures that were ordered, oldest first."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(
        self,
        requests: str,
        how: int | Drop,
        *,
        times: int = 1,
        retry_after: float = 0.05,
        everywhere: bool = False,
    ) -> None:
        r"""Let the next matching requests fail.

        Args:
            requests: a regular expression for method and path, such as `PATCH` or
                `POST /channels/\d+/messages`.
            how: a status (429, 500, 502, 503), or when to cut the connection.
            times: how many requests fail.
            retry_after: for 429, the seconds to wait.
            everywhere: for 429, whether it is the global limit.
        """
        self._ordered.append(
            Fault(
                pattern=re.compile(requests),
                times=times,
                how=how,
                retry_after=retry_after,
                everywhere=everywhere,
            )
        )

    def end(self) -> None:
        """Remove all ordered failures."""
        self._ordered.clear()

    @property
    def left(self) -> int:
        """The number of requests that are still to fail."""
        return sum(fault.times for fault in self._ordered)

    def take(self, method: str, path: str) -> Fault | None:
        """Returns and counts the failure for a request, if one was ordered."""
        for fault in self._ordered:
            if fault.times and fault.pattern.match(f"{method} {path}"):
                fault.times -= 1
                return fault
        return None
