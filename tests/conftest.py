"""Settings for all tests: hypothesis, network access of libraries, and signals."""

import os
import signal

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

# A shell lets its background jobs ignore SIGINT, and tests that send it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
