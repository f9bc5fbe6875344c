"""Rare forms of programs, which are written or kept as they must be."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_programs import codes_of, plan_of, rewritten, signature_of, write

from aldis._migrate import _analysis, _changes, _stubgen, _stubs
from aldis._migrate._changes import changes_of
from aldis._migrate._deciding import decide
from aldis._migrate._editable import Edit, Source
from aldis._migrate._imports import in_stub
from aldis._migrate._merging import Merger
from aldis._migrate._model import TypeText
from aldis._migrate._plan import Level, Plan, Wishes
from aldis._migrate._sent import Piece
from aldis._migrate._stubgen import described
from aldis._migrate._stubs import stub_changes
from aldis._migrate._types import Types

X = "from blinker import signal\n\nx = signal('x')\n"


def one(root: Path, text: str, **wishes: Any) -> str:
    """Return the new text of a program of one file."""
    return rewritten(root, {"app.py": text}, **wishes)["app.py"]


def test_a_payload_named_sender_leaves_the_sender_another_name(tmp_path: Path) -> None:
    text = one(tmp_path, X + "x.send('', sender=1)\n")
    assert "def x(_sender: str, /, *, sender: int) -> object: ..." in text


def test_types_are_imported_before_a_try_that_begins_the_file(tmp_path: Path) -> None:
    signals = """
        try:
            from blinker import signal
        except ImportError:
            raise
        x = signal("x")
        """
    app = """
        from signals import x
        from nowhere_at_all.desks import Desk

        def f(desk: Desk) -> None:
            x.send(desk)
        """
    text = rewritten(tmp_path, {"signals.py": signals, "app.py": app})["signals.py"]
    assert "if TYPE_CHECKING:\n    from nowhere_at_all.desks import Desk\n\n\ntry:" in text
    assert "def x(sender: Desk, /)" in text


def test_what_the_file_has_is_not_imported_again(tmp_path: Path) -> None:
    signals = """
        from typing import TYPE_CHECKING

        import desks
        import shop.desk
        from aldis.blinker import typed
        from blinker import signal

        x = signal("x")
        y = signal("y")
        """
    app = """
        from desks import Desk
        from shop.desk import Table
        from signals import x, y

        def f(desk: Desk, table: Table) -> None:
            x.send(desk)
            y.send(table)
        """
    text = rewritten(tmp_path, {"signals.py": signals, "app.py": app})["signals.py"]
    assert text.count("import typed") == text.count("import TYPE_CHECKING") == 1
    assert "def x(sender: desks.Desk, /)" in text
    assert "if TYPE_CHECKING:\n    from shop.desk import Table\n" in text


def test_a_class_that_has_one_of_two_origins_is_called_by_its_name(tmp_path: Path) -> None:
    source = """
        from blinker import signal
        try:
            from fast import Desk
        except ImportError:
            class Desk: ...
        x = signal("x")

        def f(desk: Desk) -> None:
            x.send(desk)
        """
    assert "def x(sender: Desk, /)" in one(tmp_path, source)


def test_a_package_that_is_broken_gives_nothing_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "lib", {"brokenpack/__init__.py": "def (\n", "brokenpack/desks.py": ""})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "lib"), *sys.path])
    sources = {
        "signals.py": X,
        "app.py": """
            from brokenpack.desks import Desk
            from signals import x

            def f(desk: Desk) -> None:
                x.send(desk)
            """,
    }
    assert "from brokenpack.desks import Desk" in rewritten(tmp_path / "src", sources)["signals.py"]


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        (b"import a", "import a\nfrom b import C\n\n...\n"),
        (b"x: int\n", "from b import C\n\n...\n\n\nx: int\n"),
    ],
)
def test_a_stub_imports_what_it_needs(tmp_path: Path, stub: bytes, expected: str) -> None:
    source = Source(tmp_path / "a.pyi", stub)
    text = source.edited(in_stub(source, {("b", "C"): "C"}, "\n...\n"))
    assert text.split() == expected.split()


def test_what_is_used_of_blinker_beside_it_stays(tmp_path: Path) -> None:
    source = """
        import blinker, os

        ns = blinker.Namespace()  # ours
        x = ns.signal("x")
        x.send(None, path=os.sep)
        """
    text = one(tmp_path, source, level="own")
    assert "ns = blinker.Namespace()  # ours\n" in text
    text = one(tmp_path, source.replace("  # ours", ""), level="own")
    assert "import os\n" in text
    assert "blinker" not in text


def test_a_default_that_is_not_written_out_becomes_none(tmp_path: Path) -> None:
    source = """
        from blinker import signal
        SIZE = 3
        x = signal("x")
        @x.connect
        def f(sender, *, n=SIZE, m=()): ...
        x.send(None, n=1)
        x.send(None, m=2)
        """
    assert "n: int | None = None, m: int = ()" in one(tmp_path, source, unsafe=True)


@pytest.mark.parametrize("wrapper", ["wrapper", "other"])
def test_a_wrapper_that_is_a_local_variable_is_known_there_alone(
    tmp_path: Path, wrapper: str
) -> None:
    source = f"""
        from blinker import signal
        from tools import wrapper, other
        x = signal("x")
        def f(wrapper):
            other = wrapper
            x.send(None, _async_wrapper={wrapper})
        """
    plan = plan_of(tmp_path, {"app.py": source})
    assert codes_of(plan) == ["M19"]
    assert "which is known only here" in plan.all_findings[0].sentence


def test_one_wrapper_of_two_signals_is_written_once(tmp_path: Path) -> None:
    sources = {
        "signals.py": X + "y = signal('y')\n",
        "app.py": """
            from signals import x, y
            import tools
            x.send(None, _async_wrapper=tools
                .run)
            y.send(_async_wrapper=tools.run, n=1)
            """,
    }
    texts = rewritten(tmp_path, sources)
    assert texts["signals.py"].count("def _async_wrapper(") == 1
    assert texts["signals.py"].count("async_wrapper=_async_wrapper") == 2
    assert "_async_wrapper" not in texts["app.py"]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("indent", ["", "    "])
def test_decorators_of_the_last_function_of_a_file_go_below_it(
    tmp_path: Path, end: str, indent: str
) -> None:
    head = X + "y = signal('y')\nx.send(None)\ny.send(None)\n"
    lines = ["@x.connect", "@y.connect", "def f(sender): ..."]
    text = head + ("if x:\n" if indent else "") + "\n".join(indent + each for each in lines) + end
    gap = "\n" if indent else "\n\n"
    assert one(tmp_path, text).endswith(
        f"{indent}def f(sender): ...\n{gap}{indent}y.connect(f)\n{indent}x.connect(f){end}"
    )


def test_a_string_below_that_shares_its_line_stays(tmp_path: Path) -> None:
    text = one(tmp_path, X + "'Of the desk.'; x.send(None)\n")
    assert '    """Of the desk."""' in text
    assert "'Of the desk.'; x.send(None)" in text


def test_a_statement_with_two_targets_stays(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, {"app.py": "from blinker import signal\nx = y = signal('x')\nx.send(None)\n"}
    )
    assert changes_of(plan) == []
    assert codes_of(plan) == ["M25"]


IN_METHODS = """
class Desk:
{slots}
    def __init__(self):
{made}

    # opens
    def open(self, other):
        self.x.send({sender})
