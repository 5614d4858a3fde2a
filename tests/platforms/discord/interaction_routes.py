"""The REST routes by which the bot answers interactions: first answers, edits and follow-ups."""

from typing import Any

from tests.platforms.discord import payloads
from tests.platforms.discord.calls import (
    Answer,
    Call,
    Refused,
    Route,
    invalid_form,
    not_empty,
)
from tests.platforms.discord.limits import Group
from tests.platforms.discord.mentions import pinged_ids
from tests.platforms.discord.records import (
    EPHEMERAL,
    LOADING,
    Draft,
    Interaction,
    InteractionType,
    Message,
    Payload,
)
from tests.platforms.discord.world import World

MESSAGE, THINKING, LATER, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""The types of a first answer, with Discord's numbers."""

_ALLOWED = {
    InteractionType.COMMAND: {MESSAGE, THINKING, MODAL},
    InteractionType.COMPONENT: {MESSAGE, THINKING, LATER, UPDATE, MODAL},
    InteractionType.AUTOCOMPLETE: {CHOICES},
    InteractionType.MODAL: {MESSAGE, THINKING, LATER, UPDATE},
}
_KEPT_FLAGS = EPHEMERAL | (1 << 2) | (1 << 12) | (1 << 15)


class InteractionRoutes:
    """Answers the routes, and allows one first answer, in time, of a type that fits."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        callback = "/interactions/{interaction_id}/{token}/callback"
        hook = "/webhooks/{application_id}/{token}"
        one = f"{hook}/messages/{{message_id}}"
        group = Group.WEBHOOKS
        return [
            Route(method="POST", template=callback, do=self._first, group=Group.FREE, open=True),
            Route(method="POST", template=hook, do=self._follow_up, group=group, open=True),
            *(
                Route(method=method, template=template, do=do, group=group, open=True)
                for template in (f"{hook}/messages/@original", one)
                for method, do in (
                    ("GET", self._message),
                    ("PATCH", self._edit),
                    ("DELETE", self._delete),
                )
            ),
        ]

    def _first(self, call: Call) -> Answer:
        asked = self._world.interactions.get(call.where["token"])
        if asked is None or asked.id != call.id("interaction_id") or asked.too_late:
            raise Refused(404, 10062, "Unknown interaction")
        if asked.answered is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind = call.body["type"]
        if kind not in _ALLOWED[asked.asked] or (kind in (LATER, UPDATE) and asked.source is None):
            raise invalid_form("type", "BASE_TYPE_CHOICES", "This type does not fit here.")
        # The interaction is marked afterwards, because a refused answer may be tried again.
        self._do(call, asked, kind)
        asked.answered = kind
        self._world.changed()
        if call.query.get("with_response") not in ("1", "true", "True"):
            return None
        return self._receipt(asked)

    def _do(self, call: Call, asked: Interaction, kind: int) -> None:
        data: dict[str, Any] = call.body.get("data") or {}
        match kind:
            case _ if kind == MESSAGE:
                draft = call.draft(data)
                not_empty(draft)
                asked.original = self._post(asked, draft, data.get("flags") or 0)
            case _ if kind == THINKING:
                flags = (data.get("flags") or 0) | LOADING
                asked.original = self._post(asked, Draft(), flags)
            case _ if kind == LATER:
                asked.original = asked.source
            case _ if kind == UPDATE:
                assert asked.source is not None
                asked.original = self._world.revise(asked.source, call.draft(data))
            case _ if kind == CHOICES:
                asked.choices = data.get("choices") or []
            case _:
                asked.modal = data

    def _follow_up(self, call: Call) -> Answer:
        asked = self._answered(call)
        draft = call.draft()
        not_empty(draft)
        if asked.original is not None and asked.original.loading:
            # While the bot is thinking, Discord takes the first follow-up as the answer.
            return self._sent(self._settle(asked.original, draft))
        message = self._post(asked, draft, draft.body.get("flags") or 0)
        asked.followups.append(message)
        return self._sent(message)

    def _message(self, call: Call) -> Answer:
        return self._sent(self._find(call))

    def _edit(self, call: Call) -> Answer:
        message = self._find(call)
        draft = call.draft()
        if message.loading:
            not_empty(draft)
            return self._sent(self._settle(message, draft))
        return self._sent(self._world.revise(message, draft))

    def _delete(self, call: Call) -> None:
        self._world.remove(self._find(call))

    def _post(self, asked: Interaction, draft: Draft, flags: int) -> Message:
        allowed = draft.body.get("allowed_mentions")
        return self._world.post(
            self._world.bot,
            asked.channel,
            draft,
            pings=pinged_ids(draft.content, asked.channel, allowed=allowed),
            flags=flags & (_KEPT_FLAGS | LOADING),
            interaction=asked,
        )

    def _settle(self, message: Message, draft: Draft) -> Message:
        """End the thinking state of a message; its visibility was decided when it began."""
        message.flags &= ~LOADING
        message.flags |= (draft.body.get("flags") or 0) & (1 << 15)
        return self._world.revise(message, draft)

    def _answered(self, call: Call) -> Interaction:
        asked = self._world.interactions.get(call.where["token"])
        if asked is None or asked.answered is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if asked.token_over:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return asked

    def _find(self, call: Call) -> Message:
        asked = self._answered(call)
        if "message_id" not in call.where:
            message = asked.original
        else:
            sent = [*asked.followups, *([asked.original] if asked.original else [])]
            wanted = call.id("message_id")
            message = next((found for found in sent if found.id == wanted), None)
        if message is None or message.deleted:
            raise Refused(404, 10008, "Unknown Message")
        return message

    def _sent(self, message: Message) -> Payload:
        return payloads.message(message, self._world.root)

    def _receipt(self, asked: Interaction) -> Payload:
        interaction: Payload = {"id": str(asked.id), "type": int(asked.asked)}
        resource: Payload = {"type": asked.answered}
        if asked.original is not None:
            interaction["response_message_id"] = str(asked.original.id)
            interaction["response_message_loading"] = asked.original.loading
            interaction["response_message_ephemeral"] = asked.original.ephemeral
            if asked.answered in (MESSAGE, UPDATE):
                resource["message"] = self._sent(asked.original)
        return {"interaction": interaction, "resource": resource}
