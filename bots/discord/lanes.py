"""Defines the lanes of Discord's events: each person is answered in order in each channel.

Forgetting what a person said in a server that they left waits for all that they said there, in
any channel. What they say after they are back waits for the forgetting.
"""

from bots.transport.lanes import Lane


def message_lane(guild: int | None, channel: int, author: int) -> Lane:
    """Return the lane of what a person says, edits or deletes in a channel.

    `guild` is the server's id; None for a DM.
    """
    here = (channel, author)
    return Lane(
        joins=frozenset({here, ("all", guild, author)}),
        behind=frozenset({here, ("left", guild, author)}),
        person=author,
    )


def departure_lane(guild: int, author: int) -> Lane:
    """Return the lane of a person's departure from a server."""
    left = ("left", guild, author)
    return Lane(joins=frozenset({left}), behind=frozenset({left, ("all", guild, author)}))
