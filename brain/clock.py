"""Where the time comes from."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock, with an offset to look ahead: what will be remembered next year?"""

    def __init__(self, *, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Aware, UTC, in whole milliseconds, as the stores keep it."""
        now = datetime.now(UTC) + self._offset
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class ManualClock:
    """A clock that stands still until it is moved, for tests and replays."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Where it was moved last."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move it; backwards too, as real clocks sometimes do."""
        self._now += step
