"""What is wrong with a setting is said in the person's language, in this program's own words."""

import re

import pytest

from bots.settings.loading import load
from bots.settings.root import settings_table
from brain.errors import BadSettings
from brain.languages import languages
from tests.bots.conftest import Sandbox

FOREIGN = re.compile(
    r"Input should|instance of|valid (?:dict|int|string)|unable to parse|Value error"
)
VALUES = ["3", "-1", "1e300", '"x"', '""', "true", "[]", "[[1]]", "{}", "{x = 1}", "1979-05-27"]


@pytest.fixture(autouse=True)
def _no_variables(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable would count in place of the file."""
    for name in sandbox.env:
        if name.startswith("SILICONFRIEND_"):
            monkeypatch.delenv(name)


def problems(sandbox: Sandbox, text: str) -> str:
    path = sandbox.config / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        load()
    except BadSettings as error:
        return str(error.values["problems"])
    return ""


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("language", languages())
def test_no_value_of_any_setting_is_refused_in_foreign_words(
    value: str, language: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_LANGUAGE", language)
    lines = [f"{row.key} = {value}" for row in settings_table() if row.key != "language"]
    told = problems(sandbox, "\n".join(lines))
    assert told
    assert not FOREIGN.search(told), told
    if language == "zh":
        for line in told.splitlines():
            assert re.search(r"[\u4e00-\u9fff]", line.removeprefix(str(sandbox.config))), line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model = 3", "model: a table with settings of its own is expected"),
        (
            "[model]\nreply_tokens = 0",
            "reply_tokens: the number must be greater than 0 (given: 0).",
        ),
        ("[model]\ntemperature = 3", "model.temperature: the number must be at most 2 (given: 3)."),
        ("[model]\nsees = 'perhaps'", "model.sees: true or false is expected (given: “perhaps”)."),
        ("[memory]\npreset = 'x'", "memory.preset: expected one of companion, paper (given: “x”)"),
        ("[model]\noptions = [1]", "model.options: a table with settings of its own is expected"),
        ("[model]\noptions = [1]", "(given: a list)."),
        ("[model]\ncontext_tokens = 'sk-abc123'", "(given: a text of 9 characters)."),
        ("[model]\ncontext_tokens = 0.5", "a whole number is expected (given: 0.5)."),
        ("[model]\nname = 5123456789", "text is expected (given: a large number)."),
        ("[model]\nname = 'a'\nbase_url = 'http://[::1/v1'", "model.base_url: the address of"),
        ("[model]\nname = 'a'\nbase_url = 'http://h:x/v1'", "model.base_url: the address of"),
        ("[model]\nname = 'a'\nbase_url = 'http://a..b/v1'", "model.base_url: the address of"),
        ('[model]\nname = "a"\nbase_url = "http://a\\u0001b/v1"', "model.base_url: the address of"),
        ("_cli_parse_args = true", "_cli_parse_args: there is no such setting"),
        ("model = [", "this is not TOML: "),
        (f"x = {'[' * 9000}", "this is not TOML: "),
    ],
)
def test_a_mistake_is_named_with_what_is_expected(text: str, told: str, sandbox: Sandbox) -> None:
    assert told in problems(sandbox, text)
    assert str(sandbox.config) in problems(sandbox, text)


@pytest.mark.parametrize("address", ["nonsense", "http://[::1", "ftp://h/v1", "http://a b/v1"])
def test_the_address_of_openai_is_checked_like_the_others(
    address: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    assert problems(sandbox, "").startswith("OPENAI_BASE_URL: the address of a server")
