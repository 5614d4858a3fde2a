"""What a platform is to the command that runs it."""

from typing import Protocol

from brain.errors import SiliconfriendError


class PlatformError(SiliconfriendError):
    """A platform cannot be served; the kinds of it stand with the platforms, each a sentence."""


class Platform(Protocol):
    """A connection to Discord, Telegram, ...: start, serve, stop."""

    @property
    def name(self) -> str:
        """Such as `discord`."""
        ...

    @property
    def is_healthy(self) -> bool:
        """False as soon as nothing arrives any more: a dead gateway, a poll that always fails."""
        ...

    async def serve(self) -> None:
        """Connect and answer until `stop`. Raises PlatformError with one sentence if it cannot."""
        ...

    async def stop(self) -> None:
        """Take nothing new, let what is in flight finish (the caller bounds the time), let go."""
        ...
