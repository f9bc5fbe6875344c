"""The command shows, writes or checks a plan, with the right exit code."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from by_hand import program_in
from small_programs import write

from aldis._migrate import _running
from aldis._migrate._changes import changes_of
from aldis._migrate._model import Program
from aldis._migrate._plan import Wishes
from aldis._migrate._request import InputError, Request
from aldis._migrate._running import Outcome, migrate
from aldis._recording._contents import RecordedSend, RecordedSignal, Recording

SOURCES = {
    "signals.py": "from blinker import signal\n\nx = signal('x')\n",
    "app.py": "from signals import x\n\nx.send(None, n=1)\n",
}
STAYS = {**SOURCES, "more.py": "from blinker import signal\n\ny = signal('y')\n"}


@pytest.fixture(autouse=True)
def _no_mypy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_running, "verified_changes", changes_of)


def run(root: Path, recording: Recording | None = None, **options: Any) -> Outcome:
    wishes = options.pop("wishes", Wishes())
    request = Request((root,), wishes, root=root, stubs=root / "typings", **options)
    return migrate(request, program_in(root), recording)


def test_a_dry_run_shows_a_diff_and_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, SOURCES)
    outcome = run(tmp_path)
    assert outcome.code == 1
    assert b"+@typed(signal('x'))" in outcome.output
    assert outcome.report.endswith(
        "1 declarations = 1 changed + 0 stay\n1 sends = 1 resolved + 0 listed as M07\n"
    )
    assert (tmp_path / "signals.py").read_text() == SOURCES["signals.py"]


def test_what_is_written_is_what_the_diff_showed_and_a_second_run_has_nothing_to_do(
    tmp_path: Path,
) -> None:
    write(tmp_path, SOURCES)
    shown = run(tmp_path).output
    written = run(tmp_path, write=True)
    assert (written.code, written.output) == (0, shown)
    assert "@typed" in (tmp_path / "signals.py").read_text()
    for again in (run(tmp_path), run(tmp_path, write=True), run(tmp_path, check=True)):
        assert (again.code, again.output) == (0, b"")


def test_what_needs_a_person_is_told_by_the_exit_code_once_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, STAYS)
    outcome = run(tmp_path, write=True)
    assert outcome.code == 3
    assert "M06" in outcome.report
    assert (run(tmp_path).code, run(tmp_path, write=True).code) == (0, 3)


def test_a_check_finds_what_could_be_declared(tmp_path: Path) -> None:
    write(tmp_path, SOURCES)
    assert run(tmp_path, check=True, write=True).code == 1
    assert "@typed" not in (tmp_path / "signals.py").read_text()


DECLARED = {
    "signals.py": """
        from aldis import Signal
        from aldis.blinker import signal, typed

        @typed(signal("x"))
        def x(sender: None, /, *, n: int, m: "str" = "") -> None: ...

        @Signal
        def is_open(sender: None, /, **more: object) -> None: ...

        def _Door_shut(sender, /, *, by): ...

        class Door:
            def __init__(self):
                self.shut = Signal(_Door_shut)
                self.name: str = "a"

            def close(self):
                self.shut.send(self, by=1)

            @Signal.method
            def opened(self, *, n: int) -> None: ...
        """,
    "app.py": """
        import signals
        from signals import x, is_open, Door
        x.send(None, n=1)
        x.send_robust(None, n=1, m="")
        signals.x.send(None, n=1)
        is_open.send(None, n=1)
        x.send(None, **{})
        door = Door()
        door.shut.send(door, by=2)
        print.send(None)
        """,
}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("x.send(None, n=1, k=2)", "this send gives `k`, which is not declared"),
        ("signals.x.send(None)", "this send does not give `n`, which is declared"),
        ("door.shut.send(door)", "this send does not give `by`, which is declared"),
        ("door.opened.send(m=1)", "this send gives `m`, which is not declared"),
    ],
)
def test_a_check_finds_sends_that_disagree_with_a_declaration(
    tmp_path: Path, line: str, sentence: str
) -> None:
    write(tmp_path, DECLARED)
    agreed = run(tmp_path, check=True)
    assert (agreed.code, agreed.output) == (0, b"")
    write(tmp_path, {"more.py": f"import signals\nfrom signals import x\n{line}\n"})
    outcome = run(tmp_path, check=True)
    assert outcome.code == 1
    assert sentence in outcome.report


def recorded(**payload: tuple[str, ...]) -> Recording:
    send = RecordedSend("app.py", 4, "f", 1, ("None",), payload, frozenset(payload))
    signals = [RecordedSignal(f"signals.{name}", name, None, (send,)) for name in ("unheard", "x")]
    return Recording({each.symbol: each for each in signals})


def test_a_check_finds_what_a_run_has_sent_otherwise(tmp_path: Path) -> None:
    write(tmp_path, DECLARED)
    assert run(tmp_path, recorded(n=("builtins.int",)), check=True).code == 0
    outcome = run(tmp_path, recorded(n=("builtins.str",)), check=True)
    assert outcome.code == 1
    assert "a run sent `n` of type `builtins.str`, and `builtins.int` is declared" in outcome.report
    assert run(tmp_path, recorded(n=("builtins.int",), k=()), check=True).code == 1


def test_a_class_may_be_declared_by_the_name_of_a_module_that_gives_it_on(tmp_path: Path) -> None:
    text = DECLARED["signals.py"].replace("from aldis import Signal", "import lib, aldis")
    write(tmp_path, {"signals.py": text.replace("n: int", "n: lib.Thing")})
    bases: dict[str, tuple[str, ...]] = {
        "lib._inner.Small": ("lib._inner.Thing", "builtins.object")
    }
    of_thing = recorded(n=("lib._inner.Thing", "lib._inner.Small"))
    assert run(tmp_path, replace(of_thing, bases=bases), check=True).code == 0
    assert run(tmp_path, recorded(n=("lib._inner.Other",)), check=True).code == 1


def test_the_report_as_json_has_all_that_the_text_has(tmp_path: Path) -> None:
    write(tmp_path, STAYS)
    outcome = run(tmp_path, format="json")
    told = json.loads(outcome.output)
    assert outcome.report == ""
    assert (told["declarations"], told["changed"], told["stay"]) == (2, 1, 1)
    assert told["codes"] == {"M06": 1}
    assert told["files"] == ["signals.py"]
    assert told["diff"].startswith("--- a/signals.py\n")
    assert told["signals"][1]["sends"] == ["app.py:3"]
    assert told["findings"][0]["place"] == "more.py:3"


def test_level_own_says_who_is_not_asked_and_what_is_not_selected(tmp_path: Path) -> None:
    write(tmp_path, STAYS)
    report = run(tmp_path, wishes=Wishes("own", ("signals.*",))).report
    assert "1 changed + 1 stay (1 not selected)" in report
    assert "level own: files that were not read cannot find these signals" in report


def test_changes_that_git_could_not_bring_back_are_refused_without_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, SOURCES)

    def many(paths: list[Path]) -> list[str]:
        return [f" M {i}.py" for i in range(7)]

    monkeypatch.setattr(_running, "uncommitted", many)
    with pytest.raises(InputError, match=r"\(M 0\.py, .* and 2 more\); commit them, or pass"):
        run(tmp_path, write=True)
    assert run(tmp_path, write=True, force=True).code == 0


def test_what_a_read_only_file_declares_stays_and_the_rest_is_written(tmp_path: Path) -> None:
    more = {"more.py": "from blinker import signal\n\ny = signal('y')\ny.send()\n"}
    write(tmp_path, {**SOURCES, **more})
    (tmp_path / "signals.py").chmod(0o444)
    assert b"+++ b/signals.py" in run(tmp_path).output
    outcome = run(tmp_path, write=True)
    assert outcome.code == 3
    assert b"signals.py" not in outcome.output
    assert outcome.report.count("signals.py is read-only; make it writable, and run") == 1
    assert (tmp_path / "signals.py").read_text() == SOURCES["signals.py"]
    assert "@typed(signal('y'))" in (tmp_path / "more.py").read_text()


def test_a_signal_stays_if_a_send_of_it_must_change_in_a_read_only_file(tmp_path: Path) -> None:
    write(tmp_path, {**SOURCES, "app.py": "from signals import x\n\nx.send(n=1)\n"})
    (tmp_path / "app.py").chmod(0o444)
    outcome = run(tmp_path, write=True)
    assert (outcome.code, outcome.output) == (3, b"")
    assert "app.py is read-only" in outcome.report
    assert (tmp_path / "signals.py").read_text() == SOURCES["signals.py"]


def test_stubs_that_cannot_be_written_are_wrong_input(tmp_path: Path) -> None:
    write(tmp_path, SOURCES)
    run(tmp_path, write=True, wishes=Wishes("types"))
    for stub in (tmp_path / "typings").rglob("*.pyi"):
        stub.write_text("")
        stub.chmod(0o444)
    with pytest.raises(InputError, match="is read-only"):
        run(tmp_path, write=True, wishes=Wishes("types"))


def test_tests_run_before_and_after_and_a_difference_is_told(tmp_path: Path) -> None:
    write(tmp_path, SOURCES)
    counting = tmp_path / "count.txt"
    script = f"import pathlib; p = pathlib.Path({str(counting)!r}); n = p.stat().st_size if p.exists() else 0; p.write_text('x' * (n + 1)); raise SystemExit(n)"  # fmt: skip  # noqa: E501
    outcome = run(tmp_path, write=True, test=f'"{sys.executable}" -c "{script}"')
    assert outcome.code == 3
    assert counting.read_text() == "xx"
    assert "exited with 0 before the files were written and with 1 after; look" in outcome.report
    write(tmp_path, SOURCES)
    with pytest.raises(InputError, match="the tests cannot be run"):
        run(tmp_path, write=True, test="no-such-program-at-all")


def test_tests_that_failed_before_prove_nothing_and_this_is_reported(tmp_path: Path) -> None:
    write(tmp_path, SOURCES)
    outcome = run(tmp_path, write=True, test=f"{sys.executable} -m no_such_module_at_all")
    assert outcome.code == 3
    assert "exited with 1 before the files were written and with 1 after, so" in outcome.report


def test_where_nothing_can_be_read_the_input_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no Python file in"):
        run(tmp_path)
    write(tmp_path, {"app.py": "def"})
    program = Program()
    from aldis._migrate._model import Finding, Span  # noqa: PLC0415

    program.findings.append(Finding("M21", Span(tmp_path / "app.py", 1, 0, 1, 0), "invalid"))
    with pytest.raises(InputError, match=r"no file could be read; .*app\.py:1: invalid"):
        migrate(Request((tmp_path,)), program)
