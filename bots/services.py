"""What the platforms of one process share, and how it is put together over a companion."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bots.conversation.access import Access
from bots.conversation.answering import CompanionMessageHandler
from bots.conversation.communities import Communities
from bots.conversation.ports import MessageHandler
from bots.desk.buttons import ButtonCodec
from bots.desk.desk import FrontDesk
from bots.desk.request import DeskContext
from bots.screens import Desk
from bots.settings.root import Settings
from brain.companion import Companion
from brain.messages import UTC_ZONE
from brain.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that a platform is given: the brain, the desk, who answers, and who may be answered.

    `bots.bootstrap.open_services` opens and closes them.
    """

    companion: Companion
    desk: Desk
    message_handler: MessageHandler
    settings: Settings
    clock: Clock
    communities: Communities
    access: Access


def build_services(
    companion: Companion,
    *,
    settings: Settings,
    persona: Callable[[str], str],
    reload: Callable[[], None] | None = None,
    zone: ZoneInfo = UTC_ZONE,
) -> Services:
    """Make the services over a companion, wired to one another.

    Args:
        companion: with its store and its clock.
        settings: of the installation.
        persona: its text by language, as the companion has it.
        reload: reads that anew; None: it cannot be.
        zone: of people who chose none.
    """
    store, clock = companion.store, companion.clock
    access = Access(store=store, settings=settings.access, clock=clock)
    communities = Communities(store.values, settings, clock=clock)
    context = DeskContext(
        companion=companion,
        codec=ButtonCodec(store),
        communities=communities,
        access=access,
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
    )
