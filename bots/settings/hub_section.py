"""Defines the section of the settings for the hub that models are downloaded from."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bots.settings.addresses import expanded
from bots.settings.sections import Section, Url

HUB_URL = "https://huggingface.co"
MIRROR_URL = "https://hf-mirror.com"
"""A mirror for places where the hub is blocked. Others run it; what it sends is checked."""


class HubSettings(Section):
    """Settings of `siliconfriend model`."""

    url: Url = Field(
        default=HUB_URL,
        description=f"Address of the hub, or of a mirror such as {MIRROR_URL} where the hub is "
        "blocked. HF_ENDPOINT is honoured too.",
    )
    folder: Annotated[Path, AfterValidator(expanded)] | None = Field(
        default=None,
        description="Folder of downloaded models; unset: models in the data folder.",
    )
