"""Runs the shop: one program after another in memory, or three processes on Redis."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from aldis.relay import Memory

from .mailer import write
from .output import say
from .packer import pack
from .web import sell

if TYPE_CHECKING:
    from collections.abc import Sequence


class PrinterError(Exception):
    """What happens in memory instead of a crash, which would end the messages, too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the shop.

    Args:
        arguments: The command line, less the program's name.

    Returns:
        The exit code: 2 if the server cannot be reached.
    """
    options = argparse.ArgumentParser(prog="python -m examples.shop", description=__doc__)
    options.add_argument("--redis", metavar="URL", help="such as redis://127.0.0.1:6379/0")
    url: str | None = options.parse_args(arguments).redis
    if url is None:
        in_memory()
        return 0
    try:
        from .processes import run  # noqa: PLC0415  # redis-py is needed for that only

        run(url)
    except ConnectionError as error:
        print(f"shop: {error}", file=sys.stderr)
        return 2
    return 0


def in_memory() -> None:
    """Run the programs one after another: what they leave for each other is in the engine."""
    logging.getLogger("aldis").setLevel(logging.CRITICAL)  # the failure is part of the show
    engine = Memory()
    sell(engine)
    pack(engine, _fail, until_idle=0.5)
    write(engine, until_idle=0)
    say("shop", f"all have ended, with {len(engine.dead)} dead letters")


def _fail() -> None:
    raise PrinterError


if __name__ == "__main__":
    sys.exit(main())
