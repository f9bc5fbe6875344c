"""Reports of type checkers for the programs on the pages, and for mistakes with other libraries.

All programs are read together: mypy is run once, and pyright is run once.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from harness import PYRIGHT, environment

from pages.blocks import PAGES, ROOT, blocks_of, name_of
from pages.programs import PIECE, excerpts_of, parts_of, programs_of

# these are read elsewhere, as said there
OTHERWISE = {
    "docs/limits.md": "by six checkers, in tests/typing/test_limits.py",
}
# by mypy with the plugin, in tests/mypy_plugin/test_docs.py, and by pyright here
FOR_THE_PLUGIN = {"docs/mypy.md"}
READ = [
    page
    for page in [*PAGES, ROOT / "typings" / "README.md"]
    if name_of(page) not in OTHERWISE and any(programs_of(page))
]
PROGRAMS = {
    program.module: program
    for page in READ
    for program in programs_of(page, wrong=name_of(page) not in FOR_THE_PLUGIN)
}
WITHOUT_PLUGIN = [
    program.module
    for page in READ
    if name_of(page) not in FOR_THE_PLUGIN
    for program in programs_of(page)
]
# pyright refuses these, which is not a fault of the page
NOT_OURS = {
    "order_placed.send(sender=Shop, order_id=7)": "django-stubs say `Callable`, of nothing",
    "old_order_placed.send(sender=Shop, order_id=8)": "the same",
}
INI = "[mypy]\nstrict = True\n"
STRICT = {"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": "error"}

# what the comparison says of type checkers: `# E` where one sees that it is wrong
MISTAKES = """
import aldis, blinker, django.dispatch, ezpubsub, psygnal, pluggy, pyee
import pydispatch.dispatcher  # type: ignore[import-untyped]

def wrong(sender: int, *, name: str, more: int) -> None: ...

@aldis.Signal
def heard(sender: str, /, *, n: int) -> None: ...
heard.send("a", n="b")  # E
heard.connect(wrong)  # E

of_blinker = blinker.Signal()
of_blinker.send("a", n="b")
of_blinker.connect(wrong)

of_django = django.dispatch.Signal()
of_django.send("a", n="b")
of_django.connect(wrong)

class Sender:
    heard = psygnal.Signal(int)
Sender().heard.emit("b")
Sender().heard.connect(wrong)

pydispatch.dispatcher.send("heard", "a", n="b")
pydispatch.dispatcher.connect(wrong, "heard")

manager = pluggy.PluginManager("it")
@pluggy.HookspecMarker("it")
def said(n: int) -> None: ...
manager.hook.said(n="b")
pluggy.HookimplMarker("it")(wrong)

emitter = pyee.EventEmitter()
emitter.emit("heard", n="b")
emitter.on("heard", wrong)

