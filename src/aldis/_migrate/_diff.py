"""A unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import re
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aldis._migrate._changes import Change

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_NEWLINE = b"\\ No newline at end of file\n"


def diff_of(changes: Iterable[Change], root: Path) -> bytes:
    """Write all changes as a diff.

    Args:
        changes: What changes.
        root: The folder that paths are relative to.

    Returns:
        The diff, in the encodings of the files: other bytes would not apply.
    """
    return b"".join(piece for change in changes for piece in _pieces(change, root))


def _pieces(change: Change, root: Path) -> Iterator[bytes]:
    name = _shown(change.path, root)
    old_name = "/dev/null" if change.old is None else _quoted(f"a/{name}")
    new_name = _quoted(f"b/{name}")
    if change.old is None:
        yield f"diff --git {_quoted(f'a/{name}')} {new_name}\nnew file mode 100644\n".encode()
    yield f"--- {old_name}\n+++ {new_name}\n".encode()
    lines = unified_diff(_lines(change.old or b""), _lines(change.new))
    for line in islice(lines, 2, None):
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[str]:
    """Return lines as texts of one character for each byte."""
    return [line.decode("latin-1") for line in _LINE.findall(data)]


def _shown(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix().lstrip("/")


def _quoted(name: str) -> str:
    """Write a path as git does: a name with a tab, a quote or the like in quotation marks."""
    if re.search(r'[\x00-\x1f"\\]', name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        escaped = escaped.replace("\t", "\\t").replace("\n", "\\n")
        return f'"{escaped}"'
    return f"{name}\t" if " " in name else name
