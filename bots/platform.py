"""Defines what a chat platform is to the command that runs it."""

from typing import Protocol

from brain.errors import SiliconfriendError


class PlatformError(SiliconfriendError):
    """A platform cannot be served. Each platform defines its own kinds of this error."""


class Platform(Protocol):
    """A bot on one chat platform, which serves once, from its start to its stop."""

    @property
    def name(self) -> str:
        """The name of the platform, such as `discord`."""
        ...

    @property
    def is_healthy(self) -> bool:
        """Whether messages arrive; False for a dead gateway or a poll that keeps failing."""
        ...

    async def serve(self) -> None:
        """Connect and answer until `stop`. Raises PlatformError if that is not possible."""
        ...

    async def stop(self) -> None:
        """Take no new messages, finish those in progress, and disconnect.

        The caller limits the time that this may take.
        """
        ...
