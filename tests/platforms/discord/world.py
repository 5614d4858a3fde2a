"""The simulated Discord without sockets: people who write, edit, delete, join and leave."""

from collections.abc import Sequence

from tests.platforms.discord import payloads
from tests.platforms.discord.interactions import Interactions
from tests.platforms.discord.mentions import pinged_ids
from tests.platforms.discord.records import (
    Attachment,
    Channel,
    Draft,
    Guild,
    Interaction,
    Message,
    Payload,
    User,
)


class World(Interactions):
    """The whole simulated Discord, which outlives the server.

    `user`, `guild`, `channel`, `thread`, `role` and `private_channel` make people and places.
    People act by `say`, `dm`, `edit`, `delete`, `slash`, `autocomplete`, `press`, `submit`, `join`
    and `leave`, each of which returns at once. `await until(predicate)` waits for results, which
    `replies`, `seen` and the records show.
    """

    def file(
        self,
        filename: str,
        content: bytes,
        content_type: str = "text/plain",
        *,
        description: str | None = None,
    ) -> Attachment:
        """Makes a file for `say`, `dm` or the option of a command."""
        file = Attachment(
            id=self.new_id(),
            filename=filename,
            content=content,
            content_type=content_type,
            description=description,
        )
        self.files[file.id] = file
        return file

    def say(
        self,
        author: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        files: Sequence[Attachment] = (),
        ping_reply: bool = True,
        extra: Payload | None = None,
        forwards: Message | None = None,
    ) -> Message:
        """Writes a message of a person in a channel.

        Args:
            author: the person.
            channel: the channel.
            text: the text; mentions are `user.mention`, `role.mention` and @everyone.
            reply_to: the message that is replied to, if any.
            files: the attachments.
            ping_reply: whether the reply pings the author of that message.
            extra: what else the message has, as the API tells it.
            forwards: the message that is forwarded, if any.
        """
        pings = pinged_ids(text, channel, reply_to=reply_to if ping_reply else None)
        draft = Draft(content=text, attachments=files)
        return self.post(
            author, channel, draft, pings=pings, reply_to=reply_to, extra=extra, forwards=forwards
        )

    def dm(
        self,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        files: Sequence[Attachment] = (),
    ) -> Message:
        """Writes a direct message of a person to the bot."""
        return self.say(user, self.dm_channel(user), text, reply_to=reply_to, files=files)

    def edit(self, message: Message, text: str) -> Message:
        """Changes the text of a message in the name of its author."""
        return self.revise(message, Draft(content=text, body={"content": text}))

    def delete(self, message: Message) -> None:
        """Delete a message in the name of its author or a moderator."""
        self.remove(message)

    def join(self, user: User, guild: Guild) -> None:
        """Let a person join a guild."""
        guild.members[user.id] = user
        payload = {**payloads.member(user, guild), "guild_id": str(guild.id)}
        self.publish("GUILD_MEMBER_ADD", payload, guild=guild)

    def leave(self, user: User, guild: Guild) -> None:
        """Let a person leave a guild."""
        del guild.members[user.id]
        payload = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self.publish("GUILD_MEMBER_REMOVE", payload, guild=guild)

    def remove_bot(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        self.publish("GUILD_DELETE", {"id": str(guild.id)}, guild=guild)
        del guild.members[self.bot.id]

    def replies(self, where: Channel | User) -> list[Message]:
        """Returns the bot's messages in a channel or a person's DM, without deleted ones."""
        channel = self.dm_channel(where) if isinstance(where, User) else where
        return [found for found in self.written(channel) if found.author is self.bot]

    def seen(self, by: User, channel: Channel) -> list[Message]:
        """Returns the messages that a person sees: of the ephemeral ones only their own."""
        return [
            found
            for found in self.written(channel)
            if not found.ephemeral or _is_for(by, found.interaction)
        ]

    def typed(self, where: Channel | User) -> int:
        """Returns how often the bot has shown a typing indicator in a channel or a person's DM."""
        channel = self.dm_channel(where) if isinstance(where, User) else where
        return sum(typing.channel is channel for typing in self.typings)


def _is_for(user: User, interaction: Interaction | None) -> bool:
    return interaction is not None and interaction.user.id == user.id
