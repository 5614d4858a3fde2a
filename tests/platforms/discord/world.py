"""The world that the wire server plays: people who write, press and leave."""

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
    User,
)


class World(Interactions):
    """One object for all that is on Discord; it survives the server.

    Make people and places with `user`, `guild`, `channel`, `thread`, `role`, `private_channel`.
    Have people act with `say`, `dm`, `edit`, `delete`, `slash`, `autocomplete`, `press`, `submit`,
    `join`, `leave`; each returns at once. See what came of it with `await until(predicate)`,
    `replies`, `seen`, and with what the records hold.
    """

    def file(
        self,
        filename: str,
        content: bytes,
        content_type: str = "text/plain",
        *,
        description: str | None = None,
    ) -> Attachment:
        """A file to send: to `say`, to `dm`, or as the value of a command's option."""
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
    ) -> Message:
        """The person writes in the channel; mentions are `user.mention`, `role.mention`, @everyone.

        `ping_reply=False` is the switch that people have beside a reply.
        """
        pings = pinged_ids(text, channel, reply_to=reply_to if ping_reply else None)
        draft = Draft(content=text, attachments=files)
        return self.post(author, channel, draft, pings=pings, reply_to=reply_to)

    def dm(
        self,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        files: Sequence[Attachment] = (),
    ) -> Message:
        """The person writes to the bot in private."""
        return self.say(user, self.dm_channel(user), text, reply_to=reply_to, files=files)

    def edit(self, message: Message, text: str) -> Message:
        """The author changes their message."""
        return self.revise(message, Draft(content=text, body={"content": text}))

    def delete(self, message: Message) -> None:
        """The author, or a moderator, deletes it."""
        self.remove(message)

    def join(self, user: User, guild: Guild) -> None:
        """The person comes to the guild."""
        guild.members[user.id] = user
        payload = {**payloads.member(user, guild), "guild_id": str(guild.id)}
        self.publish("GUILD_MEMBER_ADD", payload, guild=guild)

    def leave(self, user: User, guild: Guild) -> None:
        """The person leaves the guild."""
        del guild.members[user.id]
        payload = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self.publish("GUILD_MEMBER_REMOVE", payload, guild=guild)

    def remove_bot(self, guild: Guild) -> None:
        """The guild throws the bot out."""
        self.publish("GUILD_DELETE", {"id": str(guild.id)}, guild=guild)
        del guild.members[self.bot.id]

    def replies(self, where: Channel | User) -> list[Message]:
        """What the bot has written there and not deleted, in order; for a person, their DM."""
        channel = self.dm_channel(where) if isinstance(where, User) else where
        return [found for found in self.written(channel) if found.author is self.bot]

    def seen(self, by: User, channel: Channel) -> list[Message]:
        """All that this person sees there: of the ephemeral messages only their own."""
        return [
            found
            for found in self.written(channel)
            if not found.ephemeral or _is_for(by, found.interaction)
        ]

    def typed(self, where: Channel | User) -> int:
        """How often the bot has begun to type there."""
        channel = self.dm_channel(where) if isinstance(where, User) else where
        return sum(typing.channel is channel for typing in self.typings)


def _is_for(user: User, interaction: Interaction | None) -> bool:
    return interaction is not None and interaction.user.id == user.id
