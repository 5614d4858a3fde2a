"""Slash commands, buttons and completions, on the real desk."""

from typing import Any

import pytest

from bots.discord.commands import command_payloads
from bots.discord.platform import DiscordPlatform
from bots.discord.screen_rendering import LARGEST_FILE
from bots.screens import Button, Caller, Command, File, Option, Screen, Suggestion
from brain.texts import say
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import Rig
from tests.platforms.discord.faults import Drop
from tests.platforms.discord.records import Interaction, Message
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World


class Counter:
    """A desk with one command, for what the real one does not do on demand."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.pressed: list[str] = []
        self.callers: list[Caller] = []

    @property
    def commands(self) -> tuple[Command, ...]:
        return (Command(name="export"), Command(name="persona", for_owner=True))

    async def command(self, caller: Caller, name: str, options: Any) -> Screen:  # noqa: ANN401
        self.callers.append(caller)
        self.asked.append((name, dict(options)))
        return self.screen

    async def press(self, caller: Caller, action: str) -> Screen:
        self.callers.append(caller)
        self.pressed.append(action)
        return self.screen

    def nearest(self, typed: str) -> str | None:
        return None if typed else typed

    def asks(self, action: str) -> bool:
        return action.startswith("asks:")

    async def answer(self, caller: Caller, action: str, text: str) -> Screen:
        raise NotImplementedError

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        raise NotImplementedError


@pytest.mark.usefixtures("rig")
async def test_commands_are_registered_for_everywhere_and_in_both_languages(
    world: World,
) -> None:
    commands = {found["name"]: found for found in world.commands[None]}

    assert {"memories", "forget", "remember", "portrait", "pause", "export"} <= set(commands)
    assert {"privacy", "persona", "link", "help"} <= set(commands)
    for name, found in commands.items():
        assert found["contexts"] == [0, 1, 2]
        assert found["integration_types"] == [0, 1]
        assert found["description"] == say("en", f"command-{name}")[:100]
        localised = found["description_localizations"]
        assert localised["zh-CN"] == say("zh", f"command-{name}")[:100]
        assert localised["es-ES"] == localised["es-419"] == say("es", f"command-{name}")[:100]
        assert found["description"] != f"command-{name}"
        for option in found.get("options", ()):
            assert option["description"] != f"command-{name}-{option['name']}"


def test_a_command_takes_its_required_options_first() -> None:
    command = Command(
        name="forget",
        options=(
            Option(name="what", suggests=True),
            Option(name="kind", required=True, choices=("all", "day")),
        ),
    )

    [payload] = command_payloads([command])

    assert [option["name"] for option in payload["options"]] == ["kind", "what"]
    assert [choice["value"] for choice in payload["options"][0]["choices"]] == ["all", "day"]
    assert payload["options"][1]["autocomplete"] is True


async def test_memories_are_shown_to_the_caller_alone(world: World, rig: Rig) -> None:
    ann, ben = world.user("Ann"), world.user("Ben")
    channel = world.channel(world.guild("Home", ann, ben), "general")
    world.say(ann, channel, f"{world.bot.mention} My cat is called Mochi.")
    await world.until(lambda: rig.said(channel))

    asked = world.slash(ann, channel, "/memories")
    shown = await world.until(lambda: _shown(asked))

    assert "Mochi" in shown
    assert "Mochi" not in str([found.content for found in world.seen(ben, channel)][1:])
    assert asked.original is not None
    assert asked.original.ephemeral


async def test_secrets_of_a_dm_are_not_shown_in_a_server(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    abroad = world.channel(world.guild("Abroad", ann, bot=False), "general")
    among = world.private_channel(ann, world.user("Ben"))
    world.dm(ann, "My secret is the treehouse.")
    await world.until(lambda: rig.said(ann))

    for place in (channel, abroad, among):
        for text in ("", "treehouse", "secret"):
            options = {"search": text} if text else {}
            asked = world.slash(ann, place, "/memories", options)
            assert "treehouse." not in await _until_shown(world, asked)
    asked = world.slash(ann, world.dm_channel(ann), "/memories")
    assert "treehouse" in await world.until(lambda: _shown(asked))


@pytest.mark.usefixtures("rig")
async def test_an_interface_speaks_the_language_of_the_program(world: World) -> None:
    ann = world.user("Ann", locale="zh-CN")

    asked = world.slash(ann, world.dm_channel(ann), "/help")

    assert any("\u4e00" <= each <= "\u9fff" for each in await world.until(lambda: _shown(asked)))


async def test_a_memory_is_found_by_completion_and_forgotten_by_buttons(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    dm = world.dm_channel(ann)
    world.dm(ann, "My cat is called Mochi.")
    await world.until(lambda: rig.said(ann))
    [option] = [
        option["name"]
        for found in world.commands[None]
        if found["name"] == "forget"
        for option in found["options"]
        if option.get("autocomplete")
    ]

    typing = world.autocomplete(ann, dm, "/forget", option=option, typed="Moch")
    choices = await world.until(lambda: typing.choices or [])
    asked = world.slash(ann, dm, "/forget", {option: choices[0]["value"]})
    await world.until(lambda: _shown(asked))
    assert asked.original is not None
    confirm = _buttons(asked.original)[0]
    # Buttons from before a restart work.
    await rig.stop()
    await rig.start()
    world.press(ann, asked.original, confirm)

    await rig.until_remembered(ann, [])
    await world.until(lambda: "Mochi" not in (asked.original.content if asked.original else ""))


async def test_a_memory_is_corrected_in_a_form_that_holds_its_text(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    world.say(ann, channel, f"{world.bot.mention} My cat is called Mango.")
    await world.until(lambda: rig.said(channel))
    page = world.slash(ann, channel, "/memories")
    await _until_shown(world, page)
    assert page.original is not None
    world.press(ann, page.original, "1")
    await world.until(lambda: len(_buttons(page.original)) == 4)  # type: ignore[arg-type]
    # Forms from before a restart work as buttons do.
    asked = world.press(ann, page.original, say("en", "desk-button-correct"))
    modal = await world.until(lambda: asked.modal)
    assert modal is not None
    [label] = modal["components"]
    assert label["component"]["value"] == "My cat is called Mango."
    await rig.stop()
    await rig.start()

    sent = world.submit(asked, {label["component"]["custom_id"]: "My cat is called Miso."})

    await world.until(lambda: "Miso" in _shown(sent))
    assert sent.original is page.original
    assert sent.original.ephemeral
    assert "instead of: My cat is called Mango." in _shown(sent)
    await rig.until_remembered(ann, ["My cat is called Miso."])
    world.press(ann, sent.original, "undo")
    await rig.until_remembered(ann, ["My cat is called Mango."])


async def test_a_correction_by_command_finds_its_memory_by_completion(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    dm = world.dm_channel(ann)
    world.dm(ann, "My cat is called Mango.")
    await world.until(lambda: rig.said(ann))
    typing = world.autocomplete(ann, dm, "/correct", option="memory", typed="mang")
    choices = await world.until(lambda: typing.choices or [])

    options = {"memory": choices[0]["value"], "text": "My cat is called Miso."}
    asked = world.slash(ann, dm, "/correct", options)

    assert "Miso" in await _until_shown(world, asked)
    await rig.until_remembered(ann, ["My cat is called Miso."])


@pytest.mark.usefixtures("rig")
async def test_a_form_that_cannot_be_opened_is_told_on_the_screen(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    rows = ((Button("ask", "asks:1"),),)
    desk = _with_desk(rig, Screen(text="one", rows=rows))
    asked = world.slash(ann, world.dm_channel(ann), "/export")
    await _until_shown(world, asked)
    message = asked.original
    assert message is not None

    desk.screen = Screen(text="It is gone.")
    pressed = world.press(ann, message, "ask")

    await world.until(lambda: message.content == "It is gone.")
    assert pressed.modal is None
    assert desk.pressed == ["asks:1"]


async def test_an_export_comes_by_direct_message(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    world.dm(ann, "My cat is called Mochi.")
    await world.until(lambda: rig.said(ann))

    asked = world.slash(ann, channel, "/export")

    await world.until(lambda: _shown(asked) == say("en", "discord-sent-directly"))
    [file] = world.replies(ann)[-1].attachments
    assert b"Mochi" in file.content


@pytest.mark.usefixtures("rig")
async def test_who_takes_no_direct_messages_is_told_how(world: World) -> None:
    ann = world.user("Ann")
    ann.accepts_dms = False
    channel = world.channel(world.guild("Home", ann), "general")

    asked = world.slash(ann, channel, "/export")

    await world.until(lambda: _shown(asked) == say("en", "discord-direct-closed"))


async def test_an_interaction_that_came_too_late_does_nothing(
    world: World, discord_server: DiscordServer, rig: Rig
) -> None:
    ann = world.user("Ann")
    dm = world.dm_channel(ann)
    desk = _with_desk(rig, Screen(text="done"))
    discord_server.edge.held.clear()
    asked = world.slash(ann, dm, "/export")
    await world.until(lambda: discord_server.edge.waiting)

    asked.too_late = True
    discord_server.edge.held.set()
    other = world.slash(ann, dm, "/export")
    await world.until(lambda: other.text == "done")

    assert asked.answered is None
    assert len(desk.asked) == 1


async def test_a_lost_answer_is_shown_all_the_same(
    world: World, discord_server: DiscordServer, rig: Rig
) -> None:
    ann = world.user("Ann")
    picture = b"\x89PNG\r\n\x1a\n"
    _with_desk(rig, Screen(text="curves", picture=picture))
    discord_server.faults.order(r"PATCH /webhooks", Drop.UNANSWERED)
    discord_server.faults.order(r"PATCH /webhooks", 503)

    asked = world.slash(ann, world.dm_channel(ann), "/export")
    await world.until(lambda: asked.text == "curves" and discord_server.faults.left == 0)
    await rig.stop()

    assert asked.original is not None
    [file] = asked.original.attachments
    assert file.content == picture


async def test_a_press_replaces_the_screen_with_its_picture_and_text(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    rows = (tuple(Button(f"B{number}", f"b:{number}") for number in range(7)),)
    desk = _with_desk(rig, Screen(text="x" * 3_000, rows=rows, picture=b"\x89PNG"))
    asked = world.slash(ann, world.dm_channel(ann), "/export")
    await world.until(lambda: _shown(asked))
    message = asked.original
    assert message is not None
    assert [len(row["components"]) for row in message.components] == [5, 2]

    desk.screen = Screen(text="short")
    world.press(ann, message, "B6")
    await world.until(lambda: message.content == "short")

    assert desk.pressed == ["b:6"]
    assert (list(message.embeds), list(message.components), list(message.attachments)) == (
        [],
        [],
        [],
    )


async def test_a_desk_that_breaks_leaves_the_bot_alive(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    desk = _with_desk(rig, Screen(text=""))

    async def broken(*_: object) -> Screen:
        raise RuntimeError

    desk.command = broken  # type: ignore[method-assign, assignment]
    world.slash(ann, world.dm_channel(ann), "/export")
    world.dm(ann, "still there?")

    await world.until(lambda: rig.said(ann))


async def test_the_owner_is_known_and_a_place_abroad_is_not_private(
    world: World, open_bot: Open
) -> None:
    home = world.guild("Home", world.owner)
    role = world.role(home, "friends", world.owner)
    places = [world.channel(home, "general"), world.private_channel(world.owner, world.user("Ben"))]
    rig = await open_bot()
    desk = _with_desk(rig, Screen(text="yes"))

    for place in [*places, world.dm_channel(world.owner)]:
        asked = world.slash(world.owner, place, "/export")
        await _until_shown(world, asked)

    assert all(caller.is_owner for caller in desk.callers)
    assert [caller.place.private for caller in desk.callers] == [False, False, True]
    assert desk.callers[0].community == f"discord:guild:{home.id}"
    assert str(role.id) in desk.callers[0].roles


@pytest.mark.parametrize("content", [b"x" * (LARGEST_FILE + 1), b"x"])
async def test_a_file_that_is_too_large_is_packed(world: World, rig: Rig, content: bytes) -> None:
    ann = world.user("Ann")
    _with_desk(rig, Screen(text="all", file=File("a.jsonl", content)))

    asked = world.slash(ann, world.dm_channel(ann), "/export")

    await _until_shown(world, asked)
    assert asked.original is not None
    [file] = asked.original.attachments
    assert file.filename == ("a.jsonl" if content == b"x" else "a.jsonl.zip")


async def test_a_file_that_is_too_large_even_packed_is_left_to_the_terminal(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.discord.interactions.LARGEST_FILE", 9)
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    _with_desk(rig, Screen(text="all", file=File("a.jsonl", b"x" * 10), direct=True))

    asked = world.slash(ann, channel, "/export")

    told = await _until_shown(world, asked)
    assert f"siliconfriend export --account discord:{ann.id} --out FILE" in told
    assert asked.original is not None
    assert not asked.original.attachments
    assert not world.replies(ann)


def _with_desk(rig: Rig, screen: Screen) -> Counter:
    platform = rig.platform
    assert isinstance(platform, DiscordPlatform)
    desk = Counter(screen)
    platform._bot._interactions._desk = desk
    return desk


def _shown(asked: Interaction) -> str:
    """Nothing as long as it is thinking."""
    message = asked.original
    if message is None or message.loading:
        return ""
    return message.content + "".join(embed["description"] for embed in message.embeds)


def _buttons(message: Message) -> list[str]:
    return [found["custom_id"] for row in message.components for found in row["components"]]


async def _until_shown(world: World, asked: Interaction) -> str:
    return await world.until(lambda: _shown(asked))


async def test_a_picture_is_described_for_those_who_cannot_see_it(world: World, rig: Rig) -> None:
    pytest.importorskip("matplotlib")
    ann = world.user("Ann")
    await rig.introduce(ann)
    world.dm(ann, "I live in Ulm.")
    await world.until(lambda: rig.said(ann))
    asked = world.slash(ann, world.dm_channel(ann), "/memories")
    await _until_shown(world, asked)
    assert asked.original is not None
    world.press(ann, asked.original, "curves")
    await world.until(lambda: asked.original is not None and asked.original.attachments)
    [picture] = asked.original.attachments
    assert "1. I live in Ulm.: 100 % today, fades " in (picture.description or "")
