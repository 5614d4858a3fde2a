"""Settings for all tests: hypothesis, network access of libraries, threads, files, and signals."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

# No example fails for taking long on a busy machine. With CI set, each run draws the same examples,
# so that a change is judged by them alone; elsewhere each run looks for new ones.
settings.register_profile(
    "siliconfriend",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("siliconfriend")

# The library reads this when it is imported, which any test may be the first to do. With it nothing
# is downloaded.
os.environ["HF_HUB_OFFLINE"] = "1"

# The models of tests are small and their processes many: threads of a computation that wait for one
# another's turn on a processor cost several times what they compute. Read when torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A database waits for its disk with every turn. No test cuts the power: files in memory do as well,
# where there is room for them. Whoever names a folder in TMPDIR has them there.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 nothing is written there by a known name
if (
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK | os.X_OK)
    and shutil.disk_usage(MEMORY).free >= ROOM
):
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

# A shell lets its background jobs ignore SIGINT, and tests that send it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
