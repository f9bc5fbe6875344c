"""A program that prints how it was started."""

from __future__ import annotations

import inspect
import json
import sys

import blinker
import observing
from blinker import base


def main() -> None:
    """Tell it."""
    told = {
        "Signal": [blinker.Signal.__module__, base.Signal is blinker.Signal],
        "argv": sys.argv,
        "name": __name__,
        "file": __file__,
        "main": sys.modules["__main__"].__dict__ is globals(),
        "doc": __doc__,
        "source": inspect.getsource(main).count("\n"),
        "beside": observing.__name__,
        "path": sys.path[0],
        "input": sys.stdin.read(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
    if "exit" in sys.argv:
        sys.exit(3)
    if "fail" in sys.argv:
        raise LookupError("as it was told")
