"""A program that goes on after its last line: in a thread and in an exit handler."""

from __future__ import annotations

import atexit
import pickle
import sys
import threading

import blinker


class Ship:
    """Something that is pickled by its name in this program."""


def tell(when: str) -> None:
    """Print whether this is still the program that runs."""
    same = type(pickle.loads(pickle.dumps(Ship()))) is Ship
    sys.stdout.write(f"{when}: {same}\n")


def in_thread() -> None:
    """Wait for the last line, then print."""
    threading.main_thread().join()
    try:
        tell("in a thread")
    except pickle.PicklingError as error:
        sys.stdout.write(f"{error}\n")


if __name__ == "__main__":
    sys.stderr.write(blinker.Signal.__module__)
    atexit.register(tell, "at exit")
    threading.Thread(target=in_thread).start()
