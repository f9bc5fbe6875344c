"""The README's picture of a Flask program and its trace are what the command makes of it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.text import Text

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SPECIFICATION = importlib.util.spec_from_file_location("picture", ROOT / "docs/graph_picture.py")
assert SPECIFICATION is not None
assert SPECIFICATION.loader is not None
picture = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(picture)

pytest.importorskip("flask")
TIME = re.compile(r"  [\d.]+ (µs|ms|s)$", re.MULTILINE)


def test_the_picture_is_drawn_from_the_graph_of_the_program_as_it_is(tmp_path: Path) -> None:
    graph = picture.drawn(tmp_path / "graph.dot")
    assert picture.digest(graph) in picture.PICTURE.read_text(encoding="utf-8"), (
        "draw it anew: python docs/graph_picture.py"
    )


def test_the_command_that_draws_the_picture_is_the_one_that_the_readme_shows() -> None:
    *command, option = picture.COMMAND
    assert f"python {' '.join(command)}\n" in README
    assert f"with `{option} flask_shop.svg`" in README


def test_the_trace_is_the_one_that_the_readme_shows() -> None:
    shown = re.search(r"^```console\n(order-placed.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert shown is not None
    command = "-m aldis.blinker -m aldis trace flask_shop.py"
    assert f"python {command}\n" in README
    ran = subprocess.run(
        [sys.executable, *command.split()],
        cwd=ROOT / "examples",
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    printed = "\n".join(Text.from_ansi(line).plain for line in ran.stderr.splitlines())
    assert TIME.sub("", shown[1]) in TIME.sub("", printed)


def test_the_program_imports_nothing_of_aldis() -> None:
    source = (ROOT / "examples" / "flask_shop.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) aldis", source, re.MULTILINE)
