"""Which guess an error of mypy takes back."""

from __future__ import annotations

from pathlib import Path

from by_hand import program_in
from small_programs import codes_of, plan_of, signature_of, write

from aldis._migrate._changes import changes_of
from aldis._migrate._deciding import decide
from aldis._migrate._errors import MypyError
from aldis._migrate._model import Span, Use
from aldis._migrate._plan import Plan, Wishes
from aldis._migrate._withdrawing import Withdrawing
from aldis._recording._contents import RecordedSend, RecordedSignal, Recording

SOURCES = {
    "models.py": "class User: ...\n",
    "signals.py": "from blinker import signal\n\nx = signal('x')\n",
    "app.py": """
        from models import User
        from signals import x


        @x.connect
        def f(sender, n, user) -> None: ...


        def g(user: User) -> None:
            x.send("", n=1, user=user)
        """,
}


def take_back(
    root: Path,
    text: str,
    path: str,
    line: int,
    old: int | None,
    *,
    sources: dict[str, str] = SOURCES,
    run: Recording | None = None,
) -> tuple[Plan, bool]:
    plan = plan_of(root, sources, run)
    texts = {one.path: ((one.old or b"").decode(), one.new.decode()) for one in changes_of(plan)}
    if old is None:  # of a line that is written: it is told by its text
        lines = texts[root / path][1].splitlines()
        line = next(i for i, one in enumerate(lines, start=1) if text in one)
    return plan, Withdrawing(plan, texts).take_back([MypyError(root / path, line, text, old)])


def test_a_guessed_argument_becomes_any(tmp_path: Path) -> None:
    text = 'Argument "n" to "send" of "Signal" has incompatible type [arg-type]'
    plan, was_taken = take_back(tmp_path, text, "app.py", 10, 10)
    assert was_taken
    assert signature_of(plan, "x")[1] == {"n": "typing.Any", "user": "models.User"}
    assert codes_of(plan) == ["M03"]


def test_a_guessed_sender_becomes_any(tmp_path: Path) -> None:
    text = 'Argument 1 to "send" of "Signal" has incompatible type [arg-type]'
    plan, was_taken = take_back(tmp_path, text, "app.py", 10, 10)
    assert was_taken
    assert signature_of(plan, "x")[0] == "typing.Any"


def test_of_overloads_what_does_not_fit_becomes_any(tmp_path: Path) -> None:
    start = 'No overload variant of "send" of "AsyncView" matches argument types'
    send = RecordedSend("app.py", 10, "g", 1, (), {"n": ("builtins.int",)}, frozenset("n"))
    run = Recording({"signals.x": RecordedSignal("signals.x", "x", None, (send,))})
    sources = SOURCES | {"app.py": SOURCES["app.py"].replace("n=1", "n=h()")}
    plan, was_taken = take_back(
        tmp_path, f'{start} "str", "Proxy", "User"', "app.py", 10, 10, sources=sources, run=run
    )
    assert was_taken
    assert signature_of(plan, "x") == (
        "builtins.str",
        {"n": "typing.Any", "user": "models.User"},
        "None",
    )
    assert not take_back(
        tmp_path, f'{start} "str", "Any", "User"', "app.py", 10, 10, sources=sources, run=run
    )[1]
    assert not take_back(tmp_path, f'{start} "str"', "app.py", 10, 10, sources=sources, run=run)[1]


def test_what_is_stated_is_not_taken_back(tmp_path: Path) -> None:
    text = 'Argument "user" to "send" of "Signal" has incompatible type [arg-type]'
    assert not take_back(tmp_path, text, "app.py", 10, 10)[1]
    assert not take_back(tmp_path, "something else", "app.py", 10, 10)[1]
    assert not take_back(tmp_path, "something else", "app.py", 1, 1)[1]


def test_a_result_that_a_receiver_refutes_may_be_anything(tmp_path: Path) -> None:
    plan, was_taken = take_back(tmp_path, "", "app.py", 5, 5)
    assert was_taken
    assert signature_of(plan, "x")[2] == "builtins.object"


def test_a_declaration_stays_written_whose_namespace_mypy_meets_in_a_circle_of_imports(
    tmp_path: Path,
) -> None:
    text = 'Cannot determine type of "signal"  [has-type]'
    root = tmp_path / "program"
    plan = plan_of(root, SOURCES)
    texts = {one.path: ((one.old or b"").decode(), one.new.decode()) for one in changes_of(plan)}
    lines = texts[root / "signals.py"][1].splitlines()
    line = next(i for i, one in enumerate(lines, start=1) if one.startswith("@typed("))
    error = MypyError(root / "signals.py", line, text, None)
    assert not Withdrawing(plan, texts).take_back([error])
    assert [one.declaration.target for one in plan.changed] == ["x"]


def test_types_that_mypy_cannot_import_become_any(tmp_path: Path) -> None:
    text = "from models import User"
    plan, was_taken = take_back(tmp_path, text, "signals.py", 0, None)
    assert was_taken
    assert signature_of(plan, "x") == (
        "builtins.str",
        {"n": "builtins.int", "user": "typing.Any"},
        "None",
    )


def test_a_declaration_that_mypy_refuses_stays_untyped(tmp_path: Path) -> None:
    plan, was_taken = take_back(tmp_path, "def x(", "signals.py", 0, None)
    assert was_taken
    assert not plan.changed
    assert "M24" in codes_of(plan)


def test_types_of_others_are_kept(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {**SOURCES, "more.py": "from signals import y\n\ny.send(1)\n"})
    write(tmp_path, {"signals.py": SOURCES["signals.py"] + "y = signal('y')\n"})
    plan = decide(program_in(tmp_path), Wishes())
    texts = {one.path: ("", one.new.decode()) for one in changes_of(plan)}
    new = texts[tmp_path / "signals.py"][1].splitlines()
    line = next(i for i, each in enumerate(new, start=1) if "from models import User" in each)
    error = MypyError(tmp_path / "signals.py", line, "no such module", None)
    assert Withdrawing(plan, texts).take_back([error])
    assert [len(each.findings) for each in plan.changed] == [1, 0]


def test_a_sender_that_is_stated_is_not_taken_back(tmp_path: Path) -> None:
    app = """
        from signals import x

        def f(desk: str) -> None:
            x.send(desk)
        """
    plan = plan_of(tmp_path, {**SOURCES, "app.py": app})
    texts = {one.path: ("", one.new.decode()) for one in changes_of(plan)}
    text = 'Argument 1 to "send" of "Signal" has incompatible type [arg-type]'
    error = MypyError(tmp_path / "app.py", 4, text, 4)
    assert not Withdrawing(plan, texts).take_back([error])


def test_a_send_that_is_handed_on_has_any_sender_and_then_nothing_more_is_taken_back(
    tmp_path: Path,
) -> None:
    plan = plan_of(tmp_path, {**SOURCES, "more.py": "\n\n"})
    texts = {one.path: ("", one.new.decode()) for one in changes_of(plan)}
    place = Span(tmp_path / "more.py", 1, 0, 1, 1)
    for symbol in ("signals.none", "signals.x"):
        plan.program.uses.append(Use(symbol, place, "M12", "its send is passed on"))
    error = MypyError(tmp_path / "more.py", 1, "it does not fit", 1)
    withdrawing = Withdrawing(plan, texts)
    assert withdrawing.take_back([error])
    assert signature_of(plan, "x")[0] == "typing.Any"
    assert not withdrawing.take_back([error])


def test_an_error_of_another_new_line_takes_nothing_back(tmp_path: Path) -> None:
    assert not take_back(tmp_path, "if TYPE_CHECKING:", "signals.py", 0, None)[1]
