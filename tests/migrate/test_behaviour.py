"""A migrated program delivers what it delivered before: the same calls, with the same payload.

Generated programs are run as they are, and again after `aldis migrate`. The order in which blinker
calls the receivers of one send is not promised, so the calls are compared without it.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import blinker
import pytest
from generated import Program, programs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from migrating import LEVELS, Level, run

import aldis.blinker

Files: TypeAlias = dict[str, str]
Deliveries: TypeAlias = Counter[tuple[int, str, str, str]]


@contextmanager
def loaded(text: str) -> Generator[ModuleType]:
    """Give a module of a text, in which no signal of another program is known by its name."""
    _forget_names()
    module = ModuleType("generated_program")
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, "<generated>", "exec"), vars(module))
        yield module
    finally:
        del sys.modules[module.__name__]
        _forget_names()


def _forget_names() -> None:
    blinker.default_namespace.clear()
    aldis.blinker.default_namespace.clear()


def deliveries(text: str) -> Deliveries:
    """Return what a program delivers when it is run, each with how often."""
    with loaded(text) as module:
        module.main()
        return Counter(module.LOG)


def differing(before: Files, transformation: Callable[[Files], Files]) -> dict[str, str]:
    """Return the programs that do not deliver the same any more, each with what came of it."""
    after = {**before, **transformation(before)}
    return {
        path: after[path]
        for path, text in before.items()
        if _outcome(text) != _outcome(after[path])
    }


def _outcome(text: str) -> Deliveries | str:
    """Return what is delivered, or what was raised: then no delivery counts."""
    try:
        return deliveries(text)
    except Exception as error:  # noqa: BLE001 - whatever a program raises is what it did
        return f"{type(error).__name__}: {error}"


def _files(written: Sequence[Program]) -> Files:
    return {f"program_{number}.py": str(each) for number, each in enumerate(written)}


def _migrated(folder: Path, level: Level) -> Callable[[Files], Files]:
    def transformation(files: Files) -> Files:
        for old in folder.iterdir():
            old.unlink()
        for path, text in files.items():
            (folder / path).write_text(text, encoding="utf-8")
        return run(folder, level).files

    return transformation


# mypy reads all programs of a run together, so a few runs have many of them; none is made smaller,
# for what differs is shown, program by program
@pytest.mark.parametrize("level", LEVELS)
def test_a_migrated_program_delivers_the_same(
    level: Level, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("programs")
    transformation = _migrated(folder, level)
    changed: list[str] = []

    @settings(max_examples=2, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(st.lists(programs(), min_size=20, max_size=20))
    def holds(written: list[Program]) -> None:
        before = _files(written)
        after = transformation(before)
        changed.extend(after)
        assert differing(before, lambda _: after) == {}

    holds()
    assert changed


# ------------------------------------------------------------------------- of the programs


@given(programs())
def test_a_generated_program_runs_and_nothing_changes_without_a_change(program: Program) -> None:
    text = str(program)
    assert isinstance(_outcome(text), Counter), text
    assert differing({"program.py": text}, lambda files: files) == {}


@pytest.fixture(scope="module")
def drawn() -> list[Program]:
    """Return many programs, the same in every run."""
    found: list[Program] = []

    @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate])
    @given(programs())
    def draw(program: Program) -> None:
        found.append(program)

    draw()
    return found


@pytest.mark.parametrize(
    "said",
    [
        "= _signals.signal(",
        "= signal(",
        "self.signal_0 = Signal(",
        "    signal_0: Signal = Signal(",
        "connect_via(",
        "connected_to(",
        "weak=False",
        "sender=OWNER",
        "lambda ",
        "partial(receiver",
        "__call__",
        ".send()",
        ".send('text'",
        "doc=",
    ],
)
def test_every_form_is_generated(said: str, drawn: list[Program]) -> None:
    assert any(said in str(each) for each in drawn)


@settings(max_examples=20)
@given(programs())
def test_something_is_delivered_unless_every_receiver_waits_for_another_sender(
    program: Program,
) -> None:
    told = deliveries(str(program))
    anybody = [each for each in program.receivers if each.how not in {"via", "to sender"}]
    sent = [each.signal for each in program.sends]
    by_decorator = [
        each for each in program.receivers if each.how == "via" and not each.is_decorated
    ]
    expected = sum(sent.count(each.signal) for each in [*anybody, *by_decorator])
    assert told.total() >= expected


@given(programs())
def test_a_program_that_moves_to_the_adapter_delivers_the_same(program: Program) -> None:
    before = {"program.py": str(program)}
    after = {"program.py": str(program).replace("from blinker", "from aldis.blinker")}
    assert differing(before, lambda _: after) == {}


# ----------------------------------------------------------------- what the comparison finds


def _without_a_connect(text: str) -> str:
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if ".connect(" in line and not line.startswith("@"):
            return "".join([*lines[:number], *lines[number + 1 :]])
    return text


class _Renamed(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "send":
            for each in node.keywords:
                each.arg = "counted" if each.arg == "count" else each.arg
        return node


WRONG: dict[str, Callable[[str], str]] = {
    "another sender": lambda text: text.replace(".send(OWNER", ".send(OTHER"),
    "no sender": lambda text: text.replace(".send('text'", ".send(None"),
    "a send too few": lambda text: text.replace(
        "signal_0.send(", "signal_0.muted and (lambda *a, **k: 0)("
    ),
    "another name": lambda text: ast.unparse(_Renamed().visit(ast.parse(text))),
    "another value": lambda text: text.replace("count=7", "count=8"),
    "a connect too few": _without_a_connect,
    "for all senders": lambda text: text.replace(", sender=OWNER", ""),
    "connected forever": lambda text: text.replace(
        "with signal_0.connected_to(receiver_0):",
        "if signal_0.connect(receiver_0, weak=False) and False:",
    ),
    "two signals in one": lambda text: text.replace('"signal-1"', '"signal-0"'),
    "no such argument": lambda text: text.replace("def main()", "def main(needed)"),
}


@pytest.mark.parametrize("wrong", [*WRONG.values()], ids=[*WRONG])
def test_a_wrong_transformation_is_found(wrong: Callable[[str], str], drawn: list[Program]) -> None:
    def transformation(files: Files) -> Files:
        return {path: wrong(text) for path, text in files.items()}

    assert any(differing({"program.py": str(each)}, transformation) for each in drawn)
