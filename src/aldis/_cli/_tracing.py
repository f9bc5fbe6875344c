"""Runs a program, and prints its sends."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import ExitStack
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

import aldis
from aldis._cli._chrome import Chrome
from aldis._cli._importing import InputError
from aldis._cli._lanes import Lanes
from aldis._cli._running import run_module, run_program
from aldis._cli._summary import Summary
from aldis._cli._tree import Tree
from aldis.observing import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from io import FileIO
    from pathlib import Path
    from typing import TextIO

    from aldis.observing import Delivery, Send

# the width of output that is not a terminal
_WIDE = 1 << 16


class Options(NamedTuple):
    """The options of a trace."""

    output: Path | None = None  # for the tree and the table; None for standard error
    chrome: Path | None = None
    has_tree: bool = True


def trace_module(module: str, arguments: Sequence[str], options: Options) -> int:
    """Run a module as `python -m` does, and print its sends.

    Raises:
        InputError: There is no such module, it cannot be run, or a file cannot be written.
    """
    return run_module(module, arguments, partial(_trace, options, module))


def trace_program(program: str, arguments: Sequence[str], options: Options) -> int:
    """Run a program as `python` does, and print its sends.

    Raises:
        InputError: There is no such program, or a file cannot be written.
    """
    return run_program(program, arguments, partial(_trace, options, program))


class _Listeners(Listener):
    """Several listeners as one, so that all get the same times."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners

    def send_began(self, send: Send) -> None:
        for each in self._listeners:
            each.send_began(send)

    def receiver_began(self, delivery: Delivery) -> None:
        for each in self._listeners:
            each.receiver_began(delivery)

    def receiver_ended(self, delivery: Delivery) -> None:
        for each in self._listeners:
            each.receiver_ended(delivery)

    def send_ended(self, send: Send) -> None:
        for each in self._listeners:
            each.send_ended(send)


def _trace(options: Options, program: str) -> Callable[[], None]:
    """Trace until the process ends, or until the returned function is called.

    Sends of exit handlers, and of threads that continue after the program's own code, are traced,
    too: the exit handler that is registered first is called last.
    """
    with ExitStack() as opened:
        lanes, summary = Lanes(), Summary()
        lanes.current()  # makes this lane the first
        console = _console(options.output, opened)
        listeners: list[Listener] = [summary]
        if options.has_tree:
            listeners.append(Tree(console, lanes))
        chrome = None
        if options.chrome is not None:
            file = opened.enter_context(_opened(options.chrome))
            chrome = Chrome(file, lanes, program)
            listeners.append(chrome)
        files = opened.pop_all()
    observation = aldis.observe(_Listeners(listeners))

    def finish() -> None:
        observation.close()
        summary.show(console)
        if chrome is not None:
            chrome.end()
        files.close()

    atexit.register(finish)

    def leave() -> None:
        observation.close()
        atexit.unregister(finish)
        files.close()

    # sends of a forked process are not traced, and it must not end this trace
    getattr(os, "register_at_fork", dict)(after_in_child=leave)
    return leave


def _console(output: Path | None, opened: ExitStack) -> Console:
    file: TextIO = sys.stderr
    if output is not None:
        file = opened.enter_context(TextIOWrapper(_opened(output), encoding="utf-8"))
    return Console(file=file, highlight=False, width=None if file.isatty() else _WIDE)


def _opened(path: Path) -> FileIO:
    """Open an unbuffered file, since a program may end at any time."""
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
