"""Shows a reply in messages that grow while it is being written.

Each time the reply so far is split anew. A message of which the text changed is edited, a piece
that has no message yet is sent, and a message that has no piece any more is deleted.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

Piece = TypeVar("Piece")
"""What one message says."""
PieceIn = TypeVar("PieceIn", contravariant=True)  # noqa: PLC0105 named for what it is
Message = TypeVar("Message")
"""What a platform knows a sent message by."""


class Messages(Protocol[PieceIn, Message]):
    """Sends the messages of one reply. Each method raises what the platform raises."""

    async def send(self, piece: PieceIn, *, number: int, again: bool) -> Message:
        """Send a piece.

        Args:
            piece: of the reply.
            number: of the piece in the reply, from 0.
            again: its first message is gone.
        """
        ...

    async def edit(self, message: Message, piece: PieceIn) -> bool:
        """Have a message say another piece; False: the message is gone."""
        ...

    async def delete(self, message: Message) -> None:
        """Delete a message that the reply needs no more."""
        ...


class GrowingReply(Generic[Piece, Message]):
    """The messages of one reply as they are shown now."""

    def __init__(self, messages: Messages[Piece, Message]) -> None:
        """`messages` sends them."""
        self._messages = messages
        self._shown: list[tuple[Message, Piece]] = []

    @property
    def is_begun(self) -> bool:
        """Whether anything of the reply is shown."""
        return bool(self._shown)

    async def show(self, pieces: Sequence[Piece]) -> None:
        """Have the messages say these pieces, with as few requests as that takes."""
        for number, piece in enumerate(pieces):
            if number == len(self._shown):
                message = await self._messages.send(piece, number=number, again=False)
                self._shown.append((message, piece))
                continue
            message, before = self._shown[number]
            if before == piece:
                continue
            if not await self._messages.edit(message, piece):
                # Somebody deleted the message; the reply is said all the same.
                message = await self._messages.send(piece, number=number, again=True)
            self._shown[number] = (message, piece)
        while len(self._shown) > len(pieces):
            await self._messages.delete(self._shown[-1][0])
            del self._shown[-1]
