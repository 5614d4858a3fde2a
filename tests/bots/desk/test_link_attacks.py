"""Three hundred attacks on /link over each store, none of which joins a thief with anybody."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest

from bots.desk import linking
from bots.screens import Screen
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench, actions, caller, open_bench
from tests.bots.desk.test_linking import THEIR_DM, THERE
from tests.stores import KINDS, opened

ATTACKS = 300
YES, LOOK = say("en", "link-button-yes"), say("en", "link-button-look")
Wait = Callable[[float], Awaitable[None]]


@dataclass
class Somebody:
    """An account with its private conversation, and every screen that it was shown or sent."""

    bench: Bench
    person: Person
    place: Place
    screens: list[Screen] = field(default_factory=list)

    async def link(self, code: str = "") -> Screen:
        return self._seen(
            await self.bench.command("link", person=self.person, place=self.place, code=code)
        )

    async def press(self, screen: Screen, label: str) -> Screen:
        return self._seen(
            await self.bench.press(screen, label, person=self.person, place=self.place)
        )

    async def send(self, action: str) -> Screen:
        return self._seen(await self.bench.desk.press(caller(self.person, self.place), action))

    async def press_all(self) -> None:
        """Press every button that they ever saw."""
        for action in [each for screen in self.screens for each in actions(screen)]:
            await self.send(action)

    def _seen(self, screen: Screen) -> Screen:
        self.screens.append(screen)
        return screen


@dataclass
class Scene:
    """One attack: somebody with two accounts, and a thief with one of each platform."""

    owner: Somebody
    own: Somebody
    thief: Somebody
    thief_there: Somebody
    wait: Wait
    dice: random.Random

    async def yes_to_own(self, screen: Screen) -> Screen:
        """The owner's look at a screen: they say yes if it shows their own other account."""
        shown = screen
        if any(button.label == LOOK for row in screen.rows for button in row):
            shown = await self.owner.press(screen, LOOK)
        asked_of, _, _ = shown.text.partition("Is that you")
        own = f"account {self.own.person.id.partition(':')[2]} "
        if own in asked_of and any(b.label == YES for row in shown.rows for b in row):
            return await self.owner.press(shown, YES)
        return shown


def code_of(screen: Screen) -> str:
    return screen.text.split("**")[1]


async def raced(scene: Scene) -> None:
    """The thief and the owner's other account name the code at the same moment."""
    here = await scene.owner.link()
    code = code_of(here)
    order = [scene.own, scene.thief]
    scene.dice.shuffle(order)
    named = dict(
        zip(
            [one.person.id for one in order],
            await asyncio.gather(*(o.link(code) for o in order)),
            strict=True,
        )
    )
    winners = [who for who, screen in named.items() if screen.rows]
    assert len(winners) == 1
    if scene.thief.person.id in winners:
        await scene.thief.press(named[scene.thief.person.id], YES)
    await asyncio.gather(scene.yes_to_own(here), scene.thief.press_all())
    await scene.yes_to_own(here)


async def first(scene: Scene) -> None:
    """The thief names the code first and says yes before the owner looks."""
    here = await scene.owner.link()
    await scene.thief.press(await scene.thief.link(code_of(here)), YES)
    await scene.own.link(code_of(here))
    await scene.yes_to_own(here)
    for _ in range(3):
        await scene.owner.press(here, LOOK)
    await scene.thief.press_all()


async def at_the_same_moment(scene: Scene) -> None:
    """The thief says yes while the owner looks, who saw nobody before."""
    here = await scene.owner.link()
    named = await scene.thief.link(code_of(here))
    await asyncio.gather(
        scene.thief.press(named, YES), scene.owner.press(here, LOOK), scene.thief.press(named, YES)
    )


async def replayed(scene: Scene) -> None:
    """After the owner joined their own accounts, and parted them, every old button is pressed."""
    here = await scene.owner.link()
    there = await scene.own.link(code_of(here))
    await scene.own.press(there, YES)
    done = await scene.yes_to_own(here)
    await scene.owner.press(done, say("en", "link-button-undo"))
    scene.thief.screens += [*scene.owner.screens, *scene.own.screens]
    scene.thief_there.screens += scene.thief.screens
    await scene.thief.link(code_of(here))
    await scene.thief.press_all()
    await scene.thief_there.press_all()


async def guessed(scene: Scene) -> None:
    """The thief tries codes that look like the right one, and some at random."""
    here = await scene.owner.link()
    code = code_of(here)
    for wrong in (
        code[:-1],
        code[::-1],
        f"{code}:by",
        f"{code}A",
        "".join(scene.dice.choices(linking.LETTERS, k=8)),
    ):
        screen = await scene.thief.link(wrong)
        assert wrong == code or screen.text == say("en", "link-expired")
    await scene.owner.press(here, LOOK)
    await scene.thief.press_all()


