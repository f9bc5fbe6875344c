"""mypy checks what would be written, and takes back what was guessed wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from by_hand import program_in
from migrating import cache
from small_programs import write

from aldis._migrate import _verifying
from aldis._migrate._analysis import analyse
from aldis._migrate._changes import Change
from aldis._migrate._check import disagreements
from aldis._migrate._deciding import decide
from aldis._migrate._declared import declared_in
from aldis._migrate._errors import Checking, MypyError, new_errors
from aldis._migrate._model import MypyRun
from aldis._migrate._plan import Plan, Wishes
from aldis._migrate._stubs import stub_changes
from aldis._migrate._verifying import verified_changes

SOURCES = {
    "shop/__init__.py": "",
    "shop/signals.py": """
        from blinker import Namespace

        ns = Namespace()

        guessed = ns.signal("guessed")
        stated = ns.signal("stated")
        returned = ns.signal("returned")
        tested = ns.signal("tested")
        """,
    "shop/desk.py": """
        from __future__ import annotations

        from shop import signals


        class Desk:
            def run(self, name: str) -> None:
                signals.guessed.send(self, n=1)
                signals.stated.send(self, name=name)
                signals.returned.send(self)
                signals.tested.send(self, n=1)


        @signals.guessed.connect
        def on_guessed(sender: object, n: bytes) -> None: ...


        @signals.stated.connect
        def on_stated(sender: object, name: bytes) -> None: ...


        @signals.returned.connect
        def on_returned(sender: Desk) -> None: ...


        @signals.returned.connect
        def on_returned_too(sender: Desk, **more: object) -> None: ...
        """,
    "tests/test_desk.py": """
        from shop import signals

        signals.tested.send(None, n="wrong")  # the sender, too
        """,
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, list[Change]]:
    root = tmp_path_factory.mktemp("migrated")
    write(root, SOURCES)
    (root / "pyproject.toml").write_text("")
    plan = decide(analyse([root], cache=cache()), Wishes())
    return root, plan, verified_changes(plan)


def found(plan: Plan, code: str) -> list[tuple[str, int]]:
    return [(one.span.path.name, one.span.line) for one in plan.all_findings if one.code == code]


def test_a_guess_that_a_receiver_refutes_becomes_any(
    migrated: tuple[Path, Plan, list[Change]],
) -> None:
    _, _, changes = migrated
    (text,) = (one.new.decode() for one in changes)
    assert "def guessed(sender: Desk, /, *, n: Any) -> None: ..." in text


def test_what_is_stated_stays_and_the_receiver_is_told(
    migrated: tuple[Path, Plan, list[Change]],
) -> None:
    _, plan, changes = migrated
    (text,) = (one.new.decode() for one in changes)
    assert "def stated(sender: Desk, /, *, name: str) -> None: ..." in text
    assert ("desk.py", 18) in found(plan, "M24") or ("desk.py", 19) in found(plan, "M24")


def test_what_a_test_sends_is_told_and_changes_nothing(
    migrated: tuple[Path, Plan, list[Change]],
) -> None:
    _, plan, changes = migrated
    (text,) = (one.new.decode() for one in changes)
    assert "def tested(sender: Desk, /, *, n: int) -> object: ..." in text
    assert ("test_desk.py", 3) in found(plan, "M24")


def test_where_mypy_fails_that_is_told(
    migrated: tuple[Path, Plan, list[Change]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, plan, _ = migrated

    def fail(*arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("aldis._migrate._errors.run", fail)
    again = decide(plan.program, Wishes(select=("*.tested",)))
    assert len(verified_changes(again)) == 1
    assert any("mypy failed" in one.sentence for one in again.all_findings)
    assert verified_changes(decide(plan.program, Wishes(select=("none",)))) == []


def test_where_everything_is_taken_back_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def __init__(self, modules: dict[Path, str], cache: Path, skipped: tuple[str, ...]) -> None:
            self.path = next(iter(modules))

        def errors(self, texts: dict[Path, str]) -> list[MypyError]:
            lines = texts[self.path].splitlines()
            (line,) = [i for i, each in enumerate(lines, start=1) if each.startswith("def x(")]
            return [MypyError(self.path, line, "no such thing")]

    monkeypatch.setattr(_verifying, "Checking", Refusing)
    write(tmp_path, {"app.py": "from blinker import signal\nx = signal('x')\nx.send(None)\n"})
    plan = decide(program_in(tmp_path), Wishes())
    plan.program.mypy = MypyRun((), frozenset(), None)
    assert verified_changes(plan) == []
    assert "M24" in [one.code for one in plan.all_findings]
    stubs = decide(plan.program, Wishes("types"))
    assert stub_changes(stubs, tmp_path / "typings", None) == []
    assert "M24" in [one.code for one in stubs.all_findings]


def test_errors_are_new_if_neither_their_line_nor_a_replaced_one_had_them(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    before = [MypyError(path, 2, "old [arg-type]", 2), MypyError(path, 3, "moved [misc]", 3)]
    texts = {path: ("a\nb\nc\n", "a\nnew\nb\nC\n")}
    after = [
        MypyError(path, 3, "old, said otherwise [arg-type]"),
        MypyError(path, 3, "another [misc]"),
        MypyError(path, 2, "of a new line [misc]"),
        MypyError(path, 2, "moved [misc]"),
        MypyError(path, 2, "moved [misc]"),
        MypyError(path, 4, "of an edited line [assignment]"),
        MypyError(tmp_path / "b.py", 1, "without a code"),
    ]
    assert [(one.text, one.old_line) for one in new_errors(before, after, texts)] == [
        ("another [misc]", 2),
        ("of a new line [misc]", None),
        ("moved [misc]", None),
        ("of an edited line [assignment]", 3),
        ("without a code", 1),
    ]
    assert after[-1].code == ""


def test_the_program_is_not_taken_from_the_current_folder(tmp_path: Path) -> None:
    assert _verifying.MOST_ROUNDS > 1
    path = tmp_path / "a.py"
    path.write_text("x: int = ''\n")
    cache = tmp_path / "cache"
    cache.mkdir()
    checking = Checking({path: "a"}, cache)
    assert [one.line for one in checking.errors({}) or []] == [1]
    assert checking.errors({path: "x = 1\n"}) == []


# -- stubs, from the same analysis


def test_stubs_declare_what_can_be_and_describe_the_rest(
    migrated: tuple[Path, Plan, list[Change]], tmp_path: Path
) -> None:
    _, plan, _ = migrated
    typed = decide(plan.program, Wishes("types", ("*.guessed", "*.stated")))
    changes = stub_changes(typed, tmp_path / "typings", None)
    texts = {one.path.relative_to(tmp_path).as_posix(): one.new.decode() for one in changes}
    assert texts["typings/shop-stubs/py.typed"] == "partial\n"
    text = texts["typings/shop-stubs/signals.pyi"]
    # what mypy refutes is taken back, as it is in place, and what is left is told
    assert "@_declare\ndef guessed(sender: Desk, /, *, n: Any) -> Any: ...\n" in text
    assert ("desk.py", 18) in found(typed, "M24") or ("desk.py", 19) in found(typed, "M24")
    assert "returned: NamedSignal\n" in text
    assert "from shop.desk import Desk\n" in text
    for one in changes:
        one.path.parent.mkdir(parents=True, exist_ok=True)
        one.path.write_bytes(one.new)
    again = decide(plan.program, Wishes("types"))
    more = stub_changes(again, tmp_path / "typings", None)
    assert [one.path.name for one in more] == ["signals.pyi"]
    assert more[0].new.decode().count("def _declare(") == 1
    assert "def tested(" in more[0].new.decode()
    assert "M27" not in [one.code for one in again.all_findings]
    nothing = decide(plan.program, Wishes("types", ("none",)))
    assert stub_changes(nothing, tmp_path / "others", None) == []


def test_stubs_are_compared_with_what_is_sent(
    migrated: tuple[Path, Plan, list[Change]], tmp_path: Path
) -> None:
    _, plan, _ = migrated
    stub = tmp_path / "signals.pyi"
    text = "@_declare\ndef guessed(sender: object, /, *, m: int) -> None: ...\n"
    declared = list(declared_in(stub, text, "shop.signals"))
    sentences = [one.sentence for one in disagreements(plan.program, None, declared)]
    assert sentences == [
        "this send gives `n`, which is not declared in signals.pyi:2",
        "this send does not give `m`, which is declared in signals.pyi:2",
    ]
