"""What was said in private is never shown in a shared place, whichever of 200 ways is tried."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pytest

from bots.desk import curves
from bots.desk.button_codec import Verb
from bots.desk.memory_views import MemoryView
from bots.screens import Caller, Screen
from brain.accounts.linking import join
from brain.ids import MemoryId, MessageId, PersonId, PlaceId
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind
from brain.messages import Incoming, Person, Place
from tests.bots.desk.bench import Bench, RecordedDelivery, action, actions, caller
from tests.factories import ANNA, ANNAS_DM, BEN, CAFE, DAY, NOON, memory

SECRET = "zanzibarium"  # noqa: S105 no password
"""A word that is nowhere but in what was said in private."""
TELEGRAM = Person(PersonId("telegram:7"), "Anna T")
TELEGRAM_DM = Place(PlaceId("telegram:7"), private=True)
GROUP = Place(PlaceId("telegram:-9"), private=False)
HARMLESS = (
    Verb.LIST_MEMORIES,
    Verb.SHOW_MEMORY,
    Verb.SHOW_CURVES,
    Verb.SHOW_PREVIEW,
    Verb.CANCEL_FORGET,
)
"""What may be pressed in private without changing what is there."""


@dataclass
class Attempts:
    """Counts them, and looks at what came of each."""

    count: int = 0

    def look(self, *texts: str) -> None:
        self.count += 1
        for text in texts:
            assert SECRET not in text.casefold()

    def see(self, screen: Screen) -> None:
        labels = [button.label for row in screen.rows for button in row]
        # A file that goes to the direct conversation is not shown in the place.
        file = screen.file.content.decode() if screen.file and not screen.direct else ""
        self.look(screen.text, *labels, file)


async def plant(bench: Bench) -> list[MemoryId]:
    """Secrets of every kind, said in both private conversations; gives their ids."""
    await bench.say(f"My {SECRET} is hidden in the oak.", name="m1")
    await bench.say(f"I also have a {SECRET} on Telegram.", person=TELEGRAM, place=TELEGRAM_DM)
    await join(bench.store, ANNA.id, TELEGRAM.id)
    await bench.command("remember", text=f"The {SECRET} is mine.")
    life = node_id(Group(ANNA.id, None), Kind.PORTRAIT, LIFE)
    made = [
        memory(f"Loves the {SECRET}.", id=life, kind=Kind.PORTRAIT, period=LIFE),
        memory(f"Spoke of the {SECRET}.", kind=Kind.DAY, period="2026-03-01", sources=["x"]),
        memory(f"An archived {SECRET}.", archived_at=NOON),
        memory(f"Yesterday's {SECRET}.", said_at=NOON - DAY),
    ]
    await bench.store.add(made, await bench.embedder.passages([one.content for one in made]))
    await bench.say("The café is loud.", place=CAFE)
    await bench.say("The group is quiet.", person=TELEGRAM, place=GROUP)
    return [one.id for one in await bench.memories()] + [made[2].id]


def shared_callers() -> Iterator[Caller]:
    for language in ("en", "zh"):
        yield caller(place=CAFE, language=language)
    yield replace(caller(TELEGRAM, GROUP), is_owner=True)
    yield caller(BEN, CAFE)


def wordings(ids: Sequence[MemoryId]) -> list[str]:
    return [
        SECRET,
        SECRET.upper(),
        f"my {SECRET}",
        "hidden oak",
        "everything",
        "全部",
        "today",
        "yesterday",
        "last year",
        "2026-01-01..2026-12-31",
        " ".join(ids[:3]),
        "../" + ANNAS_DM.id,
        f"{ANNAS_DM.id} {SECRET}",
        "*",
        "%",
        "\x1f",
        *ids,
        *(memory_id[:8] for memory_id in ids),
    ]


async def signed_in_private(bench: Bench) -> AsyncIterator[str]:
    """The action of every button that can be reached in private."""
    seen: set[str] = set()
    waiting = [
        await bench.command("memories"),
        await bench.command("memories", search=SECRET),
        await bench.command("forget", what=SECRET),
        await bench.command("forget"),
        await bench.command("link"),
    ]
    while waiting:
        for signed in actions(waiting.pop()):
            if signed in seen:
                continue
            seen.add(signed)
            yield signed
            if signed.startswith(HARMLESS) and len(seen) < 60:
                waiting.append(await bench.desk.press(caller(), signed))


async def ask_for_everything(
    bench: Bench, by: Caller, ids: Sequence[MemoryId], tried: Attempts
) -> None:
    """Every command with every wording, what its buttons lead to, and every completion."""
    words = wordings(ids)
    options = [*product([("memories", "search"), ("forget", "what")], words)]
    options += product([("memories", "kind"), ("link", "code")], words[:3])
    for (name, option), value in options:
        screen = await bench.desk.command(by, name, {option: value})
        tried.see(screen)
        for signed in actions(screen):
            if signed.startswith(HARMLESS):
                tried.see(await bench.desk.press(by, signed))
    for command in bench.desk.commands:
        if command.name not in {"remember", "pause", "undo"}:
            tried.see(await bench.desk.command(by, command.name, {}))
    for typed in ("", SECRET[:3], SECRET, *ids):
        found = await bench.desk.suggest(by, "forget", "what", typed)
        tried.look(*(suggestion.label for suggestion in found))
        assert not {suggestion.value for suggestion in found} & set(ids[:-1])


async def test_two_hundred_ways_show_no_secret_in_a_shared_place(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(views: tuple[MemoryView, ...], *_: object) -> bytes:
        drawn.extend(view.text for view in views)
        return b""

    monkeypatch.setattr(curves, "_draw", draw)
    ids = await plant(bench)
    before = {one.id: one for one in await bench.memories() if one.private}
    tried = Attempts()
    for by in shared_callers():
        await ask_for_everything(bench, by, [*before, ids[-1]], tried)
    async for signed in signed_in_private(bench):
        for by in shared_callers():
            drawn.clear()
            tried.see(await bench.desk.press(by, signed))
            tried.look(*drawn)
    assert tried.count >= 200
    assert {one.id: one for one in await bench.memories() if one.private} == before


async def test_forged_buttons_open_nothing(bench: Bench) -> None:
    ids = await plant(bench)
    listed = await bench.command("memories", place=CAFE)
    real = action(listed, "1")
    tried = Attempts()
    verb, _, signature = real.split("|")
    for memory_id, other in product(ids, Verb):
        for forged in (
            f"{other}|{memory_id}|{signature}",
            f"{verb}|{memory_id}|{signature}",
            f"{other}|ids|{memory_id}|{signature}",
        ):
            tried.see(await bench.desk.press(caller(place=CAFE), forged))
    assert tried.count >= 100


async def test_messages_edits_and_deletions_in_a_shared_place_reach_nothing(bench: Bench) -> None:
    await plant(bench)
    before = {one.id: one for one in await bench.memories() if one.private}
    tried = Attempts()
    for by in shared_callers():
        for asked in ("What is hidden in the oak?", "What did I say in private?", "Quote me."):
            start = len(bench.generator.asked)
            said = RecordedDelivery()
            message = Incoming(
                id=MessageId(f"ask-{tried.count}"), person=by.person, place=by.place, text=asked
            )
            await bench.message_handler.answer(by, message, said)
            tried.look(*said.finished, *said.remarks, *said.drafts)
            prompts = bench.generator.asked[start:]
            assert prompts
            tried.look(*(line.content for prompt in prompts for line in prompt))
        stolen = Incoming(id=MessageId("m1"), person=by.person, place=by.place, text="Mine now.")
        await bench.message_handler.edit_message(by, stolen)
        await bench.message_handler.delete_message(by, "m1")
    kept = {one.id: one for one in await bench.memories() if one.private}
    assert kept.keys() == before.keys()
    assert all(kept[name].text == one.text for name, one in before.items())
