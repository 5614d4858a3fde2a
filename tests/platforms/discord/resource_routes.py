"""The REST routes of channels, messages, users, guilds and the application."""

from tests.platforms.discord import payloads
from tests.platforms.discord.calls import Answer, Call, Refused, Route, not_empty
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.limits import Group
from tests.platforms.discord.mentions import pinged_ids
from tests.platforms.discord.records import Channel, Guild, Message, Payload, Typing, User
from tests.platforms.discord.world import World

MOST_MESSAGES = 50
"""The default length of a list of messages."""


class ResourceRoutes:
    """Answers all routes but those of commands and interactions."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._nonces: dict[tuple[int, str], Message] = {}
        self.shards = 1
        """The number of shards that `/gateway/bot` recommends."""

    def routes(self) -> list[Route]:
        messages, one = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{id}"
        return [
            Route(method="GET", template="/users/@me", do=self._me),
            Route(method="GET", template="/users/@me/guilds", do=self._guilds),
            Route(method="GET", template="/users/{user_id}", do=self._user),
            Route(method="POST", template="/users/@me/channels", do=self._open_dm),
            Route(method="GET", template="/oauth2/applications/@me", do=self._application),
            Route(method="GET", template="/applications/@me", do=self._application),
            Route(method="GET", template="/gateway", do=self._gateway_url),
            Route(method="GET", template="/gateway/bot", do=self._gateway_url),
            Route(method="GET", template="/guilds/{guild_id}", do=self._guild),
            Route(method="GET", template="/guilds/{guild_id}/members/{user_id}", do=self._member),
            Route(method="GET", template="/channels/{channel_id}", do=self._channel),
            Route(method="POST", template="/channels/{channel_id}/typing", do=self._typing),
            Route(method="POST", template="/channels/{channel_id}/threads", do=self._thread),
            Route(method="POST", template=f"{one}/threads", do=self._thread),
            Route(method="PUT", template="/channels/{id}/thread-members/@me", do=_nothing),
            Route(method="GET", template=messages, do=self._history),
            Route(method="POST", template=messages, do=self._create, group=Group.MESSAGES),
            Route(method="GET", template=one, do=self._message),
            Route(method="PATCH", template=one, do=self._edit, group=Group.EDITS),
            Route(method="DELETE", template=one, do=self._delete),
        ]

    def _me(self, _: Call) -> Answer:
        return {**payloads.user(self._world.bot), "verified": True, "mfa_enabled": False}

    def _guilds(self, _: Call) -> Answer:
        return [
            {"id": str(guild.id), "name": guild.name}
            for guild in self._world.guilds.values()
            if self._world.bot.id in guild.members
        ]

    def _user(self, call: Call) -> Answer:
        return payloads.user(self._find_user(call.id("user_id")))

    def _open_dm(self, call: Call) -> Answer:
        user = self._find_user(int(call.body["recipient_id"]))
        if user.bot:
            raise Refused(400, 50007, "Cannot send messages to this user")
        return payloads.channel(self._world.dm_channel(user), self._world.bot)

    def _application(self, _: Call) -> Answer:
        return {
            "id": str(self._world.bot.id),
            "name": self._world.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": payloads.user(self._world.owner),
            "team": None,
            "flags": self._gateway.flags,
            "bot": payloads.user(self._world.bot),
        }

    def _gateway_url(self, call: Call) -> Answer:
        url = {"url": f"{self._world.root.replace('http', 'ws', 1)}/gateway"}
        if call.path == "/gateway":
            return url
        start = {"total": 1_000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {**url, "shards": self.shards, "session_start_limit": start}

    def _guild(self, call: Call) -> Answer:
        return self._world.guild_payload(self._find_guild(call))

    def _member(self, call: Call) -> Answer:
        guild = self._find_guild(call)
        user = guild.members.get(call.id("user_id"))
        if user is None:
            raise Refused(404, 10007, "Unknown Member")
        return payloads.member(user, guild)

    def _channel(self, call: Call) -> Answer:
        return payloads.channel(self._find_channel(call), self._world.bot)

    def _typing(self, call: Call) -> None:
        channel = self._writable(call)
        self._world.typings.append(Typing(channel=channel, at=self._world.now()))

    def _thread(self, call: Call) -> Answer:
        channel = self._writable(call)
        below = self._find_message(call) if "id" in call.where else None
        thread = self._world.thread(channel, call.body["name"], below=below)
        return payloads.channel(thread, self._world.bot)

    def _history(self, call: Call) -> Answer:
        channel = self._find_channel(call)
        before = int(call.query.get("before", 1 << 63))
        after = int(call.query.get("after", 0))
        limit = int(call.query.get("limit", MOST_MESSAGES))
        found = [
            message
            for message in self._world.written(channel)
            if not message.ephemeral and after < message.id < before
        ]
        # Discord lists the newest first, whichever end it counts from.
        chosen = found[:limit] if "after" in call.query else found[-limit:]
        return [self._sent(message) for message in reversed(chosen)]

    def _create(self, call: Call) -> Answer:
        channel = self._writable(call)
        draft = call.draft()
        not_empty(draft)
        key = (channel.id, str(draft.body.get("nonce")))
        if draft.body.get("enforce_nonce") and key in self._nonces:
            # A message that is sent twice with one nonce is created once.
            return self._sent(self._nonces[key])
        reply_to = self._replied_to(call, channel)
        allowed = draft.body.get("allowed_mentions")
        pings = pinged_ids(draft.content, channel, allowed=allowed, reply_to=reply_to)
        message = self._world.post(
            self._world.bot,
            channel,
            draft,
            pings=pings,
            reply_to=reply_to,
            # Only answers to interactions can be ephemeral.
            flags=(draft.body.get("flags") or 0) & ~(1 << 6),
        )
        self._nonces[key] = message
        return self._sent(message)

    def _message(self, call: Call) -> Answer:
        return self._sent(self._find_message(call))

    def _edit(self, call: Call) -> Answer:
        message = self._find_message(call)
        if message.author is not self._world.bot:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        draft = call.draft()
        if not any(draft.body.get(part) for part in ("content", "embeds", "components")):
            kept = message.embeds or message.components or message.attachments
            if "content" in draft.body and not (kept or draft.attachments):
                raise Refused(400, 50006, "Cannot send an empty message")
        return self._sent(self._world.revise(message, draft))

    def _delete(self, call: Call) -> None:
        self._world.remove(self._find_message(call))

    def _sent(self, message: Message) -> Payload:
        return payloads.message(message, self._world.root)

    def _replied_to(self, call: Call, channel: Channel) -> Message | None:
        reference = call.body.get("message_reference")
        if not reference:
            return None
        found = self._world.messages.get(int(reference["message_id"]))
        if found is not None and found.channel is channel and not found.deleted:
            return found
        if reference.get("fail_if_not_exists", True):
            unknown = {"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message"}
            errors = {"message_reference": {"_errors": [unknown]}}
            raise Refused(400, 50035, "Invalid Form Body", **errors)
        return None

    def _find_user(self, user_id: int) -> User:
        if user_id not in self._world.users:
            raise Refused(404, 10013, "Unknown User")
        return self._world.users[user_id]

    def _find_guild(self, call: Call) -> Guild:
        guild = self._world.guilds.get(call.id("guild_id"))
        if guild is None or self._world.bot.id not in guild.members:
            raise Refused(404, 10004, "Unknown Guild")
        return guild

    def _find_channel(self, call: Call) -> Channel:
        channel = self._world.channels.get(call.id("channel_id"))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not self._world.sees(channel):
            raise Refused(403, 50001, "Missing Access")
        return channel

    def _writable(self, call: Call) -> Channel:
        channel = self._find_channel(call)
        if not channel.writable:
            raise Refused(403, 50013, "Missing Permissions")
        if not all(person.accepts_dms for person in channel.people):
            raise Refused(403, 50007, "Cannot send messages to this user")
        return channel

    def _find_message(self, call: Call) -> Message:
        channel = self._find_channel(call)
        message = self._world.messages.get(call.id("id"))
        if message is None or message.channel is not channel:
            raise Refused(404, 10008, "Unknown Message")
        if message.deleted or message.ephemeral:
            raise Refused(404, 10008, "Unknown Message")
        return message


def _nothing(_: Call) -> None:
    """Answer a route that has no effect here."""
