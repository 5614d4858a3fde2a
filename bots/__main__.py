"""The command `siliconfriend`."""

import sys

import click

from bots.terminal.failures import Cli, store_debug_flag

COMMANDS = {
    "chat": ("bots.terminal.chat", "Talk; or answer one message a line from a pipe."),
    "discord": ("bots.terminal.discord", "Serve Discord."),
    "telegram": ("bots.terminal.telegram", "Serve Telegram."),
    "run": ("bots.terminal.run", "Serve every platform that is configured."),
    "memories": ("bots.terminal.memories", "What is remembered, how strongly, and until when."),
    "forget": ("bots.terminal.forget", "Forget some memories, or everything."),
    "restore": ("bots.terminal.restore", "Bring back what was forgotten."),
    "export": ("bots.terminal.exporting", "Everything of one person, as a file."),
    "import": ("bots.terminal.importing", "Take in an export, or a MemoryBank file."),
    "migrate": ("bots.terminal.migrate", "Copy everybody's memories into another store."),
    "persona": ("bots.terminal.persona", "Who the companion is, and how to change that."),
    "reembed": ("bots.terminal.reembed", "New vectors, after the embedder was changed."),
    "upkeep": ("bots.terminal.upkeep", "Forget what is due; a chat does it by itself."),
    "train": ("bots.terminal.train", "Tune a LoRA adapter on dialogues of your own."),
    "consolidate": ("bots.terminal.consolidate", "Summarise what was said; a chat does it itself."),
    "eval": ("bots.terminal.evaluate", "Measure recall and forgetting on known questions."),
    "doctor": ("bots.terminal.doctor", "Check everything, and say how to mend it."),
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

    Begin with: siliconfriend chat
    """


def main() -> None:
    """Run it. The exit codes are in `bots.terminal.failures`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark: no reason to fail.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    siliconfriend(prog_name="siliconfriend")


if __name__ == "__main__":
    main()
