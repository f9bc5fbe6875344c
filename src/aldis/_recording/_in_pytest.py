"""Records a run of pytest, with all of its workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from aldis._recording._session import CannotRecordError, Session, begun_by_parent, told

if TYPE_CHECKING:
    from aldis._recording._contents import Recording

_NAME: Final = "aldis-record"


def record(config: pytest.Config, file: str | None) -> None:
    """Record the run from now on, if that is asked for.

    Args:
        config: The configuration of the run, which may be that of a worker of xdist.
        file: The file; None if the run itself is not recorded.

    Raises:
        pytest.UsageError: The file cannot be written, or blinker is loaded already.
    """
    # a worker has the arguments of the run and is part of it; what its tests start is not
    begun = begun_by_parent() if "PYTEST_XDIST_WORKER" in os.environ else None
    if begun is not None:
        _register(config, _Worker(_session(*begun, is_part=True)))
    elif file is not None:
        _register(config, _Whole(_session(Path(file), Path.cwd(), is_part=False)))


def _register(config: pytest.Config, plugin: _Whole | _Worker) -> None:
    config.pluginmanager.register(plugin, _NAME)
    config.add_cleanup(plugin.finish)


def _session(file: Path, folder: Path, *, is_part: bool) -> Session:
    try:
        return Session(file, folder, is_part=is_part)
    except CannotRecordError as error:
        raise pytest.UsageError(f"--aldis-record: {error}") from error


class _Whole:
    """Writes the file at the end of the run."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self._finished():
            terminalreporter.write_line(line)

    def finish(self) -> None:
        for line in self._finished():  # there was no summary
            sys.stderr.write(f"{line}\n")

    def _finished(self) -> list[str]:
        try:
            recording: Recording | None = self._session.finish()
        except CannotRecordError as error:
            return [f"aldis: {error}"]
        problems, self._session.problems = self._session.problems, []
        said = [] if recording is None else [told(recording, self._session.file)]
        return [f"aldis: {line}" for line in (*problems, *said)]


class _Worker:
    """Writes a part at the end of a worker: before xdist is told that it has ended."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self.finish()

    def finish(self) -> None:
        self._session.finish()
