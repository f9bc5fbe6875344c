"""The errors that mypy reports for a program before and after the changes."""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from aldis._migrate._mypy_pass import options, run, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

_LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?:\d+:)? error: (?P<text>.*)")


@dataclass(frozen=True)
class MypyError:
    """An error of mypy.

    Attributes:
        path: The file.
        line: The line, in the text that was checked.
        text: What it says.
        old_line: The line before the file was changed; None if it is a new one.
    """

    path: Path
    line: int
    text: str
    old_line: int | None = None

    @property
    def code(self) -> str:
        """The code in brackets at its end."""
        return self.text.rpartition("[")[2].rstrip("]") if self.text.endswith("]") else ""


class Checking:
    """Lets mypy check a program several times; unchanged modules are checked once.

    Args:
        modules: The modules of the program, by their files.
        cache: A folder for what mypy keeps.
        skipped: Modules of libraries at which mypy stops.
    """

    def __init__(
        self, modules: Mapping[Path, str], cache: Path, skipped: Iterable[str] = ()
    ) -> None:
        self._modules = modules
        self._options = options(cache, skipped)
        self._options.export_types = self._options.preserve_asts = False
        self._edited: set[Path] = set()

    def errors(self, texts: Mapping[Path, str]) -> list[MypyError] | None:
        """Check the program.

        Args:
            texts: What is in files, where that is not what the disk says.

        Returns:
            The errors; None if mypy itself fails.
        """
        self._edited.update(texts)  # from then on, mypy's cache does not know what the disk says
        sources = [
            source_of(path, name, texts.get(path, self._on_disk(path)))
            for path, name in self._modules.items()
        ]
        try:
            return parsed(run(sources, self._options).errors)
        except (Exception, SystemExit):  # noqa: BLE001  # mypy may crash with any error
            return None

    def _on_disk(self, path: Path) -> str | None:
        if path not in self._edited:
            return None
        with tokenize.open(path) as file:
            return file.read()


def parsed(lines: Iterable[str]) -> list[MypyError]:
    """Read what mypy prints."""
    return list(_parsed(lines))


def _parsed(lines: Iterable[str]) -> Iterator[MypyError]:
    for line in lines:
        found = _LINE.match(line)
        if found:
            path = Path(found["path"]).absolute()
            yield MypyError(path, int(found["line"]), found["text"], int(found["line"]))


def new_errors(
    before: Sequence[MypyError],
    after: Sequence[MypyError],
    texts: Mapping[Path, tuple[str, str]],
) -> list[MypyError]:
    """Return the errors that exist only afterwards.

    Args:
        before: The errors of the program as it is.
        after: The errors of the program as it would be.
        texts: The old and the new text of each file that differs.
    """
    lines = {path: _old_lines(*both) for path, both in texts.items()}
    found: list[MypyError] = []
    for error in after:
        old = lines[error.path].get(error.line) if error.path in lines else error.line
        found.append(MypyError(error.path, error.line, error.text, old))
    found, gone = _without(found, before, lambda one: (one.path, one.old_line, one.code))
    # a line that is written anew may have the error of the line that it replaces
    return _without(found, gone, lambda one: (one.path, one.text))[0]


def _without(
    errors: Iterable[MypyError],
    known: Iterable[MypyError],
    key: Callable[[MypyError], Hashable],
) -> tuple[list[MypyError], list[MypyError]]:
    """Return the errors that are not known, and the known ones that are not among the errors."""
    left: dict[Hashable, list[MypyError]] = {}
    for one in known:
        left.setdefault(key(one), []).append(one)
    found: list[MypyError] = []
    for error in errors:
        if same := left.get(key(error)):
            same.pop()
        else:
            found.append(error)
    return found, [one for same in left.values() for one in same]


def _old_lines(old: str, new: str) -> dict[int, int]:
    """Map new lines to old ones; pieces of equal length count as edited."""
    lines: dict[int, int] = {}
    matcher = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal" or last - first == new_last - new_first:
            lines.update((new_first + i + 1, first + i + 1) for i in range(last - first))
    return lines
