"""Learns how long a prompt a server accepts, where its context is smaller than the settings say."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PromptLimits:
    """What was learnt about the models of a server, in tokens as this program estimates them."""

    known: dict[str, int] = field(default_factory=dict)
    """By the name of a model, the longest prompt that it is sent."""
    refused: dict[str, int] = field(default_factory=dict)
    """By the name of a model, the shortest prompt that it refused as too long."""
    suspected: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By the name of a model, what it was asked last when it refused without a known reason."""
    longest: dict[str, int] = field(default_factory=dict)
    """By the name of a model, the longest prompt that it accepted."""

    def refuse(self, model: str, tokens: int, *, asked: str, is_certain: bool) -> None:
        """Note that a prompt was refused.

        Args:
            model: the name of the model.
            tokens: the length of the prompt.
            asked: what the person said in it, which stays when it is shortened.
            is_certain: whether the server said that it was too long. If not, only a shorter prompt
                with the same words, if it is accepted, shows that this was the reason.
        """
        if is_certain:
            self.refused[model] = min(tokens, self.refused.get(model, tokens))
        elif tokens > self.longest.get(model, 0):
            self.suspected[model] = (asked, tokens)

    def accept(self, model: str, tokens: int, *, asked: str) -> None:
        """Note that a prompt was accepted: the next one may be as long, or half the refused one."""
        self.longest[model] = max(tokens, self.longest.get(model, 0))
        suspected = self.suspected.get(model)
        if suspected is not None and suspected[0] == asked:
            del self.suspected[model]
            self.refuse(model, suspected[1], asked=asked, is_certain=True)
        refused = self.refused.pop(model, None)
        if refused is not None and tokens < refused:
            limit = max(tokens, refused // 2)
            self.known[model] = min(limit, self.known.get(model, limit))
