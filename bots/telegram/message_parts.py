"""Reads what a message says beside plain text, and what it quotes and forwards.

| in a message | how it is read |
|---|---|
| a link behind words | the words, and the address in parentheses |
| a block quotation | lines after ">", as `brain.memory.parts` marks what is quoted by hand |
| poll, checklist, contact, place, die, sticker | one line in the person's language |
| a reply to a message, a part of one, or a story | a quotation of its author |
| a forwarded message or album | the words of who wrote it, and when |
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from telegram import (
    Chat,
    ExternalReplyInfo,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    User,
)

from brain.messages import Part
from brain.texts import say

_QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)


def linked_text(message: Message) -> str:
    """Return the text or caption with the addresses of its links, and its block quotations marked.

    Offsets of entities count UTF-16 units.
    """
    text = message.text or message.caption or ""
    units = text.encode("utf-16-le")

    def index(offset: int) -> int:
        return len(units[: 2 * offset].decode("utf-16-le", "ignore"))

    added: list[tuple[int, str]] = []
    for entity in message.entities or message.caption_entities:
        start, end = index(entity.offset), index(entity.offset + entity.length)
        if entity.type == MessageEntity.TEXT_LINK and entity.url:
            if entity.url not in text[start:end]:
                added.append((end, f" ({entity.url})"))
        elif entity.type in _QUOTES:
            added.append((start, "> " if text[:start].endswith(("\n", "")[not start]) else "\n> "))
            added += [(at + 1, "> ") for at in range(start, end - 1) if text[at] == "\n"]
            if text[end:] and "\n" not in (text[end], text[end - 1]):
                added.append((end, "\n"))
    written, at = "", 0
    for place, what in sorted(added, key=lambda each: each[0]):
        written += text[at:place] + what
        at = place
    return written + text[at:]


def describe(message: Message | ExternalReplyInfo, language: str) -> str:
    """Return a line for what a message contains beside text, pictures and files; or nothing.

    Args:
        message: the message, or what is known of one in another chat.
        language: the language of the line.
    """
    return next(_descriptions(message, language), "")


def _descriptions(message: Message | ExternalReplyInfo, language: str) -> Iterator[str]:
    if poll := message.poll:
        options = " / ".join(option.text for option in poll.options)
        yield say(language, "telegram-poll", question=poll.question, options=options)
    if checklist := message.checklist:
        tasks = ", ".join(
            f"{'☑' if task.completed_by_user or task.completed_by_chat else '☐'} {task.text}"
            for task in checklist.tasks
        )
        yield say(language, "telegram-checklist", title=checklist.title, tasks=tasks)
    if contact := message.contact:
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
        yield say(language, "telegram-contact", name=name, number=contact.phone_number)
    # A message with a venue has its location as well.
    if venue := message.venue:
        yield say(language, "telegram-place", where=f"{venue.title}, {venue.address}")
    if place := message.location:
        where = f"{place.latitude:.5f}, {place.longitude:.5f}"
        yield say(language, "telegram-place", where=where)
    if dice := message.dice:
        yield say(language, "telegram-dice", emoji=dice.emoji, value=dice.value)
    if (sticker := message.sticker) and (sticker.emoji or sticker.set_name):
        shown = " ".join(filter(None, (sticker.emoji, sticker.set_name)))
        yield say(language, "telegram-sticker-shown", shown=shown)


def parts_of(messages: Sequence[Message], *, me: int, language: str) -> tuple[Part, ...]:
    """Return what a message, or all parts of an album, quote and forward.

    Args:
        messages: the message, or the parts of an album in order.
        me: the id of the bot.
        language: the language of what is described.
    """
    first = messages[0]
    quoted, origin = _quoted(first, me, language), first.forward_origin
    if origin is None:
        return quoted
    texts = [_everything_in(message, language) for message in messages]
    forwarded = Part(kind="forwarded", text="\n\n".join(filter(None, texts)), said_at=origin.date)
    return (*quoted, _by(forwarded, _author_of(origin), me))


def _quoted(message: Message, me: int, language: str) -> tuple[Part, ...]:
    earlier, elsewhere = message.reply_to_message, message.external_reply
    part = Part(kind="quoted", text=message.quote.text if message.quote else "")
    if earlier is not None:
        # In a topic, every message is a reply to the one that opened the topic. A screen with
        # buttons shows what is remembered, perhaps of what is forgotten by now.
        is_screen = earlier.reply_markup is not None and _is(earlier.from_user, me)
        if earlier.forum_topic_created is not None or is_screen:
            return ()
        said = part.text or _one_of(message, earlier) or _everything_in(earlier, language)
        author = (
            _author_of(earlier.forward_origin)
            if earlier.forward_origin
            else earlier.sender_chat or earlier.from_user
        )
        return (_by(replace(part, text=said), author, me),)
    if elsewhere is not None:
        said = part.text or describe(elsewhere, language)
        return (_by(replace(part, text=said), _author_of(elsewhere.origin), me),)
    if message.reply_to_story is not None:
        story = replace(part, text=say(language, "telegram-story"))
        return (_by(story, message.reply_to_story.chat, me),)
    return ()


def _one_of(message: Message, earlier: Message) -> str:
    """Return the task or the option of an earlier message that a message answers."""
    tasks = earlier.checklist.tasks if earlier.checklist else ()
    options = earlier.poll.options if earlier.poll else ()
    found = [task.text for task in tasks if task.id == message.reply_to_checklist_task_id]
    found += [
        option.text
        for option in options
        if message.reply_to_poll_option_id is not None
        and option.persistent_id == message.reply_to_poll_option_id
    ]
    return next(iter(found), "")


def _everything_in(message: Message, language: str) -> str:
    return "\n".join(filter(None, (linked_text(message), describe(message, language))))


def _author_of(origin: MessageOrigin) -> User | Chat | str | None:
    match origin:
        case MessageOriginUser():
            return origin.sender_user
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginChat():
            return origin.sender_chat
        case MessageOriginChannel():
            return origin.chat
        case _:
            return None


def _is(user: User | None, me: int) -> bool:
    return user is not None and user.id == me


def _by(part: Part, author: User | Chat | str | None, me: int) -> Part:
    """Return a part with the name of its author, as the person sees it."""
    if isinstance(author, User):
        return replace(part, author=author.full_name, by_companion=_is(author, me))
    if isinstance(author, Chat):
        return replace(part, author=author.effective_name or "")
    return replace(part, author=author or "")
