"""One recording of a process and of the processes that it starts, in one file.

When a process ends, it writes a part next to the file, atomically. When the first process ends, it
merges the parts into the file. So a killed process loses only its own part. A part that is written
later stays next to the file, and can be read as a recording.
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

_VARIABLE: Final = "ALDIS_RECORD"  # for the workers of pytest-xdist
_PART: Final = ".part"
_UNFINISHED: Final = ".new"  # the temporary file of `write`


class CannotRecordError(Exception):
    """A recording cannot be started or written; the message is one line."""


class Session:
    """A recording in progress.

    Args:
        file: The file to write.
        folder: The folder to which paths are relative.
        is_part: Whether another process started it, and will merge this one's part.

    Raises:
        CannotRecordError: The file cannot be written, or blinker is already loaded.
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
            The recording in the file; None if this process has written a part, or finished before.

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
        """Start a new recorder in a process that was just forked."""
        self._recorder.end()
        self._recorder = Recorder(Paths(self.folder))  # with fresh locks
        self._is_part = True
        self._recorder.begin()

    def _check_file(self) -> None:
        reason = None
        if self.file.is_dir():
            reason = "it is a folder"
        elif not self.file.parent.is_dir():
            reason = f"there is no folder {self.file.parent}"
        elif not os.access(self.file if self.file.exists() else self.file.parent, os.W_OK):
            reason = "you have no permission"
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
            raise CannotRecordError(f"signals of blinker cannot be recorded: {error}") from error
        self._has_installed = True

    def _write(self, recording: Recording, path: Path) -> None:
        try:
            write(recording, path)
        except OSError as error:
            raise CannotRecordError(f"{path} cannot be written: {error.strerror}") from error

    def _new_part(self) -> Path:
        unique = f"{os.getpid()}-{os.urandom(4).hex()}"  # process ids are reused
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
    """Return the file and the folder of a recording that the parent process has started.

    Return None if it has started none, or if the recording process is not the parent: a process
    that inherits the environment is not always a part of the recording.
    """
    found = os.environ.get(_VARIABLE)
    if found is None:
        return None
    parent, file, folder = json.loads(found)
    is_recorded = any(session.file == Path(file) for session in _children.followed)
    return (Path(file), Path(folder)) if parent == os.getppid() and not is_recorded else None


def begin_anew(file: str, folder: str) -> None:
    """Record this process as a part of another one's recording, until it ends."""
    with suppress(CannotRecordError):  # blinker is already loaded, as in the other process
        atexit.register(Session(Path(file), Path(folder), is_part=True).finish)


def summary_of(recording: Recording, file: Path) -> str:
    """Return a summary of a recording in one line."""
    sends = [send for signal in recording.signals.values() for send in signal.sends]
    count = sum(send.count for send in sends)
    return (
        f"recorded {_number(count, 'send')} of {_number(len(recording.signals), 'signal')} "
        f"at {_number(len(sends), 'line')} in {file}"
    )


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
