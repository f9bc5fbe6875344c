"""While the lock is held, a change makes a few assignments and nothing else.

That is read from the source, and from the bytecode of this Python, for all of aldis. So no signal
handler, no collector and no code of a user comes in between.
"""

from __future__ import annotations

import ast
import dis
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest

import aldis
from helpers import untyped

ROOT = Path(aldis.__file__).parent
PATHS = sorted(ROOT.rglob("*.py"))

# loads, stores, comparisons, and jumps to what comes later
ALLOWED = re.compile(
    r"(LOAD_(?!BUILD|METHOD|SPECIAL)|STORE_|DELETE_|COMPARE_OP$|IS_OP$|CONTAINS_OP$|TO_BOOL$)"
    r"|(POP_TOP$|COPY$|SWAP$|NOP$|NOT_TAKEN$|CACHE$|EXTENDED_ARG$)"
    r"|(POP_JUMP_(?!BACKWARD)|JUMP_FORWARD$|JUMP_IF_)"
)
# they look at something else than a version, or wait for who has the lock, and change no table
OTHERS = {
    ("_core/_ending.py", "end_all_of"),
    ("_core/_observing.py", "_replace"),
    ("_core/_compile.py", "_forget"),
}


class Section(NamedTuple):
    """A block of code that has the lock."""

    file: str
    function: str
    node: ast.With

    @property
    def lines(self) -> range:
        """The lines of its body."""
        return range(self.node.body[0].lineno, (self.node.body[-1].end_lineno or 0) + 1)

    def __repr__(self) -> str:
        return f"{self.file}:{self.node.lineno} {self.function}"


def sections_in(path: Path, text: str) -> Iterator[Section]:
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.With) and _takes_the_lock(node):
                    yield Section(path.relative_to(ROOT).as_posix(), function.name, node)


def _takes_the_lock(node: ast.With) -> bool:
    return any(ast.unparse(item.context_expr) == "lock" for item in node.items)


SECTIONS = [section for path in PATHS for section in sections_in(path, path.read_text("utf-8"))]
each_section = pytest.mark.parametrize("section", SECTIONS, ids=repr)


@cache
def codes_in(path: Path) -> list[CodeType]:
    """Return the code of every function of a file."""
    ahead, found = [compile(path.read_text("utf-8"), str(path), "exec")], list[CodeType]()
    while ahead:
        found.append(ahead.pop())
        ahead += [const for const in found[-1].co_consts if isinstance(const, CodeType)]
    return found


def steps_of(code: CodeType, lines: range) -> list[dis.Instruction]:
    """Return the steps that a function makes on these lines, before it comes to another line.

    That is before it lets go of the lock, which is a matter of the line of its `with`. What a
    `return` or `continue` does after that is on its own line again.
    """
    steps, line_of = list(dis.get_instructions(code)), _lines(code)
    places = {step.offset: place for place, step in enumerate(steps)}
    first = next((place for place, step in enumerate(steps) if line_of[step.offset] in lines), None)
    ahead, seen = [] if first is None else [first], set[int]()
    while ahead:
        place = ahead.pop()
        step = steps[place]
        if place in seen or line_of[step.offset] not in lines:
            continue
        seen.add(place)
        if "JUMP" in step.opname:
            ahead.append(places[untyped(step.argval)])
        if step.opname not in {"JUMP_FORWARD", "JUMP_BACKWARD", "RERAISE", "RAISE_VARARGS"}:
            ahead.append(place + 1)
    return [steps[place] for place in sorted(seen)]


def is_allowed(step: dis.Instruction) -> bool:
    if step.opname in {"BINARY_SUBSCR", "BINARY_OP"}:  # a look-up in a dict
        return step.opname == "BINARY_SUBSCR" or step.argrepr == "[]"
    return bool(ALLOWED.match(step.opname)) and not isinstance(step.argval, slice)


def _lines(code: CodeType) -> dict[int, int | None]:
    return {offset: line for start, end, line in code.co_lines() for offset in range(start, end, 2)}


def steps_of_section(section: Section) -> list[dis.Instruction]:
    return [
        step for code in codes_in(ROOT / section.file) for step in steps_of(code, section.lines)
    ]


def test_the_sections_are_known() -> None:
    assert len(SECTIONS) > 12
    assert {section.file.partition("/")[0] for section in SECTIONS} >= {"_core"}


