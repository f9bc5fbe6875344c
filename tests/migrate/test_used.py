"""A value whose attribute was used before is not None."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import indent
from typing import Literal

import pytest

from aldis._migrate._model import Argument, Send, Span, TypeText
from aldis._migrate._reading import read
from aldis._migrate._sent import all_sent
from aldis._migrate._used import is_used_before

USED = {
    "in a statement": "x.a()\nreveal(x)",
    "in a value": "y = x.a\nreveal(x)",
    "of an attribute": "self.x.a()\nreveal(self.x)",
    "in the condition": "if x.a: reveal(x)",
    "in the condition of what else is done": "if x.a: pass\nelse: reveal(x)",
    "in the condition of a loop": "while x.a: reveal(x)",
    "in a condition before": "if not x.a: raise Wrong\nreveal(x)",
    "in what comes first of several": "y = x.a and z\nreveal(x)",
    "in what is compared": "if z == x.a: pass\nreveal(x)",
    "in a choice": "y = 1 if x.a else 2\nreveal(x)",
    "in what is looped over": "for y in x.a: pass\nreveal(x)",
    "in a with": "with x.a as y: pass\nreveal(x)",
    "outside": "x.a()\nif z:\n  with w: reveal(x)",
    "before a loop": "x.a()\nfor y in z: reveal(x)",
    "of a part": "x.a.b()\nreveal(x.a)",
}
NOT_USED = {
    "nowhere": "reveal(x)",
    "of another": "y.a()\nreveal(x)",
    "later": "reveal(x)\nx.a()",
    "what every object has": "x.__class__\nreveal(x)",
    "only perhaps": "if z: x.a()\nreveal(x)",
    "only in a part of a condition": "if z and x.a: pass\nreveal(x)",
    "only if it is there": "y = x.a if x else 1\nreveal(x)",
    "only where it may fail": "try: x.a()\nexcept E: pass\nreveal(x)",
    "only in an assert": "assert x.a\nreveal(x)",
    "only in a function": "def g(): x.a()\nreveal(x)",
    "only outside of a function": "x.a()\ndef g(): reveal(x)",
    "before it is another": "x.a()\nx = z\nreveal(x)",
    "before its owner is another": "y.x.a()\ny = z\nreveal(y.x)",
    "before it is another in the loop": "x.a()\nfor y in z:\n  reveal(x)\n  x = y",
    "and no variable": "f().a()\nreveal(f())",
}


def used(body: str) -> bool:
    module = read(Path("app.py"), "app", f"def f(self, x):\n{indent(body, '  ')}\n")
    (call,) = (
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "reveal"
    )
    return is_used_before(module, call.args[0])


@pytest.mark.parametrize("body", USED.values(), ids=USED)
def test_what_is_used_before_is_there(body: str) -> None:
    assert used(body)


@pytest.mark.parametrize("body", NOT_USED.values(), ids=NOT_USED)
def test_what_may_not_be_used_before_may_be_missing(body: str) -> None:
    assert not used(body)


def test_the_variables_of_modules_are_told_alike() -> None:
    module = read(Path("app.py"), "app", "x = y = 1\nx.a\nz(x)\nz(y)\n")
    names = [node for node in ast.walk(module.tree) if isinstance(node, ast.Name)]
    told = {node.id: is_used_before(module, node) for node in names if node.lineno > 2}
    assert told == {"x": True, "y": False, "z": False}


@pytest.mark.parametrize(
    ("text", "origin", "is_there", "sent"),
    [
        ("app.X | None", "pyright", True, "app.X"),
        ("app.X | None", "pyright", False, "app.X | None"),
        ("app.X | None", "inferred", True, "app.X | None"),
        ("app.X | None", "guessed", True, "app.X"),
        ("None", "pyright", True, "None"),
    ],
)
def test_what_is_there_is_not_sent_as_none_unless_mypy_says_so(
    text: str, origin: Literal["pyright", "inferred", "guessed"], is_there: bool, sent: str
) -> None:
    span = Span(Path("app.py"), 1, 0, 1, 9)
    argument = Argument("x", span, TypeText(text, "fully", origin), "x", is_there)
    (found,) = all_sent([Send("app.s", span, "f", "send", argument, (argument,))], None, {})
    assert found.sender.static is not None
    assert found.sender.static.text == sent
    assert found.payload["x"].static == found.sender.static
