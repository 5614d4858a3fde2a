"""What holds for every test."""

import os
import signal

from hypothesis import HealthCheck, settings

# A machine that is busy with other things makes no test wrong. Where a failure stops somebody
# else's work, each run draws the same examples; everywhere else each run looks for new ones.
settings.register_profile(
    "siliconfriend",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("siliconfriend")

# Read when the library is imported, which any test may be the first to do: nothing is fetched.
os.environ["HF_HUB_OFFLINE"] = "1"

# A shell that starts something in the background has it, and all that it starts, ignore Ctrl-C:
# tests that press it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
