"""What holds for every test."""

import signal

# A shell that starts something in the background has it, and all that it starts, ignore Ctrl-C:
# tests that press it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
