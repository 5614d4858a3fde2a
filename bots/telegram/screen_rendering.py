"""Sends the screens of the desk as messages of Telegram."""

from bots.screens import Screen
from bots.telegram.markdown_rendering import CAPTION_LIMIT, Piece, render
from bots.telegram.sending import ChatTarget


async def show(screen: Screen, target: ChatTarget) -> int | None:
    """Send a screen; return the id of the message with its buttons or its question, or else None.

    Raises TelegramError, AnswerLost, and TooLarge for its file.
    """
    how = f"\n{screen.question.how}" if screen.question is not None else ""
    pieces = render(f"{screen.text}{how}")
    caption = _caption(screen)
    if screen.file is not None:
        await target.send_file(screen.file, caption)
        pieces = pieces[:0] if caption else pieces
    if screen.picture is not None:
        rows = screen.rows if caption else ()
        message = await target.send_picture(screen.picture, caption, rows=rows)
        if caption:
            return message
    last: int | None = None
    for number, piece in enumerate(pieces, start=1):
        is_last = number == len(pieces)
        title = screen.question.title if screen.question is not None else ""
        last = await target.send(
            piece, rows=screen.rows if is_last else (), asks_for=title if is_last else ""
        )
    return last if screen.rows else None


async def show_instead(
    screen: Screen, target: ChatTarget, message: int, *, is_text: bool
) -> int | None:
    """Show a screen in place of a message of the bot, by an edit or else in a new message.

    Args:
        screen: the screen to show.
        target: the chat of the message.
        message: the id of the message.
        is_text: whether the message is a text, as only a text can become another text.

    Returns and raises as `show` does.
    """
    if screen.question is not None:
        # Only a new message can ask for a reply; the screen stays above it.
        return await show(screen, target)
    pieces = render(screen.text)
    if is_text and len(pieces) == 1 and screen.picture is None and screen.file is None:
        await target.edit(message, pieces[0], rows=screen.rows)
        return message if screen.rows else None
    shown = await show(screen, target)
    await target.delete(message)
    return shown


def _caption(screen: Screen) -> Piece | None:
    """Return the whole text as a caption, or None if there is no picture or file, or no room."""
    if screen.picture is None and screen.file is None:
        return None
    found = render(screen.text, limit=CAPTION_LIMIT)
    return found[0] if len(found) == 1 else None
