"""Which signals are declared, and why the others stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_programs import codes_of, plan_of

from aldis._migrate._codes import CODES, UNDECLARED, code_of
from aldis._migrate._deciding import needs_person

HEAD = """
from blinker import Namespace, signal

ns = Namespace()
x = ns.signal("x")

"""


def reasons(root: Path, body: str, **wishes: Any) -> list[str]:
    plan = plan_of(root, {"app.py": HEAD + body}, **wishes)
    if plan.changed:
        return ["changes", *codes_of(plan)]
    return codes_of(plan)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x.send(None, n=1)", ["changes"]),
        ("x.send()", ["changes"]),
        ("", ["M06"]),
        ("x.send(None, **{})", ["M02"]),
        ("x.send(None, 1)", ["M14"]),
        ("x.send(sender=1)", ["M14"]),
        ("x.send(None, n=1)\nx.send(None)", ["M01"]),
        ("x.send_async(None, n=1)", ["M13"]),
        ("x.send(None, _async_wrapper=lambda f: f)", ["M19"]),
        ("def f(w):\n    x.send(None, _async_wrapper=w)", ["M19"]),
        ("def w(f): ...\nx.send(None, _async_wrapper=w)", ["changes"]),
        ("def w(f): ...\ndef v(f): ...\nx.send(None, _async_wrapper=w)\nx.send(None, _async_wrapper=v)", ["M19"]),  # noqa: E501
        ("@x.connect\ndef f(sender): ...\nx.send(None, n=1)", ["M08"]),
        ("@x.connect\ndef f(sender, m, n): ...\nx.send(None, n=1)", ["M08"]),
        ("@x.connect\ndef f(*, n): ...\nx.send(None, n=1)", ["M08"]),
        ("@x.connect\ndef f(): ...\nx.send(None)", ["M08"]),
        ("@x.connect\ndef f(sender, n, /): ...\nx.send(None, n=1)", ["M08"]),
        ("@x.connect\nasync def f(sender, n): ...\nx.send(None, n=1)", ["M08"]),
        ("@x.connect\ndef f(*args, n): ...\nx.send(None, n=1)", ["changes"]),
        ("@x.connect\ndef f(sender, n, more=1): ...\nx.send(None, n=1)", ["changes"]),
        ("@x.connect\ndef f(sender, **more): ...\nx.send(None, n=1)", ["changes"]),
        ("x.connect(print)\nx.send(None, n=1)", ["changes"]),
        ("@x.connect\ndef f(sender):\n    yield 1\nx.send(None)", ["M08"]),
        ("@x.connect\ndef f(sender):\n    yield 1\nfound = x.send(None)", ["changes", "M09"]),
        ("@x.connect\nasync def f(sender):\n    yield 1\nfound = x.send(None)", ["M08"]),
    ],
)  # fmt: skip
def test_a_signal_changes_or_stays_with_a_reason(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    assert reasons(tmp_path, body) == expected


def test_names_that_not_all_sends_give_are_optional_if_that_is_wished(tmp_path: Path) -> None:
    body = "x.send(None, n=1)\nx.send(None)\n"
    assert reasons(tmp_path, body, unsafe=True) == ["changes", "M01"]
    refuses = "@x.connect\ndef f(sender, n): ...\n"
    assert reasons(tmp_path, body + refuses, unsafe=True) == ["M08"]
    takes = "@x.connect\ndef f(sender, n=7): ...\n"
    plan = plan_of(tmp_path, {"app.py": HEAD + body + takes}, unsafe=True)
    assert [one.default for one in plan.choices[0].signature.fields] == ["7"]
    odd = "@x.connect\ndef f(sender, n=[]): ...\n"
    plan = plan_of(tmp_path, {"app.py": HEAD + body + odd}, unsafe=True)
    assert [one.default for one in plan.choices[0].signature.fields] == ["None"]


def test_documentation_that_names_what_nobody_sends_is_told(tmp_path: Path) -> None:
    sources = {
        "app.py": """
        from blinker import signal
        x = signal("x", doc="With `n`, and the `m` kwarg of the `sender`.")
        y = signal("y", doc="About everything.")
        x.send(None, n=1, k=2)
        y.send(None, n=1)
        """
    }
    plan = plan_of(tmp_path, sources)
    assert codes_of(plan) == ["M17", "M17"]
    assert not needs_person(plan)


def test_signals_that_are_not_selected_stay_and_are_counted(tmp_path: Path) -> None:
    sources = {"app.py": HEAD + "y = ns.signal('y')\nx.send(None)\ny.send(None)"}
    plan = plan_of(tmp_path, sources, select=("*.y",))
    assert [one.declaration.target for one in plan.changed] == ["y"]
    assert [one.is_selected for one in plan.choices] == [False, True]


def test_what_is_looked_up_under_one_name_twice_has_the_sends_of_both(tmp_path: Path) -> None:
    sources = {
        "app.py": """
        from blinker import signal
        x = signal("x")
        y = signal("x")
        x.send(None, n=1)
        y.send(None, n="")
        """
    }
    plan = plan_of(tmp_path, sources)
    assert [one.signature.fields[0].type.text for one in plan.changed] == [
        "builtins.int | builtins.str"
    ] * 2
    plan = plan_of(tmp_path, sources, level="own")
    assert [one.way for one in plan.choices] == ["typed", "typed"]


def test_sends_in_tests_give_names_but_no_types(tmp_path: Path) -> None:
    sources = {
        "app.py": HEAD + "x.send(None, n=1)",
        "tests/test_app.py": "from app import x\nx.send('', n='mock')\n",
    }
    plan = plan_of(tmp_path, sources)
    assert plan.changed[0].signature.fields[0].type.text == "builtins.int"


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    for name, code in CODES.items():
        assert code.name == name
        assert code.meaning
        assert code.advice
        assert code.anchor.endswith(name.lower())
    assert code_of("M99") is UNDECLARED
