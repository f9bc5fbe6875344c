"""What a type checker says of the programs on the pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from pages.blocks import ROOT, Block, blocks_of

# mypy reads these, from this block of Python on; the others show untyped programs as well
CHECKED = {
    "docs/index.md": 0,
    "docs/tutorial.md": 1,
    "docs/howto/async.md": 0,
    "docs/howto/classes.md": 0,
    "docs/howto/flask.md": 0,
    "docs/howto/namespaces.md": 0,
    "docs/howto/sphinx.md": 0,
    "docs/explanation/order.md": 0,
    "docs/explanation/send.md": 0,
    "docs/explanation/signature.md": 0,
    "docs/explanation/threads.md": 0,
    "docs/explanation/weak.md": 0,
}


class Checked(NamedTuple):
    """A page as a module, and what mypy is expected to say of it."""

    module: str
    text: str
    expected: list[str]


def checked(name: str, first: int) -> Checked:
    """Put the Python of a page together, wrong examples included where their errors are shown."""
    module = re.sub(r"\W", "_", name.removesuffix(".md"))
    text = ""
    expected: list[str] = []
    skipped = 0
    found = [*blocks_of(ROOT / name), Block("", "")]
    for block, following in pairwise(found):
        if block.language == "python":
            skipped += 1
            if skipped > first:
                text += block.text
        elif (block.language, following.language) == ("py", "text"):
            text += block.text
            expected += following.text.splitlines()
    return Checked(module, text, expected)


# what the comparison says of type checkers: `# E` where one sees that it is wrong
MISTAKES = """
import aldis, blinker, psygnal, pluggy, pyee
import django.dispatch, pydispatch.dispatcher

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
"""


def test_mypy_sees_mistakes_with_signals_of_aldis_alone(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(MISTAKES, encoding="utf-8")
    options = ["--ignore-missing-imports", "--cache-dir=cache", "--no-error-summary"]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = {
        int(line) for line in re.findall(r"^program\.py:(\d+): error", ran.stdout, re.MULTILINE)
    }
    lines = MISTAKES.splitlines()
    assert found == {number for number, line in enumerate(lines, 1) if line.endswith("# E")}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what mypy says of each page."""
    folder = tmp_path_factory.mktemp("pages")
    found: dict[str, list[str]] = {}
    for name, first in CHECKED.items():
        module, text, _ = checked(name, first)
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
        found[module] = []
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir=cache", "--no-error-summary", "."],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not ran.stderr
    for line in ran.stdout.splitlines():
        place, _, message = line.partition(": ")
        if not message.startswith("note: "):
            found[place.partition(".py")[0]].append(message)
    return found


@pytest.mark.parametrize("name", CHECKED)
def test_mypy_says_of_a_page_what_it_shows(name: str, said: dict[str, list[str]]) -> None:
    module, _, expected = checked(name, CHECKED[name])
    assert said[module] == expected
