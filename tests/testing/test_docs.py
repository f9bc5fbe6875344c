"""The page about testing shows what is really said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(PAGE)]
SHOP = BLOCKS[0][1].replace("class Shop: ...", "class Shop:\n    __repr__ = lambda _: '<Shop>'")
(TEST,) = [text for language, text in BLOCKS if language == "py"]
COMPLAINT, EXPLAINED, LEFT = [text for language, text in BLOCKS if language == "text"]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile(shop=SHOP)
    return pytester


def blank(text: str) -> str:
    """Leave out what differs between machines, and blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_the_message_without_pytest_is_shown(run: pytest.Pytester) -> None:
    (wrong,) = [text for _, text in BLOCKS if "except AssertionError" in text]
    run.makepyfile(script=f"from shop import *\n{wrong}")
    assert run.runpython(run.path / "script.py").stdout.str() == COMPLAINT.strip()


def test_the_message_under_pytest_is_shown(run: pytest.Pytester) -> None:
    run.makepyfile(test_shop=TEST)
    ran = run.runpytest_subprocess("-p", "aldis.pytest_plugin")
    ran.assert_outcomes(failed=1)
    assert blank(EXPLAINED) in blank(ran.stdout.str())


def test_what_is_said_of_a_connection_that_is_left_is_shown(run: pytest.Pytester) -> None:
    lines = ["", "from shop import user_created", "", "", "def listen(sender, **_): ..."]
    lines += ["", "", "def test_that_listens():", "    user_created.connect(listen)", ""]
    path = run.path / "test_shop.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    ran = run.runpytest_subprocess("-p", "aldis.pytest_plugin", "--aldis-strict")
    ran.assert_outcomes(passed=1, errors=1)
    assert blank(LEFT) in blank(ran.stdout.str().replace(f"{run.path}/", ""))