"""


@pytest.mark.parametrize(
    ("slots", "made", "sender", "is_method"),
    [
        ("", "self.x = Signal()", "self", True),
        ("__slots__ = ('x',)", "self.x = Signal()", "self", False),
        ("", "def make():\n            self.x = Signal()", "self", False),
        ("", "self.x = Signal()", "other", False),
        ("", "self.x = Signal()", "", False),
    ],
)
def test_a_class_declares_a_signal_that_its_instances_send(
    tmp_path: Path, slots: str, made: str, sender: str, is_method: bool
) -> None:
    text = IN_METHODS.format(slots=f"    {slots}", made=f"        {made}", sender=sender)
    text = one(tmp_path, f"from blinker import Signal\n{text}", level="own", methods=True)
    assert ("@Signal.method" in text) is is_method
    assert ("self.x = Signal(_Desk_x)" in text) is not is_method
    assert "    # opens\n    def open" in text


def test_the_comment_of_the_method_that_makes_a_signal_stays_its_own(tmp_path: Path) -> None:
    source = """
        from blinker import Signal
        class Desk:
            # makes it
            def __init__(self):
                self.x = Signal()
                self.x.send(self)
        """
    text = one(tmp_path, source, level="own", methods=True)
    assert "    def x(self) -> object: ...\n\n    # makes it\n    def __init__" in text


def test_what_would_break_a_file_or_lose_a_comment_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loses(old: str, new: str) -> bool:
        return "@typed" in new

    monkeypatch.setattr(_changes, "loses_comments", loses)
    plan = plan_of(tmp_path, {"app.py": X + "x.send(None)\n"})
    assert changes_of(plan) == []
    assert plan.all_findings[-1].sentence == "a comment would be lost"

    def breaks(source: Source, plan: Plan) -> SimpleNamespace:
        def text() -> str:
            return source.edited([Edit(0, 5, ""), Edit(3, 4, "")] if plan.changed else [])

        return SimpleNamespace(text=text)

    monkeypatch.setattr(_changes, "Rewriting", breaks)
    plan = plan_of(tmp_path, {"app.py": X + "x.send(None)\n"})
    assert changes_of(plan) == []
    assert "two edits of" in plan.all_findings[-1].sentence


def test_a_file_that_changed_since_it_was_read_is_left_alone(tmp_path: Path) -> None:
    sources = {
        "signals.py": X,
        "app.py": "from signals import x\n\n@x.connect\n@x.connect\ndef f(sender): ...\nx.send()\n",
    }
    plan = plan_of(tmp_path, sources)
    (tmp_path / "app.py").write_text("\n")
    assert [one.path.name for one in changes_of(plan)] == ["signals.py"]


@pytest.mark.parametrize(
    ("piece", "expected", "codes"),
    [
        (Piece(TypeText("app.f.<locals>.A", "fully", "inferred")), "typing.Any", ["M03"]),
        (Piece(None, ("builtins.object",)), "typing.Any", ["M03"]),
        (
            Piece(TypeText("app.Desk", "partly", "inferred"), ("builtins.str",)),
            "app.Desk | builtins.str",
            [],
        ),
    ],
)
def test_what_cannot_be_said_is_anything(piece: Piece, expected: str, codes: list[str]) -> None:
    bases = {"app.f.<locals>.A": ("app.f.<locals>.A", "builtins.object")}
    merger = Merger([piece], [], bases)
    assert (merger.type.text, [code for code, _ in merger.codes]) == (expected, codes)


# --------------------------------------------------------------------------------------- stubs

STUB = """
from typing import Any
from blinker import NamedSignal, Signal
class Base: ...
def helper() -> int: ...
def _declare(function: Any) -> NamedSignal: ...
class Desk:
    x: Signal
    y: Signal
