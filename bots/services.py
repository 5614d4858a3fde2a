"""Builds the services that the platforms of one process share, over one companion."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bots.conversation.access import Access
from bots.conversation.answering import CompanionMessageHandler
from bots.conversation.communities import Communities
from bots.conversation.notices import Notices
from bots.conversation.ports import MessageHandler
from bots.desk.button_codec import ButtonCodec
from bots.desk.dispatch import FrontDesk
from bots.desk.request import DeskContext
from bots.screens import Desk
from bots.settings.root import Settings
from brain.companion import Companion
from brain.messages import UTC_ZONE
from brain.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that a platform needs besides its own SDK; `bots.bootstrap.open_services` opens it."""

    companion: Companion
    desk: Desk
    message_handler: MessageHandler
    settings: Settings
    clock: Clock
    communities: Communities
    access: Access
    notices: Notices
    """Where a platform says how it sends people what they did not ask for."""


def build_services(
    companion: Companion,
    *,
    settings: Settings,
    persona: Callable[[str], str],
    reload: Callable[[], None] | None = None,
    zone: ZoneInfo = UTC_ZONE,
) -> Services:
    """Build the services over a companion, and connect them to one another.

    Args:
        companion: the companion; the services use its store and its clock.
        settings: the settings of the installation.
        persona: returns the persona in a language, as the companion speaks it.
        reload: reads the persona again from its files; None: there are no files to read.
        zone: the time zone of people who chose none.
    """
    store, clock = companion.store, companion.clock
    access = Access(store=store, settings=settings.access, clock=clock)
    communities = Communities(store.values, settings, clock=clock)
    notices = Notices(store.values)
    context = DeskContext(
        companion=companion,
        codec=ButtonCodec(store),
        communities=communities,
        access=access,
        notices=notices,
        settings=settings,
        persona=persona,
        reload=reload,
    )
    return Services(
        companion=companion,
        desk=FrontDesk(context),
        message_handler=CompanionMessageHandler(
            companion, access=access, communities=communities, zone=zone
        ),
        settings=settings,
        clock=clock,
        communities=communities,
        access=access,
        notices=notices,
    )
