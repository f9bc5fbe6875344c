"""The examples do what they show, and `make demo` fails where they do not."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from importlib import import_module
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


SOLD = """\
web     order 1 is paid: 9.99 EUR
web     order 2 is paid: 120.00 EUR
web     order 3 is paid: 4.50 EUR
packer  order 1, attempt 1: packed
packer  order 2, attempt 1: the label printer explodes
packer  order 2, attempt 2: packed
packer  order 3, attempt 1: packed
mailer  order 1: your parcel for 9.99 EUR is on its way
mailer  order 2: your parcel for 120.00 EUR is on its way
mailer  order 3: your parcel for 4.50 EUR is on its way
"""


def sold(said: str) -> list[str]:
    """Return what the shop's programs print: each message may be overtaken by others."""
    return sorted(line for line in said.splitlines() if not line.startswith("shop "))


def test_the_shop_delivers_again_what_a_receiver_has_failed_at() -> None:
    pytest.importorskip("msgspec")
    ran = run("examples.shop")
    assert ran.returncode == 0, ran.stderr
    assert sold(ran.stdout) == sorted(SOLD.splitlines())
    assert ran.stdout.endswith("shop    all have ended, with 0 dead letters\n")


def test_the_shop_on_redis_delivers_again_what_a_process_was_killed_at() -> None:
    pytest.importorskip("msgspec")
    pytest.importorskip("redis")
    # beside the tests of the relay, which need it more
    with import_module("redis_server").running() as server:
        ran = run("examples.shop", "--redis", server.url)
        assert ran.returncode == 0, ran.stderr
        assert sold(ran.stdout) == sorted(SOLD.splitlines())
        assert "shop    the packer was ended by signal 9; another one starts\n" in ran.stdout
        assert ran.stdout.endswith("shop    all have ended, with the exit codes [0, 0, 0]\n")
        assert server.say("KEYS", "*") == []
    ran = run("examples.shop", "--redis", server.url)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("shop: Redis at 127.0.0.1:")


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
