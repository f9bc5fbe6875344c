"""Programs that are written for a test and imported here, and recordings of what they send."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from aldis._recording._contents import RecordedSend, Recording
from aldis._recording._paths import Paths
from aldis._recording._recorder import Recorder


class Bench:
    """A folder of modules, and what they sent while they were recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recorder = Recorder(Paths(folder))

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            path = self.folder.joinpath(*name.split("__")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            for parent in path.relative_to(self.folder).parents[:-1]:
                (self.folder / parent / "__init__.py").touch()
            path.write_text(dedent(text), encoding="utf-8")
        importlib.invalidate_caches()

    def load(self, name: str, text: str | None = None) -> ModuleType:
        if text is not None:
            self.write(**{name.replace(".", "__"): text})
        return importlib.import_module(name)

    @contextmanager
    def recorded(self) -> Generator[None]:
        self.recorder.begin()
        try:
            yield
        finally:
            self.recorder.end()

    def recording(self) -> Recording:
        return self.recorder.recording()

    def sends(self, symbol: str) -> tuple[RecordedSend, ...]:
        return self.recording().signals[symbol].sends

    def send(self, symbol: str) -> RecordedSend:
        (send,) = self.sends(symbol)
        return send

    def types_of(self, *values: object) -> tuple[str, ...]:
        """Return what is recorded of values that are sent one after another."""
        sends = self.load(
            f"sends{len([*self.folder.iterdir()])}",
            """
            from aldis.blinker import Signal

            sent = Signal()

            def send(value):
                sent.send(None, value=value)
            """,
        )
        with self.recorded():
            for value in values:
                sends.send(value)
        return self.send(f"{sends.__name__}.sent").payload["value"]


def bench_in(folder: Path) -> Iterator[Bench]:
    loaded = set(sys.modules)
    path, sys.path[:0] = [*sys.path], [str(folder)]
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    yield Bench(folder)
    sys.path[:] = path
    sys.dont_write_bytecode = writes
    for name in set(sys.modules) - loaded:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield from bench_in(tmp_path)


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench_in(tmp_path_factory.mktemp("shared"))
