"""`aldis migrate`: its request, and its output."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aldis._cli._importing import InputError
from aldis._cli._output import standard_output
from aldis._extras import install_line
from aldis._migrate._request import InputError as WrongRequest
from aldis._recording._reading import RecordingError, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._deciding import Recording
    from aldis._migrate._request import Request
    from aldis._migrate._running import Outcome

_EXTRA = "mypy"


class Level(Enum):
    """What is written."""

    TYPES = "types"
    TYPED = "typed"
    OWN = "own"


class Format(Enum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


class Second(Enum):
    """The checker that is asked besides mypy."""

    PYRIGHT = "pyright"


def migrate(request: Request, records: Sequence[Path], *, second: bool) -> int:
    """Migrate a program, or show the changes.

    Args:
        request: The request.
        records: Files of `aldis record`.
        second: Whether pyright is asked as well.

    Returns:
        The exit code.

    Raises:
        InputError: The input is wrong, or mypy is not installed.
    """
    _look_for(request.paths)
    recording = _recorded(records)
    try:
        outcome = _outcome(request, recording, second=second)
    except WrongRequest as error:
        raise InputError(str(error)) from None
    with standard_output():
        sys.stdout.flush()
        sys.stdout.buffer.write(outcome.output)
    sys.stderr.write(outcome.report)
    return outcome.code


def _look_for(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise InputError(f"there is no {path}; name files or folders")


def _outcome(request: Request, recording: Recording | None, *, second: bool) -> Outcome:
    try:  # mypy is an extra of its own
        from aldis._migrate._analysis import analyse  # noqa: PLC0415  # it may be missing
        from aldis._migrate._running import migrate as run  # noqa: PLC0415  # likewise
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != _EXTRA:
            raise
        line = install_line("migrate")
        raise InputError(f"migrate needs the extra 'migrate': {line}") from None
    with TemporaryDirectory() as cache:  # of mypy, which runs several times
        program = analyse(request.paths, second=second, cache=Path(cache))
        return run(request, program, recording)


def _recorded(records: Sequence[Path]) -> Recording | None:
    if not records:
        return None
    try:
        return read(records)
    except RecordingError as error:
        raise InputError(str(error)) from None
