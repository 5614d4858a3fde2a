"""What goes wrong on demand, on the side of REST."""

import re
from dataclasses import dataclass
from enum import Enum


class Drop(Enum):
    """When the connection is cut, in the place of an answer."""

    UNHEARD = "before the request is done"
    UNANSWERED = "after it is done: nobody can tell whether it was"


@dataclass(slots=True, kw_only=True)
class Fault:
    """So many requests that match get this answer."""

    pattern: re.Pattern[str]
    times: int
    how: int | Drop
    retry_after: float
    everywhere: bool


class Faults:
    """Faults that were ordered, the oldest first."""

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
        r"""The next `times` requests that match fail.

        `requests` is a regular expression for method and path, such as `PATCH` or
        `POST /channels/\d+/messages`. `how` is a status (429, 500, 502, 503) or a Drop.
        `retry_after` (seconds) and `everywhere` (the global limit) are for 429.
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
        """No more faults."""
        self._ordered.clear()

    @property
    def left(self) -> int:
        """How many requests are still to fail."""
        return sum(fault.times for fault in self._ordered)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if there is one; it is used up."""
        for fault in self._ordered:
            if fault.times and fault.pattern.match(f"{method} {path}"):
                fault.times -= 1
                return fault
        return None
