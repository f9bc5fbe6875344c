"""The plugin finds its way in any source text, with each of mypy's parsers."""

from __future__ import annotations

import re
import shutil
from itertools import product
from typing import TYPE_CHECKING

import pytest
from mypy.options import Options

from mypy_plugin.running import mypy, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """\
from aldis import AsyncSignal, Signal
import blinker
class App: ...
app = App()
@Signal
def asked(sender: App, /, *, name: str = "", of: str = "") -> bool: ...
@AsyncSignal
async def waited(sender: App, /, *, name: str = "") -> bool: ...
ready = blinker.Signal()
"""
TEXTS = (
    "x",
    "é",
    "Köln",
    "😀",
    "😀😀😀😀",
    "u\N{COMBINING DIAERESIS}",
    "\N{HEBREW LETTER ALEF}",
    "日本語",
)
REPORTED = (
    'asked.connect(lambda sender, *, name="TEXT", of="": True)',
    '"TEXT"; asked.connect(lambda sender, *, name="", of="": True)',
    'if asked.send(app, name="TEXT"): pass',
    'if "TEXT" and asked.send(app, name="x"): pass',
    'if asked.send(app, name="TEXT") or asked.send(app, name="x"): pass',
    'if asked.send(app, name="TEXT") and asked.send(app, name="TEXT"): pass',
    'asked.send(app, name="TEXT") if asked.send(app, name="x") else "TEXT"',
    '"TEXT" + (\n"TEXT" if asked.send(app,\nname="TEXT") else "")',
    'if asked.send(app, name=f"TEXT{1}TEXT", of=str(b"")): pass',
    "if asked.send(*[app], **{}): pass",
    'async def aTEXT() -> None:\n    "TEXT"; assert await waited.send(app, name="TEXT")',
    'def fTEXT() -> None:\n    "TEXT"; gTEXT = lambda sender, **p: True; asked.connect(gTEXT)',
    "def hTEXT() -> None:\n    @asked.connect\n    def iTEXT(sender: App, **p: str) -> bool: ...",
    'def jTEXT(sender: object, *, of: str) -> None: ...\n"TEXT"; ready.connect(jTEXT)',
)
RIGHT = (
    'saidTEXT = "TEXT", asked.connect(lambda sender, *, name="TEXT", of="": True)',
    'asked.send(app, name="TEXT"); asked.send(app, name="x") if "TEXT" else 1',
    'print(asked.send(app, name="TEXT"), asked.send(app, name="TEXT"))',
    'asked.connect(lambda sender, *, name="TEXT", of="": True, weak=False)',
)
WORDS = {
    "\N{PARAGRAPH SEPARATOR}\N{NEXT LINE}": "ª",
    "x": "x",
    "😀": "ﬁ",
    "😀😀😀😀": "µµ",
}  # which names may have
PARSERS = ["--native-parser", "--no-native-parser"] if hasattr(Options(), "native_parser") else [""]


def program() -> tuple[str, list[int]]:
    """Return every line with every text, and the positions of those that must be reported."""
    lines, reported = HEAD, list[int]()
    for text, (at, line) in product(TEXTS, enumerate(REPORTED + RIGHT)):
        name = WORDS.get(text, text)
        named = re.sub(r"\b([a-z]|said)TEXT", rf"\1{name}", line).replace("TEXT", text)
        first = lines.count("\n") + 1
        if at < len(REPORTED):
            reported += [first + at for at, each in enumerate(named.split("\n")) if marked(each)]
        lines += named + "\n"
    return lines + 'ready.send(None, host="")\n', reported


def marked(line: str) -> bool:
    """Whether a line has what is reported."""
    return "asked.send(" in line or "await " in line or ".connect" in line


@pytest.fixture(scope="module", params=PARSERS)
def parsed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], str]:
    """A function that returns mypy's report about `app.py` by one parser; the library is cached."""
    library, parser = tmp_path_factory.mktemp("library"), str(request.param).split()
    write(library)
    mypy(library, "--cache-dir=cache", *parser, "-c", "import aldis, blinker")

    def said(folder: Path) -> str:
        shutil.copytree(library / "cache", folder / "cache")
        return mypy(folder, "--cache-dir=cache", *parser, "app.py")

    return said


def test_lines_of_any_text_are_judged_as_others(
    parsed: Callable[[Path], str], tmp_path: Path
) -> None:
    text, expected = program()
    write(tmp_path, app=text)
    said = parsed(tmp_path)
    found = re.findall(r"^app.py:(\d+): error: .*\[aldis-\w+\]$", said, re.MULTILINE)
    assert sorted({int(line) for line in found}) == expected
    assert "syntax" not in said


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8-sig", "\n"), ("latin-1", "\n"), ("utf-8", "\r\n")]
)
def test_a_source_in_any_encoding_is_judged_as_another(
    encoding: str, end: str, parsed: Callable[[Path], str], tmp_path: Path
) -> None:
    write(tmp_path)
    text = f'# coding: {encoding}\n{HEAD}\f\nif "é" and asked.send(app, name="é"): pass\n'
    (tmp_path / "app.py").write_bytes(text.replace("\n", end).encode(encoding))
    assert "app.py:12: error: sending signal" in parsed(tmp_path)
