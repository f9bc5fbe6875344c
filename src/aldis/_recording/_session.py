"""One recording of a process and of the processes that it starts, in one file.

Each process writes a part beside the file, in one step, when it ends; the first process merges the
parts into the file when it ends itself. So a process that is killed loses its own part, and nothing
else. A part that comes later than that stays beside the file, and can be read as a recording.
"""

from __future__ import annotations

import atexit
import glob
import importlib.util
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._recording import _children
from aldis._recording._merging import merge
from aldis._recording._paths import Paths
from aldis._recording._reading import RecordingError, read_one
from aldis._recording._recorder import Recorder
from aldis._recording._writing import write
from aldis.blinker import install, uninstall

if TYPE_CHECKING:
    from aldis._recording._contents import Recording

_VARIABLE: Final = "ALDIS_RECORD"  # tells the workers of pytest-xdist
_PART: Final = ".part"
_UNFINISHED: Final = ".new"  # what `write` makes first


class CannotRecordError(Exception):
    """A recording cannot be started or written; the message is one line."""


class Session:
    """A recording that is under way.

    Args:
        file: The file to write.
        folder: What paths are relative to.
        is_part: Whether another process began it, and will merge this one's part.

    Raises:
        CannotRecordError: The file cannot be written, or blinker is loaded already.
    """

    def __init__(self, file: Path, folder: Path, *, is_part: bool = False) -> None:
        self.file = folder / file
        self.folder = folder
        self.problems: list[str] = []
        self._is_part = is_part
        self._is_open = True
        self._has_installed = False
        self._recorder = Recorder(Paths(folder))
        if not is_part:
            self._check_file()
            self._remove_parts()
        self._install()
        self._recorder.begin()
        _children.follow(self)
        if not is_part:
            os.environ[_VARIABLE] = json.dumps([os.getpid(), str(self.file), str(folder)])

    def finish(self) -> Recording | None:
        """Stop recording, and write the file or the part.

        Returns:
            What is in the file; None if this process has written a part, or had finished before.

        Raises:
            CannotRecordError: It cannot be written.
        """
        if not self._is_open:
            return None
        self.drop()
        own = self._recorder.recording()
        if self._is_part:
            if own.signals:
                self._write(own, self._new_part())
            return None
        whole = merge([own, *self._read_parts()])
        self._write(whole, self.file)
        self._remove_parts()
        return whole

    def drop(self) -> None:
        """Stop recording, and write nothing."""
        self._is_open = False
        if not self._is_part:
            os.environ.pop(_VARIABLE, None)
        _children.leave(self)
        self._recorder.end()
        if self._has_installed:
            uninstall()

    def begin_in_child(self) -> None:
        """Begin anew in a forked process."""
        self._recorder.end()
        self._recorder = Recorder(Paths(self.folder))  # no other thread holds locks of this process
        self._is_part = True
        self._recorder.begin()

    def _check_file(self) -> None:
        reason = None
        if self.file.is_dir():
            reason = "it is a folder"
        elif not self.file.parent.is_dir():
            reason = f"there is no folder {self.file.parent}"
        elif not os.access(self.file if self.file.exists() else self.file.parent, os.W_OK):
            reason = "that is not allowed"
        if reason is not None:
            raise CannotRecordError(f"{self.file} cannot be written: {reason}")

    def _install(self) -> None:
        was_installed = "aldis.blinker" in sys.modules and (
            sys.modules.get("blinker") is sys.modules["aldis.blinker"]
        )
        if was_installed or importlib.util.find_spec("blinker") is None:
            return
        try:
            install()
        except ImportError as error:
            raise CannotRecordError(f"its signals cannot be recorded: {error}") from error
        self._has_installed = True

    def _write(self, recording: Recording, path: Path) -> None:
        try:
            write(recording, path)
        except OSError as error:
            raise CannotRecordError(f"{path} cannot be written: {error.strerror}") from error

    def _new_part(self) -> Path:
        unique = f"{os.getpid()}-{os.urandom(4).hex()}"  # numbers of processes are used again
        return self.file.with_name(f"{self.file.name}.{unique}{_PART}")

    def _read_parts(self) -> list[Recording]:
        found: list[Recording] = []
        for path in self._beside(_PART):
            try:
                found.append(read_one(path))
            except RecordingError as error:
                self.problems.append(str(error))
        return found

    def _remove_parts(self) -> None:
        for path in (*self._beside(_PART), *self._beside(_UNFINISHED)):
            with suppress(OSError):
                path.unlink()

    def _beside(self, ending: str) -> list[Path]:
        name = glob.escape(self.file.name)
        return sorted(self.file.parent.glob(f"{name}.*{ending}"))


def begun_by_parent() -> tuple[Path, Path] | None:
    """Return the file and the folder of a recording that the parent process has begun.

    None if it has begun none, or if the parent is another process: a process that inherits the
    environment of a recorded one is not always a part of the recording.
    """
    found = os.environ.get(_VARIABLE)
    if found is None:
        return None
    parent, file, folder = json.loads(found)
    is_recorded = any(session.file == Path(file) for session in _children.followed)
    return (Path(file), Path(folder)) if parent == os.getppid() and not is_recorded else None


def begin_anew(file: str, folder: str) -> None:
    """Record this process, which another one has started, and write its part at its end."""
    with suppress(CannotRecordError):  # blinker is loaded already, as the other process knows
        atexit.register(Session(Path(file), Path(folder), is_part=True).finish)


def told(recording: Recording, file: Path) -> str:
    """Return a summary of a recording in one line."""
    sends = [send for signal in recording.signals.values() for send in signal.sends]
    count = sum(send.count for send in sends)
    return (
        f"recorded {_number(count, 'send')} of {_number(len(recording.signals), 'signal')} "
        f"at {_number(len(sends), 'line')} in {file}"
    )


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
