"""Converts screens of the desk to the options of a message of discord.py."""

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import discord

from bots.discord.markdown_rendering import render
from bots.screens import Button, Emphasis, Question, Screen

LONGEST_EMBED = 4_096
LONGEST_LABEL = 80
LONGEST_TITLE = 45
LONGEST_DESCRIPTION = 1_024
"""Most characters of the description of an attachment."""
LONGEST_ANSWER = 4_000
"""Most characters of a field of a modal."""
MOST_ROWS = 5
MOST_IN_ROW = 5
LARGEST_FILE = 10 * 1024 * 1024
"""Most bytes of a file that Discord accepts from a bot anywhere, with room for the request."""
_STYLES = {
    Emphasis.PLAIN: discord.ButtonStyle.secondary,
    Emphasis.MAIN: discord.ButtonStyle.primary,
    Emphasis.DANGER: discord.ButtonStyle.danger,
}
_PICTURE = "memories.png"


def response_options(screen: Screen) -> dict[str, Any]:
    """Return the options of `edit_original_response`, which replace the whole message."""
    content, embeds = _words(screen)
    return {
        "content": content,
        "embeds": embeds,
        "attachments": list(_files(screen)),
        "view": _buttons(screen),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def message_options(screen: Screen) -> dict[str, Any]:
    """Return the options of `send`."""
    content, embeds = _words(screen)
    return {
        "content": content,
        "embeds": embeds,
        "files": list(_files(screen)),
        "view": _buttons(screen),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def form(question: Question) -> discord.ui.Modal:
    """Return the modal that asks a question, with the present text to change if there is room."""
    modal = discord.ui.Modal(
        title=question.title[:LONGEST_TITLE], custom_id=question.action, timeout=None
    )
    present = question.present if len(question.present) <= LONGEST_ANSWER else None
    field = discord.ui.TextInput[discord.ui.Modal](
        style=discord.TextStyle.paragraph, default=present, max_length=LONGEST_ANSWER
    )
    modal.add_item(discord.ui.Label(text=question.title[:LONGEST_TITLE], component=field))
    # As with buttons, the action holds all that the answer means.
    modal.stop()
    return modal


def answer_in(components: Sequence[Mapping[str, Any]]) -> str:
    """Return what was typed into a modal, which Discord nests in rows or labels."""
    for each in components:
        if "value" in each:
            return str(each["value"])
        inner = each.get("components") or ([each["component"]] if "component" in each else [])
        if found := answer_in(inner):
            return found
    return ""


def _words(screen: Screen) -> tuple[str | None, list[discord.Embed]]:
    pieces = render(screen.text)
    if len(pieces) <= 1:
        return "".join(pieces) or None, []
    return None, [discord.Embed(description=render(screen.text, limit=LONGEST_EMBED)[0])]


def _files(screen: Screen) -> Iterator[discord.File]:
    if screen.picture is not None:
        words = screen.picture_in_words[:LONGEST_DESCRIPTION] or None
        yield discord.File(io.BytesIO(screen.picture), _PICTURE, description=words)
    if screen.file is not None:
        yield discord.File(io.BytesIO(screen.file.content), screen.file.name)


def _buttons(screen: Screen) -> discord.ui.View | None:
    rows = list(islice(_rows(screen), MOST_ROWS))
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            view.add_item(
                discord.ui.Button(
                    label=button.label[:LONGEST_LABEL],
                    custom_id=button.action,
                    style=_STYLES[button.emphasis],
                    row=number,
                )
            )
    # discord.py does not keep a view that is stopped: a button's action holds all that it means, so
    # that a tap is understood even after a restart.
    view.stop()
    return view


def _rows(screen: Screen) -> Iterator[tuple[Button, ...]]:
    for row in screen.rows:
        for start in range(0, len(row), MOST_IN_ROW):
            yield row[start : start + MOST_IN_ROW]
