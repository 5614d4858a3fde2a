"""The form in which a model states facts; the model is given its JSON schema."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MOST_FACTS = 40
"""The most facts that are taken from one form."""
MOST_CHARACTERS = 300
"""The most characters of a fact."""


def _require_everything(schema: dict[str, Any]) -> None:
    """Make all fields required in the schema, as OpenAI's strict mode wants them."""
    schema["required"] = list(schema["properties"])
    for field in schema["properties"].values():
        field.pop("default", None)


class StatedFact(BaseModel):
    """One durable fact about the person."""

    # A server that fills in forms without enforcing them may leave the parts out.
    model_config = ConfigDict(json_schema_extra=_require_everything)

    statement: str = Field(description="One short sentence that names its subject.")
    subject: str = Field(default="", description="Who or what it is about, as it stands there.")
    relation: str = Field(
        default="", description="What links subject and value, as it stands there."
    )
    value: str = Field(default="", description="The rest, in its order; numbers with signs.")
    lines: list[int] = Field(description="Numbers of the lines that say so.")
    replaces: list[int] = Field(
        description="Numbers of known facts (K) that are no longer true because of this one."
    )
    same_as: int | None = Field(
        description="Number of the known fact (K) that says the same already, or null."
    )
    importance: int = Field(description="0 (trifle) to 10 (who they are).")


class RatedLine(BaseModel):
    """How much a line matters."""

    line: int = Field(description="Number of the line.")
    importance: int = Field(description="0 (small talk) to 10 (who they are).")


class Facts(BaseModel):
    """Everything durable that a day's lines say."""

    facts: list[StatedFact]
    ratings: list[RatedLine]