async def stale(scene: Scene) -> None:
    """The code and its buttons are used after the ten minutes."""
    here = await scene.owner.link()
    code = code_of(here)
    if scene.dice.random() < 0.5:
        await scene.thief.press(await scene.thief.link(code), YES)
    await scene.wait(linking.VALID_S + 1)
    await scene.thief.link(code)
    await scene.owner.press(here, LOOK)
    await scene.thief.press_all()


async def of_others(scene: Scene) -> None:
    """The thief presses the owner's buttons, and those of the owner's other account."""
    here = await scene.owner.link()
    there = await scene.own.link(code_of(here))
    asked = await scene.owner.press(here, LOOK)
    for one in (scene.thief, scene.thief_there):
        for screen in (here, there, asked):
            for action in actions(screen):
                assert (await one.send(action)).text == say("en", "desk-old-button")
    await scene.own.press(there, YES)
    await scene.thief.link(code_of(here))


async def forged(scene: Scene) -> None:
    """The thief changes the code or the account in an action, and keeps its signature."""
    mine, theirs = await scene.owner.link(), await scene.thief_there.link()
    named = await scene.thief.link(code_of(theirs))
    [yes, *_] = actions(named)
    for other in (
        yes.replace(code_of(theirs), code_of(mine)),
        yes.replace(scene.thief_there.person.id, scene.owner.person.id),
        yes.replace("lk|", "lu|"),
    ):
        for one in (scene.thief, scene.thief_there):
            assert (await one.send(other)).text == say("en", "desk-old-button")
    await scene.owner.press(mine, LOOK)


async def of_another_code(scene: Scene) -> None:
    """The owner said yes to their own account by an earlier code; the thief names the later one."""
    before = await scene.owner.link()
    await scene.own.link(code_of(before))
    await scene.yes_to_own(before)
    after = await scene.owner.link()
    await scene.thief.press(await scene.thief.link(code_of(after)), YES)
    await scene.yes_to_own(after)
    await scene.thief.link(code_of(before))
    await scene.thief.press_all()


async def lured(scene: Scene) -> None:
    """The thief cancels as the first, and names the code again while the owner looks."""
    here = await scene.owner.link()
    named = await scene.thief.link(code_of(here))
    await asyncio.gather(
        scene.thief.press(named, "cancel"),
        scene.thief.link(code_of(here)),
        scene.own.link(code_of(here)),
        scene.yes_to_own(here),
    )
    await scene.thief.press_all()
    await scene.yes_to_own(here)


ATTACK_KINDS = (
    raced,
    first,
    at_the_same_moment,
    replayed,
    guessed,
    stale,
    of_others,
    forged,
    of_another_code,
    lured,
)


@pytest.fixture(params=KINDS)
async def bench_and_wait(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Bench, Wait]]:
    """A bench over each store, and a way to let time pass for the store."""
    monkeypatch.setenv("HOME", str(tmp_path))
    async with (
        opened(request.param, tmp_path) as on_test,
        open_bench(tmp_path, opened=on_test.store) as bench,
    ):
        yield bench, on_test.pass_time


async def test_a_code_ends_after_ten_minutes(bench_and_wait: tuple[Bench, Wait]) -> None:
    bench, wait = bench_and_wait
    assert timedelta(seconds=linking.VALID_S) == timedelta(minutes=10)
    code = code_of(await bench.command("link"))
    await wait(linking.VALID_S - 60)
    early = await bench.command("link", person=THERE, place=THEIR_DM, code=code)
    assert "Anna" in early.text
    await wait(60)
    late = await bench.command("link", person=THERE, place=THEIR_DM, code=code)
    assert late.text == say("en", "link-expired")


async def test_nobody_is_joined_with_a_thief(bench_and_wait: tuple[Bench, Wait]) -> None:
    bench, wait = bench_and_wait
    dice = random.Random(16)  # noqa: S311 no secrets
    stolen = []
    for number, attack in enumerate(islice(cycle(ATTACK_KINDS), ATTACKS)):

        def somebody(platform: str, who: int, name: str, number: int = number) -> Somebody:
            id_ = f"{platform}:{number}{who}"
            return Somebody(bench, Person(PersonId(id_), name), Place(PlaceId(id_), private=True))

        scene = Scene(
            owner=somebody("discord", 1, "Anna"),
            own=somebody("telegram", 2, "Anna"),
            thief=somebody("telegram", 3, "Anna"),
            thief_there=somebody("discord", 4, "Anna"),
            wait=wait,
            dice=dice,
        )
        await attack(scene)
        thieves = {scene.thief.person.id, scene.thief_there.person.id}
        owners = {scene.owner.person.id, scene.own.person.id}
        for id_ in thieves | owners:
            known = await bench.store.person(id_)
            joined = {known.id, known.same_as, *known.accounts} if known else set()
            if joined & thieves and joined & owners:
                stolen.append((attack.__name__, number))
    assert stolen == []
    assert number == ATTACKS - 1
