from bots.terminal import failures
from tests.bots.conftest import LONG_AGO, Sandbox, memory


def test_upkeep_archives_what_is_forgotten(sandbox: Sandbox) -> None:
    sandbox.seed(
        memory("small talk", id="aaaa0001", said_at=LONG_AGO, strength=1),
        memory("my name is Ada", id="bbbb0002"),
    )
    would = sandbox.run("upkeep", "--dry-run")
    assert would.stdout == "Memories that would be archived: 1; erased: 0.\n"
    assert sandbox.run("upkeep").stdout == "Memories archived: 1; erased: 0.\n"
    assert "aaaa0001" in sandbox.run("memories", "--archived").stdout
    assert sandbox.run("upkeep").stdout == "Memories archived: 0; erased: 0.\n"


def test_a_look_ahead_counts_and_never_forgets_in_earnest(sandbox: Sandbox) -> None:
    sandbox.seed(memory("my name is Ada", id="bbbb0002"))
    would = sandbox.run("upkeep", "--dry-run", "--days-later", "9999")
    assert would.stdout.startswith("Memories that would be archived: 1;")
    assert sandbox.run("upkeep", "--days-later", "9999").exit_code == failures.USAGE
    assert "bbbb0002" in sandbox.run("memories").stdout


def test_a_chat_keeps_house_by_itself(sandbox: Sandbox) -> None:
    sandbox.seed(memory("small talk", id="aaaa0001", said_at=LONG_AGO, strength=1))
    # Upkeep begins before the first turn, and a store's writes keep their order.
    assert sandbox.start("chat", stdin=b"one\n").returncode == 0
    assert "aaaa0001" in sandbox.run("memories", "--archived").stdout
