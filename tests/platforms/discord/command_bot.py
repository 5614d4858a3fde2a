"""A minimal bot with slash commands, a view and a modal, for tests of the simulated server."""

import asyncio
import io
from dataclasses import dataclass, field

import discord
from discord import app_commands

from tests.platforms.discord.echo_bot import Echo


@dataclass
class Notes:
    """What the bot met, and events by which tests control it."""

    errors: list[tuple[int, int]] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


class Form(discord.ui.Modal, title="A name"):
    name: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Name", default="nobody")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"hello {self.name.value}", ephemeral=True)


class Pages(discord.ui.View):
    @discord.ui.button(label="Next")
    async def next(self, interaction: discord.Interaction, _: discord.ui.Button["Pages"]) -> None:
        await interaction.response.edit_message(content="page 2", view=self)

    @discord.ui.button(label="Name it")
    async def name(self, interaction: discord.Interaction, _: discord.ui.Button["Pages"]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(
        options=[discord.SelectOption(label="Tea"), discord.SelectOption(label="Ale")]
    )
    async def drink(
        self, interaction: discord.Interaction, select: discord.ui.Select["Pages"]
    ) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=select.values[0], view=None)


class CommandBot(Echo):
    """An echo bot with slash commands."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = Notes()
        self.tree.add_command(_memories)
        self.tree.add_command(_pages)
        self.tree.add_command(_slow)
        self.tree.add_command(_twice)
        self.tree.add_command(_export)
        group = app_commands.Group(name="admin", description="For the owner")
        group.add_command(_status)
        self.tree.add_command(group)

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def _suggest(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}!", value=typed)]


@app_commands.command(name="memories", description="What is remembered")
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.autocomplete(search=_suggest)
async def _memories(
    interaction: discord.Interaction,
    search: str,
    person: discord.User | None = None,
    file: discord.Attachment | None = None,
) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    content = await file.read() if file else b""
    await interaction.followup.send(f"{search} {person} {content.decode()} {interaction.locale}")
    await interaction.followup.send("and this", ephemeral=True)


@app_commands.command(name="pages", description="Page by page")
async def _pages(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("page 1", view=Pages())


@app_commands.command(name="slow", description="Too slow")
async def _slow(interaction: discord.Interaction[CommandBot]) -> None:
    notes = interaction.client.notes
    notes.waiting.set()
    await notes.go_on.wait()
    try:
        await interaction.response.defer()
    except discord.HTTPException as error:
        notes.errors.append((error.status, error.code))


@app_commands.command(name="twice", description="Answers twice")
async def _twice(interaction: discord.Interaction[CommandBot]) -> None:
    await interaction.response.send_message("once")
    # discord.py would notice the second answer itself; another process could not.
    interaction.response._response_type = None
    try:
        await interaction.response.send_message("again")
    except discord.HTTPException as error:
        interaction.client.notes.errors.append((error.status, error.code))


@app_commands.command(name="export", description="A file")
async def _export(interaction: discord.Interaction[CommandBot]) -> None:
    file = discord.File(io.BytesIO(b"all"), "memories.jsonl", description="Yours")
    await interaction.response.send_message(file=file, ephemeral=True)
    interaction.client.notes.waiting.set()
    await interaction.client.notes.go_on.wait()
    try:
        await interaction.edit_original_response(content="gone")
    except discord.HTTPException as error:
        interaction.client.notes.errors.append((error.status, error.code))


@app_commands.command(name="status", description="How it is")
async def _status(interaction: discord.Interaction, full: bool) -> None:  # noqa: FBT001
    await interaction.response.send_message(f"well, {full}")
