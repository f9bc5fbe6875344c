"""Which files are read, what their modules are called, and which files cannot be read."""

from __future__ import annotations

import io
import os
import subprocess
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aldis._migrate._model import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNREADABLE = "M21"
DUPLICATE = "M22"

_SKIPPED = frozenset(
    {
        "CVS",
        "__pycache__",
        "__pypackages__",
        "build",
        "dist",
        "env",
        "node_modules",
        "site-packages",
        "venv",
    }
)
_SETUP = ("pyproject.toml", "setup.py", "setup.cfg")


class Found(NamedTuple):
    """The files under some paths."""

    texts: dict[Path, str]  # newlines as they are
    encodings: dict[Path, str]
    modules: dict[Path, str]
    findings: list[Finding]


def find(paths: Sequence[Path]) -> Found:
    """Read the Python files under paths.

    Args:
        paths: Files and directories.

    Returns:
        What could be read, and a finding for each file that could not.
    """
    found = Found({}, {}, {}, [])
    owners: dict[str, Path] = {}
    for path in _python_files(paths):
        _read(path, found)
        if path not in found.texts:
            continue
        module = module_name(path)
        if (owner := owners.setdefault(module, path)) is not path:
            sentence = f"the module {module} is also {owner}, which is read in its place"
            found.findings.append(Finding(DUPLICATE, _start(path), sentence))
            del found.texts[path], found.encodings[path]
            continue
        found.modules[path] = module
    return found


def _python_files(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, None] = {}
    for path in paths:
        whole = path.absolute()
        files.update(dict.fromkeys(_under(whole) if whole.is_dir() else [whole]))
    return list(files)


def _under(folder: Path) -> list[Path]:
    """Return the files of a folder without those that git ignores; all if it ignores the folder.

    If you name an ignored folder, you want it read: an installed library, or a copy in `build`.
    """
    files = list(_walk(folder))
    root = _repository(folder.parent)
    if root is not None and _ignored(root, [folder]):
        return files
    return _without_ignored(files)


def _walk(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(each for each in folders if not _is_skipped(here / each))
        for name in sorted(names):
            if name.endswith(".py"):
                yield here / name


def _is_skipped(folder: Path) -> bool:
    """Whether a folder holds something else than the program's own source."""
    name = folder.name
    if name.startswith(".") or name.endswith(".egg-info"):
        return True
    if name in _SKIPPED and not (folder / "__init__.py").exists():
        return True
    return (folder / "pyvenv.cfg").exists()


def _without_ignored(files: list[Path]) -> list[Path]:
    """Leave out what git ignores, where the files are in a repository."""
    ignored: set[Path] = set()
    for root in {root for each in files if (root := _repository(each.parent)) is not None}:
        ignored.update(_ignored(root, [each for each in files if each.is_relative_to(root)]))
    return [each for each in files if each not in ignored]


def _repository(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def _ignored(root: Path, files: Iterable[Path]) -> list[Path]:
    names = "\0".join(str(each.relative_to(root)) for each in files)
    try:
        told = subprocess.run(
            ["git", "check-ignore", "-z", "--stdin"],  # noqa: S607 # whichever git there is
            cwd=root,
            input=names.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
    except OSError:  # without git, nothing is ignored
        return []
    told_names = told.stdout.decode("utf-8", "surrogateescape")
    return [root / each for each in told_names.split("\0") if each]


def _read(path: Path, found: Found) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        found.findings.append(_unreadable(path, error.strerror or str(error)))
        return
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sentence = f"line {line} is not {error.encoding}, which the file is declared to be"
        found.findings.append(_unreadable(path, sentence, line))
    except SyntaxError as error:  # the encoding is unknown, or the bytes are not valid in it
        found.findings.append(_unreadable(path, error.msg))
    else:
        found.texts[path] = text
        found.encodings[path] = encoding


def _unreadable(path: Path, why: str, line: int = 1) -> Finding:
    return Finding(UNREADABLE, Span(path, line, 0, line, 0), f"the file is left out: {why}")


def _start(path: Path) -> Span:
    return Span(path, 1, 0, 1, 0)


def module_name(path: Path) -> str:
    """Return the name by which a file is imported."""
    parts = [] if path.stem == "__init__" else [path.stem]
    return ".".join([*_packages(path.parent), *parts]) or path.parent.name


def _packages(folder: Path) -> list[str]:
    """Return the names of the packages that a folder is in, or is; outer ones first.

    That is the chain of folders from the outermost package; in a folder `src`, all of them are
    packages, and those without `__init__.py` are namespaces. `src` itself never is one.
    """
    chain: list[Path] = []
    while folder.name.isidentifier() and folder.name != "src" and not _is_root(folder):
        chain.insert(0, folder)
        folder = folder.parent
    if folder.name != "src":
        while chain and not (chain[0] / "__init__.py").exists():
            del chain[0]
    return [each.name for each in chain]


def _is_root(folder: Path) -> bool:
    """Whether a folder holds a project and is not a package itself."""
    if (folder / "__init__.py").exists() or folder.parent == folder:
        return folder.parent == folder
    return any((folder / each).exists() for each in (*_SETUP, ".git"))
