"""Whether the newer of two statements that contradict each other counts, without a model.

    python -m benchmarks.newer tests/brain/memory/updates.jsonl [--failed]

A case is a conversation of some months, a line of JSON: `turns` (`text`, `reply`, `days_ago`), a
`question`, and either the indices `older` and `newer` of two statements of which the newer one
holds, or `both_hold`, the indices of two statements that both hold. Each is said to the companion
in the order of time, with the replies of the file and the default embedder, over SQLite. Then the
question is recalled. Cases with `seen` false were held out while the linking was written.

newest first    the newer statement is the first memory that recall returns
above older     it is returned, and the older one below it or not at all
both found      both are returned
linked          the older statement is linked to the newer one
linked wrongly  one of two statements that both hold is linked to the other
"""

import argparse
import asyncio
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from brain.clock import ManualClock
from brain.companion import Companion
from brain.embedders.e5_small import E5SmallEmbedder
from brain.ids import MessageId, PersonId, PlaceId
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage, Incoming, Person, Place, Scope
from brain.turns.ledger import id_of_turn
from storage.sqlite.store import SqliteStore

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIMIT = 8
"""How many memories are recalled for a question, as for a reply."""


class FixedReplies:
    """A generator (`brain.ports.Generator`) that gives the reply that stands in the file."""

    name = "fixed"
    context_tokens = 4_096
    reply_tokens = 512
    reply = ""

    def count_tokens(self, text: str) -> int:
        """Return a token for every four characters."""
        return len(text) // 4 + 1

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:  # noqa: ARG002
        """Yield the reply."""
        yield self.reply


async def found_in(
    case: dict[str, Any], companion: Companion, replies: FixedReplies, clock: ManualClock
) -> set[str]:
    """Hold the conversation of a case and ask its question; return what is true of the result."""
    person = Person(PersonId(f"terminal:{case['id']}"))
    place = Place(PlaceId(f"terminal:{case['id']}"), private=True)
    turns = sorted(enumerate(case["turns"]), key=lambda pair: (-pair[1]["days_ago"], pair[0]))
    for number, turn in turns:
        moment = NOW - timedelta(days=turn["days_ago"]) + timedelta(minutes=number)
        clock.advance(moment - clock.now())
        replies.reply = turn.get("reply") or "OK."
        incoming = Incoming(
            id=MessageId(str(number)), person=person, place=place, text=turn["text"]
        )
        async with companion.turn(incoming) as answer:
            async for _ in answer:
                pass
    ids = [id_of_turn(place.id, person.id, MessageId(str(n))) for n in range(len(case["turns"]))]
    clock.advance(NOW + timedelta(days=1) - clock.now())
    scope = Scope.of(person, place)
    recalled = await companion.recall(scope, case["question"], limit=LIMIT)
    order = [one.memory.id for one in recalled]
    one, other = case.get("both_hold") or (case["older"], case["newer"])
    kept = await companion.store.get(scope, [ids[one], ids[other]])
    is_linked = any(memory.ended_by in {ids[one], ids[other]} for memory in kept)
    if "both_hold" in case:
        return {"linked wrongly"} if is_linked else set()
    older, newer = ids[one], ids[other]
    return {
        name
        for name, is_true in (
            ("newest first", order[:1] == [newer]),
            ("above older", newer in order and older not in order[: order.index(newer)]),
            ("both found", {older, newer} <= {*order}),
            ("linked", is_linked),
        )
        if is_true
    }


async def measure(cases: list[dict[str, Any]], *, show_failed: bool) -> None:
    """Measure cases, and print a table."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failed: list[str] = []
    clock, replies = ManualClock(NOW), FixedReplies()
    embedder = E5SmallEmbedder(threads=1)
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(
            curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
        )
        companion = Companion(
            store=store,
            embedder=embedder,
            generator=replies,
            clock=clock,
            curve=COMPANION,
            persona=lambda _: "You are a friend.",
        )
        for case in cases:
            found = await found_in(case, companion, replies, clock)
            both_hold = "both_hold" in case
            half = ["seen" if case["seen"] else "held out"] if "seen" in case else []
            for group in ("all", *half, case["language"]):
                counts[group].update([*found, "both hold" if both_hold else "pairs"])
            if found == {"linked wrongly"} or not (both_hold or "newest first" in found):
                failed.append(f"{case['id']}  {', '.join(sorted(found))}")
        await companion.drain()
        await store.close()
    await embedder.aclose()
    names = ("pairs", "newest first", "above older", "both found", "linked")
    table = Table("", *names, "both hold", "linked wrongly")
    for group, count in counts.items():
        table.add_row(
            group, *(str(count[name]) for name in (*names, *("both hold", "linked wrongly")))
        )
    Console().print(table)
    if show_failed:
        print(*failed, sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--failed", action="store_true", help="list the cases that failed")
    options = parser.parse_args()
    lines = options.file.read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    asyncio.run(measure(cases, show_failed=options.failed))
