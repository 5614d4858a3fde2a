"""Screens of the desk as messages of Telegram."""

from bots.screens import Screen
from bots.telegram.chat import Room
from bots.telegram.rendering import CAPTION_LIMIT, Piece, render


async def show(screen: Screen, room: Room) -> int | None:
    """Say it; gives the message that its buttons are below, or None without any.

    Raises TelegramError, AnswerLost, and TooLarge for its file.
    """
    pieces = render(screen.text)
    caption = _caption(screen)
    if screen.file is not None:
        await room.hand_over(screen.file, caption)
        pieces = pieces[:0] if caption else pieces
    if screen.picture is not None:
        rows = screen.rows if caption else ()
        message = await room.show_picture(screen.picture, caption, rows=rows)
        if caption:
            return message
    last: int | None = None
    for number, piece in enumerate(pieces, start=1):
        last = await room.say(piece, rows=screen.rows if number == len(pieces) else ())
    return last if screen.rows else None


async def show_instead(screen: Screen, room: Room, message: int, *, is_text: bool) -> int | None:
    """Put it in the place of a message of ours: edit it where that is possible, else say it anew.

    Args:
        screen: what is shown.
        room: of the message.
        message: its id.
        is_text: a picture cannot become a text.

    Gives and raises as `show`.
    """
    pieces = render(screen.text)
    if is_text and len(pieces) == 1 and screen.picture is None and screen.file is None:
        await room.change(message, pieces[0], rows=screen.rows)
        return message if screen.rows else None
    shown = await show(screen, room)
    await room.remove(message)
    return shown


def _caption(screen: Screen) -> Piece | None:
    """The whole text, if it fits below a picture or a file."""
    if screen.picture is None and screen.file is None:
        return None
    found = render(screen.text, limit=CAPTION_LIMIT)
    return found[0] if len(found) == 1 else None
