"""Whose words a message has: the sender's own, those it answers, and those it forwards."""

from collections.abc import Sequence

import pytest

from bots.telegram.albums import QUIET_S
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World

SAID = 1_777_770_000
"""3 May 2026, in seconds since 1970."""
FILE = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
PLACE = {"latitude": 1.5, "longitude": 2.5}
BO: Json = {"id": 77, "is_bot": False, "first_name": "Bo", "last_name": "Li"}
CHANNEL: Json = {"id": -1001, "type": "channel", "title": "News"}
POLL = {
    "id": "1",
    "question": "Tea?",
    "options": [
        {"persistent_id": "a", "text": "Yes", "voter_count": 0},
        {"persistent_id": "b", "text": "No", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
ORIGINS: dict[str, tuple[Json, str]] = {
    "user": ({"type": "user", "sender_user": BO}, " from Bo Li"),
    "hidden user": ({"type": "hidden_user", "sender_user_name": "Somebody"}, " from Somebody"),
    "chat": (
        {"type": "chat", "sender_chat": {"id": -5, "type": "supergroup", "title": "Choir"}},
        " from Choir",
    ),
    "channel": ({"type": "channel", "chat": CHANNEL, "message_id": 4}, " from News"),
}
LINES: list[tuple[Json, str]] = [
    ({"poll": POLL}, "(poll: Tea? – Yes / No)"),
    (
        {
            "checklist": {
                "title": "To do",
                "tasks": [
                    {"id": 1, "text": "Tea", "completed_by_user": BO, "completion_date": SAID},
                    {"id": 2, "text": "Milk", "completion_date": 0},
                ],
            }
        },
        "(checklist: To do – ☑ Tea, ☐ Milk)",
    ),
    (
        {"contact": {"phone_number": "123", "first_name": "Bob", "last_name": "Li"}},
        "(contact: Bob Li, 123)",
    ),
    ({"location": PLACE}, "(place: 1.50000, 2.50000)"),
    (
        {"location": PLACE, "venue": {"location": PLACE, "title": "Tea", "address": "Street 1"}},
        "(place: Tea, Street 1)",
    ),
    ({"dice": {"emoji": "\N{GAME DIE}", "value": 6}}, "(\N{GAME DIE} 6)"),
    (
        {
            "sticker": {
                **FILE,
                "type": "regular",
                "is_animated": False,
                "is_video": False,
                "emoji": "\N{GRINNING FACE}",
                "set_name": "Cats",
            }
        },
        "(sticker: \N{GRINNING FACE} Cats)",
    ),
]


def forwarded(origin: Json) -> Json:
    return {"forward_origin": {**origin, "date": SAID}}


def asked(rig: Rig) -> list[str]:
    """What the model was asked, each time."""
    return [messages[-1].content for messages in rig.generator.asked]


async def sent(rig: Rig, world: World, ann: User, chat: Chat, *contents: Json) -> list[str]:
    """What the model was asked for each of these messages."""
    before = len(rig.generator.asked)
    for content in contents:
        known = len(rig.generator.asked)
        world.send(ann, chat, content)
        await world.until(lambda known=known: len(rig.generator.asked) > known)  # type: ignore[misc]
    await rig.settled()
    return asked(rig)[before:]


async def test_a_forward_is_of_its_author_and_day(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    text = "I was diagnosed.\nI live in Kyoto."
    found = await sent(
        *(rig, world, ann, chat),
        *({"text": text, **forwarded(origin)} for origin, _ in ORIGINS.values()),
    )
    assert found == [
        f"> [Forwarded{author}, Sun, 3 May 2026]\n> I was diagnosed.\n> I live in Kyoto."
        for _, author in ORIGINS.values()
    ]
    assert {turn.text for turn in await rig.remembered(ann)} == set(found)


async def test_a_forwarded_picture_file_or_poll_is_of_its_author(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await open_bot()
    monkeypatch.setattr(type(rig.generator), "sees", True, raising=False)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    bo = forwarded(ORIGINS["user"][0])
    upload = world.attach(ann, chat, "document", b"I am Bo.", name="a.txt", mime_type="text/plain")
    await world.reply(chat)
    file = {"document": upload["document"], "caption": "Read this", **bo}
    picture = {"photo": [{**upload["document"], "width": 9, "height": 9}], **bo}
    heading = "> [Forwarded from Bo Li, Sun, 3 May 2026]"
    assert await sent(rig, world, ann, chat, {"poll": POLL, **bo}, file, picture) == [
        f"{heading}\n> (poll: Tea? – Yes / No)",
        f"{heading}\n> Read this\n\n[a.txt]\nI am Bo.",
        f"{heading}\n\nLook at this picture.",
    ]


async def test_a_reply_brings_what_it_answers(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says(["Tea or coffee?"])
    own = world.say(ann, chat, "What shall I drink?")
    offered = await world.reply(chat)
    rig.says(["I see."])
    linked: Json = {
        "text": "Read it",
        "entities": [{"type": "text_link", "offset": 0, "length": 4}],
    }
    linked["entities"][0]["url"] = "https://example.org/a"
    story = {"chat": {"id": 5, "type": "private", "first_name": "Bo"}, "id": 3}
    bo = {"message_id": 9, "date": SAID, "chat": chat.json(), "from": BO}
    elsewhere = {"origin": {"type": "user", "sender_user": BO, "date": SAID}}
    answered = {"reply_to_message": offered, "quote": {"text": "coffee", "position": 7}}
    cases: list[tuple[Json, str]] = [
        ({"reply_to_message": offered}, "> [Quoted from the companion]\n> Tea or coffee?"),
        (answered, "> [Quoted from the companion]\n> coffee"),
        ({"reply_to_message": own}, "> [Quoted from Ann]\n> What shall I drink?"),
        (
            {"reply_to_message": {**bo, **linked}},
            "> [Quoted from Bo Li]\n> Read (https://example.org/a) it",
        ),
        (
            {"reply_to_message": {**bo, "text": "Hi", **forwarded(ORIGINS["channel"][0])}},
            "> [Quoted from News]\n> Hi",
        ),
        (
            {"reply_to_message": {**bo, **LINES[1][0]}, "reply_to_checklist_task_id": 2},
            "> [Quoted from Bo Li]\n> Milk",
        ),
        (
            {"reply_to_message": {**bo, "poll": POLL}, "reply_to_poll_option_id": "b"},
            "> [Quoted from Bo Li]\n> No",
        ),
        (
            {"external_reply": elsewhere, "quote": {"text": "See you", "position": 0}},
            "> [Quoted from Bo Li]\n> See you",
        ),
        (
            {"external_reply": {**elsewhere, "dice": LINES[5][0]["dice"]}},
            "> [Quoted from Bo Li]\n> (\N{GAME DIE} 6)",
        ),
        ({"external_reply": elsewhere}, "> [Quoted from Bo Li]"),
        ({"reply_to_story": story}, "> [Quoted from Bo]\n> (a story)"),
    ]
    contents = [{"text": "Yes, that one.", **case} for case, _ in cases]
    found = await sent(rig, world, ann, chat, *contents)
    assert found == [f"{brought}\n\nYes, that one." for _, brought in cases]


async def test_who_is_quoted_in_a_group_has_the_name_that_is_shown(
    rig: Rig, world: World, ann: User
) -> None:
    bo = world.user("Bo", language="es")
    group = world.supergroup("Friends", ann, bo)
    said = world.say(bo, group, "Vivo en París.")
    world.say(ann, group, "@friend_bot what does it mean?", reply_to=said)
    await world.reply(group)
    await rig.settled()
    assert asked(rig) == ["> [Quoted from Bo]\n> Vivo en París.\n\nwhat does it mean?"]


async def test_a_screen_that_is_answered_is_not_remembered(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "My number is 4711.")
    await world.reply(chat)
    world.say(ann, chat, "/memories")
    screen = await world.reply(chat, count=2)
    assert "4711" in screen["text"]
    world.say(ann, chat, "Nice.", reply_to=screen)
    await world.reply(chat, count=3)
    assert asked(rig)[-1] == "Nice."


async def test_what_else_people_send_is_read_as_a_line(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    found = await sent(rig, world, ann, chat, *(content for content, _ in LINES))
    assert found == [line for _, line in LINES]
    assert len(rig.texts(chat)) == len(LINES)


@pytest.mark.parametrize(
    ("language", "lines", "heading"),
    [
        ("es", ["(encuesta: Tea? – Yes / No)"], "> [Reenviado de Bo Li, dom 3 may 2026]"),
        ("zh-hans", ["（投票：Tea? – Yes / No）"], "> [转发Bo Li的消息，2026年5月3日 周日]"),
    ],
)
async def test_lines_and_marks_are_in_the_language_of_the_person(
    open_bot: Open, world: World, language: str, lines: list[str], heading: str
) -> None:
    rig = await open_bot()
    user = world.user("Eva", language=language)
    await rig.introduce(user)
    chat = world.private(user)
    talk = {"es": "Hoy estoy muy cansada y no quiero hacer nada."}.get(language, "今天我很累。")
    contents: list[Json] = [
        {"poll": POLL},
        {"text": talk},
        {"text": "Hi", **forwarded(ORIGINS["user"][0])},
    ]
    found = await sent(rig, world, user, chat, *contents)
    assert found == [*lines, talk, f"{heading}\n> Hi"]


async def test_links_keep_their_address_and_block_quotations_are_quoted(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    def text(words: str, *entities: tuple[str, str, str]) -> Json:
        def units(of: str) -> int:
            return len(of.encode("utf-16-le")) // 2

        found = [
            {
                "type": kind,
                "offset": units(words[: words.index(of)]),
                "length": units(of),
                **({"url": url} if url else {}),
            }
            for kind, of, url in entities
        ]
        return {"text": words, "entities": found}

    found = await sent(
        *(rig, world, ann, chat),
        text("\N{GRINNING FACE} see this one", ("text_link", "this", "https://example.org/a")),
        text("https://example.org", ("text_link", "https://example.org", "https://example.org")),
        text("He says I am Bo. Funny.", ("blockquote", "I am Bo.", "")),
        text("One\nTwo\nMine", ("expandable_blockquote", "One\nTwo", "")),
    )
    assert found == [
        "\N{GRINNING FACE} see this (https://example.org/a) one",
        "https://example.org",
        "He says \n> I am Bo.\n Funny.",
        "> One\n> Two\nMine",
    ]


async def test_a_caption_can_be_a_command_and_a_forward_cannot(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.attach(ann, chat, "photo", b"data", caption="/help")
    assert "/memories" in (await world.reply(chat))["text"]
    assert not rig.generator.asked
    words = "/help"
    command = [{"type": "bot_command", "offset": 0, "length": len(words)}]
    bo = forwarded(ORIGINS["user"][0])
    [found] = await sent(rig, world, ann, chat, {"text": words, "entities": command, **bo})
    assert found.endswith("\n> /help")


async def test_an_edited_reply_keeps_what_it_answers(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    said = world.say(ann, chat, "Hello")
    await world.reply(chat)
    answer = world.say(ann, chat, "Tea.", reply_to=said)
    await world.reply(chat, count=2)
    world.edit(answer, "Coffee.")
    await rig.settled()
    [edited, _] = [turn.text for turn in await rig.remembered(ann)]
    assert edited == "> [Quoted from Ann]\n> Hello\n\nCoffee."


async def test_a_reply_whose_caption_is_taken_away_leaves_nothing(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    said = world.say(ann, chat, "Hello")
    await world.reply(chat)
    files: list[Json] = [
        {"voice": {**FILE, "duration": 3}},
        {"document": {**FILE, "file_name": "a.zip", "mime_type": "application/zip"}},
    ]
    for content in files:
        reply = {**content, "caption": "A secret", "reply_to_message": said}
        message = world.send(ann, chat, reply)
        quoted = "> [Quoted from Ann]\n> Hello\n\n"
        await world.until(lambda: "A secret" in asked(rig)[-1])
        await rig.settled()
        assert (await rig.remembered(ann))[0].text == f"{quoted}A secret"
        world.edit(message, "No secret")
        await rig.settled()
        assert (await rig.remembered(ann))[0].text == f"{quoted}No secret"
        world.edit(message, "")
        await rig.settled()
        assert [turn.text for turn in await rig.remembered(ann)] == ["Hello"]


def paste(world: World, ann: User, chat: Chat, *texts: str, **content: Json) -> list[Json]:
    """The messages into which an app cut a text."""
    return [world.send(ann, chat, {"text": text, **content}) for text in texts]


async def pasted(open_bot: Open, world: World) -> tuple[Rig, Moments, User, Chat]:
    moments = Moments(world, QUIET_S)
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    return rig, moments, ann, world.private(ann)


async def whole(world: World, moments: Moments) -> None:
    await world.until(lambda: moments.begun and not world.queue)
    moments.over.set()


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["a" * 4_096, "b" * 4_096, "c"], f"{'a' * 4_096}{'b' * 4_096}c"),
        (["word " * 500 + "end", "and more."], f"{'word ' * 500}end\nand more."),
        (["\N{GRINNING FACE}" * 2_048, "x"], f"{chr(128512) * 2_048}x"),
    ],
)
async def test_a_long_text_that_the_app_cut_is_one_message(
    open_bot: Open, world: World, texts: Sequence[str], joined: str
) -> None:
    rig, moments, ann, chat = await pasted(open_bot, world)
    parts = paste(world, ann, chat, *texts)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    assert asked(rig) == [joined]
    # A part is edited for itself, also by another process.
    await rig.stop()
    await rig.start()
    world.edit(parts[-1], "The end.")
    await rig.settled()
    assert [turn.text for turn in await rig.remembered(ann)] == [
        joined.removesuffix(texts[-1]) + "The end."
    ]


async def test_a_long_answer_to_a_question_is_one_answer(open_bot: Open, world: World) -> None:
    rig, moments, ann, chat = await pasted(open_bot, world)
    world.say(ann, chat, "My cat is called Mango.")
    await world.reply(chat)
    [turn] = await rig.remembered(ann)
    world.say(ann, chat, f"/correct {turn.id[:8]}")
    question = await world.reply(chat, count=2)
    long = "My cat is called Miso. " * 120
    paste(world, ann, chat, long.strip(), "That is all.", reply_to_message=question)
    await whole(world, moments)
    await world.reply(chat, count=3)
    await rig.settled()
    assert [turn.text for turn in await rig.remembered(ann)] == [f"{long.strip()}\nThat is all."]


async def test_what_is_said_later_or_by_somebody_else_is_a_message_of_its_own(
    open_bot: Open, world: World
) -> None:
    rig, moments, ann, chat = await pasted(open_bot, world)
    bo = world.user("Bo")
    await rig.introduce(bo)
    moments.over.set()
    long = "a" * 3_000
    [first] = paste(world, ann, chat, long)
    paste(world, bo, world.private(bo), "Hello")
    paste(world, ann, chat, "And later", date=first["date"] + 3)
    paste(world, ann, chat, "short", "shorter")
    paste(world, ann, chat, long, **forwarded(ORIGINS["user"][0]))
    paste(world, ann, chat, "My own")
    await world.until(lambda: len(rig.generator.asked) == 7)
    await rig.settled()
    heading = "> [Forwarded from Bo Li, Sun, 3 May 2026]\n> "
    assert sorted(asked(rig)) == sorted(
        [long, "Hello", "And later", "short", "shorter", f"{heading}{long}", "My own"]
    )
