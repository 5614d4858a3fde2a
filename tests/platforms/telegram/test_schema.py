"""Calls are held against the published description of the Bot API."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.platforms.telegram.schema import PATH, Schema
from tests.platforms.telegram.server import telegram_server
from tests.shared import SHARED, shared

BUTTON = {"text": "Yes", "callback_data": "y"}


@pytest.fixture(scope="module")
def schema() -> Schema:
    schema = Schema.load(shared(str(PATH.relative_to(SHARED))))
    assert schema is not None
    return schema


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("getMe", {}),
        ("sendMessage", {"chat_id": "1", "text": "Hello"}),
        ("sendMessage", {"chat_id": "@friends", "text": "5", "disable_notification": "true"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": '{"message_id": 4}'}),
        ("setMyCommands", {"commands": "[]", "scope": '{"type": "chat", "chat_id": 5}'}),
        ("setMyCommands", {"commands": '[{"command": "a", "description": "b"}]'}),
    ],
)
def test_a_right_call_has_no_faults(schema: Schema, method: str, params: dict[str, Any]) -> None:
    assert schema.faults(method, params) == []


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("sendMassage", {}, "no such method"),
        ("sendMessage", {"chat_id": "1"}, "text is missing"),
        ("sendMessage", {"chat_id": "1", "text": "x", "colour": "red"}, "colour is unknown"),
        ("deleteMessage", {"chat_id": "1", "message_id": "first"}, "no Integer"),
        ("sendMessage", {"chat_id": "1", "text": "x", "entities": "[{}]"}, "type is missing"),
        ("sendMessage", {"chat_id": "1", "text": "x", "entities": "{"}, "no Array of"),
        ("sendMessage", {"chat_id": "1", "text": "x", "protect_content": "maybe"}, "no Boolean"),
        ("sendDocument", {"chat_id": "1"}, "document is missing"),
    ],
)
def test_a_wrong_call_has_its_fault_named(
    schema: Schema, method: str, params: dict[str, Any], fault: str
) -> None:
    assert fault in "; ".join(schema.faults(method, params))


def test_keyboards_are_checked_to_the_bottom(schema: Schema) -> None:
    def faults(button: dict[str, Any]) -> list[str]:
        markup = json.dumps({"inline_keyboard": [[button]]})
        return schema.faults("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": markup})

    assert faults(BUTTON) == []
    assert any("colour is unknown" in fault for fault in faults({**BUTTON, "colour": "red"}))


def test_an_uploaded_file_stands_for_its_parameter(schema: Schema) -> None:
    assert schema.faults("sendDocument", {"chat_id": "1"}, ["document"]) == []
    attached = {"chat_id": "1", "document": "attach://abc"}
    assert schema.faults("sendDocument", attached, ["abc"]) == []
    assert schema.faults("sendDocument", {"chat_id": "1"}, ["document", "virus"])


@pytest.mark.usefixtures("schema")
async def test_a_call_with_a_fault_fails_the_test_at_its_end() -> None:
    async def ask() -> int:
        async with telegram_server() as server, ClientSession() as session:
            url = f"{server.base_url}{server.token}/sendMessage"
            async with session.post(url, json={"chat_id": 1}) as response:
                return response.status

    with pytest.raises(AssertionError, match="sendMessage: text is missing"):
        await ask()
