"""Forks again and again while other threads connect and disconnect."""

from __future__ import annotations

import os
import signal as signals
import sys
import threading
import warnings

from aldis import Signal
from aldis._core._invariants import faults

FORKS = 60

warnings.simplefilter("ignore")  # that a process with threads forks is what this is about
sys.setswitchinterval(1e-6)
signal = Signal()
ended = threading.Event()


def work() -> None:
    def receiver(sender: object) -> None: ...

    while not ended.is_set():
        signal.connect(receiver)
        signal.connect(receiver, "sender", weak=False)
        signal.disconnect(receiver)


def child() -> int:
    """Use the signal as any process does."""
    signals.alarm(20)

    def own(sender: object) -> str:
        return "heard"

    signal.connect(own)
    if "heard" not in [result for _, result in signal.send(None)]:
        return 1
    signal.disconnect(own)
    return 2 if faults(signal._registry) else 0


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
codes: list[int] = []
for _ in range(FORKS):
    process = os.fork()
    if not process:
        os._exit(child())
    codes.append(os.waitpid(process, 0)[1])
ended.set()
for thread in threads:
    thread.join()
if any(codes) or faults(signal._registry):
    sys.exit(f"exit codes {codes}, faults {faults(signal._registry)}")
