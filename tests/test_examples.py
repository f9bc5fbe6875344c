"""The examples do what they show, and `make demo` fails where they do not."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

needs_demo = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mypy", "pyright", "rich", "svg")),
    reason="the examples need what `make demo` installs",
)


def run(module: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@needs_demo
def test_the_indexer_tells_what_is_in_a_tree(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "one.py").write_text("import sys\nimport two\n")
    (tree / "two.py").write_text("import sys\n")
    (tree / "copy.py").write_text("import sys\n")
    (tree / "broken.py").write_text("def (:\n")
    graph, log = tmp_path / "graph.svg", tmp_path / "unparsable.log"
    ran = run("examples.indexer", tree, "--graph", graph, "--log", log)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"files +│ +4 ", ran.stdout)
    assert "copy.py = two.py" in ran.stdout
    # four files found, progressed and read, three parsed, four imports, an error, the end
    assert "21 sends" in ran.stdout
    assert "broken.py:1: SyntaxError" in log.read_text()
    assert graph.read_text().startswith("<svg")


@needs_demo
def test_the_demo_fails_where_a_checker_misses_a_mistake(tmp_path: Path) -> None:
    broken = (ROOT / "examples" / "indexer" / "broken.py").read_text()
    whole = run("examples.check_broken")
    assert whole.returncode == 0, whole.stdout
    assert "6 mistakes, each found by mypy and pyright" in whole.stdout
    mended = broken.replace("send(path=path.name)", "send(path=path)")
    assert mended != broken
    # beside the other modules, as the copy in the repository is
    package = tmp_path / "indexer"
    package.mkdir()
    for module in (ROOT / "examples" / "indexer").glob("*.py"):
        (package / module.name).write_text(module.read_text())
    (package / "broken.py").write_text(mended)
    ran = run("examples.check_broken", package / "broken.py")
    assert ran.returncode == 1, ran.stdout
    assert "mypy did not find line" in ran.stdout
    assert "pyright did not find line" in ran.stdout
