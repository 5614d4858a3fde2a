"""Sends commands, button presses, modals and autocompletions as Discord's own client does."""

import secrets
from collections.abc import Iterable, Mapping, Sequence

from tests.platforms.discord import payloads
from tests.platforms.discord.command_options import (
    Options,
    Value,
    find_option,
    given_option,
    missing_options,
)
from tests.platforms.discord.records import (
    Attachment,
    Channel,
    Interaction,
    InteractionType,
    Kind,
    Message,
    Payload,
    User,
    flat,
)
from tests.platforms.discord.state import State

_SUBCOMMAND = (1, 2)


class Interactions(State):
    """The part of the world in which people use commands and components."""

    def slash(
        self, user: User, channel: Channel, command: str, options: Options | None = None
    ) -> Interaction:
        """Sends a registered command of a person, such as `/memories` or `/admin status`.

        Raises:
            LookupError: Discord's client would not send it: the command is not registered or not
                allowed in this kind of place, or an option is unknown, missing or of a wrong type.
        """
        registered, path = self._registered(command, channel)
        data, leaf = self._command_data(registered, path, options or {}, channel)
        if missing := missing_options(leaf, options or {}):
            raise LookupError(f"{command} needs {missing}")
        return self._ask(InteractionType.COMMAND, user, channel, data)

    def autocomplete(
        self,
        user: User,
        channel: Channel,
        command: str,
        *,
        option: str,
        typed: str,
        others: Options | None = None,
    ) -> Interaction:
        """Types into an option with autocompletion; `Interaction.choices` holds the suggestions."""
        registered, path = self._registered(command, channel)
        data, leaf = self._command_data(registered, path, others or {}, channel)
        wanted = find_option(leaf, option)
        if not wanted.get("autocomplete"):
            raise LookupError(f"{option} of {command} has no autocompletion")
        inner = data
        for _ in path:
            inner = inner["options"][0]
        focused = {"name": option, "type": wanted["type"], "value": typed, "focused": True}
        inner["options"] = [*inner.get("options", ()), focused]
        return self._ask(InteractionType.AUTOCOMPLETE, user, channel, data)

    def press(
        self, user: User, message: Message, component: str, values: Sequence[str] = ()
    ) -> Interaction:
        """Presses a button, found by label or custom_id, or chooses from a menu.

        Raises:
            LookupError: the component does not exist, is disabled, or offers no such value.
        """
        found = message.component(component)
        if found.get("disabled"):
            raise LookupError(f"{component!r} is disabled")
        if message.deleted:
            raise LookupError("the message is deleted")
        offered = {option["value"] for option in found.get("options", ())}
        if offered and not set(values) <= offered:
            raise LookupError(f"{component!r} offers {sorted(offered)}")
        data: Payload = {"custom_id": found["custom_id"], "component_type": found["type"]}
        if values or offered:
            data["values"] = list(values)
        return self._ask(InteractionType.COMPONENT, user, message.channel, data, source=message)

    def submit(self, asked: Interaction, fields: Mapping[str, str]) -> Interaction:
        """Fills in and sends the modal that an interaction has opened, which closes it.

        Args:
            asked: the interaction.
            fields: values by custom_id or label; a field that is left out keeps its value.

        Raises:
            LookupError: no modal is open.
        """
        modal, asked.modal = asked.modal, None
        if modal is None:
            raise LookupError("no modal is open")
        rows = []
        for row in modal["components"]:
            inputs = [found for found in flat([row]) if found["type"] == 4]
            answers = [self._filled(found, row, fields) for found in inputs]
            # An action row holds a list of components, a label holds one.
            rows.append(
                {"type": 1, "components": answers}
                if row["type"] == 1
                else {"type": row["type"], "id": 1, "component": answers[0]}
            )
        data = {"custom_id": modal["custom_id"], "components": rows}
        return self._ask(
            InteractionType.MODAL, asked.user, asked.channel, data, source=asked.source
        )

    def _filled(self, found: Payload, row: Payload, fields: Mapping[str, str]) -> Payload:
        names = [str(of[key]) for of in (found, row) for key in ("custom_id", "label") if key in of]
        value = next((fields[name] for name in names if name in fields), found.get("value", ""))
        return {"type": 4, "id": 1, "custom_id": found["custom_id"], "value": value}

    def _ask(
        self,
        asked: InteractionType,
        user: User,
        channel: Channel,
        data: Payload,
        *,
        source: Message | None = None,
    ) -> Interaction:
        interaction = Interaction(
            id=self.new_id(),
            token=secrets.token_urlsafe(40),
            asked=asked,
            user=user,
            channel=channel,
            data=data,
            source=source,
        )
        self.interactions[interaction.token] = interaction
        guild = channel.guild
        # In a guild without the bot, the interaction comes by the person's own installation.
        guild_id = guild.id if guild and self.sees(channel) else None
        self.sessions.publish("INTERACTION_CREATE", self._event(interaction), guild_id)
        self.changed()
        return interaction

    def _event(self, asked: Interaction) -> Payload:
        guild = asked.channel.guild
        installed = self.sees(asked.channel)
        owners = {"0": str(guild.id if guild else 0)} if installed else {"1": str(asked.user.id)}
        payload: Payload = {
            "id": str(asked.id),
            "application_id": str(self.bot.id),
            "type": int(asked.asked),
            "token": asked.token,
            "version": 1,
            "data": asked.data,
            "channel_id": str(asked.channel.id),
            "channel": payloads.channel(asked.channel, self.bot),
            "locale": asked.user.locale,
            "app_permissions": payloads.ALL_PERMISSIONS,
            "attachment_size_limit": 10 * 1024 * 1024,
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "context": self._context(asked.channel),
        }
        if guild is None:
            payload["user"] = payloads.user(asked.user)
        else:
            payload["guild_id"] = str(guild.id)
            payload["guild_locale"] = guild.locale
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            payload["member"] = payloads.member(asked.user, guild)
        if asked.source is not None:
            payload["message"] = payloads.message(asked.source, self.root)
        return payload

    def _context(self, channel: Channel) -> int:
        if channel.guild:
            return 0
        return 1 if self.sees(channel) else 2

    def _registered(self, command: str, channel: Channel) -> tuple[Payload, list[str]]:
        name, *path = command.removeprefix("/").split()
        guild_id = channel.guild.id if channel.guild else None
        there = [*self.commands.get(guild_id, ()), *self.commands[None]]
        for found in there:
            if found["name"] == name and found.get("type", 1) == 1:
                self._allowed(found, channel)
                return found, path
        raise LookupError(f"/{name} is not registered, only {[found['name'] for found in there]}")

    def _allowed(self, command: Payload, channel: Channel) -> None:
        contexts = command.get("contexts")
        context = self._context(channel)
        if contexts is not None and context not in contexts:
            raise LookupError(f"/{command['name']} is for contexts {contexts}, not {context}")
        needed = 0 if self.sees(channel) else 1
        if needed not in (command.get("integration_types") or [0]) and channel.kind is not Kind.DM:
            raise LookupError(f"/{command['name']} is not for installation {needed}")

    def _command_data(
        self, command: Payload, path: Sequence[str], options: Options, channel: Channel
    ) -> tuple[Payload, Payload]:
        """Return the data of the interaction, and the command or subcommand with the options."""
        leaf = command
        steps: list[Payload] = []
        for name in path:
            leaf = find_option(leaf, name)
            steps.append({"name": name, "type": leaf["type"]})
        if any(option["type"] in _SUBCOMMAND for option in leaf.get("options", ())):
            raise LookupError(f"/{command['name']} wants one of its subcommands")
        given = [given_option(leaf, name, value) for name, value in options.items()]
        for step in reversed(steps):
            given = [step | ({"options": given} if given else {})]
        data: Payload = {"id": command["id"], "name": command["name"], "type": 1}
        data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        if given:
            data["options"] = given
        if resolved := self._resolved(options.values(), channel):
            data["resolved"] = resolved
        return data, leaf

    def _resolved(self, values: Iterable[Value], channel: Channel) -> Payload:
        resolved: Payload = {}
        for value in values:
            if isinstance(value, User):
                resolved.setdefault("users", {})[str(value.id)] = payloads.user(value)
                if channel.guild:
                    member = payloads.member(value, channel.guild, with_user=False)
                    resolved.setdefault("members", {})[str(value.id)] = member
            elif isinstance(value, Channel):
                found = payloads.channel(value, self.bot)
                resolved.setdefault("channels", {})[str(value.id)] = found
            elif isinstance(value, Attachment):
                sent = payloads.attachment(value, channel, self.root)
                resolved.setdefault("attachments", {})[str(value.id)] = sent
        return resolved
