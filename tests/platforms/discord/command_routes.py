"""The REST routes by which the bot registers its commands."""

from typing import Any

from tests.platforms.discord.calls import Answer, Call, Refused, Route
from tests.platforms.discord.records import Payload
from tests.platforms.discord.world import World


class CommandRoutes:
    """Answers the routes for global commands and for those of guilds.

    A command that is registered again under its name keeps its id.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        everywhere = "/applications/{application_id}/commands"
        guild = "/applications/{application_id}/guilds/{guild_id}/commands"
        return [
            route
            for template in (everywhere, guild)
            for route in (
                Route(method="GET", template=template, do=self._all),
                Route(method="PUT", template=template, do=self._replace),
                Route(method="POST", template=template, do=self._add),
                Route(method="DELETE", template=f"{template}/{{id}}", do=self._delete),
            )
        ]

    def _all(self, call: Call) -> Answer:
        return self._there(call)

    def _replace(self, call: Call) -> Answer:
        fresh = [self._stored(call, found) for found in call.body or ()]
        self._world.commands[self._place(call)] = fresh
        return fresh

    def _add(self, call: Call) -> Answer:
        stored = self._stored(call, call.body)
        others = [found for found in self._there(call) if found["id"] != stored["id"]]
        self._world.commands[self._place(call)] = [*others, stored]
        return stored

    def _delete(self, call: Call) -> None:
        left = [found for found in self._there(call) if found["id"] != call.where["id"]]
        if len(left) == len(self._there(call)):
            raise Refused(404, 10063, "Unknown application command")
        self._world.commands[self._place(call)] = left

    def _place(self, call: Call) -> int | None:
        return call.id("guild_id") if "guild_id" in call.where else None

    def _there(self, call: Call) -> list[Payload]:
        return self._world.commands.setdefault(self._place(call), [])

    def _stored(self, call: Call, command: dict[str, Any]) -> Payload:
        known = {(found["name"], found["type"]): found["id"] for found in self._there(call)}
        key = (command["name"], command.get("type", 1))
        place = self._place(call)
        return {
            "default_member_permissions": None,
            "nsfw": False,
            "description": "",
            **command,
            "type": key[1],
            "id": known.get(key) or str(self._world.new_id()),
            "application_id": str(self._world.bot.id),
            "version": str(self._world.new_id()),
            **({"guild_id": str(place)} if place else {}),
        }
