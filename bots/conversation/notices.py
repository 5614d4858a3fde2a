"""Sends people a screen that they did not ask for, by the platform of the place that it goes to."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bots.error_texts import log_unexpected
from bots.screens import Screen
from brain.accounts.copying import platform_of
from brain.messages import Place

log = logging.getLogger(__name__)

LIMIT_S = 10.0
"""Seconds that a platform may take; whoever caused the notice waits as long."""
Send = Callable[[Place, Screen], Awaitable[None]]
"""Sends a screen to a place. Raises any error of the platform."""


class Notices:
    """Knows how the platforms of this process send a screen; there is one in a process.

    A notice may be lost: its platform may be served by another process, or not answer. What a
    person has to know before they decide belongs on the screen where they decide as well.
    """

    def __init__(self) -> None:
        self._senders: dict[str, Send] = {}

    def connect(self, platform: str, send: Send) -> None:
        """Have the notices for a platform sent by `send`, from now on."""
        self._senders[platform] = send

    async def send(self, place: Place, screen: Screen) -> None:
        """Send a screen to a place, if a platform of this process can; errors are logged."""
        send = self._senders.get(platform_of(place.id))
        if send is None:
            return
        try:
            async with asyncio.timeout(LIMIT_S):
                await send(place, screen)
        except Exception as error:  # noqa: BLE001 whoever caused the notice is answered
            log_unexpected(log, "A notice could not be sent", error)
