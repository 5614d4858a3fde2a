"""The public interface: a companion with a memory, to be used from your own program.

Example, which reads the same settings as the command `siliconfriend` and remembers between runs:

    import asyncio
    from uuid import uuid4
    from siliconfriend import (
        Incoming, MessageId, Person, PersonId, Place, PlaceId, open_companion
    )

    async def main() -> None:
        anna = Person(PersonId("myapp:anna"), name="Anna")
        desk = Place(PlaceId("myapp:anna"), private=True)
        async with open_companion() as companion:
            text = "My cat is called Miso."
            message = Incoming(id=MessageId(uuid4().hex), person=anna, place=desk, text=text)
            async with companion.turn(message) as turn:
                async for piece in turn:
                    print(piece, end="", flush=True)

    asyncio.run(main())

`Incoming.id` is your own id of the message: one that comes twice is answered once. A long-running
program calls `Companion.upkeep` now and then, so that what is due is forgotten. The ports
(`MemoryStore`, `Embedder`, `Generator`, `Clock`) are what `Companion` is built of; a class of your
own that has their methods takes the place of any of them. Ids are plain texts at run time; a type
checker tells `PersonId`, `PlaceId`, `MessageId` and `MemoryId` apart.

`Incoming.text` is what the person says in their own words. What the message quotes or forwards, and
the texts of its files, go into `Incoming.parts`: they are shown to the model and remembered as
somebody else's, and nothing is learned from them.

`Turn.reply` is the reply so far. A piece may be a `Replacement`: what came before it were thoughts
of a model that does not mark them, and must go.
"""

from bots.bootstrap import open_companion
from bots.settings.root import Settings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.errors import SiliconfriendError
from brain.ids import MemoryId, MessageId, PersonId, PlaceId
from brain.memory.ranking import Recalled
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import ChatMessage, Image, Incoming, Part, Person, Place, Scope
from brain.ports import Clock, Embedder, FormFiller, Generator, MemoryStore, Replacement
from brain.turns.turn import Turn

__all__ = [
    "ChatMessage",
    "Clock",
    "Companion",
    "Curve",
    "Embedder",
    "FormFiller",
    "Generator",
    "Image",
    "Incoming",
    "Kind",
    "Memory",
    "MemoryId",
    "MemoryStore",
    "MessageId",
    "Part",
    "Person",
    "PersonId",
    "Place",
    "PlaceId",
    "Recalled",
    "Replacement",
    "Scope",
    "Settings",
    "SiliconfriendError",
    "SystemClock",
    "Turn",
    "open_companion",
]