z: NamedSignal
"""
PROGRAM = """
from blinker import Signal, signal
class Desk:
    x = Signal()
    y = Signal()
z = signal("z")
Desk.x.send(None)
z.send(None, n=1)
"""


def test_a_stub_that_is_there_is_added_to(tmp_path: Path) -> None:
    write(tmp_path, {"typings/app-stubs/app.pyi": "", "typings/app-stubs/__init__.pyi": STUB})
    plan = plan_of(
        tmp_path / "src",
        {"app.py": PROGRAM, "other.py": "from blinker import signal\nu = signal('u')\n"},
        level="types",
    )
    for choice in plan.choices:
        if choice.declaration.target == "z":
            result = TypeText("builtins.list[builtins.str]", "fully", "recorded")
            choice.signature = replace(choice.signature, result=result)
    (stub, *_) = stub_changes(plan, tmp_path / "typings", None)
    text = stub.new.decode()
    assert "    @_declare2\n    @staticmethod\n    def x(sender: None, /) -> Any: ..." in text
    assert "    y: Signal\n" in text
    assert "@_declare\ndef z(sender: None, /, *, n: int) -> list[str]: ...\n" in text


@pytest.mark.parametrize(
    "said", ["raise SystemExit(1)", "(folder / 'app.pyi').write_text('def (')"]
)
def test_a_module_that_stubgen_cannot_describe_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    script = """
import sys, pathlib
folder = pathlib.Path(sys.argv[sys.argv.index('--output') + 1])
folder.mkdir()
"""
    monkeypatch.setattr(_stubgen, "_STUBGEN", script + said)
    plan = plan_of(tmp_path / "src", {"app.py": X + "x.send(None)\n"}, level="types")
    assert stub_changes(plan, tmp_path / "typings", None) == []
    assert codes_of(plan) == ["M23", "M25"]  # mypy was not asked here
    with pytest.raises(AssertionError):
        signature_of(plan, "x")


def test_every_package_around_a_stub_is_described_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mypy cannot read a package of stubs without `__init__.pyi`, and zuban does not look at it."""
    sources = {
        "shop/__init__.py": "from .a import x\nsize = 1\n",
        "shop/a.py": X + "x.send(None)\n",
        "shop/sub/__init__.py": X.replace("'x'", "'y'") + "x.send(None)\n",
        "shop/sub/c.py": X.replace("'x'", "'z'") + "x.send(None)\n",
    }
    stubs = tmp_path / "typings"
    plan = plan_of(tmp_path / "src", sources, level="types")
    made = {
        one.path.relative_to(stubs).as_posix(): one.new.decode()
        for one in stub_changes(plan, stubs, None)
    }
    assert sorted(made) == [
        "shop-stubs/__init__.pyi",
        "shop-stubs/a.pyi",
        "shop-stubs/py.typed",
        "shop-stubs/sub/__init__.pyi",
        "shop-stubs/sub/c.pyi",
    ]
    assert made["shop-stubs/__init__.pyi"] == "from .a import x as x\n\nsize: int\n"
    assert "def x(sender: None, /)" in made["shop-stubs/sub/__init__.pyi"]

    def describe(module: str, source: str, *, is_package: bool) -> str | None:
        return None if module == "shop" else described(module, source, is_package=is_package)

    monkeypatch.setattr(_stubs, "described", describe)
    again = stub_changes(plan_of(tmp_path / "src", sources, level="types"), stubs, None)
    (open_one,) = [one for one in again if one.path == stubs / "shop-stubs/__init__.pyi"]
    assert "def __getattr__(name: str) -> Any: ..." in open_one.new.decode()


@pytest.mark.parametrize("form", ["class Namespace(Fake): ...", "Namespace = Fake"])
@pytest.mark.parametrize(("level", "way"), [("typed", "stays"), ("own", "own"), ("types", "typed")])
def test_what_is_no_signal_where_blinker_is_missing_gets_no_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: Level, way: str, form: str
) -> None:
    signals = f"""
        class Fake:
            def signal(self, name): ...
        try:
            from blinker import Namespace
        except ImportError:
            {form}
        _signals = Namespace()
        x = _signals.signal("x")
        x.send("", n=1)
        """
    write(tmp_path, {"signals.py": signals})

    def know_nothing(program: object, cache: object) -> Types:
        return Types()

    monkeypatch.setattr(_analysis, "_types", know_nothing)
    plan = decide(_analysis.analyse([tmp_path]), Wishes(level=level))
    assert [one.way for one in plan.choices] == [way]
    assert codes_of(plan) == (["M15"] if way == "stays" else [])
