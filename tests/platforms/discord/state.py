"""What there is in the world, and how those who watch it hear of a change."""

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
    """Guilds, channels, people, messages, commands and sessions. It outlives its server."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        """Without a clock, ids and times follow the machine's."""
        super().__init__()
        self._clock = clock or SystemClock()
        self._last_id = 0
        self.root = ""
        """The address of the server that plays this world, or played it last."""
        self.bot = User(id=self.new_id(), name="Friend", bot=True)
        self.owner = User(id=self.new_id(), name="Owner")
        """Of the application."""
        self.users: dict[int, User] = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        """Every message of every channel, the ephemeral and the deleted ones too, in order."""
        self._by_channel: dict[int, list[Message]] = {}
        self.files: dict[int, Attachment] = {}
        """What the CDN serves."""
        self.typings: list[Typing] = []
        self.interactions: dict[str, Interaction] = {}
        """By token."""
        self.commands: dict[int | None, list[Payload]] = {None: []}
        """Registered application commands: the global ones under None, a guild's under its id."""
        self.sessions = Sessions(self)

    def written(self, channel: Channel) -> list[Message]:
        """What stands there, the ephemeral messages too, in order."""
        there = self._by_channel.get(channel.id, [])
        return [message for message in there if not message.deleted]

    def now(self) -> datetime:
        return self._clock.now()

    def new_id(self) -> int:
        """A snowflake: it tells the time, and no two are the same."""
        milliseconds = (self.now() - EPOCH) // timedelta(milliseconds=1)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def user(self, name: str, *, locale: str = "en-US", bot: bool = False) -> User:
        """A new person. `locale` is Discord's own, such as en-US or zh-CN."""
        user = User(id=self.new_id(), name=name, locale=locale, bot=bot)
        self.users[user.id] = user
        return user

    def guild(self, name: str, *members: User, locale: str = "en-US", bot: bool = True) -> Guild:
        """A new guild. Without the bot it is one where people brought the app along."""
        owner = members[0] if members else self.owner
        guild = Guild(id=self.new_id(), name=name, owner=owner, locale=locale)
        guild.members = {user.id: user for user in (*members, *([self.bot] if bot else ()))}
        self.guilds[guild.id] = guild
        self.publish("GUILD_CREATE", self.guild_payload(guild), guild=guild)
        return guild

    def role(self, guild: Guild, name: str, *members: User) -> Role:
        """A new role of the guild. Make it before the bot comes: no event tells of it."""
        role = Role(id=self.new_id(), name=name, members={user.id for user in members})
        guild.roles[role.id] = role
        return role

    def channel(self, guild: Guild, name: str, *, writable: bool = True) -> Channel:
        """A new text channel."""
        channel = Channel(
            id=self.new_id(), kind=Kind.TEXT, name=name, guild=guild, writable=writable
        )
        self.channels[channel.id] = channel
        self.publish("CHANNEL_CREATE", payloads.channel(channel, self.bot), guild=guild)
        return channel

    def thread(self, parent: Channel, name: str, *, below: Message | None = None) -> Channel:
        """A new public thread; one below a message has its id."""
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
        """The DM of this person with the bot; the same one each time."""
        for channel in self.channels.values():
            if channel.kind is Kind.DM and channel.people == (self.bot, user):
                return channel
        return self._private(Kind.DM, self.bot, user)

    def private_channel(self, *people: User) -> Channel:
        """A DM or a group of others: the bot sees only what is asked of it there by a command."""
        return self._private(Kind.DM if len(people) == 2 else Kind.GROUP, *people)

    def _private(self, kind: Kind, *people: User) -> Channel:
        channel = Channel(id=self.new_id(), kind=kind, people=people)
        self.channels[channel.id] = channel
        return channel

    def sees(self, channel: Channel) -> bool:
        """Whether the bot is in the channel."""
        there = channel.guild.members.values() if channel.guild else channel.people
        return any(person.id == self.bot.id for person in there)

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
    ) -> Message:
        """Write a message, and tell those who may see it."""
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
        )
        self.messages[message.id] = message
        self._by_channel.setdefault(channel.id, []).append(message)
        self._tell("MESSAGE_CREATE", message)
        return message

    def revise(self, message: Message, draft: Draft) -> Message:
        """Change what the draft names of the message, and tell those who may see it."""
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
        """Delete it; the world keeps it, with `deleted`."""
        message.deleted = True
        self._tell("MESSAGE_DELETE", message)

    def publish(self, event: str, data: Payload, *, guild: Guild | None = None) -> None:
        """Send an event to the shard that serves the guild, or to the one that serves DMs.

        Nobody hears of a guild without the bot.
        """
        if guild is None or self.bot.id in guild.members:
            self.sessions.publish(event, data, guild.id if guild else None)
        self.changed()

    def guild_payload(self, guild: Guild) -> Payload:
        """What GUILD_CREATE carries."""
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
        """What was written and asked last."""
        messages = deque(self.messages.values(), maxlen=8)
        said = [f"{found.author.name}: {found.content!r} ({found.flags})" for found in messages]
        asked = deque(self.interactions.values(), maxlen=4)
        answers = [f"{found.asked.name} answered with {found.answered}" for found in asked]
        return "\n".join([*said, *answers, *self.sessions.tail()]) or "nothing at all"
