"""The clocks that fulfil `brain.ports.Clock`: the machine's, and one that is set by hand."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock, with an offset to preview what will be remembered at a later time."""

    def __init__(self, *, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the time in UTC, in whole milliseconds, which is what stores keep."""
        now = datetime.now(UTC) + self._offset
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class ManualClock:
    """A clock that stands still until it is moved, for tests and replays."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the time that the clock was last set to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock; a negative step moves it back, as real clocks sometimes are."""
        self._now += step
