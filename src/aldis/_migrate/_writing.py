"""Writes all files or none."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from aldis._migrate._changes import Change


class WriteError(Exception):
    """The files cannot be written, and none was. The message is one line for the user."""


def write_all(changes: Sequence[Change]) -> None:
    """Write every file, or leave all of them as they were.

    New texts go into files beside the old ones first, which take their places afterwards. If
    anything fails meanwhile, or the user interrupts it, the old texts are put back.

    Args:
        changes: What to write.

    Raises:
        WriteError: A file cannot be written, or was changed since it was read.
    """
    _look(changes)
    prepared: list[tuple[Change, Path]] = []
    replaced: list[Change] = []
    try:
        for change in changes:
            prepared.append((change, _beside(change)))  # noqa: PERF401  # one by one: it may fail
        for change, new in prepared:
            replaced.append(
                change
            )  # before the file exists, since the user may interrupt in between
            new.replace(change.path)
    except BaseException as error:
        with _uninterrupted():
            for change in replaced:
                _put_back(change)
        if isinstance(error, OSError):
            raise WriteError(f"nothing was written: {error}") from None
        raise
    finally:
        for _, new in prepared:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _look(changes: Sequence[Change]) -> None:
    for change in changes:
        if change.old is None:
            if change.path.exists():
                raise WriteError(f"nothing was written: {change.path} is there already")
            continue
        try:
            data = change.path.read_bytes()
        except OSError as error:
            raise WriteError(f"nothing was written: {error}") from None
        if data != change.old:
            raise WriteError(f"nothing was written: {change.path} was changed in the meantime")
        if is_read_only(change.path):
            raise WriteError(f"nothing was written: {change.path} is read-only; make it writable")


def is_read_only(path: Path) -> bool:
    """Whether a file exists that this process or its owner may not write."""
    return path.exists() and (not os.access(path, os.W_OK) or not _mode(path) & 0o222)


def _mode(path: Path) -> int:
    return path.stat().st_mode


def _beside(change: Change) -> Path:
    """Write the new text into a file in the same folder, with the old one's permissions."""
    change.path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{change.path.name}.", dir=change.path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.new)
        new.chmod(0o644 if change.old is None else _mode(change.path))
    except BaseException:
        new.unlink()
        raise
    return new


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Ignore Ctrl-C, which users press twice if nothing happens."""
    if threading.current_thread() is not threading.main_thread():  # no other gets it, or may ask
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _put_back(change: Change) -> None:
    if change.old is None:
        change.path.unlink(missing_ok=True)
    else:
        change.path.write_bytes(change.old)


def uncommitted(paths: Sequence[Path]) -> list[str]:
    """Return what git could not restore: changes, and these files if they are untracked.

    Args:
        paths: Files that are to be written.

    Returns:
        The lines of `git status`; none if there is no git, or no repository.
    """
    found: list[str] = []
    for root in sorted({root for path in paths if (root := _repository_of(path)) is not None}):
        inside = [str(path.resolve()) for path in paths if path.resolve().is_relative_to(root)]
        found += _git(root, "status", "--porcelain", "--untracked-files=no") or []
        found += _git(root, "ls-files", "--others", "--", *inside) or []
    return found


def _repository_of(path: Path) -> Path | None:
    folder = next(one for one in path.resolve().parents if one.is_dir())
    lines = _git(folder, "rev-parse", "--show-toplevel")
    return Path(lines[0]) if lines else None


def _git(folder: Path, *arguments: str) -> list[str] | None:
    """Return what git prints; None if it cannot."""
    command = ["git", *arguments]
    try:
        run = subprocess.run(  # noqa: S603  # git, with our own arguments
            command, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return run.stdout.splitlines() if run.returncode == 0 else None
