"""Shows a reply in messages that grow while it is being written.

Each time, the platform splits the reply so far into pieces, one for each message. A message whose
piece changed is edited, a piece without a message is sent, and a message without a piece is
deleted.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

Piece = TypeVar("Piece")
"""The content of one message."""
PieceIn = TypeVar("PieceIn", contravariant=True)  # noqa: PLC0105 named for what it is
Message = TypeVar("Message")
"""The platform's handle of a sent message."""


class Messages(Protocol[PieceIn, Message]):
    """Sends the messages of one reply. Each method raises what the platform raises."""

    async def send(self, piece: PieceIn, *, number: int, again: bool) -> Message:
        """Send a piece.

        Args:
            piece: the piece of the reply.
            number: the number of the piece in the reply, from 0.
            again: whether the piece was sent before, in a message that has been deleted.
        """
        ...

    async def edit(self, message: Message, piece: PieceIn) -> bool:
        """Replace a message's content with a piece; return False if the message is gone."""
        ...

    async def delete(self, message: Message) -> None:
        """Delete a message that the reply no longer needs."""
        ...


class GrowingReply(Generic[Piece, Message]):
    """Keeps the messages of one reply up to date with its pieces.

    It raises what the methods of `Messages` raise.
    """

    def __init__(self, messages: Messages[Piece, Message]) -> None:
        """Begin with nothing shown; `messages` sends, edits and deletes the messages."""
        self._messages = messages
        self._shown: list[tuple[Message, Piece]] = []

    @property
    def is_begun(self) -> bool:
        """Whether any part of the reply is shown."""
        return bool(self._shown)

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Make the messages show these pieces, with as few requests as possible."""
        for number, piece in enumerate(pieces):
            if number == len(self._shown):
                message = await self._messages.send(piece, number=number, again=False)
                self._shown.append((message, piece))
                continue
            message, before = self._shown[number]
            if before == piece:
                continue
            if not await self._messages.edit(message, piece):
                # A person deleted the message, and the piece is sent in a new one.
                message = await self._messages.send(piece, number=number, again=True)
            self._shown[number] = (message, piece)
        while len(self._shown) > len(pieces):
            await self._messages.delete(self._shown[-1][0])
            del self._shown[-1]
