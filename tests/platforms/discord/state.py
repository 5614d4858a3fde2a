"""The state of the simulated Discord, and the events that changes of it cause."""

from collections import deque
from datetime import UTC, datetime, timedelta

from brain.clock import SystemClock
from brain.ports import Clock
from tests.platforms.discord import payloads
from tests.platforms.discord.change_notifier import ChangeNotifier
from tests.platforms.discord.records import (
    Attachment,
    Channel,
    Draft,
    Guild,
    Interaction,
    Kind,
    Message,
    Payload,
    Role,
    Typing,
    User,
)
from tests.platforms.discord.sessions import Sessions

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class State(ChangeNotifier):
    """Guilds, channels, people, messages, commands and sessions, which outlive the server."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        """Starts empty, with the clock given for ids and times, or else with the machine's."""
        super().__init__()
        self._clock = clock or SystemClock()
        self._last_id = 0
        self.root = ""
        """The address of the server that serves this world now, or did so last."""
        self.bot = User(id=self.new_id(), name="Friend", bot=True)
        self.owner = User(id=self.new_id(), name="Owner")
        """The owner of the application."""
        self.users: dict[int, User] = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        """All messages in order, including the ephemeral and the deleted ones."""
        self._by_channel: dict[int, list[Message]] = {}
        self.files: dict[int, Attachment] = {}
        """The files of messages by id, which the server serves."""
        self.typings: list[Typing] = []
        self.interactions: dict[str, Interaction] = {}
        """Interactions by token."""
        self.commands: dict[int | None, list[Payload]] = {None: []}
        """The registered commands by the guild's id; None stands for global commands."""
        self.sessions = Sessions(self)

    def written(self, channel: Channel) -> list[Message]:
        """Returns the messages of a channel that were not deleted, including ephemeral ones."""
        messages = self._by_channel.get(channel.id, [])
        return [message for message in messages if not message.deleted]

    def now(self) -> datetime:
        return self._clock.now()

    def new_id(self) -> int:
        """Returns a new snowflake, which holds the time."""
        milliseconds = (self.now() - EPOCH) // timedelta(milliseconds=1)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def user(self, name: str, *, locale: str = "en-US", bot: bool = False) -> User:
        """Makes a new person; `locale` is one of Discord's, such as en-US or zh-CN."""
        user = User(id=self.new_id(), name=name, locale=locale, bot=bot)
        self.users[user.id] = user
        return user

    def guild(self, name: str, *members: User, locale: str = "en-US", bot: bool = True) -> Guild:
        """Makes a new guild; without the bot, its members can use the app if they installed it."""
        owner = members[0] if members else self.owner
        guild = Guild(id=self.new_id(), name=name, owner=owner, locale=locale)
        guild.members = {user.id: user for user in (*members, *([self.bot] if bot else ()))}
        self.guilds[guild.id] = guild
        self.publish("GUILD_CREATE", self.guild_payload(guild), guild=guild)
        return guild

    def role(self, guild: Guild, name: str, *members: User) -> Role:
        """Makes a new role without an event, so it must exist before the bot connects."""
        role = Role(id=self.new_id(), name=name, members={user.id for user in members})
        guild.roles[role.id] = role
        return role

    def channel(self, guild: Guild, name: str, *, writable: bool = True) -> Channel:
        """Makes a new text channel."""
        channel = Channel(
            id=self.new_id(), kind=Kind.TEXT, name=name, guild=guild, writable=writable
        )
        self.channels[channel.id] = channel
        self.publish("CHANNEL_CREATE", payloads.channel(channel, self.bot), guild=guild)
        return channel

    def thread(self, parent: Channel, name: str, *, below: Message | None = None) -> Channel:
        """Makes a new public thread; one below a message has the id of the message."""
        thread = Channel(
            id=below.id if below else self.new_id(),
            kind=Kind.THREAD,
            name=name,
            guild=parent.guild,
            parent=parent,
        )
        self.channels[thread.id] = thread
        payload = {**payloads.channel(thread, self.bot), "newly_created": True}
        self.publish("THREAD_CREATE", payload, guild=parent.guild)
        return thread

    def dm_channel(self, user: User) -> Channel:
        """Returns the person's DM channel with the bot, the same one each time."""
        for channel in self.channels.values():
            if channel.kind is Kind.DM and channel.people == (self.bot, user):
                return channel
        return self._private(Kind.DM, self.bot, user)

    def private_channel(self, *people: User) -> Channel:
        """Makes a DM or group of other people, where only commands reach the bot."""
        return self._private(Kind.DM if len(people) == 2 else Kind.GROUP, *people)

    def _private(self, kind: Kind, *people: User) -> Channel:
        channel = Channel(id=self.new_id(), kind=kind, people=people)
        self.channels[channel.id] = channel
        return channel

    def sees(self, channel: Channel) -> bool:
        """Returns whether the bot is in the channel."""
        members = channel.guild.members.values() if channel.guild else channel.people
        return any(person.id == self.bot.id for person in members)

    def post(
        self,
        author: User,
        channel: Channel,
        draft: Draft,
        *,
        pings: frozenset[int],
        reply_to: Message | None = None,
        flags: int = 0,
        interaction: Interaction | None = None,
        extra: Payload | None = None,
        forwards: Message | None = None,
    ) -> Message:
        """Adds a message to a channel, and sends the event to the bot if it may see it."""
        content = draft.content.strip()
        message = Message(
            id=self.new_id(),
            channel=channel,
            author=author,
            content=content,
            revisions=[content],
            at=self.now(),
            attachments=draft.attachments,
            embeds=draft.body.get("embeds") or (),
            components=draft.body.get("components") or (),
            reply_to=reply_to,
            pings=pings,
            flags=flags,
            interaction=interaction,
            extra=extra or {},
            forwards=forwards,
        )
        self.messages[message.id] = message
        self._by_channel.setdefault(channel.id, []).append(message)
        self._tell("MESSAGE_CREATE", message)
        return message

    def revise(self, message: Message, draft: Draft) -> Message:
        """Changes the parts of a message that a draft has, and sends the event to the bot."""
        body = draft.body
        if "content" in body:
            message.content = draft.content.strip()
        message.revisions.append(message.content)
        if "embeds" in body:
            message.embeds = body["embeds"] or ()
        if "components" in body:
            message.components = body["components"] or ()
        if "attachments" in body:
            kept = {int(found["id"]) for found in body["attachments"] or ()}
            message.attachments = [
                *(found for found in message.attachments if found.id in kept),
                *draft.attachments,
            ]
        elif draft.attachments:
            message.attachments = [*message.attachments, *draft.attachments]
        message.edited_at = self.now()
        self._tell("MESSAGE_UPDATE", message)
        return message

    def remove(self, message: Message) -> None:
        """Mark a message as deleted, and send the event to the bot."""
        message.deleted = True
        self._tell("MESSAGE_DELETE", message)

    def publish(self, event: str, data: Payload, *, guild: Guild | None = None) -> None:
        """Send an event to the shard of a guild, or to the one for DMs without a guild.

        Events of a guild without the bot are not sent.
        """
        if guild is None or self.bot.id in guild.members:
            self.sessions.publish(event, data, guild.id if guild else None)
        self.changed()

    def guild_payload(self, guild: Guild) -> Payload:
        """Returns the payload of GUILD_CREATE."""
        return payloads.guild(guild, self.channels.values(), self.bot)

    def _tell(self, event: str, message: Message) -> None:
        if message.ephemeral or not self.sees(message.channel):
            self.changed()
            return
        guild = message.channel.guild
        if event == "MESSAGE_DELETE":
            payload = {"id": str(message.id), "channel_id": str(message.channel.id)}
            payload |= {"guild_id": str(guild.id)} if guild else {}
        else:
            payload = payloads.event(message, self.root)
        self.publish(event, payload, guild=guild)

    def tail(self) -> str:
        """Returns the last messages and interactions as text."""
        messages = deque(self.messages.values(), maxlen=8)
        said = [f"{found.author.name}: {found.content!r} ({found.flags})" for found in messages]
        asked = deque(self.interactions.values(), maxlen=4)
        answers = [f"{found.asked.name} answered with {found.answered}" for found in asked]
        return "\n".join([*said, *answers, *self.sessions.tail()]) or "nothing at all"
