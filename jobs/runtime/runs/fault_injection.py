"""Points at which a test may kill the process, as a power cut would."""

import os
import signal


def maybe_crash(name: str) -> None:
    """Die here, with no clean-up, if HOLDFAST_CRASH_AT names this point."""
    if os.environ.get("HOLDFAST_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
