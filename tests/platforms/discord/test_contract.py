import json

import aiohttp
import pytest

from tests.platforms.discord.contract import SPECIFICATION, Contract
from tests.platforms.discord.limits import NO_LIMITS
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World
from tests.shared import shared

BUTTON = {"type": 2, "style": 1, "custom_id": "a", "label": "A"}
MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture(scope="module")
def discords() -> Contract:
    return Contract(json.loads(shared(SPECIFICATION).read_text()))


@pytest.mark.parametrize(
    "body",
    [
        {"content": "hello"},
        {"content": "x", "message_reference": {"message_id": 12, "channel_id": 3}},
        {"content": "x", "attachments": [{"id": 0, "filename": "a.txt"}]},
        {"components": [{"type": 1, "components": [BUTTON]}]},
    ],
)
def test_what_discord_takes_has_no_faults(discords: Contract, body: object) -> None:
    assert discords.faults("POST", MESSAGES, body=body) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"content": 7}, "content: 7 is not of type"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds/0/title"),
        ({"allowed_mentions": {"parse": ["nobody"]}}, "allowed_mentions/parse/0"),
        (None, "no body"),
    ],
)
def test_what_discord_would_refuse_is_told_in_one_line(
    discords: Contract, body: object, said: str
) -> None:
    [fault] = discords.faults("POST", MESSAGES, body=body)

    assert fault.startswith(f"POST {MESSAGES}: ")
    assert said in fault


def test_what_discord_does_not_know_is_told(discords: Contract) -> None:
    assert discords.faults("GET", "/nowhere") == ["GET /nowhere is not in Discord's description"]
    [fault] = discords.faults("GET", MESSAGES, query=["limit", "colour"])
    assert "colour" in fault
    [fault] = discords.faults("POST", "/channels/{id}/typing", body={"a": 1})
    assert "a body where there should be none" in fault


async def test_a_request_against_the_description_fails_the_test_at_its_end(
    world: World, discords: Contract
) -> None:
    server = DiscordServer(world, contract=discords, limits=NO_LIMITS)
    channel = world.dm_channel(world.user("Ann"))
    await server.start()
    headers = {"Authorization": f"Bot {server.token}"}
    try:
        async with aiohttp.ClientSession(f"{server.root}/api/v10/", headers=headers) as session:
            for path, body in (
                (f"channels/{channel.id}/messages", {"content": "x", "tts": "yes"}),
                ("nowhere", {}),
            ):
                async with session.post(path, json=body) as response:
                    assert response.headers["Content-Type"] == "application/json"
    finally:
        await server.stop()

    with pytest.raises(pytest.fail.Exception, match=r"(?s)tts.*/nowhere is not served"):
        server.check()
