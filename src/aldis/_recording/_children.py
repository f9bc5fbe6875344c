"""Lets the processes that a recorded process starts be recorded, too.

Forked processes go on with a recorder of their own. They may end by `os._exit`, which calls no
exit handler, so it is replaced during a recording. Processes that `multiprocessing` starts anew
learn of the recording from the data that it passes to them.
"""

from __future__ import annotations

import multiprocessing.spawn
import os
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    class Followed(Protocol):
        """A recording that is under way."""

        file: Path
        folder: Path

        def begin_in_child(self) -> None:
            """Begin anew in a forked process."""

        def finish(self) -> object:
            """Stop recording, and write the recording."""


followed: Final[list[Followed]] = []
_replaced: Final[dict[str, Any]] = {}

# what a new process does first; it is text, since that process may have to do without aldis
_BEGIN: Final = """\
try:
    from aldis._recording._session import begin_anew
except ImportError:
    pass
else:
    begin_anew({file!r}, {folder!r})
"""


class Order:
    """Begins a recording where it is unpickled.

    Args:
        session: The recording that it is a part of.
    """

    def __init__(self, session: Followed) -> None:
        self._session = session

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        file, folder = str(self._session.file), str(self._session.folder)
        return exec, (_BEGIN.format(file=file, folder=folder),)


def follow(session: Followed) -> None:
    """Record the processes that this one starts, until `leave`."""
    followed.append(session)
    if not _replaced:
        _replaced["exit"], os._exit = os._exit, _exit  # type: ignore[assignment]  # it never returns
        prepare = multiprocessing.spawn.get_preparation_data
        _replaced["prepare"] = prepare
        multiprocessing.spawn.get_preparation_data = _get_preparation_data
    if "forks" not in _registered:
        getattr(os, "register_at_fork", dict)(after_in_child=_begin_in_child)
        _registered.add("forks")


_registered: Final[set[str]] = set()  # registered for good


def leave(session: Followed) -> None:
    """Undo one `follow`."""
    followed.remove(session)
    if not followed:
        os._exit = _replaced.pop("exit")
        multiprocessing.spawn.get_preparation_data = _replaced.pop("prepare")


def _begin_in_child() -> None:
    for session in [*followed]:
        session.begin_in_child()


def _exit(status: int) -> None:
    leave_by: Callable[[int], None] = _replaced["exit"]
    try:
        for session in [*followed]:
            session.finish()
    finally:
        leave_by(status)


def _get_preparation_data(name: str) -> dict[str, Any]:
    prepare: Callable[[str], dict[str, Any]] = _replaced["prepare"]
    return {**prepare(name), "aldis": [Order(session) for session in followed]}
