"""Points at which a test may kill or stop the process, as a power cut or a frozen machine would."""

import os
import signal
from typing import Final

_SIGNALS: Final = {"HOLDFAST_CRASH_AT": signal.SIGKILL, "HOLDFAST_STOP_AT": signal.SIGSTOP}


def maybe_crash(name: str) -> None:
    """Die here, with no clean-up, if HOLDFAST_CRASH_AT names this point; freeze if HOLDFAST_STOP_AT
    does.
    """
    for variable, sent in _SIGNALS.items():
        if os.environ.get(variable) == name:
            os.kill(os.getpid(), sent)
