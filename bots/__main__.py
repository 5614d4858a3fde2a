"""Defines the command line interface `siliconfriend` and its subcommands."""

import sys

import click

from bots.terminal.failures import Cli, store_debug_flag

COMMANDS = {
    "setup": ("bots.terminal.setup", "Choose a model and platforms, and check them."),
    "model": ("bots.terminal.model", "List, download and choose models for this machine."),
    "chat": ("bots.terminal.chat", "Chat here, or answer messages from a pipe."),
    "discord": ("bots.terminal.discord", "Run the Discord bot."),
    "telegram": ("bots.terminal.telegram", "Run the Telegram bot."),
    "run": ("bots.terminal.run", "Run the bot of every configured platform."),
    "memories": ("bots.terminal.memories", "List what is remembered, and how strongly."),
    "forget": ("bots.terminal.forget", "Forget some memories, or all of them."),
    "correct": ("bots.terminal.correct", "Give a memory other words."),
    "restore": ("bots.terminal.restore", "Restore forgotten memories."),
    "export": ("bots.terminal.exporting", "Save all data of one person as a file."),
    "import": ("bots.terminal.importing", "Load an export or a MemoryBank file."),
    "migrate": ("bots.terminal.migrate", "Copy all memories into another store."),
    "persona": ("bots.terminal.persona", "Show or change who the companion is."),
    "reembed": ("bots.terminal.reembed", "Compute new vectors for a new embedder."),
    "upkeep": ("bots.terminal.upkeep", "Forget what is due, as a chat does by itself."),
    "train": ("bots.terminal.train", "Train a LoRA adapter on your own dialogues."),
    "consolidate": ("bots.terminal.consolidate", "Summarise new days, as a chat does by itself."),
    "eval": ("bots.terminal.evaluate", "Measure recall and forgetting on known questions."),
    "doctor": ("bots.terminal.doctor", "Check the installation, and how to mend it."),
}


@click.group(
    "siliconfriend",
    cls=Cli,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="siliconfriend", prog_name="siliconfriend")
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=store_debug_flag,
    help="Show logs, and tracebacks of unexpected errors.",
)
def siliconfriend() -> None:
    """A companion that remembers you for years and forgets the way people do.

    Begin with `siliconfriend setup`, or at once with `siliconfriend chat`.
    """


def main() -> None:
    """Run the command. `bots.terminal.failures` lists its exit codes."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark instead of an error.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    siliconfriend(prog_name="siliconfriend")


if __name__ == "__main__":
    main()
