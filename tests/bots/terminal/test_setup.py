"""`siliconfriend setup` at a terminal, from the first question to the doctor's verdict."""

import asyncio
import os
import re
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pexpect
import pytest

from bots.terminal import failures, setup
from brain.errors import BadSettings
from brain.generators.llama_cpp import demonstration_model
from tests.bots.conftest import Sandbox
from tests.bots.forked import CHAT_MODELS, Terminal
from tests.bots.terminal.test_model import offer
from tests.bots.terminal.wizard.answers import Answers
from tests.brain.hub.hub_server import FILE, HubServer, hub_server, tiny_model
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World as DiscordWorld
from tests.platforms.telegram.server import TelegramServer, telegram_server

WRONG = "7000000002:AAWrongWrongWrongWrongWrongWrongWro"
CTRL_C, CTRL_D, CTRL_U, ENTER = "\x03", "\x04", "\x15", "\r"


class Play:
    """The command at a terminal, and somebody who answers it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.child: Terminal = sandbox.open_terminal("setup")
        self._shown = StringIO()
        self.child.logfile_read = self._shown

    def answer(self, question: str, keys: str = ENTER) -> None:
        """Wait until the question is there, and press these keys."""
        self.child.expect_exact(question)
        self.child.send(keys)

    def see(self, text: str) -> None:
        self.child.expect_exact(text)

    def end(self) -> str:
        """Wait for the end; gives all that was shown."""
        self.child.expect(pexpect.EOF)
        self.child.wait()
        return self._shown.getvalue()

    @property
    def exit_code(self) -> int | None:
        return self.child.exitstatus


@pytest.fixture
def fresh(sandbox: Sandbox) -> Sandbox:
    """A home where nothing is configured but the embedder, and Ollama serves."""
    for name in ("MODEL__NAME", "MODEL__BASE_URL", "ZONE"):
        del sandbox.env[f"SILICONFRIEND_{name}"]
    sandbox.env["TZ"] = "Europe/Berlin"
    sandbox.env["OLLAMA_HOST"] = sandbox.server.url.removeprefix("http://").removesuffix("/v1")
    return sandbox


def config_of(sandbox: Sandbox) -> Path:
    return sandbox.config / "config.toml"


def written(sandbox: Sandbox) -> dict[str, Any]:
    return tomllib.loads(config_of(sandbox).read_text())


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    server = DiscordServer(DiscordWorld())
    await server.start()
    yield server
    await server.stop()


async def test_the_whole_story_in_english(fresh: Sandbox, telegram: TelegramServer) -> None:
    fresh.env["SILICONFRIEND_TELEGRAM__API_BASE"] = telegram.root
    await asyncio.to_thread(_first_time, fresh, telegram.token)
    await asyncio.to_thread(_change_things, fresh, telegram.token)
    await asyncio.to_thread(_stop, fresh)


def _first_time(sandbox: Sandbox, token: str) -> None:
    play = Play(sandbox)
    play.answer("Language")
    play.answer("Which model", "1" + ENTER)
    play.answer("Which of its models", "1" + ENTER)
    play.answer("Shall I talk on Discord")
    play.answer("Shall I talk on Telegram", "2" + ENTER)
    play.answer("The token", WRONG + ENTER)
    play.see("does not know that token")
    play.answer("What now?")
    play.answer("The token", token + ENTER)
    play.answer("Your time zone", CTRL_U + "Mars/Base" + ENTER)
    play.see("no such time zone")
    play.answer("Your time zone", CTRL_U + "asia/tokyo" + ENTER)
    play.answer("whose helpline", "1" + ENTER)
    play.answer("Where shall memories be kept")
    play.see("telegram.token = ••••")
    play.answer("Is that right?")
    play.see("All is well: siliconfriend chat")
    play.see("siliconfriend run")
    shown = play.end()
    assert play.exit_code == 0
    for secret in (token, WRONG):
        assert secret not in shown
    assert config_of(sandbox).stat().st_mode & 0o777 == 0o600
    assert written(sandbox) == {
        "zone": "Asia/Tokyo",
        "model": {"name": "echo", "base_url": sandbox.server.url},
        "telegram": {"token": token},
        "care": {"country": "JP"},
    }


def _change_things(sandbox: Sandbox, token: str) -> None:
    """What stands there is proposed; a comment stays; only what is changed is written."""
    path = config_of(sandbox)
    path.write_text("# my own words\n" + path.read_text() + "[memory]\npreset = 'paper'\n")
    play = Play(sandbox)
    play.answer("Language")
    play.see("as it is now: echo")
    play.answer("The small demonstration model")
    play.answer("Shall I talk on Discord")
    play.answer("Shall I talk on Telegram", "3" + ENTER)
    play.answer("Asia/Tokyo")
    play.answer("whose helpline", "2" + ENTER)
    play.answer("Where shall memories be kept", "2" + ENTER)
    play.answer("Which folder?", CTRL_U + str(sandbox.home / "elsewhere") + ENTER)
    play.see("telegram.token = (removed)")
    play.answer("Is that right?")
    play.see("All is well")
    assert token not in play.end()
    assert "# my own words\n" in path.read_text()
    assert written(sandbox) == {
        "zone": "Asia/Tokyo",
        "model": {"name": "echo", "base_url": sandbox.server.url},
        "telegram": {},
        "care": {},
        "memory": {"preset": "paper"},
        "store": f"sqlite:{sandbox.home / 'elsewhere' / 'memories.db'}",
    }


def _stop(sandbox: Sandbox) -> None:
    """Ctrl-C at a list and at a line, Ctrl-D, and a no at the end change nothing."""
    before = config_of(sandbox).read_bytes()
    for question, keys in (
        ("Which model", CTRL_C),
        ("Your time zone", CTRL_C),
        ("Your time zone", CTRL_D),
        ("Is that right", "2" + ENTER),
    ):
        play = Play(sandbox)
        questions = ("Language", "Which model", "on Discord", "on Telegram", "Your time zone")
        for earlier in questions[: questions.index(question) if question in questions else None]:
            play.answer(earlier, CTRL_U + "UTC" + ENTER if earlier == "Your time zone" else ENTER)
        if question not in questions:
            play.answer("whose helpline")
            play.answer("Where shall memories be kept")
        elif keys == CTRL_D:
            # It leaves only where nothing is typed.
            keys = CTRL_U + CTRL_D  # noqa: PLW2901
        play.answer(question, keys)
        play.see("Nothing was changed.")
        play.end()
        assert play.exit_code == failures.INTERRUPTED
        assert config_of(sandbox).read_bytes() == before


@pytest.fixture
def hub(fresh: Sandbox, tmp_path: Path) -> Iterator[HubServer]:
    """A hub with a real model, which alone is offered."""
    with _offering(fresh, tmp_path, demonstration_model().read_bytes()) as server:
        yield server


@contextmanager
def _offering(sandbox: Sandbox, folder: Path, content: bytes) -> Iterator[HubServer]:
    offer(folder / "models.toml", tiny_model(content, context_tokens=1024))
    sandbox.env[CHAT_MODELS] = str(folder / "models.toml")
    with hub_server(content) as server:
        yield server


async def test_the_whole_story_in_chinese_with_a_download(
    fresh: Sandbox, hub: HubServer, discord: DiscordServer
) -> None:
    fresh.env |= {
        "LC_ALL": "zh_CN.UTF-8",
        "TZ": "Asia/Shanghai",
        "SILICONFRIEND_DISCORD__API_BASE": discord.root,
        "SILICONFRIEND_MODEL__REPLY_TOKENS": "8",
        # The doctor would have the model fill in a form, which takes seconds.
        "SILICONFRIEND_MEMORY__CONSOLIDATE": "off",
        "OLLAMA_HOST": "127.0.0.1:1",
    }
    fresh.config.mkdir(parents=True)
    config_of(fresh).write_text(f'[hub]\nurl = "{hub.url}"\n')
    await asyncio.to_thread(_first_time_in_chinese, fresh, discord.token)


def _first_time_in_chinese(sandbox: Sandbox, token: str) -> None:
    play = Play(sandbox)
    play.answer("语言")
    play.answer("由哪个模型来回答", "1" + ENTER)
    play.answer("哪一个？")
    play.answer("从哪里下载")
    play.answer("要在 Discord 上聊天吗", "2" + ENTER)
    play.answer("令牌（不会显示", "wrong" + ENTER)
    play.answer("怎么办", "1" + ENTER)
    play.answer("令牌（不会显示", token + ENTER)
    play.answer("要在 Telegram 上聊天吗")
    play.answer("你的时区")
    play.answer("求助热线", "1" + ENTER)
    play.answer("记忆保存在哪里")
    play.see("••••")
    play.answer("对吗")
    play.see("一切正常")
    play.see("siliconfriend run")
    shown = play.end()
    assert play.exit_code == 0
    assert token not in shown
    assert re.search(r"tiny.*(MB|GB)", shown)
    folder = sandbox.data / "models"
    assert written(sandbox)["model"] == {"file": str(folder / FILE), "context_tokens": 1024}
    assert written(sandbox)["care"] == {"country": "CN"}
    assert written(sandbox)["zone"] == "Asia/Shanghai"


def test_an_interrupted_download_leaves_all_other_answers(fresh: Sandbox, tmp_path: Path) -> None:
    """And the environment is told of where it wins over an answer."""
    with _offering(fresh, tmp_path, os.urandom(200_000)) as hub:
        hub.held.clear()
        fresh.env["SILICONFRIEND_HUB__URL"] = hub.url
        fresh.env["SILICONFRIEND_CARE__COUNTRY"] = "JP"
        _interrupt(Play(fresh))
    assert written(fresh) == {"zone": "Europe/Berlin", "care": {"country": "DE"}}
    assert (fresh.data / "models" / f"{FILE}.part").stat().st_size == 100_000


def _interrupt(play: Play) -> None:
    play.answer("Language")
    play.answer("Which model", "2" + ENTER)
    play.answer("Which one?")
    play.answer("on Discord")
    play.answer("on Telegram")
    play.answer("Your time zone")
    play.answer("whose helpline", "2" + ENTER)
    play.answer("Where shall memories be kept")
    play.see("SILICONFRIEND_CARE__COUNTRY")
    play.answer("Is that right?")
    play.answer("100.0/200.0 kB", CTRL_C)
    play.see("siliconfriend model use tiny")
    play.end()
    assert play.exit_code == failures.FAILED


def test_a_file_with_mistakes_is_told_of_and_kept(
    fresh: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MODEL__NAME", "MODEL__BASE_URL", "ZONE"):
        monkeypatch.delenv(f"SILICONFRIEND_{name}")
    fresh.config.mkdir(parents=True)
    config_of(fresh).write_text('zone = "Asia/Tokyo"\n[unheard]\nof = 1\n')
    answers = Answers()
    assert setup.present_settings(answers).zone is None
    assert "unheard" in answers.told[0]
    monkeypatch.setenv("SILICONFRIEND_MEMORY__PRESET", "nobody's")
    with pytest.raises(BadSettings, match="unheard"):
        setup.present_settings(answers)


def test_without_a_terminal_it_says_what_to_do(sandbox: Sandbox) -> None:
    done = sandbox.start("setup")
    assert done.returncode == failures.FAILED
    assert "needs a terminal" in done.stderr.decode()
    assert done.stdout == b""
