"""A house over a companion: the rules, the desk and whoever answers, wired to one another."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bots.conversation.access import Rules
from bots.conversation.answering import Replying
from bots.conversation.communities import Communities
from bots.desk.buttons import Actions
from bots.desk.desk import FrontDesk
from bots.desk.request import Kit
from bots.services import House
from bots.settings.root import Settings
from brain.companion import Companion
from brain.messages import UTC_ZONE


def furnished(
    companion: Companion,
    *,
    settings: Settings,
    persona: Callable[[str], str],
    reload: Callable[[], None] | None = None,
    zone: ZoneInfo = UTC_ZONE,
) -> House:
    """All that the platforms of one process share.

    Args:
        companion: with its store and its clock.
        settings: of the installation.
        persona: its text by language, as the companion has it.
        reload: reads that anew; None: it cannot be.
        zone: of people who chose none.
    """
    store, clock = companion.store, companion.clock
    rules = Rules(store=store, settings=settings.access, clock=clock)
    communities = Communities(store, settings, clock=clock)
    kit = Kit(
        companion=companion,
        actions=Actions(store),
        communities=communities,
        rules=rules,
        settings=settings,
        persona=persona,
        reload=reload,
    )
    return House(
        companion=companion,
        desk=FrontDesk(kit),
        answering=Replying(companion, rules=rules, communities=communities, zone=zone),
        settings=settings,
        clock=clock,
        communities=communities,
        rules=rules,
    )
