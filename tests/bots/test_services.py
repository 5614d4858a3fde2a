"""The services open with everything that platforms need, from the settings alone."""

import pytest

from bots.bootstrap import open_services
from bots.settings.loading import load
from brain.accounts import linking
from brain.accounts.copying import platform_of
from brain.clock import SystemClock
from brain.ids import MessageId, PersonId, PlaceId
from brain.messages import Incoming, Person, Place
from tests.bots.conftest import Sandbox
from tests.bots.desk.bench import RecordedDelivery, caller

ANNA = Person(PersonId("discord:1"), "Anna")
DM = Place(PlaceId("discord:dm-1"), private=True)


async def test_a_message_goes_through_all_services(sandbox: Sandbox) -> None:
    assert sandbox.home.exists()
    async with open_services(load().settings, clock=SystemClock()) as services:
        told = RecordedDelivery()
        message = Incoming(id=MessageId("1"), person=ANNA, place=DM, text="Hello house.")
        await services.message_handler.answer(caller(ANNA, DM), message, told)
        assert told.finished
        screen = await services.desk.command(caller(ANNA, DM), "memories", {})
        assert "Hello house." in screen.text


@pytest.mark.usefixtures("sandbox")
async def test_a_link_that_was_left_half_done_is_finished_at_start() -> None:
    async with open_services(load().settings, clock=SystemClock()) as services:
        await services.companion.store.values.set(linking.OWNER, "telegram:7", f"join {ANNA.id}")
    async with open_services(load().settings, clock=SystemClock()) as services:
        account = await services.companion.store.person(PersonId("telegram:7"))
        assert account is not None
        assert account.same_as == ANNA.id
        assert platform_of(account.id) == "telegram"


async def test_the_owner_reads_the_persona_anew(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_ACCESS__OWNERS", "discord:1,telegram:2")
    file = sandbox.config / "persona.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("A quiet friend.")
    settings = load().settings
    assert settings.access.owners == ("discord:1", "telegram:2")
    async with open_services(settings, clock=SystemClock()) as services:
        file.write_text("A loud friend.")
        assert "quiet" in (await services.desk.command(caller(ANNA, DM), "persona", {})).text
        await services.desk.command(caller(ANNA, DM), "reload", {})
        assert "loud" in (await services.desk.command(caller(ANNA, DM), "persona", {})).text
