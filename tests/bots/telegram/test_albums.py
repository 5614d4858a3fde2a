"""Several pictures that were sent together are one message."""

from collections.abc import Callable, Iterable

import pytest

from bots.telegram.albums import MOST_PARTS, QUIET_S
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World


@pytest.fixture
def moments(world: World) -> Moments:
    """The time in which no part of an album comes."""
    return Moments(world, QUIET_S)


@pytest.fixture
async def rig(open_bot: Open, moments: Moments, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The bot, with a model that sees."""
    found = await open_bot(pause=moments)
    monkeypatch.setattr(type(found.generator), "sees", True, raising=False)
    return found


def sends(
    world: World, user: User, chat: Chat, *captions: str | None, album: str = "album"
) -> list[Json]:
    """One picture for each caption, all of them together."""
    return [
        world.attach(user, chat, "photo", b"picture %d" % number, caption=caption, album=album)
        for number, caption in enumerate(captions)
    ]


def seen(rig: Rig) -> list[list[bytes]]:
    """The pictures that the model was shown, by what it was asked."""
    return [[image.content for image in asked[-1].images] for asked in rig.generator.asked]


def pictures(*numbers: int) -> list[bytes]:
    """As `sends` makes them."""
    return [b"picture %d" % number for number in numbers]


async def whole(world: World, moments: Moments, *, albums: int = 1) -> None:
    """All parts came, and a moment passes."""
    await world.until(lambda: moments.begun == albums and not world.queue)
    moments.over.set()


async def test_an_album_is_one_message_with_all_its_pictures(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    sends(world, ann, chat, None, "My three cats", None)
    await world.until(lambda: moments.begun and not world.queue)
    assert not rig.generator.asked
    moments.over.set()
    await world.reply(chat)
    await rig.settled()
    assert seen(rig) == [pictures(0, 1, 2)]
    assert rig.texts(chat) == ["I see."]
    assert [(turn.text, turn.reply) for turn in await rig.remembered(ann)] == [
        ("My three cats", "I see.")
    ]


async def test_pictures_that_come_one_by_one_in_the_wrong_order_are_one_album_still(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    world.hold()
    sends(world, ann, chat, "Look", None, None, None)
    world.release(reversed)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    assert seen(rig) == [pictures(0, 1, 2, 3)]


async def test_the_parts_of_an_album_come_once_each(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    sends(world, ann, chat, "Look", None)
    first, second = world.updates[-2:]
    await world.until(lambda: moments.begun and not world.queue)
    world.repeat(first, 3)
    await world.until(lambda: not world.again)
    moments.over.set()
    await world.reply(chat)
    world.repeat(second, 2)
    await rig.settled()
    await rig.stop()
    world.repeat(first)
    await rig.start()
    await rig.settled()
    assert seen(rig) == [pictures(0, 1)]
    assert rig.texts(chat) == ["I see."]


async def test_a_part_that_comes_late_is_answered_by_itself(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    sends(world, ann, chat, "Look", None)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    world.attach(ann, chat, "photo", b"late", album="album")
    await world.reply(chat, count=2)
    await rig.settled()
    assert seen(rig)[-1] == [b"late"]


async def test_what_is_said_behind_an_album_is_answered_behind_it(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    rig.says(["Cats."], ["And a dog."])
    sends(world, ann, chat, "What is this?", None)
    world.say(ann, chat, "And then?")
    await whole(world, moments)
    await world.reply(chat, count=2)
    assert rig.texts(chat) == ["Cats.", "And a dog."]
    assert [asked[-1].content for asked in rig.generator.asked] == ["What is this?", "And then?"]


async def test_albums_of_two_people_are_two(
    rig: Rig, world: World, moments: Moments, ann: User
) -> None:
    bob = world.user("Bob")
    await rig.introduce(bob)
    group = world.group("Friends", ann, bob)
    world.privacy_mode = False
    sends(world, ann, group, None, "@friend_bot whose cats?", album="hers")
    sends(world, bob, group, None, "@friend_bot whose dogs?", album="his")
    sends(world, bob, group, "Not to you", None, album="nobody's")
    # What Bob sent last waits for what he sent before.
    await whole(world, moments, albums=2)
    await world.reply(group, count=2)
    await rig.settled()
    assert seen(rig) == [pictures(0, 1), pictures(0, 1)]
    assert {asked[-1].content for asked in rig.generator.asked} == {"whose cats?", "whose dogs?"}
    answered = [message["reply_to_message"]["message_id"] for message in world.replies(group)]
    own = [number for number, one in group.messages.items() if one.get("media_group_id")]
    assert sorted(answered) == [own[0], own[2]]


async def test_an_album_has_no_more_pictures_than_telegram_allows(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    sends(world, ann, chat, *["A flood"] * (MOST_PARTS + 2))
    await whole(world, moments, albums=2)
    await world.reply(chat, count=2)
    await rig.settled()
    assert sorted(len(shown) for shown in seen(rig)) == [2, MOST_PARTS]


async def test_pictures_of_an_album_share_what_a_model_is_shown(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    for _ in range(MOST_PARTS):
        world.attach(
            ann, chat, "document", b"png", mime_type="image/png", said_size=3 << 20, album="album"
        )
    await whole(world, moments)
    assert "too large" in (await world.reply(chat))["text"]
    await rig.settled()
    assert not rig.generator.asked
    world.attach(ann, chat, "document", b"png", mime_type="image/png", said_size=3 << 20)
    await world.until(lambda: rig.generator.asked)
    assert seen(rig) == [[b"png"]]


async def test_what_cannot_be_seen_of_an_album_is_said_once(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    for _ in range(2):
        world.attach(ann, chat, "video", b"mp4", mime_type="video/mp4", album="album")
    world.attach(ann, chat, "photo", b"cat", caption="On holiday", album="album")
    await whole(world, moments)
    await world.reply(chat, count=2)
    await rig.settled()
    line, reply = rig.texts(chat)
    assert "cannot listen" in line
    assert reply == "I see."
    assert seen(rig) == [[b"cat"]]


async def test_a_model_that_cannot_see_says_so_once_for_an_album(
    open_bot: Open, world: World, moments: Moments
) -> None:
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    sends(world, ann, chat, None, None, None)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    [line] = rig.texts(chat)
    assert "cannot see" in line
    assert not world.called("getFile")


async def test_text_files_that_were_sent_together_are_read_together(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    for name, text in (("a.txt", b"One."), ("b.txt", b"Two.")):
        world.attach(ann, chat, "document", text, name=name, mime_type="text/plain", album="album")
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    assert [asked[-1].content for asked in rig.generator.asked] == [
        "[a.txt]\nOne.\n\n[b.txt]\nTwo."
    ]


async def test_pictures_wait_for_telegram_to_hand_them_over(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    rig.server.refuse("getFile", 502, "Bad Gateway", times=2)
    rig.server.refuse("getFile", 429, "Too Many Requests: retry after 1", retry_after=1)
    sends(world, ann, chat, "Look", None)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    assert rig.texts(chat) == ["I see."]
    assert seen(rig) == [pictures(0, 1)]


@pytest.mark.parametrize("order", [list, reversed])
async def test_the_first_part_is_struck_off_last_for_by_it_the_album_is_known(
    rig: Rig,
    world: World,
    moments: Moments,
    ann: User,
    monkeypatch: pytest.MonkeyPatch,
    *,
    order: Callable[[list[Json]], Iterable[Json]],
) -> None:
    chat = world.private(ann)
    struck: list[str] = []
    pop = rig.store.values.pop

    async def noted(owner: str, name: str) -> str | None:
        if owner.startswith("inbox:"):
            struck.append(name)
        return await pop(owner, name)

    monkeypatch.setattr(rig.store.values, "pop", noted)
    world.hold()
    sends(world, ann, chat, "Look", None, None)
    first = world.updates[-3]
    world.release(order)
    await whole(world, moments)
    await world.reply(chat)
    await rig.settled()
    assert len(struck) == 3
    assert int(struck[-1].partition(".")[0]) == first["update_id"]
