"""The form in which a model states facts; the model is given its JSON schema."""

from pydantic import BaseModel, Field

MOST_FACTS = 40
"""The most facts that are taken from one form."""
MOST_CHARACTERS = 300
"""The most characters of a fact."""


class StatedFact(BaseModel):
    """One durable fact about the person."""

    statement: str = Field(description="One short sentence that names its subject.")
    subject: str = Field(description="Who or what the statement is about, as it stands there.")
    relation: str = Field(description="What links the subject to the value, as it stands there.")
    value: str = Field(description="The rest of the statement, in its order; numbers with signs.")
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
