"""Stubs that `aldis migrate --level types` makes are seen by every type checker, and true.

The library is not changed. The stubs lie beside those of blinker, as an editable install lays them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import blinker
import pytest
from environments import STUBTEST
from harness import Checker, Verdict, judge_all, read_case
from test_blinker_stubs import TYPINGS, interpreter
from test_library_stubs import INSTALLED, for_each_checker

_LIBRARY = {
    "shop/__init__.py": "from .models import Order\n",
    "shop/py.typed": "",
    "shop/models.py": "class Order:\n    def __init__(self, number: int) -> None: ...\n",
    "shop/signals.py": """
        from blinker import Namespace

        ns = Namespace()

        paid = ns.signal("order-paid")
        \"\"\"An order was paid.\"\"\"

        answered = ns.signal("answered")


        def helper(a: int, b: int = 1) -> int:
            return a
        """,
    "shop/desk.py": """
        from .models import Order
        from .signals import answered, paid


        class Desk:
            def pay(self, order: Order, cents: int) -> None:
                paid.send(self, order=order, cents=cents)

            def ask(self) -> list:
                return [answer for _, answer in answered.send(self, question="why")]
        """,
}

_CASE = """
    from shop.desk import Desk
    from shop import Order
    from shop.signals import answered, helper, paid

    def right(sender: Desk, /, *, order: Order, cents: int) -> None: ...
    def wrong_type(sender: Desk, /, *, order: Order, cents: str) -> None: ...
    def wrong_name(sender: Desk, /, *, order: Order, euros: int) -> None: ...
    def answers(sender: Desk, /, *, question: str) -> str: return ""

    paid.connect(right)
    paid.connect(wrong_type)  # E: an int is sent
    paid.connect(wrong_name)  # E: nothing of that name is sent
    paid.send(Desk(), order=Order(1), cents=2)
    paid.send(Desk(), order=Order(1))  # E: cents are missing
    paid.send(Desk(), order=Order(1), cents="2")  # E: a str
    paid.send(Order(1), order=Order(1), cents=2)  # E: an order is no sender
    answered.connect(answers)
    answered.send(Desk(), question=1)  # E: an int
    helper(1)
    """


def _written(folder: Path, texts: Mapping[str, str]) -> Path:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the library, blinker and both stubs."""
    pytest.importorskip("mypy", reason="mypy is not installed for this interpreter")
    library = _written(tmp_path_factory.mktemp("library"), _LIBRARY)
    (library / "blinker").symlink_to(Path(blinker.__file__).parent)
    stubs = tmp_path_factory.mktemp("stubs")
    command = [sys.executable, "-m", "aldis", "migrate", "--level", "types", "--write"]
    done = subprocess.run(
        [*command, "--stubs", stubs, library / "shop"],
        cwd=library,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr  # 3: the results of a send are read
    assert "2 declarations = 2 changed + 0 stay" in done.stderr
    return interpreter(tmp_path_factory.mktemp("environment"), stubs, TYPINGS, library)


@pytest.fixture(scope="module")
def verdicts(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    path = tmp_path_factory.mktemp("case") / "receivers.py"
    path.write_text(dedent(_CASE).lstrip("\n"), encoding="utf-8")
    return judge_all([checker.seeing(python) for checker in INSTALLED], [read_case(path)])


@for_each_checker
def test_every_checker_finds_a_wrong_receiver_by_stubs_that_were_made(
    checker: Checker, verdicts: Mapping[str, Verdict]
) -> None:
    if checker.name not in verdicts:
        pytest.skip(f"{checker.name} is not installed beside this interpreter")
    verdict = verdicts[checker.name]
    assert verdict.agrees, verdict.differences()


def test_stubtest_finds_no_difference_in_stubs_that_were_made(python: Path, tmp_path: Path) -> None:
    # mypy is not in that environment
    packages = Path(sys.executable).parent.parent.glob("lib/python*/site-packages")
    path = next(python.parent.parent.glob("lib/python*/site-packages")) / "paths.pth"
    mypy = interpreter(tmp_path / "environment", *path.read_text().split(), *packages)
    done = subprocess.run(
        [mypy, "-c", STUBTEST, "shop.signals"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "compared 1\n", done.stdout + done.stderr
