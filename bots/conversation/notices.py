"""Sends people a screen that they did not ask for, at once or beside their next reply."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping

from bots.error_texts import log_unexpected
from bots.screens import Caller, Screen
from brain.accounts.copying import platform_of
from brain.errors import StoreError
from brain.messages import Place
from brain.ports.values import Values

log = logging.getLogger(__name__)

LIMIT_S = 10.0
"""Seconds that a platform may take; whoever caused the notice waits as long."""
KEPT_S = 7 * 86_400.0
"""Seconds that a notice waits for the person to write."""
_NAME = "notice:"
Send = Callable[[Place, Screen], Awaitable[None]]
"""Sends a screen to a place. Raises any error of the platform."""


class Notices:
    """Knows how the platforms of this process send a screen; there is one in a process.

    Where its platform does not send it, or is served by another process, the text of a notice is
    kept among the values of the person, without its buttons.
    """

    def __init__(self, values: Values) -> None:
        """Begin without platforms; `values` keep the notices that cannot be sent."""
        self._values = values
        self._senders: dict[str, Send] = {}

    def connect(self, platform: str, send: Send) -> None:
        """Have the notices for a platform sent by `send`, from now on."""
        self._senders[platform] = send

    async def send(self, to: Caller, screen: Screen) -> None:
        """Send a screen to a person in their place, or keep it; errors are logged."""
        send = self._senders.get(platform_of(to.place.id))
        try:
            if send is not None:
                async with asyncio.timeout(LIMIT_S):
                    await send(to.place, screen)
                    return
        except Exception as error:  # noqa: BLE001 whoever caused the notice is answered
            log_unexpected(log, "A notice could not be sent, and waits", error)
        try:
            name = f"{_NAME}{secrets.token_hex(8)}"
            await self._values.set(to.person.id, name, screen.text, ttl_s=KEPT_S)
        except StoreError:
            log.warning("A notice is lost: the store is away.")


def waiting_notices(values: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the notices among the values of a person, by name."""
    return {name: text for name, text in sorted(values.items()) if name.startswith(_NAME)}