@each_section
def test_a_section_makes_no_call_no_container_and_no_loop(section: Section) -> None:
    """So CPython looks for signals, and lets the collector run, before it or after it."""
    steps = steps_of_section(section)
    assert not [step for step in steps if not is_allowed(step)]
    names = [step.argval for step in steps if step.opname.startswith(("STORE_", "DELETE_"))]
    assert names, "it changes nothing"
    assert len(steps) > 2 * len(names), "they were not all found"


@each_section
def test_a_section_first_looks_whether_the_version_is_still_the_same(section: Section) -> None:
    first = section.node.body[0]
    if (section.file, section.function) in OTHERS:
        return
    assert isinstance(first, ast.If)
    assert re.match(r"\w+\.version != version\b", ast.unparse(first.test))
    assert len(first.body) == 1
    left = ast.unparse(first.body[0])
    assert left in {"continue", "return False", "return None", "return"}
    assert not first.orelse


@each_section
def test_a_section_stores_the_version_last(section: Section) -> None:
    """Else another thread could read a new version with a table that is half changed."""
    stores = [
        step for step in steps_of_section(section) if step.opname.startswith(("STORE_", "DELETE_"))
    ]
    attributes = [str(step.argval) for step in stores]
    if "version" in attributes:
        assert attributes.index("version") == len(attributes) - 1
        assert ast.unparse(section.node.body[-1]).endswith("version = following")
    elif (section.file, section.function) not in OTHERS:  # it changes what is made of the table
        assert set(attributes) <= {"snapshot", "plain"}


def test_nothing_takes_the_lock_in_another_way() -> None:
    for path in PATHS:
        if path.name == "_lock.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        withs = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
        taken = {id(item.context_expr) for node in withs for item in node.items}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "lock":
                assert id(node) in taken, f"{path}:{node.lineno}"
            if isinstance(node, ast.ImportFrom) and node.module == "aldis._core._lock":
                assert [name.asname for name in node.names] == [None], path


FAULTY = {
    "a call": "self.forget()",
    "a list": "self.several = [connection]",
    "a loop": "while connection: connection = connection.earlier",
    "a loop over it": "for each in self.several: self.only = each",
    "a text": "self.name = f'{connection}'",
    "an import": "import gc",
    "a yield": "yield connection",
    "a slice": "self.name = self.names[1:]",
    "a sum": "self.count = self.count + 1",
    "a tuple": "self.isolated = (self, connection)",
    "a function": "self.tell = lambda: None",
}


@pytest.mark.parametrize("statement", FAULTY.values(), ids=FAULTY)
def test_a_section_that_does_more_is_found(tmp_path: Path, statement: str) -> None:
    text = (
        "def change(self, connection, version):\n"
        "    while True:\n"
        "        with lock:\n"
        "            if self.version != version:\n"
        "                continue\n"
        "            self.only = connection\n"
        f"            {statement}\n"
        "            self.version = version\n"
        "        return self.tell(connection)\n"
    )
    [node] = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.With)]
    lines = range(node.body[0].lineno, node.body[-1].lineno + 1)
    names: dict[str, Any] = {}
    exec(compile(text, "faulty", "exec"), names)
    steps = steps_of(names["change"].__code__, lines)
    assert [step for step in steps if not is_allowed(step)]


HARMLESS = {
    *("order", "version", "serial", "holds"),  # numbers
    *("asks", "of_all", "routed", "strong"),  # truths
    *("earlier", "later"),  # the links of a receiver's list, of which each end is at hand
    *("taken", "put_back_more", "has_ended_new"),  # what two blocks exchange
}
# where a snapshot is stale, there is none; a recorder is in `before`, too
NOTHING = {("refresh", "table.plain"), ("_replace", "asking.recorder")}


def stored(section: Section) -> Iterator[str]:
    """Return what loses its value in a section, but for what cannot end a life."""
    for node in (node for statement in section.node.body for node in ast.walk(statement)):
        if isinstance(node, ast.Assign | ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr not in HARMLESS:
                    yield ast.unparse(target)


@each_section
def test_what_a_change_lets_go_of_was_taken_before(section: Section) -> None:
    """It stays in a local variable until the lock is free, so nothing dies inside."""
    text = (ROOT / section.file).read_text("utf-8")
    [function] = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        if node.lineno <= section.node.lineno <= (node.end_lineno or 0)
    ]
    loaded = {
        ast.unparse(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        if node.lineno < section.node.lineno
    }
    lost = {name for name in stored(section) if (function.name, name) not in NOTHING}
    assert lost <= loaded
