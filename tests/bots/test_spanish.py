"""A conversation in Spanish, from the interface to what is recalled and forgotten."""

from pathlib import Path

import pexpect

from brain.messages import Scope
from brain.texts import say
from tests.bots.conftest import Sandbox
from tests.bots.desk.bench import action, caller, open_bench
from tests.factories import ANNA, ANNAS_DM, DAY, NOON

SPANISH = caller(language="es")
DAYS = (
    (20, "Hoy desayuné churros con mi vecina."),
    (16, "Vi una película muy larga en el cine."),
    (7, "Mi hermano me llamó desde Lima."),
    (5, "Compré un telescopio usado en el mercado."),
    (1, "Estuve leyendo toda la tarde en el parque."),
)
"""How many days before the question; it is asked on a Sunday."""
TUESDAY = NOON - 5 * DAY


async def test_it_is_answered_remembered_and_forgotten_in_spanish(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.clock.advance(-20 * DAY)
        for ago, text in DAYS:
            bench.clock.advance(NOON - ago * DAY - bench.clock.now())
            await bench.say(text, by=SPANISH)
        bench.clock.advance(NOON - bench.clock.now())
        assert {memory.language for memory in await bench.memories()} == {"es"}

        asked = "¿Qué dije el martes pasado?"
        scope = Scope.of(ANNA, ANNAS_DM)
        [recalled] = await bench.companion.recall(scope, asked, limit=1, zone=ANNA.zone)
        assert recalled.memory.said_at == TUESDAY
        await bench.say(asked, by=SPANISH)
        prompt = "\n".join(message.content for message in bench.generator.asked[-1])
        assert "telescopio" in prompt
        assert "A friend (es)." in prompt

        told = await bench.say("Ya no quiero vivir.", by=SPANISH)
        assert any("me lo tomo en serio" in remark for remark in told.remarks)

        preview = await bench.desk.command(SPANISH, "forget", {"what": "hace 5 días"})
        assert preview.text.startswith(say("es", "forget-meant", count=1))
        forget = say("es", "desk-button-forget")
        await bench.desk.press(SPANISH, action(preview, forget))
        assert not any("telescopio" in memory.text for memory in await bench.memories())

        everything = await bench.desk.command(SPANISH, "forget", {"what": "todo"})
        await bench.desk.press(SPANISH, action(everything, forget))
        assert await bench.memories() == []


def test_the_terminal_speaks_it_where_the_locale_does(sandbox: Sandbox) -> None:
    sandbox.env |= {"LC_ALL": "es_MX.UTF-8"}
    child = sandbox.open_terminal("chat")
    child.expect_exact(say("es", "chat-who", generator="echo"))
    child.expect_exact("\x1b[?2004h")
    child.send("Ya no quiero vivir.\r")
    child.expect_exact("me lo tomo en serio")
    child.expect_exact("\x1b[?2004h")
    child.send("\x04")
    child.expect_exact(say("es", "chat-bye"))
    child.expect(pexpect.EOF)
