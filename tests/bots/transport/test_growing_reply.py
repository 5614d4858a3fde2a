"""A reply that grows in messages of a limited length."""

from bots.transport.streaming import GrowingReply


class Channel:
    """Messages by number, and what was asked of it."""

    def __init__(self) -> None:
        self.messages: dict[int, str] = {}
        self.requests: list[str] = []
        self._sent = 0

    async def send(self, piece: str, *, number: int, again: bool) -> int:
        self.requests.append(f"send {number}{' again' if again else ''}")
        self._sent += 1
        self.messages[self._sent] = piece
        return self._sent

    async def edit(self, message: int, piece: str) -> bool:
        self.requests.append(f"edit {message}")
        if message not in self.messages:
            return False
        self.messages[message] = piece
        return True

    async def delete(self, message: int) -> None:
        self.requests.append(f"delete {message}")
        del self.messages[message]


async def test_what_changed_is_edited_what_is_new_is_sent_and_what_is_over_is_deleted() -> None:
    channel = Channel()
    reply = GrowingReply(channel)
    assert not reply.is_begun
    await reply.show(["a"])
    await reply.show(["a", "b"])
    await reply.show(["a", "bc", "d"])
    await reply.show(["a"])
    assert channel.requests == ["send 0", "send 1", "edit 2", "send 2", "delete 3", "delete 2"]
    assert channel.messages == {1: "a"}
    assert reply.is_begun


async def test_a_message_that_somebody_deleted_is_sent_again() -> None:
    channel = Channel()
    reply = GrowingReply(channel)
    await reply.show(["a", "b"])
    del channel.messages[1]
    await reply.show(["ac", "b"])
    await reply.show(["ac", "bd"])
    assert channel.requests == ["send 0", "send 1", "edit 1", "send 0 again", "edit 2"]
    assert channel.messages == {2: "bd", 3: "ac"}
