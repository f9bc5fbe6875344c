"""The diff applies, and files are written all or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aldis._migrate import _writing
from aldis._migrate._changes import Change
from aldis._migrate._diff import diff_of
from aldis._migrate._writing import WriteError, uncommitted, write_all

TEXTS = [
    (b"a\nb\n", b"a\nc\n"),
    (b"a\nb", b"a\nc"),
    (b"a\nb", b"a\nb\n"),
    (b"a\r\nb\r\n", b"a\r\nc\r\n"),
    (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    (b"# coding: latin-1\n\xe4\n", b"# coding: latin-1\n\xe4\xf6\n"),
    (b"a\x0cb\n--- c\n", b"a\x0cb\n--- d\n"),
    (None, b"new\n"),
    (None, b"new without an end"),
]
NAMES = ["plain.py", "with space.py", 'quote".py', "ümlaut.py", "tab\t.py", "deep/er.py"]


def git(folder: Path, *arguments: str, data: bytes = b"") -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    run = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, input=data, capture_output=True, check=True
    )
    return run.stdout.decode()


def changes_in(root: Path, texts: Sequence[tuple[bytes | None, bytes]]) -> list[Change]:
    changes: list[Change] = []
    for place, (old, new) in enumerate(texts):
        path = root / f"{place}.py"
        if old is not None:
            path.write_bytes(old)
        changes.append(Change(path, old, new))
    return changes


def test_git_applies_the_diff(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    changes = changes_in(tmp_path, TEXTS)
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"old\n")
        changes.append(Change(path, b"old\n", b"new\n"))
    git(tmp_path, "apply", "-", data=diff_of(changes, tmp_path))
    for change in changes:
        assert change.path.read_bytes() == change.new, change.path


def test_a_file_outside_of_the_folder_has_its_whole_path(tmp_path: Path) -> None:
    change = Change(tmp_path / "a.py", b"a\n", b"b\n")
    other = tmp_path / "other"
    assert str(tmp_path).lstrip("/").encode() in diff_of([change], other)


def test_all_files_are_written_with_their_permissions(tmp_path: Path) -> None:
    changes = changes_in(tmp_path, TEXTS)
    changes.append(Change(tmp_path / "deep" / "new.pyi", None, b"x\n"))
    changes[0].path.chmod(0o755)
    write_all(changes)
    assert [one.path.read_bytes() for one in changes] == [one.new for one in changes]
    assert changes[0].path.stat().st_mode & 0o777 == 0o755
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("step", range(len(TEXTS)))
def test_what_fails_or_is_interrupted_leaves_all_files_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], step: int
) -> None:
    changes = changes_in(tmp_path, TEXTS)
    replace = Path.replace
    steps = iter(range(len(TEXTS)))

    def replaced(path: Path, target: Path) -> Path:
        done = replace(path, target)
        if next(steps) == step:
            raise error
        return done

    monkeypatch.setattr(Path, "replace", replaced)
    with pytest.raises(WriteError if error is OSError else error):
        write_all(changes)
    for change in changes:
        if change.old is None:
            assert not change.path.exists()
        else:
            assert change.path.read_bytes() == change.old
    assert not list(tmp_path.rglob(".*"))


def test_a_second_interrupt_does_not_stop_what_puts_the_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = changes_in(tmp_path, TEXTS[:3])
    write_bytes = Path.write_bytes

    def refuse(path: Path, target: Path) -> Path:
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("the first interrupt was not heard")

    def interrupted(path: Path, data: bytes) -> int:
        signal.raise_signal(signal.SIGINT)
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(Path, "write_bytes", interrupted)
    # what runs in the background of a shell is begun with Ctrl-C ignored
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write_all(changes)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert [one.path.read_bytes() for one in changes] == [one.old for one in changes]


def test_files_are_put_back_in_a_thread_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = changes_in(tmp_path, TEXTS[:2])

    def refuse(path: Path, target: Path) -> Path:
        raise OSError("no room")

    monkeypatch.setattr(Path, "replace", refuse)
    with ThreadPoolExecutor(1) as pool, pytest.raises(WriteError, match="no room"):
        pool.submit(write_all, changes).result()
    assert [one.path.read_bytes() for one in changes] == [one.old for one in changes]


def test_a_new_text_that_cannot_be_stored_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = changes_in(tmp_path, TEXTS[:2])

    def refuse(path: Path, mode: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(WriteError, match="nothing was written: no space"):
        write_all(changes)
    assert [one.path.read_bytes() for one in changes] == [b"a\nb\n", b"a\nb"]
    assert not list(tmp_path.rglob(".*"))


def test_files_that_changed_meanwhile_or_are_read_only_are_not_written(tmp_path: Path) -> None:
    first, second = changes_in(tmp_path, TEXTS[:2])
    second.path.write_bytes(b"other")
    with pytest.raises(WriteError, match="was changed in the meantime"):
        write_all([first, second])
    second.path.unlink()
    with pytest.raises(WriteError, match="No such file"):
        write_all([first, second])
    first.path.chmod(0o444)
    with pytest.raises(WriteError, match="is read-only"):
        write_all([first])
    with pytest.raises(WriteError, match="is there already"):
        write_all([Change(first.path, None, b"")])
    assert first.path.read_bytes() == first.old


def test_what_git_could_not_bring_back_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked, untracked = tmp_path / "tracked.py", tmp_path / "untracked.py"
    tracked.write_text("a")
    untracked.write_text("a")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert uncommitted([tracked]) == []  # there is no repository
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "tracked.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    assert uncommitted([tracked, tmp_path / "new" / "stub.pyi"]) == []
    assert uncommitted([untracked]) == ["untracked.py"]
    tracked.write_text("b")
    assert uncommitted([untracked]) == [" M tracked.py", "untracked.py"]
    monkeypatch.setenv("PATH", os.devnull)  # there is no git
    assert uncommitted([tracked]) == []


def test_modes_of_new_files_are_plain(tmp_path: Path) -> None:
    write_all([Change(tmp_path / "new.py", None, b"")])
    assert (tmp_path / "new.py").stat().st_mode & 0o777 == 0o644
    assert _writing.WriteError.__doc__
