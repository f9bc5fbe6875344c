"""The comparisons of `make check-migrate`, without a library."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
import real_checkers
import real_suites
from real_checkers import Report, judged, keyed, new
from real_comparing import by_hand, enough, types_of, with_hand, with_stubs
from real_declarations import Declared, agree, contradictions, declared_in, normal
from real_sources import LIBRARIES, Library
from real_suites import Outcomes, baseline_differences, counts, differences, read
from real_typings import disagreements

PELICAN = LIBRARIES[0]


# ------------------------------------------------------------------------------ declarations

WRITTEN = {
    "view": "@typed(ns.signal('x'))\ndef x(sender: Order, /, *, lines: Optional[int]) -> None: ...",
    "own": "@aldis.Signal\ndef x(sender: Order, /, *, lines: None | int = None) -> None: ...",
    "stub": "@_declare\ndef x(sender: Order, /, *, lines: Union[int, None]) -> None: ...",
}
HEAD = """\
import aldis
from typing import Optional, Union
from aldis.blinker import typed
class Order: ...
"""


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_declaration_is_read_however_it_is_written(written: str) -> None:
    (found,) = declared_in(HEAD + written, "shop.signals").items()
    assert found[0] == "shop.signals.x"
    assert (found[1].sender, found[1].payload) == ("shop.signals.Order", {"lines": "None | int"})


@pytest.mark.parametrize(
    "written",
    [
        "    @aldis.Signal.method\n    def moved(self, *, by: int) -> None: ...",
        "    @typed(Signal())\n    def moved(sender: Board, /, *, by: int) -> None: ...",
        "    def __init__(self) -> None:\n        self.moved = aldis.Signal(_Board_moved)",
        "    def __init__(self) -> None:\n        self.moved = typed(Signal(), _Board_moved)",
    ],
)
def test_signals_of_classes_are_read(written: str) -> None:
    function = "def _Board_moved(sender: Board, /, *, by: int) -> None: ...\n"
    text = f"{HEAD}{function}class Board:\n{written}\n"
    assert declared_in(text, "game") == {
        "game.Board.moved": Declared("game.Board", {"by": "int"}, "None")
    }


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ("flask.Flask", "flask.app.Flask", True),
        ("flask.Flask", "flask.Blueprint", False),
        ("a.B | None", "None | c.B", True),
        ("a.B | None", "a.B", False),
        ("a.Z | b.Y", "c.Y | d.Z", True),
        ("dict[str, Any]", "dict[str, int]", True),
        ("dict[str, int]", "dict[int, int]", False),
        ("type[Any]", "type[mongoengine.Document]", True),
        ("list[int]", "int", False),
        ("object", "int", True),
    ],
)
def test_types_agree_as_far_as_both_are_known(left: str, right: str, is_same: bool) -> None:
    assert agree(normal(left), normal(right)) is is_same
    assert agree(normal(right), normal(left)) is is_same


def test_what_contradicts_is_named() -> None:
    truth = Declared("flask.Flask", {"user": "Any", "tfa": "bool"})
    assert contradictions(Declared("a.Flask", {"user": "int", "tfa": "bool"}), truth) == {}
    found = contradictions(Declared("str", {"user": "int", "other": "bool"}), truth)
    assert found == {
        "names": "has ['other', 'user'], not ['tfa', 'user']",
        "sender": "str, not flask.Flask",
    }


def test_every_stub_that_is_compared_can_be_read() -> None:
    found = {each.name: len(with_stubs(each, "typed", {})) for each in LIBRARIES}
    assert found == {"pelican": 28, "mongoengine": 9, "flask-security": 25, "indico": 0}


# ---------------------------------------------------------------------------------- by hand


def test_what_was_judged_by_hand_can_be_compared() -> None:
    signals = [signal for each in by_hand() for signal in each["signals"]]
    symbols = [each["symbol"] for each in signals]
    assert len(symbols) == len(set(symbols)) >= 60
    for signal in signals:
        assert set(signal.get("optional", ())) <= signal["payload"].keys()
        for text in (signal["sender"], *signal["payload"].values()):
            ast.parse(text, mode="eval")


def test_types_as_written_are_counted() -> None:
    signals = [{"symbol": "a.x", "sender": "a.S", "payload": {"n": "int", "d": "Any"}}]
    assert types_of(signals) == 3
    assert with_hand(signals, {"a.x": Declared("b.S", {"n": "int", "d": "str"})}) == (3, [])
    right, lines = with_hand(signals, {"a.x": Declared("b.S", {"n": "Any"})})
    assert (right, lines) == (1, ["a.x.n: Any, not int", "a.x.d: not declared, not Any"])
    assert with_hand(signals, {})[0] == 0
    assert enough(7, 10)
    assert not enough(6, 10)


# --------------------------------------------------------------------------- tests, checkers


def test_another_outcome_is_a_line() -> None:
    before: Outcomes = {"a": "passed", "b": "failed", "c": "passed"}
    after: Outcomes = {"a": "failed", "b": "failed", "d": "passed"}
    assert differences("lib", "own", before, after) == [
        "lib own: a was passed, is failed",
        "lib own: c was passed, is absent",
        "lib own: d was absent, is passed",
    ]


def test_outcomes_are_read_from_the_report_of_pytest(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    cases = {"a": "", "b": "<failure/>", "c": "<skipped/>", "d": "<error/>"}
    lines = [f'<testcase classname="m" name="{k}">{v}</testcase>' for k, v in cases.items()]
    lines.append('<testcase classname="m" name="a"><error/></testcase>')
    report.write_text(f"<testsuites>{''.join(lines)}</testsuites>", encoding="utf-8")
    assert read(report) == {
        "m::a": "error",
        "m::b": "failed",
        "m::c": "skipped",
        "m::d": "error",
    }


def test_what_differs_from_the_measured_counts_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_suites, "BASELINE", tmp_path / "baseline.json")
    measured: Outcomes = {"a": "passed", "b": "failed"}
    real_suites.write_baseline(PELICAN, measured)
    assert counts(measured) == {"failed": 1, "passed": 1}
    assert baseline_differences(PELICAN, measured) == []
    assert baseline_differences(PELICAN, {"a": "failed", "b": "passed"}) == [
        "pelican before: a fails",
        "pelican before: b fails no more",
    ]


def test_there_are_measured_counts_of_every_library(monkeypatch: pytest.MonkeyPatch) -> None:
    known = json.loads(real_suites.BASELINE.read_text("utf-8"))
    variables = [each.database for each in LIBRARIES if each.database is not None]
    for variable in variables:
        monkeypatch.delenv(variable, raising=False)
    versions = {each.key: each.version for each in LIBRARIES}
    for variable in variables:
        monkeypatch.setenv(variable, "postgresql:///one")
    versions |= {each.key: each.version for each in LIBRARIES}
    assert {name: each["version"] for name, each in known.items()} == versions
    assert len(versions) == len(LIBRARIES) + len(variables)


def test_an_error_is_new_if_it_is_said_more_often_than_before() -> None:
    before = [Report("a.py", 1, "arg-type", "wrong (defined on line 3)")]
    moved = Report("a.py", 9, "arg-type", "wrong (defined on line 7)")
    other = Report("a.py", 20, "arg-type", "wrong (defined on line 7)")
    assert list(new(before, [moved])) == []
    assert list(new(before, [moved, other])) == [other]
    assert list(new([], [moved])) == [moved]


def test_each_finding_needs_a_verdict_and_each_verdict_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = tmp_path / "verdicts.json"
    monkeypatch.setattr(real_checkers, "VERDICTS", verdicts)
    verdicts.write_text(
        json.dumps({"lib own mypy a.py:1:x": "true", "lib own gone": "?", "lib typed y": "?"}),
        encoding="utf-8",
    )
    reports = [Report("a.py", 1, "x", "known"), Report("a.py", 2, "x", "unknown")]
    findings = keyed(iter(reports), "lib own mypy")
    assert judged(findings, "lib own ") == [
        "lib own mypy a.py:2:x: unknown (no verdict in verdicts.json)",
        "lib own gone: has a verdict, and is not found any more",
    ]


def test_a_verdict_may_be_on_all_lines_with_the_same_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = tmp_path / "verdicts.json"
    monkeypatch.setattr(real_checkers, "VERDICTS", verdicts)
    verdicts.write_text(json.dumps({"lib own mypy x: known": "true"}), encoding="utf-8")
    reports = [Report("a.py", 1, "x", "known"), Report("b.py", 2, "x", "known")]
    other = Report("a.py", 1, "y", "known")
    findings = keyed(iter([*reports, other]), "lib own mypy")
    assert findings == {"lib own mypy x: known": "known", "lib own mypy a.py:1:y": "known"}
    assert judged(findings, "lib own ") == [
        "lib own mypy a.py:1:y: known (no verdict in verdicts.json)"
    ]


def test_every_verdict_is_a_sentence_about_a_library() -> None:
    verdicts: dict[str, str] = json.loads(real_checkers.VERDICTS.read_text("utf-8"))
    names = {each.name for each in LIBRARIES}
    assert all(key.split()[0] in names and sentence for key, sentence in verdicts.items())


def test_a_library_is_migrated_where_it_is_tested() -> None:
    for each in LIBRARIES:
        assert isinstance(each, Library)
        assert each.tests[0] in each.paths


REPORT = """M02: a send spreads a mapping by `**`
  lib/document.py:419: lib.signals.x: it spreads a mapping by `**`, so the names are not known
  -> write out its keyword arguments
M27: a declaration and a send disagree
  .venv/lib/site-packages/lib/app.py:7: lib.signals.x: this send gives `n`, which is not declared
  -> change one of them
2 declarations = 0 changed + 2 stay
"""


def test_what_a_report_says_of_stubs_is_found_by_its_code() -> None:
    sentence = "this send gives `n`, which is not declared"
    assert dict(disagreements(REPORT)) == {f"lib.signals.x lib/app.py:7 {sentence}": sentence}
    undeclared = f"--- a/x.pyi\n+++ b/x.pyi\n{REPORT}"
    assert dict(disagreements(undeclared))["declarations"] == "signals are not in the stubs"