of_ezpubsub = ezpubsub.Signal[int]("heard")
of_ezpubsub.publish("b")  # E
of_ezpubsub.subscribe(wrong)  # E
"""


class Said(NamedTuple):
    """An error that a checker reports."""

    line: int
    message: str


def ran(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment() | {"MYPYPATH": os.pathsep.join([f"{ROOT}/src", f"{ROOT}/typings"])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.stderr
    assert done.returncode in {0, 1}, done.stdout
    return done.stdout


def by_module(found: Iterable[tuple[str, Said]]) -> dict[str, list[Said]]:
    sorted_out = defaultdict[str, list[Said]](list)
    for file, said in found:
        sorted_out[Path(file).stem].append(said)
    return sorted_out


def mypy_errors(said: str) -> Iterator[tuple[str, Said]]:
    for line in said.splitlines():
        place, _, message = line.partition(": ")
        file, _, number = place.partition(":")
        if message.startswith("error: "):
            yield file, Said(int(number), message)


def pyright_errors(said: str) -> Iterator[tuple[str, Said]]:
    for found in json.loads(said)["generalDiagnostics"]:
        if found["severity"] == "error":
            number = found["range"]["start"]["line"] + 1
            yield found["file"], Said(number, f"{found['message']} ({found.get('rule')})")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All programs, and how they are read."""
    folder = tmp_path_factory.mktemp("pages")
    for program in PROGRAMS.values():
        (folder / f"{program.module}.py").write_text(program.text, encoding="utf-8")
    (folder / "mistakes.py").write_text(MISTAKES, encoding="utf-8")
    (folder / "mypy.ini").write_text(INI, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def of_mypy(folder: Path) -> Mapping[str, list[Said]]:
    """Return what mypy says of each program."""
    read = [f"{module}.py" for module in [*WITHOUT_PLUGIN, "mistakes"]]
    options = ("--cache-dir=cache", "--no-error-summary")
    return by_module(mypy_errors(ran(folder, "mypy", *options, *read)))


@pytest.fixture(scope="module")
def of_pyright(folder: Path) -> Mapping[str, list[Said]]:
    """Return what pyright says of each program."""
    if PYRIGHT.missing:
        pytest.skip("pyright is not installed beside this interpreter")
    options = ("--outputjson", f"--pythonpath={sys.executable}")
    return by_module(pyright_errors(ran(folder, "pyright", *options)))


def test_mypy_sees_mistakes_with_signals_of_aldis_alone(
    of_mypy: Mapping[str, list[Said]],
) -> None:
    lines = enumerate(MISTAKES.splitlines(), 1)
    wrong = {number for number, line in lines if line.endswith("# E")}
    assert {said.line for said in of_mypy["mistakes"]} == wrong


@pytest.mark.parametrize("module", WITHOUT_PLUGIN)
def test_mypy_says_of_a_program_what_its_page_shows(
    module: str, of_mypy: Mapping[str, list[Said]]
) -> None:
    program = PROGRAMS[module]
    marked = program.marked_for("mypy")
    said = [said for said in of_mypy[module] if said.line not in marked]
    assert [each.message for each in said] == [error.message for error in program.shown]
    for each, error in zip(said, program.shown, strict=True):
        assert error.line in {None, each.line}
    assert {said.line for said in of_mypy[module]} >= marked


@pytest.mark.parametrize("module", PROGRAMS)
def test_pyright_refuses_the_lines_that_mypy_refuses_and_no_other(
    module: str, of_mypy: Mapping[str, list[Said]], of_pyright: Mapping[str, list[Said]]
) -> None:
    program = PROGRAMS[module]
    refused = {said.line for said in of_mypy[module]} - program.marked_for("mypy")
    lines = enumerate(program.text.splitlines(), 1)
    not_ours = {number for number, line in lines if line in NOT_OURS}
    expected = refused | program.marked_for("pyright") | not_ours
    assert {said.line for said in of_pyright[module]} == expected, of_pyright[module]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_of_python_is_read_or_said_to_be_no_program(page: Path) -> None:
    blocks = {block for block in blocks_of(page) if block.language in {"py", "python"}}
    read = {block for part in parts_of(page) for block in part.blocks}
    if name_of(page) not in OTHERWISE:
        assert blocks - read == set(excerpts_of(page))
    # what runs is a program
    assert {block.language for block in excerpts_of(page)} <= {"py"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_comment_of_a_page_is_understood(page: Path) -> None:
    for comment in re.findall(r"<!--.*", page.read_text(encoding="utf-8")):
        known = PIECE.fullmatch(comment)
        assert known or re.fullmatch(
            r"<!-- (/?figures|figures: [a-z ]+|begin: made by .+|end) -->", comment
        )


def test_no_line_is_excused_that_is_on_no_page() -> None:
    lines = {line for program in PROGRAMS.values() for line in program.text.splitlines()}
    assert set(NOT_OURS) <= lines


def test_no_two_programs_have_one_name() -> None:
    assert len(PROGRAMS) == sum(len(list(programs_of(page))) for page in READ)
