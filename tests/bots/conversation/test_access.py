"""Who is answered, by lists of people, roles, communities and channels."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bots.conversation.access import Access
from bots.screens import Caller
from bots.settings.platforms import AccessSettings, DiscordSettings, TelegramSettings
from brain.clock import ManualClock
from brain.ids import PersonId
from storage.sqlite.store import SqliteStore
from tests.bots.desk.bench import caller
from tests.factories import ANNA, CAFE, NOON

IN_CAFE = replace(caller(place=CAFE), roles=frozenset({"7"}))
IN_DM = caller()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    yield opened
    await opened.close()


def access_of(store: SqliteStore, **access: object) -> Access:
    return Access(
        store=store, settings=AccessSettings.model_validate(access), clock=ManualClock(NOON)
    )


@pytest.mark.parametrize(
    ("access", "who", "admitted"),
    [
        ({}, IN_DM, True),
        ({"block_people": "discord:1"}, IN_DM, False),
        ({"block_people": "discord:2"}, IN_DM, True),
        ({"allow_people": "discord:2"}, IN_DM, False),
        ({"allow_people": "discord:2, discord:1"}, IN_CAFE, True),
        ({"allow_people": "discord:1", "block_people": "discord:1"}, IN_DM, False),
        ({"block_roles": [7]}, IN_CAFE, False),
        ({"allow_roles": ["8"]}, IN_CAFE, False),
        ({"allow_roles": ["7"]}, IN_CAFE, True),
        ({"allow_roles": ["8"]}, IN_DM, True),
        ({"block_communities": "discord:guild:1"}, IN_CAFE, False),
        ({"allow_communities": "discord:guild:2"}, IN_CAFE, False),
        ({"allow_communities": "discord:guild:2"}, IN_DM, True),
        ({"block_places": "discord:cafe"}, IN_CAFE, False),
        ({"allow_places": "discord:garden"}, IN_CAFE, False),
        ({"allow_places": "discord:cafe"}, IN_CAFE, True),
        ({"owners": "discord:1", "block_people": "discord:1"}, IN_DM, True),
    ],
)
async def test_the_lists_decide(
    store: SqliteStore,
    access: dict[str, object],
    who: Caller,
    admitted: bool,  # noqa: FBT001
) -> None:
    assert access_of(store, **access).may_talk(who) is admitted


async def test_a_block_holds_for_every_account_of_a_person(store: SqliteStore) -> None:
    joined = replace(caller(), person=replace(ANNA, accounts=(PersonId("telegram:7"),)))
    assert not access_of(store, block_people="telegram:7").may_talk(joined)


def test_a_pasted_token_path_is_refused_and_a_slash_is_not() -> None:
    with pytest.raises(ValueError, match="root"):
        TelegramSettings(api_base="http://localhost:81/bot123:abc")
    assert DiscordSettings(api_base="http://localhost:81/").api_base == "http://localhost:81"
