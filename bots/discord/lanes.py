"""The lanes of Discord's events: each person is answered in order in each channel.

What was said in a server by a person who leaves it is forgotten after all that they said there, in
whichever channel; and what they say when they are back waits for that.
"""

from bots.transport.lanes import Lane


def message_lane(guild: int | None, channel: int, author: int) -> Lane:
    """The lane of what a person says, edits or deletes in a channel; `guild` is None in a DM."""
    here = (channel, author)
    return Lane(
        joins=frozenset({here, ("all", guild, author)}),
        behind=frozenset({here, ("left", guild, author)}),
    )


def departure_lane(guild: int, author: int) -> Lane:
    """The lane of a person who left a server."""
    left = ("left", guild, author)
    return Lane(joins=frozenset({left}), behind=frozenset({left, ("all", guild, author)}))
