"""Learns how long a prompt a server accepts, where its context is smaller than the settings say."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PromptLimits:
    """What was learnt about the models of a server, in tokens as this program estimates them."""

    known: dict[str, int] = field(default_factory=dict)
    """By the name of a model, the longest prompt that it is sent."""
    refused: dict[str, int] = field(default_factory=dict)
    """By the name of a model, the shortest prompt that it refused as too long."""

    def refuse(self, model: str, tokens: int) -> None:
        """Note that a prompt was refused as too long."""
        self.refused[model] = min(tokens, self.refused.get(model, tokens))

    def accept(self, model: str, tokens: int) -> None:
        """Note that a prompt was accepted: the next one may be as long, or half the refused one."""
        refused = self.refused.pop(model, None)
        if refused is not None and tokens < refused:
            self.known[model] = max(tokens, refused // 2)
