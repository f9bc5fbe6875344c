"""What is written, and that nothing else changes."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from by_hand import program_in
from hypothesis import given, settings
from hypothesis import strategies as st
from migrating import cache
from small_programs import codes_of, plan_of, rewritten, write

from aldis._migrate._analysis import analyse
from aldis._migrate._changes import changes_of
from aldis._migrate._deciding import decide
from aldis._migrate._editable import comments_in
from aldis._migrate._plan import Wishes


def one(root: Path, text: str, **wishes: Any) -> str:
    """Return the new text of a program of one file."""
    return rewritten(root, {"app.py": text}, **wishes)["app.py"]


def looks_like(text: str, expected: str) -> None:
    assert text == dedent(expected).lstrip("\n")


def test_a_signal_of_a_module_becomes_a_declaration_over_the_untyped_one(tmp_path: Path) -> None:
    text = """
        from blinker import signal

        x = signal("x")  # of the desk

        def f(name: str) -> None:
            x.send(None, name=name)
        """
    looks_like(
        one(tmp_path, text),
        """
        from aldis.blinker import typed
        from blinker import signal


        @typed(signal("x"))
        def x(sender: None, /, *, name: str) -> object: ...  # of the desk


        def f(name: str) -> None:
            x.send(None, name=name)
        """,
    )


def test_long_declarations_are_wrapped(tmp_path: Path) -> None:
    names = ", ".join(f"parameter_{i}={i}" for i in range(2))
    more = ", ".join(f"parameter_{i}={i}" for i in range(5))
    text = f"""
        from blinker import signal
        x = signal("x")
        y = signal("y")
        x.send("", first_parameter=1, {names})
        y.send("", {more})
        """
    text = one(tmp_path, text)
    assert (
        "def x(\n"
        "    sender: str, /, *, first_parameter: int, parameter_0: int, parameter_1: int\n"
        ") -> object: ...\n" in text
    )
    assert "def y(\n    sender: str,\n    /,\n    *,\n    parameter_0: int,\n" in text


def test_documentation_moves_into_the_docstring_and_comments_stay(tmp_path: Path) -> None:
    text = r'''
        """The desk."""
        from blinker import Namespace
        ns = Namespace()
        x = ns.signal(
            "x",
            doc="A \\ and a \"quote\"",  # in time
        )
        y = ns.signal("y")
        """Several
          lines.
        """
        # about z
        z = ns.signal("z", "Of z.")
        x.send("")
        y.send("")
        z.send("")
        '''
    looks_like(
        one(tmp_path, text),
        r'''
        """The desk."""
        from aldis.blinker import typed
        from blinker import Namespace
        ns = Namespace()


        @typed(ns.signal("x"))
        def x(sender: str, /) -> object:
            """A \\ and a "quote\""""  # in time


        @typed(ns.signal("y"))
        def y(sender: str, /) -> object:
            """Several
            lines.
            """


        # about z
        @typed(ns.signal("z"))
        def z(sender: str, /) -> object:
            """Of z."""


        x.send("")
        y.send("")
        z.send("")
        ''',
    )


INSTANCE = """
    from blinker import Signal

    class Door:
        def __init__(self) -> None:
            # sent late
            self.closed: Signal = Signal()  # by whom

        def close(self, by: str) -> None:
            self.closed.send(self, by=by)
    """


def test_signals_of_instances_are_declared_above_their_class(tmp_path: Path) -> None:
    looks_like(
        one(tmp_path, INSTANCE),
        """
        from __future__ import annotations

        from aldis import Signal

        def _Door_closed(sender: Door, /, *, by: str) -> object: ...


        class Door:
            def __init__(self) -> None:
                # sent late
                self.closed = Signal(_Door_closed)  # by whom

            def close(self, by: str) -> None:
                self.closed.send(self, by=by)
        """,
    )


def test_signals_of_instances_become_methods_if_that_is_wished(tmp_path: Path) -> None:
    looks_like(
        one(tmp_path, INSTANCE, level="own", methods=True),
        """
        from __future__ import annotations

        from aldis import Signal

        class Door:
            # sent late
            # by whom
            @Signal.method
            def closed(self, *, by: str) -> object: ...

            def __init__(self) -> None:
                pass

            def close(self, by: str) -> None:
                self.closed.send(by=by)
        """.replace("from __future__ import annotations\n\n        ", ""),
    )


def test_a_signal_that_others_send_does_not_become_a_method(tmp_path: Path) -> None:
    text = dedent(INSTANCE) + 'def f(door: Door) -> None:\n    door.closed.send("", by="")\n'
    assert "self.closed = Signal(_Door_closed)" in one(tmp_path, text, level="own", methods=True)


def test_a_signal_whose_receivers_choose_a_sender_does_not_become_a_method(tmp_path: Path) -> None:
    text = dedent(INSTANCE) + (
        "def hear(door: Door, by: str) -> None: ...\n"
        "def f(door: Door) -> None:\n    door.closed.connect(hear, sender=door)\n"
    )
    write(tmp_path, {"app.py": text})
    plan = decide(analyse([tmp_path], cache=cache()), Wishes("own", methods=True))
    (change,) = changes_of(plan)
    assert "self.closed = Signal(_Door_closed)" in change.new.decode()


def test_signals_of_classes_are_declared_in_the_class(tmp_path: Path) -> None:
    text = """
        from blinker import Signal

        class Door:
            str = 1
            opened = Signal()

            def open(self, by: str) -> None:
                self.opened.send(self, by="")
        """
    text = one(tmp_path, text)
    assert (
        "    @typed(Signal())\n    @staticmethod\n"
        "    def opened(sender: Door, /, *, by: builtins.str) -> object: ...\n" in text
    )
    assert "    import builtins\n" in text


def test_at_level_own_nothing_of_blinker_is_left(tmp_path: Path) -> None:
    text = """
        from blinker import Namespace

        ns = Namespace()

        x = ns.signal("x")
        x.send(None)
        """
    looks_like(
        one(tmp_path, text, level="own"),
        """
        from aldis import Signal


        @Signal
        def x(sender: None, /) -> object: ...


        x.send(None)
        """,
    )


def test_a_namespace_that_others_use_stays(tmp_path: Path) -> None:
    sources = {
        "app.py": "from blinker import Namespace\nns = Namespace()\nx = ns.signal('x')\nx.send(1)\n",  # noqa: E501
        "other.py": "from app import ns\n",
    }
    assert "ns = Namespace()" in rewritten(tmp_path, sources, level="own")["app.py"]
    sources["other.py"] = "import app\nprint(app.ns)\n"
    assert "ns = Namespace()" in rewritten(tmp_path, sources, level="own")["app.py"]


def test_events_have_no_sender(tmp_path: Path) -> None:
    text = """
        from blinker import signal
        x = signal("x")
        x.send(n=1)
        x.send(None, n=1)
        x.send(None)
        """.replace("x.send(None)\n", "")
    text = one(tmp_path, text, level="own", events=True)
    assert "@Event\ndef x(*, n: int) -> object: ..." in text
    assert text.count("x.send(n=1)") == 2


def test_sends_without_a_sender_say_none(tmp_path: Path) -> None:
    text = """
        from blinker import signal
        x = signal("x")
        x.send(
            n=1,  # one
        )
        x.send(n=2)
        y = signal("y")
        y.send()
        """
    text = one(tmp_path, text)
    assert "x.send(\n    None,\n    n=1,  # one\n)" in text
    assert "x.send(None, n=2)" in text
    assert "y.send(None)" in text


def test_wrappers_move_from_the_sends_to_the_declaration(tmp_path: Path) -> None:
    sources = {
        "signals.py": "from blinker import signal\n\nx = signal('x')\ny = signal('y')\n",
        "views.py": """
            from signals import x, y
            from web import app

            x.send(app, _async_wrapper=app.sync)
            x.send(
                app,  # it
                _async_wrapper=app.sync,
                n=1,
            )
            x.send(app,  # it
                _async_wrapper=app.sync, n=1)
            x.send(_async_wrapper=app.sync, n=1)
            x.send(app,
                _async_wrapper=app.sync,  # note
            )
            x.send(app, # it
                _async_wrapper=app.sync)
            """,
    }
    for send in ("x.send(app, _async_wrapper=app.sync)", "n=1,", ", n=1"):
        sources["views.py"] = sources["views.py"].replace(send, send.replace("n=1", ""))
    sources["views.py"] = sources["views.py"].replace("    ,\n", "").replace(", )", ")")
    texts = rewritten(tmp_path, sources)
    assert "async_wrapper=_async_wrapper)" in texts["signals.py"]
    assert "    from web import app\n\n    return app.sync(function)\n" in texts["signals.py"]
    assert "_async_wrapper" not in texts["views.py"]
    ast.parse(texts["views.py"])


def test_a_wrapper_that_the_module_has_is_called_there(tmp_path: Path) -> None:
    text = """
        from blinker import signal
        from web import current_application, ensure_synchronous_function
        x = signal("a-signal-with-a-long-name")
        x.send(None, _async_wrapper=ensure_synchronous_function)
        """
    assert (
        "@typed(\n"
        '    signal("a-signal-with-a-long-name"),\n'
        "    async_wrapper=lambda function: ensure_synchronous_function(function),\n"
        ")\n" in one(tmp_path, text)
    )


def test_stacked_decorators_become_statements_inner_ones_first(tmp_path: Path) -> None:
    text = """
        from blinker import signal

        x = signal("x")
        y = signal("y")

        @x.connect
        @y.connect_via(None)  # both
        @print
        def f(sender, **more): ...
        x.send(None)
        y.send(None)
        """
    text = one(tmp_path, text)
    assert (
        "\n@print\ndef f(sender, **more): ...\n\n\ny.connect_via(None)(f)  # both\nx.connect(f)\n"
        in text
    )


def test_decorators_with_others_between_them_are_left(tmp_path: Path) -> None:
    text = """
        from blinker import signal
        x = signal("x")
        y = signal("y")
        @x.connect
        @print
        @y.connect
        def f(sender, **more): ...
        x.send(None)
        y.send(None)
        """
    assert "@x.connect\n@print\n@y.connect\ndef f" in one(tmp_path, text)


# -- names and imports  # noqa: ERA001

TYPES = {
    "signals.py": "from blinker import signal\nx = signal('x')\n",
    "models.py": "class User: ...\nclass typed: ...\n",
    "app.py": """
        from models import User, typed
        from signals import x

        def f(user: User, it: typed) -> None:
            x.send(user, it=it)
        """,
}


def test_types_are_imported_for_checkers_only(tmp_path: Path) -> None:
    looks_like(
        rewritten(tmp_path, TYPES)["signals.py"],
        """
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from aldis.blinker import typed
        from blinker import signal

        if TYPE_CHECKING:
            from models import User, typed as _typed


        @typed(signal('x'))
        def x(sender: User, /, *, it: _typed) -> object: ...
        """,
    )


def test_an_import_block_for_checkers_is_used(tmp_path: Path) -> None:
    head = "import typing\nif typing.TYPE_CHECKING:\n    from os import PathLike\n"
    text = rewritten(tmp_path, {**TYPES, "signals.py": head + TYPES["signals.py"]})["signals.py"]
    assert "    from os import PathLike\n\n    from models import User, typed as _typed\n" in text
    assert "TYPE_CHECKING" not in text.replace("typing.TYPE_CHECKING", "")


def test_names_that_are_taken_get_aliases(tmp_path: Path) -> None:
    head = "typed = User = aldis = 1\n"
    sources = {**TYPES, "signals.py": TYPES["signals.py"] + head}
    text = rewritten(tmp_path, sources)["signals.py"]
    assert "from aldis.blinker import typed as _typed\n" in text
    assert "User as _User" in text
    sources["signals.py"] = INSTANCE + "\n    Signal, aldis = 1, 2\n"
    text = rewritten(tmp_path, sources)["signals.py"]
    assert "from aldis import Signal as _Signal\n" in text


def test_annotations_are_quoted_where_something_reads_them(tmp_path: Path) -> None:
    head = "from dataclasses import dataclass\n@dataclass\nclass A:\n    n: int\n"
    sources = {**TYPES, "signals.py": head + TYPES["signals.py"]}
    text = rewritten(tmp_path, sources)["signals.py"]
    assert "from __future__" not in text
    assert 'def x(sender: "User", /, *, it: "_typed") -> object: ...' in text


def test_relative_imports_and_packages_are_understood(tmp_path: Path) -> None:
    sources = {
        "shop/__init__.py": "from .models import User\nfrom blinker import signal\nx = signal('x')\n",  # noqa: E501
        "shop/models.py": "class User: ...\n",
        "app.py": """
            from shop import x
            from shop.models import User
            def f(user: User) -> None:
                x.send(user)
            """,
    }
    assert "def x(sender: User, /)" in rewritten(tmp_path, sources)["shop/__init__.py"]


# -- the rest of a file

PLAIN = "from blinker import signal\nx = signal('x')\nx.send(None, text='ä')"


@pytest.mark.parametrize(
    ("head", "encoding", "newline"),
    [
        ("", "utf-8", "\n"),
        ("", "utf-8-sig", "\r\n"),
        ("# -*- coding: latin-1 -*-\n", "latin-1", "\r\n"),
    ],
)
def test_encodings_and_line_ends_stay(
    tmp_path: Path, head: str, encoding: str, newline: str
) -> None:
    data = (head + PLAIN).replace("\n", newline).encode(encoding)
    path = tmp_path / "app.py"
    path.write_text(head + PLAIN, encoding="utf-8")
    program = program_in(tmp_path)
    path.write_bytes(data)
    (change,) = changes_of(decide(program, Wishes()))
    assert change.new.startswith(data[:5])
    assert change.new.endswith("text='ä')".encode(encoding.removesuffix("-sig")))
    lines = change.new.decode(encoding).split(newline)
    assert "\n" not in "".join(lines)
    assert "def x(sender: None, /, *, text: str) -> object: ..." in lines


@pytest.mark.parametrize(
    "text",
    [
        "from blinker import signal\nx = signal('x'); y = 1\nx.send(None)\n",
        "from blinker import signal\ny = 1; x = signal('x')\nx.send(None)\n",
        "from blinker import signal\nx = signal('x') if 1 else None\nx.send(None)\n",
        "from blinker import Signal\n@print\nclass A:\n    x: Signal = Signal()\n\n    def f(self):\n        self.x.send(self)\n",  # noqa: E501
    ],
)
def test_a_statement_that_does_more_stays(tmp_path: Path, text: str) -> None:
    plan = plan_of(tmp_path, {"app.py": text})
    for choice in plan.choices:
        assert choice.changes
    assert changes_of(plan) == []
    assert [code for code in codes_of(plan) if code == "M25"] == ["M25"] * len(plan.choices)


STATEMENTS = st.lists(
    st.sampled_from(
        [
            "# a comment\n",
            "\n",
            "{x} = ns.signal('{x}')  # trailing\n",
            "{x} = ns.signal(\n    '{x}',  # first\n    doc='Doc.',\n)\n",
            "{x}: NamedSignal = ns.signal('{x}')\n",
            "{x} = ns.signal('{x}')\n'''Doc.'''\n",
            "class {x}_class:\n    # in it\n    {x} = Signal()  # made\n",
            "class {x}_class:\n    def __init__(self):\n        self.{x} = Signal()  # made\n",
            "other_{x} = 1  # other\n",
        ]
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(STATEMENTS, st.sampled_from(["typed", "own"]), st.booleans())
def test_no_comment_is_lost_and_a_second_run_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], level: str, methods: bool
) -> None:
    root = tmp_path_factory.mktemp("made")
    text = "from blinker import NamedSignal, Namespace, Signal\n\nns = Namespace()\n"
    for place, piece in enumerate(pieces):
        text += piece.format(x=f"x{place}")
    for place, piece in enumerate(pieces):
        if "{x}_class" in piece:
            text += f"x{place}_class().x{place}.send(None, n=1)\n"
        elif "signal" in piece:
            text += f"x{place}.send(n=1)  # {place}\n"
    texts = rewritten(root, {"app.py": text}, level=level, methods=methods)
    new = texts.get("app.py", text)
    ast.parse(new)
    before, after = (Counter(comment for *_, comment in comments_in(one)) for one in (text, new))
    assert not before - after
    assert rewritten(root, {"app.py": new}, level=level, methods=methods) in ({}, {"app.py": new})
