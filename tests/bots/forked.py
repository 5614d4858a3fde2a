"""The command in processes of its own, each forked from one that has imported the command already.

A process has its own descriptors, environment, signals and exit code, and starts in a tenth of the
time. A test of what a start imports, or of the interpreter's own start and end, starts
`sys.executable` instead.
"""

import atexit
import fcntl
import os
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

from pexpect.fdpexpect import fdspawn

IMPORTED = (
    "bots.__main__",
    "bots.doctor",
    "bots.terminal.chat",
    "bots.terminal.conversation",
    "bots.terminal.memories",
    "bots.terminal.setup",
    "brain.embedders.openai",
    "brain.generators.openai",
    "openai.resources.chat",
    "openai.resources.embeddings",
    "storage.redis.store",
    __name__,
)
"""What most commands import; what else one of them needs, it imports itself."""
ROWS, COLUMNS = 40, 120
CHAT_MODELS = "CHAT_MODELS"
"""The variable that names a list of models in place of the one that comes along."""

if TYPE_CHECKING:
    _Spawned = fdspawn[str]
else:
    # Generic in its stubs alone.
    _Spawned = fdspawn


def run(
    *command: str, env: Mapping[str, str], cwd: Path, stdin: bytes, timeout_s: float
) -> CompletedProcess[bytes]:
    """Run `siliconfriend` with these arguments to its end; three pipes are its streams."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        (source, into), *others = (os.pipe() for _ in range(3))
        writer = stack.enter_context(os.fdopen(into, "wb"))
        readers = [stack.enter_context(os.fdopen(reading, "rb")) for reading, _ in others]
        process = _start(command, env, cwd, streams=[source, *(writing for _, writing in others)])
        output = [pool.submit(reader.read) for reader in readers]
        with suppress(BrokenPipeError):
            writer.write(stdin)
            writer.close()
        process.join(timeout_s)
        process.kill()
        process.join()
        assert process.exitcode is not None
        done = CompletedProcess(command, process.exitcode, *(each.result() for each in output))
        process.close()
        return done


class Terminal(_Spawned):
    """The command at a terminal; to be used as `pexpect.spawn` is."""

    def __init__(self, *command: str, env: Mapping[str, str], cwd: Path, timeout_s: float) -> None:
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
        self._process = _start(command, env, cwd, streams=[theirs])
        super().__init__(ours, timeout=timeout_s, encoding="utf-8")
        self.delaybeforesend = None
        self.exitstatus: int | None = None

    def sendintr(self) -> None:
        """Press Ctrl-C."""
        self.send("\x03")

    def wait(self) -> None:
        """Return when the process has ended; `exitstatus` is then its exit code."""
        self._process.join(self.timeout)
        self.exitstatus = self._process.exitcode

    def close(self) -> None:
        """End the process if it lives still, and hang up."""
        self._process.kill()
        self._process.join()
        self._process.close()
        super().close()


@cache
def _context() -> ForkServerContext:
    # A name that is none would not be told, and cost every start its imports again.
    assert all(map(find_spec, IMPORTED))
    context = get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED])
    return context


def _start(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, *, streams: Sequence[int]
) -> ForkServerProcess:
    """Start a process on these descriptors, which are closed here: three, or a terminal alone."""
    handed = [_Handed(stream) for stream in streams]
    process = _context().Process(target=_main, args=(command, dict(env), str(cwd), handed))
    process.start()
    for stream in streams:
        os.close(stream)
    return process


class _Handed:
    """A descriptor that is sent along with a process; there it arrives as a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, tuple[Any]]:
        return _arrived, (DupFd(self._number),)


def _arrived(sent: Any) -> int:  # noqa: ANN401 a class of multiprocessing's own
    number: int = sent.detach()
    return number


def _main(command: Sequence[str], env: Mapping[str, str], cwd: str, streams: list[int]) -> None:
    """What the interpreter and `python -m bots` do, without the imports."""
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    if len(streams) == 1:
        os.setsid()
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
        streams *= 3
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in set(streams):
        os.close(stream)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    sys.argv = ["siliconfriend", *command]

    from bots.__main__ import main  # noqa: PLC0415
    from brain.hub import chat_models  # noqa: PLC0415

    # A test offers small models of its own.
    chat_models.FILE = Path(env.get(CHAT_MODELS, chat_models.FILE))
    try:
        main()
    finally:
        # A forked process of multiprocessing leaves this out.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
