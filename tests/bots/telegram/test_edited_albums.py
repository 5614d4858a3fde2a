"""Each part of an album is edited for itself; what the others said stays."""

import asyncio
import re

import pytest

from bots.telegram.albums import QUIET_S
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.bots.telegram.test_captions import forget_layouts, replace_file, texts
from tests.platforms.telegram.records import Json, User
from tests.platforms.telegram.world import World


async def album(
    open_bot: Open, world: World, *captions: str | None, kind: str = "photo"
) -> tuple[Rig, User, list[Json]]:
    """Ann sent one that was answered, with a picture or a text file for each caption."""
    moments = Moments(world, QUIET_S)
    rig = await open_bot(pause=moments)
    ann = world.user("Ann")
    await rig.introduce(ann)
    chat = world.private(ann)
    parts = [
        world.attach(
            *(ann, chat, kind, b"Text %d" % number),
            name=f"{number}.txt",
            mime_type="text/plain",
            caption=caption,
            album="a",
        )
        for number, caption in enumerate(captions)
    ]
    await world.until(lambda: moments.begun and not world.queue)
    moments.over.set()
    await world.reply(chat)
    await rig.settled()
    return rig, ann, parts


async def eventually(rig: Rig, user: User, text: str) -> None:
    """What is remembered says that, sooner or later."""
    async with asyncio.timeout(30):
        while True:
            if await texts(rig, user) == [text]:
                return
            # The store tells nobody when something changed.
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("part", [0, 2])
async def test_an_edited_caption_of_an_album_changes_its_memory_whichever_part_it_is_of(
    open_bot: Open, world: World, *, part: int
) -> None:
    captions = ["Three cats" if number == part else None for number in range(3)]
    rig, ann, parts = await album(open_bot, world, *captions)
    # Another process knows as well.
    await rig.stop()
    await rig.start()
    world.edit(parts[part], "Three dogs")
    assert await texts(rig, ann) == ["Three dogs"]


async def test_a_picture_without_words_that_is_replaced_leaves_the_words_of_its_album(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, "My cats Tom, Kim and Pia", None)
    world.edit(parts[1], "")
    assert await texts(rig, ann) == ["My cats Tom, Kim and Pia"]


async def test_each_part_of_an_album_keeps_its_own_words(open_bot: Open, world: World) -> None:
    rig, ann, parts = await album(open_bot, world, "Tom", None, "Pia")
    [alone] = await texts(rig, ann)
    assert alone == "Tom\n\nPia"
    world.edit(parts[2], "Mia")
    assert await texts(rig, ann) == ["Tom\n\nMia"]
    world.edit(parts[1], "Kim")
    assert await texts(rig, ann) == ["Tom\n\nKim\n\nMia"]
    await rig.stop()
    await rig.start()
    world.edit(parts[0], "")
    assert await texts(rig, ann) == ["Kim\n\nMia"]
    world.edit(parts[1], "")
    world.edit(parts[2], "")
    [nothing] = await texts(rig, ann)
    assert "Mia" not in nothing
    world.edit(parts[1], "Kim")
    assert await texts(rig, ann) == ["Kim"]


async def test_a_file_of_an_album_whose_caption_is_taken_away_leaves_what_the_others_say(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, "My PIN", None, kind="document")
    world.edit(parts[0], "")
    assert await texts(rig, ann) == ["[0.txt]\nText 0\n\n[1.txt]\nText 1"]


async def test_an_album_of_which_only_a_video_had_words_stays_when_they_are_taken_away(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, "My PIN", None, kind="video")
    world.edit(parts[0], "")
    [alone] = await texts(rig, ann)
    assert "PIN" not in alone
    world.edit(parts[1], "Kim")
    assert await texts(rig, ann) == ["Kim"]


async def test_an_edited_caption_of_one_file_keeps_what_all_files_of_the_album_say(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, None, "Remember these", kind="document")
    files = "[0.txt]\nText 0\n\n[1.txt]\nText 1"
    assert await texts(rig, ann) == [f"Remember these\n\n{files}"]
    world.edit(parts[1], "Remember those, too")
    assert await texts(rig, ann) == [f"Remember those, too\n\n{files}"]
    replace_file(world, parts[0], b"Another")
    world.edit(parts[0], "Mine")
    another = "Mine\n\nRemember those, too\n\n[0.txt]\nAnother\n\n[1.txt]\nText 1"
    assert await texts(rig, ann) == [another]


async def test_an_edit_that_was_cut_off_half_way_is_done_after_the_next_start(
    open_bot: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, ann, parts = await album(open_bot, world, "Tom", "Pia")
    reached = asyncio.Event()

    async def hangs(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(rig.services.message_handler, "edit_message", hangs)
    world.edit(parts[1], "Maria")
    async with asyncio.timeout(30):
        await reached.wait()
    await rig.stop(limit_s=0.05)
    await rig.start()
    await eventually(rig, ann, "Tom\n\nMaria")
    world.edit(parts[0], "Tim")
    assert await texts(rig, ann) == ["Tim\n\nMaria"]


async def test_an_album_of_which_nothing_is_known_any_more_loses_nothing(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, "Tom", "Pia")
    await forget_layouts(rig, world.private(ann))
    world.edit(parts[0], "Tim")
    assert await texts(rig, ann) == ["Tom\n\nPia"]


async def test_what_is_kept_beside_the_memory_of_an_album_holds_none_of_its_words(
    open_bot: Open, world: World
) -> None:
    rig, ann, parts = await album(open_bot, world, None, "Remember these", kind="document")
    world.edit(parts[1], "Remember those")
    await rig.settled()
    [kept] = (await rig.store.values.get(f"telegram:layouts:{world.private(ann).id}")).values()
    assert not {"Remember", "Text", "txt"} & set(re.findall("[A-Za-z]+", kept))
