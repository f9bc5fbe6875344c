"""`aldis list` shows every signal of a package, and its current receivers."""

from __future__ import annotations

import io
import os
import py_compile
import re
import subprocess
import sys
import textwrap
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.text import Text

from aldis.blinker import _connectable, base
from cli.workplace import LISTENS_TO_INTERRUPTS, Workplace

SIGNALS = '''\
from aldis import AsyncSignal, Namespace, Signal
from aldis.blinker import Namespace as Untyped, Signal as UntypedSignal


@Signal
def saved(sender: object, /, *, path: str, mode: int = 0) -> None:
    """Sent after a file was saved.

    By whatever part.
    """


@AsyncSignal
async def stored(sender: object, /) -> None: ...


class Job:
    @staticmethod
    def helper() -> None: ...

    @Signal.method
    def done(self, *, status: str) -> None:
        """The job is done."""

    class Inner:
        kept = Signal(doc="Kept by all.")


ns = Namespace()


@ns.signal
def named(sender: object, /, *, n: int) -> None: ...


ns.signal("by-name")
pair = Signal[object, [int, str]]()
old = Untyped().signal("old", doc="As blinker has it.")
bare = UntypedSignal()
'''


def test_every_signal_of_modules_classes_and_namespaces_is_listed(here: Workplace) -> None:
    here.write(shop__signals=SIGNALS)
    ran = here.aldis("list", "shop")
    place = str(Path("shop", "signals.py"))
    assert ran.lines == [
        (
            f"{place}:6: shop.signals.saved: declared "
            "Signal(sender: object, /, *, path: str, mode: int = 0) -> None"
        ),
        f"{place}:6: shop.signals.saved: says Sent after a file was saved.",
        f"{place}:14: shop.signals.stored: declared AsyncSignal(sender: object, /) -> None",
        f"{place}:22: shop.signals.Job.done: declared Signal(self, *, status: str) -> None",
        f"{place}:22: shop.signals.Job.done: says The job is done.",
        f"{place}:26: shop.signals.Job.Inner.kept: declared Signal(untyped)",
        f"{place}:26: shop.signals.Job.Inner.kept: says Kept by all.",
        f"{place}:29: shop.signals.ns['by-name']: declared Signal(untyped)",
        f"{place}:33: shop.signals.named: declared Signal(sender: object, /, *, n: int) -> None",
        f"{place}:37: shop.signals.pair: declared Signal(sender, arg1: int, arg2: str, /)",
        f"{place}:38: shop.signals.old: declared NamedSignal(untyped)",
        f"{place}:38: shop.signals.old: says As blinker has it.",
        f"{place}:39: shop.signals.bare: declared Signal(untyped)",
    ]
    assert (ran.code, ran.err) == (0, "")


def test_a_receiver_is_told_with_its_place_its_terms_and_its_sender(here: Workplace) -> None:
    here.write(
        shop__signals=SIGNALS,
        shop__receivers="""\
            from functools import partial, wraps
            from .signals import *

            class Log:
                def write(self, sender, **_): ...

                @classmethod
                def read(cls, sender, **_): ...

                def __call__(self, sender, **_): ...

            def decorated(f):
                return f

            log = Log()
            job = Job()

            @saved.connect
            @decorated
            @decorated
            def plain(sender, **_): ...

            saved.connect(log.write, Job, priority=3)
            saved.connect(log, "bridge", weak=False)
            saved.connect(partial(plain), 7, once=True, weak=False)
            saved.connect(lambda sender, **_: None, Job.helper, weak=False)
            saved.connect(pair_up := Log.read, None)
            job.done.connect(plain)
            bare.connect(print)
            ns["by-name"].connect(pair.send, job)
            old.connect(bare.send)
            """,
    )
    ran = here.aldis("list", "shop")
    path, signals = Path("shop", "receivers.py"), Path("shop", "signals.py")
    told = [line.partition(": shop.signals.")[2] for line in ran.lines]
    modules = re.compile(r"receiver (shop\.receivers|shop\.signals|builtins)\.")
    assert [modules.sub("", line) for line in told if ": receiver " in line] == [
        f"saved: Log.write at {path}:5, weak, sender Job, priority 3",
        f"saved: plain at {path}:21, weak, sender ANY, priority 0",
        f"saved: <lambda> at {path}:26, strong, sender Job.helper, priority 0",
        f"saved: Log.read at {path}:8, weak, sender None, priority 0",
        f"saved: Log object at {path}:10, strong, sender 'bridge', priority 0",
        f"saved: partial(plain) at {path}:21, strong, sender 7, priority 0, once",
        f"Job.done: plain at {path}:21, weak, sender one Job, priority 0",
        f"ns['by-name']: pair.send at {signals}:37, weak, sender one Job, priority 0",
        f"old: bare.send at {signals}:39, weak, sender ANY, priority 0",
        "bare: print at (no source), weak, sender ANY, priority 0",
    ]
    assert (ran.code, ran.err) == (0, "")


def test_a_receiver_is_told_by_its_name_whatever_it_is(here: Workplace) -> None:
    here.write(
        shop="""\
            import json, textwrap, types
            from aldis import Signal
            from aldis.blinker import Signal as Untyped

            class Recorder:
                def __init__(self, sender): ...

            saved, untyped = Signal(), Untyped()
            saved.connect(Recorder)
            saved.connect(dict, json)
            saved.connect(textwrap.dedent)
            scope = {}
            exec(compile("def gone(sender): ...", "gone.py", "exec"), scope)
            saved.connect(scope["gone"])
            exec("def made(sender): ...", scope)
            saved.connect(scope["made"])
            untyped.connect(untyped.disconnect)
            """
    )
    ran = here.aldis("list", "shop")
    told = [line.partition(": receiver ")[2] for line in ran.lines if ": receiver " in line]
    assert [line.partition(", priority")[0] for line in told] == [
        "shop.Recorder at shop.py:5, weak, sender ANY",
        "builtins.dict at (no source), weak, sender json",
        f"textwrap.dedent at {textwrap.__file__}:{line_of(textwrap.dedent)}, weak, sender ANY",
        "gone at gone.py:1, weak, sender ANY",
        "made at (no source), weak, sender ANY",
        (
            f"aldis.blinker._connectable.Connectable.disconnect at {_connectable.__file__}:"
            f"{line_of(base.Signal.disconnect)}, weak, sender ANY"
        ),
    ]


def line_of(function: Any) -> int:
    line: int = function.__code__.co_firstlineno
    return line


def test_a_typed_view_of_one_of_blinkers_own_signals_has_receivers_that_only_it_knows(
    here: Workplace,
) -> None:
    here.write(
        shop="""\
            import blinker
            from aldis.blinker import typed

            @lambda declaration: typed(blinker.Signal(), declaration)
            def saved(sender: object, /) -> None: ...
            saved.connect(print)
            """
    )
    ran = here.aldis("list", "shop")
    assert ran.lines == ["shop.py:5: shop.saved: declared View(sender: object, /) -> None"]


def test_a_signal_is_found_in_whatever_block_it_is_bound(here: Workplace) -> None:
    here.write(
        shop="""\
            from contextlib import nullcontext
            from aldis import Signal
            if Signal:
                one = Signal()
            else:
                one = None
            try:
                two = Signal()
            except LookupError:
                raise
            else:
                three, (four, *_) = Signal(), (Signal(), 1)
            finally:
                five: object = Signal()
            try:
                raise LookupError
            except LookupError:
                six = Signal()
            with nullcontext():
                seven = Signal()
            """
    )
    ran = here.aldis("list", "shop")
    assert [line.partition(": declared")[0] for line in ran.lines] == [
        "shop.py:4: shop.one",
        "shop.py:8: shop.two",
        "shop.py:12: shop.four",
        "shop.py:12: shop.three",
        "shop.py:14: shop.five",
        "shop.py:18: shop.six",
        "shop.py:20: shop.seven",
    ]


def test_a_module_without_a_source_is_listed_as_far_as_it_goes(here: Workplace) -> None:
    here.write(shop__signals="from aldis import Signal\nsaved = Signal()")
    source = here.folder / "shop" / "signals.py"
    py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")))
    source.unlink()
    assert here.aldis("list", "shop").lines == [
        "(no source): shop.signals.saved: declared Signal(untyped)"
    ]


def test_a_package_in_a_package_is_listed_and_a_program_that_is_no_python_does_no_harm(
    here: Workplace,
) -> None:
    here.write(
        **{
            "shop/inner/deep/signals": "from aldis import Signal\nsaved = Signal()",
            "shop/inner/deep/__main__": "(",
        }
    )
    (here.folder / "shop" / "__init__.py").touch()
    (here.folder / "shop" / "inner" / "__init__.py").touch()
    place = Path("shop", "inner", "deep", "signals.py")
    ran = here.aldis("list", "shop")
    assert ran.lines == [f"{place}:2: shop.inner.deep.signals.saved: declared Signal(untyped)"]


NAMESPACES = ["shop.parts", "shop.parts.deep.inner", "shop.one.two"]


def test_packages_without_an_init_file_are_entered_wherever_they_are(here: Workplace) -> None:
    here.write(shop__signals="")
    for name in NAMESPACES:
        folder = here.folder.joinpath(*name.split("."))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "events.py").write_text("from aldis import Signal\nsaved = Signal()")
        (folder / "__main__.py").write_text("raise SystemExit(3)")
    ran = here.aldis("list", "shop")
    assert (ran.code, ran.err) == (0, "")
    for name in NAMESPACES:
        assert sum(f" {name}.events.saved: declared" in line for line in ran.lines) == 1
        part = here.aldis("list", name)
        assert set(part.lines) <= set(ran.lines)
    drawn = here.aldis("graph", "shop").out
    assert drawn.count('["saved"]') == len(NAMESPACES)


def test_a_folder_that_holds_no_modules_is_no_package(here: Workplace) -> None:
    here.write(shop__signals="from aldis import Signal\nsaved = Signal()")
    shop = here.folder / "shop"
    for name in ("data", "templates/mails", "not-a-name", "__pycache__", "signals"):
        (shop / name).mkdir(parents=True, exist_ok=True)
        (shop / name / "read.me").touch()
    for name in ("not-a-name", "__pycache__", "signals"):
        (shop / name / "module.py").write_text("raise AssertionError")
    (shop / "data" / "circle").symlink_to(shop / "data", target_is_directory=True)
    ran = here.aldis("list", "shop")
    place = Path("shop", "signals.py")
    assert ran == (0, f"{place}:2: shop.signals.saved: declared Signal(untyped)\n", "")
    assert not [name for name in sys.modules if name.startswith("shop.data")]


def test_a_package_in_a_zip_file_is_listed(here: Workplace) -> None:
    with zipfile.ZipFile(here.folder / "all.zip", "w") as file:
        file.writestr("shop/__init__.py", "")
        file.writestr("shop/signals.py", "from aldis import Signal\nsaved = Signal()")
    sys.path.insert(0, str(here.folder / "all.zip"))
    ran = here.aldis("list", "shop")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("shop.signals.saved: declared Signal(untyped)\n")


RAISING = """\
from aldis import Signal
from aldis.blinker import signal
saved = Signal()
def __getattr__(name):
    raise {error}
def later(thing): thing("x"), thing.get("x"), signal("of-raising"), {name}.signal("x")
"""


@pytest.mark.parametrize("error", ["RuntimeError", "KeyError(name)", "SystemExit", "BaseException"])
@pytest.mark.parametrize("command", ["list", "graph"])
def test_a_module_whose_getattr_raises_anything_is_as_good_as_any(
    here: Workplace, command: str, error: str
) -> None:
    text = RAISING.replace("{error}", error)
    here.write(
        alone=text.replace("{name}", "alone"),
        **{
            "shop/signals": "from shop import inner\n" + text.replace("{name}", "inner"),
            "shop/inner/more": text.replace("{name}", "shop"),
        },
    )
    for package in ("shop", "shop/inner"):
        (here.folder / package / "__init__.py").write_text(text.replace("{name}", "shop"))
    for name, count in [("alone", 1), ("shop", 4)]:
        ran = here.aldis(command, name)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.count("saved: declared" if command == "list" else '["saved"]') == count


def test_what_stands_in_for_a_module_is_not_asked_either(here: Workplace) -> None:
    here.write(
        shop="""\
            import sys
            from aldis import Signal

            made = []

            class Hostile:
                def __getattr__(self, name): raise RuntimeError(name)
                __class__ = property(lambda self: 1 / 0)

            class Meta(type):
                def __getattribute__(cls, name):
                    if made: raise RuntimeError(name)
                    return type.__getattribute__(cls, name)

            class Odd(metaclass=Meta):
                kept = Signal()

            made.append(Odd)
            hostile = Hostile()
            def f(): hostile("x"), hostile.get("x"), hostile.saved.send(1)
            vars(hostile).update(vars(), saved=Signal())
            sys.modules[__name__] = hostile
            """,
        slots__signals="from aldis import Signal\nsaved = Signal()",
        slots__odd="""\
            import sys
            class Slots:
                __slots__ = ()
                __spec__ = __path__ = None
            sys.modules[__name__] = Slots()
            """,
    )
    ran = here.aldis("list", "shop")
    assert (ran.code, ran.err) == (0, "")
    assert {line.split(": ")[1] for line in ran.lines} == {"shop.Odd.kept", "shop.saved"}
    assert here.aldis("list", "slots").code == 0


def test_a_module_that_is_loaded_when_it_is_used_is_loaded(here: Workplace) -> None:
    here.write(
        shop__lazy="from aldis import Signal\nsaved = Signal()",
        shop__broken="1 / 0",
    )
    (here.folder / "shop" / "__init__.py").write_text(
        textwrap.dedent("""\
            import sys
            from importlib.util import LazyLoader, find_spec, module_from_spec

            for name in ("shop.lazy", "shop.broken"):
                spec = find_spec(name)
                spec.loader = LazyLoader(spec.loader)
                module = sys.modules[name] = module_from_spec(spec)
                spec.loader.exec_module(module)
            """)
    )
    ran = here.aldis("list", "shop")
    place = Path("shop", "broken.py")
    assert "shop.lazy.saved: declared" in ran.out
    assert ran.code == 2
    assert ran.err == (
        f"aldis: shop.broken cannot be imported: ZeroDivisionError: division by zero ({place}:1)\n"
    )


def test_an_import_that_fails_in_no_line_of_a_file_is_told_without_one(here: Workplace) -> None:
    (here.folder / "damaged.pyc").write_bytes(b"nothing")
    ran = here.aldis("list", "damaged")
    assert (ran.code, ran.out) == (2, "")
    assert re.fullmatch(
        r"aldis: damaged cannot be imported: ImportError: bad magic number in 'damaged'[^(]*\n",
        ran.err,
    )


def test_a_signal_that_is_imported_elsewhere_is_listed_where_it_is_declared(
    here: Workplace,
) -> None:
    here.write(
        shop__a_front="from shop.signals import saved, bare as blank, Job",
        shop__signals=SIGNALS,
        shop__z_back="from shop.a_front import saved\nagain = saved",
    )
    alone = here.aldis("list", "shop.signals")
    whole = here.aldis("list", "shop")
    assert whole.out == alone.out


def test_a_signal_of_another_package_is_listed_with_its_own_place(here: Workplace) -> None:
    here.write(
        other__signals=SIGNALS,
        shop__app="from other.signals import Job, saved, bare\ndone = Job.done",
    )
    ran = here.aldis("list", "shop")
    place = Path("other", "signals.py")
    assert [line.partition(": declared")[0] for line in ran.lines if "declared" in line] == [
        "(no source): shop.app.bare",
        f"{place}:6: other.signals.saved",
        f"{place}:22: other.signals.Job.done",
    ]


def test_a_name_that_is_looked_up_in_the_shared_namespace_is_listed(here: Workplace) -> None:
    here.write(
        shop="""\
            from aldis.blinker import signal

            def hear(sender): ...

            signal("test-list-looked-up").connect(hear)
            hear.send("test-list-looked-up") if hear("test-list-looked-up") else None
            """
    )
    ran = here.aldis("list", "shop")
    start = "shop.py:5: aldis.blinker.signal['test-list-looked-up']:"
    assert ran.lines == [
        f"{start} declared NamedSignal(untyped)",
        f"{start} receiver shop.hear at shop.py:3, weak, sender ANY, priority 0",
    ]


def test_a_name_that_is_looked_up_by_a_module_is_listed_and_drawn(here: Workplace) -> None:
    here.write(
        shop="""\
            import aldis.blinker as blinker

            def ring():
                blinker.signal("test-list-by-module").send("me")
                blinker.signal("test-list-never").send("me")
                ring.nothing("test-list-by-module")

            blinker.signal("test-list-by-module").connect(ring)
            """
    )
    ran = here.aldis("list", "shop")
    start = "shop.py:4: aldis.blinker.signal['test-list-by-module']:"
    assert ran.lines == [
        f"{start} declared NamedSignal(untyped)",
        f"{start} receiver shop.ring at shop.py:3, weak, sender ANY, priority 0",
    ]
    assert "function2 --> signal1" in here.aldis("graph", "shop").out


def test_a_typed_view_shows_the_receivers_of_the_signal_behind_it(here: Workplace) -> None:
    here.write(
        shop="""\
            from aldis.blinker import Signal, typed

            def declaration(sender: object, /, *, n: int) -> None: ...
            def hear(sender, *, n): ...

            view = typed(Signal(), declaration)
            view.connect(hear)
            """
    )
    ran = here.aldis("list", "shop")
    assert ran.lines == [
        "shop.py:3: shop.view: declared View(sender: object, /, *, n: int) -> None",
        "shop.py:3: shop.view: receiver shop.hear at shop.py:4, weak, sender ANY, priority 0",
    ]


def test_a_name_that_a_namespace_gave_is_told_beside_the_path(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.write(
        shop="""\
            from aldis import Namespace, Signal
            from aldis.blinker import NamedSignal, signal, typed

            ns = Namespace()

            @ns.signal(name="user-created")
            def user_created(sender: object, /) -> None: ...
            @ns.signal
            def user_left(sender: object, /) -> None: ...
            @typed(NamedSignal("user-seen"))
            def user_seen(sender: object, /) -> None: ...
            """
    )
    ran = here.aldis("list", "shop")
    assert ran.lines == [
        "shop.py:7: shop.user_created: declared Signal(sender: object, /) -> None",
        "shop.py:7: shop.user_created: named user-created",
        "shop.py:9: shop.user_left: declared Signal(sender: object, /) -> None",
        "shop.py:11: shop.user_seen: declared View(sender: object, /) -> None",
        "shop.py:11: shop.user_seen: named user-seen",
    ]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "named 'user-created'" in Text.from_ansi(here.aldis("list", "shop").out).plain


def test_a_signal_whose_source_is_nowhere_is_listed_all_the_same(here: Workplace) -> None:
    here.write(
        shop="""\
            from aldis import Signal
            scope = {"Signal": Signal}
            exec("@Signal\\ndef made(sender): ...\\nsignal = Signal()", scope)
            made, signal = scope["made"], scope["signal"]
            globals()["dynamic"] = Signal()
            """
    )
    ran = here.aldis("list", "shop")
    assert ran.lines == [
        "(no source): shop.dynamic: declared Signal(untyped)",
        "shop.py:4: shop.made: declared Signal(sender)",
        "shop.py:4: shop.signal: declared Signal(untyped)",
    ]


def test_piped_lines_are_neither_wrapped_nor_coloured(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    here.write(shop__signals=SIGNALS)
    ran = here.aldis("list", "shop")
    assert "\x1b" not in ran.out
    assert max(map(len, ran.lines)) > 100


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_gets_a_tree_that_fits_and_leaves_nothing_out(
    here: Workplace, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    here.write(
        shop__signals=SIGNALS,
        shop__receivers="""\
            from .signals import *
            def a_receiver_with_quite_a_long_name(sender, **_): ...
            saved.connect(a_receiver_with_quite_a_long_name, "bridge", once=True)
            """,
    )
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    ran = here.aldis("list", "shop")
    assert "\x1b[" in ran.out
    plain = [Text.from_ansi(line).plain for line in ran.lines]
    assert max(map(cell_len, plain)) <= width
    letters = "".join("".join(plain).translate(dict.fromkeys(map(ord, "│├└─ "))).split())
    for fact in (
        "saved(sender:object,/,*,path:str,mode:int=0)->None",
        "Sentafterafilewassaved.",
        f"Signalatshop{'/' if sys.platform != 'win32' else chr(92)}signals.py:6",
        "AsyncSignalat",
        "norec",
        "9signals,1withreceiversnow",
    ):
        assert fact in letters
    # what stands in a column is folded there
    assert "…" not in letters
    if width >= 100:
        assert "a_receiver_with_quite_a_long_name" in letters


def test_one_signal_is_not_called_signals(here: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    here.write(shop="from aldis import Signal\nsaved = Signal()")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = here.aldis("list", "shop")
    assert "1 signal, 0 with receivers now" in Text.from_ansi(ran.out).plain


def test_a_program_is_not_run_and_what_modules_print_is_kept_off_the_answer(
    here: Workplace,
) -> None:
    here.write(
        shop__signals="from aldis import Signal\nsaved = Signal()",
        **{"shop/__init__": "print('hello')", "shop/__main__": "raise SystemExit('it ran')"},
    )
    ran = here.aldis("list", "shop")
    place = Path("shop", "signals.py")
    assert ran.out == f"{place}:2: shop.signals.saved: declared Signal(untyped)\n"
    assert (ran.code, ran.err) == (0, "hello\n")


BAD = {
    "nowhere": "there is no module nowhere",
    "shop.nowhere": "there is no module shop.nowhere",
    "nowhere.at.all": "there is no module nowhere",
    "shop/signals.py": "shop/signals.py is a path; name the module to import: shop.signals",
    "shop.py": "shop.py is a path; name the module to import: shop",
    "../shop.py": "../shop.py is not a module name",
    "shop-1": "shop-1 is not a module name",
    "": " is not a module name",
    "needy": "needy cannot be imported: ModuleNotFoundError: No module named 'zzz' (needy.py:1)",
    "wrong": "wrong cannot be imported: SyntaxError: '(' was never closed (wrong.py, line 2) "
    "(wrong.py:2)",
    "failing": "failing cannot be imported: ValueError: on two lines (failing.py:4)",
    "exiting": "exiting cannot be imported: SystemExit: 3 (exiting.py:2)",
    "silent": "silent cannot be imported: AssertionError (silent.py:1)",
    "quiet": "there are no signals in quiet",
    "half": "half.inner cannot be imported: AssertionError (half/inner.py:1); "
    "there are no signals in half",
}


@pytest.mark.parametrize(("name", "line"), BAD.items())
@pytest.mark.parametrize("command", ["list", "graph"])
def test_bad_input_is_one_clear_line_and_exit_code_2(
    here: Workplace, command: str, name: str, line: str
) -> None:
    here.write(
        shop__signals=SIGNALS,
        needy="import zzz",
        wrong="\n(",
        failing="def f():\n\n\n    raise ValueError('on\\ntwo  lines')\nf()",
        exiting="import sys\nsys.exit(3)",
        silent="assert False",
        quiet="",
        half__inner="assert False",
    )
    ran = here.aldis(command, name)
    assert (ran.code, ran.out, ran.err) == (2, "", f"aldis: {line}\n")


def test_a_module_that_cannot_be_imported_is_told_and_the_rest_is_listed(here: Workplace) -> None:
    here.write(shop__signals=SIGNALS)
    whole = here.aldis("list", "shop")
    here.write(shop__broken="import zzz")
    ran = here.aldis("list", "shop")
    place = Path("shop", "broken.py")
    assert ran.out == whole.out
    assert ran.err == (
        "aldis: shop.broken cannot be imported: ModuleNotFoundError: No module named 'zzz' "
        f"({place}:1)\n"
    )
    assert ran.code == 2


@pytest.mark.parametrize("name", ["broken", "shop.broken"])
def test_a_module_that_is_skipped_is_not_imported(here: Workplace, name: str) -> None:
    here.write(shop__signals=SIGNALS, shop__broken="import zzz")
    ran = here.aldis("list", "shop", "--skip", name)
    assert (ran.code, ran.err) == (0, "")


def test_who_asks_for_the_signals_of_blinker_is_told_how_to_see_them(here: Workplace) -> None:
    pytest.importorskip("blinker")
    here.write(shop="import blinker\nsaved = blinker.Signal()", quiet="import blinker")
    ran = here.aldis("list", "shop")
    assert ran == (
        2,
        "",
        (
            "aldis: the signals in shop belong to blinker itself; to see them, "
            "start the command with: python -m aldis.blinker -m aldis\n"
        ),
    )
    assert here.aldis("list", "quiet").err == "aldis: there are no signals in quiet\n"
    run = subprocess.run(
        [sys.executable, "-m", "aldis.blinker", "-m", "aldis", "list", "shop"],
        cwd=here.folder,
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.stdout == "shop.py:2: shop.saved: declared Signal(untyped)\n"


def test_without_blinker_a_package_without_signals_is_told_of_all_the_same(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "blinker", raising=False)
    here.write(quiet="")
    assert here.aldis("list", "quiet").err == "aldis: there are no signals in quiet\n"


@pytest.mark.parametrize("started", ["", "folder", "script"])
def test_a_package_of_the_current_folder_is_found_however_python_was_started(
    here: Workplace, started: str
) -> None:
    """`python -c` puts "" into the path, `python -m` the folder, and a script neither."""
    folder = str(here.folder)
    first = {"": [""], "folder": [folder], "script": []}[started]
    sys.path[:] = first + [entry for entry in sys.path if entry not in {"", folder}]
    here.write(shop="from aldis import Signal\nsaved = Signal()\n")
    assert here.aldis("list", "shop").code == 0
    assert first == sys.path[: len(first)]


def test_an_interrupt_while_modules_are_imported_is_no_bad_input(here: Workplace) -> None:
    here.write(
        shop="raise KeyboardInterrupt",
        half__inner="raise KeyboardInterrupt",
    )
    for name in ("shop", "half"):
        with pytest.raises(KeyboardInterrupt):
            here.aldis("list", name)


@pytest.mark.skipif(os.name != "posix", reason="a signal of the system interrupts it")
@pytest.mark.parametrize("command", ["list", "graph"])
def test_an_interrupt_ends_a_command_in_one_line_with_exit_code_130(
    here: Workplace, command: str
) -> None:
    here.write(
        shop=f"{LISTENS_TO_INTERRUPTS}import os\nos.kill(os.getpid(), signal.SIGINT)\ninput()"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "aldis", command, "shop"],
        cwd=here.folder,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 130
    assert (ran.stdout, ran.stderr) == ("", "aldis: interrupted\n")


def test_a_proxy_that_has_no_object_to_stand_for_is_left_alone(here: Workplace) -> None:
    here.write(
        shop="""\
            from aldis import Signal

            class Proxy:
                @property
                def __class__(self):
                    raise RuntimeError("working outside of a context")

            proxy = Proxy()
            saved = Signal()
            """
    )
    assert here.aldis("list", "shop").code == 0


def test_help_names_the_commands_and_no_command_at_all_shows_it(here: Workplace) -> None:
    asked = here.aldis("--help")
    assert asked.code == 0
    for command in ("list", "graph", "trace"):
        assert command in asked.out
    bare = here.aldis()
    assert bare.code == 2
    assert asked.out in bare.out + bare.err


@pytest.mark.parametrize("arguments", [["--help"], ["relay", "--help"]], ids=" ".join)
def test_help_has_a_whole_sentence_for_each_command(here: Workplace, arguments: list[str]) -> None:
    commands = here.aldis(*arguments).out.partition("Commands:\n")[2].splitlines()
    assert commands
    for line in commands:
        assert line.endswith("."), line
        assert not line.endswith("..."), line


def test_the_version_is_that_of_the_distribution(here: Workplace) -> None:
    assert here.aldis("--version") == (0, f"aldis {version('aldis')}\n", "")
    assert "--version" in here.aldis("--help").out


@pytest.mark.parametrize("arguments", [["list"], ["lisp"], ["list", "a", "b"], ["list", "--no"]])
def test_a_wrong_command_line_is_told_with_exit_code_2(
    here: Workplace, arguments: list[str]
) -> None:
    ran = here.aldis(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("Error: ") == 1


@pytest.mark.parametrize("command", ["list", "graph"])
def test_who_reads_no_further_hears_no_complaint(here: Workplace, command: str) -> None:
    here.write(shop=SIGNALS)
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "aldis", command, "shop"],
        cwd=here.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    with run.stderr as stderr:
        assert stderr.read() == b""
    assert run.wait(timeout=60) == 0


def test_a_pipe_that_breaks_is_left_alone(here: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def writelines(self, lines: object) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return file.fileno()

    here.write(shop=SIGNALS)
    with (here.folder / "file").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Broken())
        assert here.aldis("list", "shop").code == 0
        assert os.path.sameopenfile(file.fileno(), os.open(os.devnull, os.O_RDONLY))


def test_what_the_encoding_of_the_output_has_not_is_written_otherwise(here: Workplace) -> None:
    here.write(shop="from aldis import Signal\nsaved = Signal(doc='Nach dem Speichern: ✓')")
    ran = subprocess.run(
        [sys.executable, "-m", "aldis", "list", "shop"],
        cwd=here.folder,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.splitlines()[1] == b"shop.py:2: shop.saved: says Nach dem Speichern: \\u2713"


def test_python_m_aldis_finds_the_modules_of_the_current_folder(here: Workplace) -> None:
    here.write(shop="from aldis import Signal\nsaved = Signal()")
    for command in (["-m", "aldis"], ["-c", "from aldis.__main__ import main; main()"]):
        ran = subprocess.run(
            [sys.executable, *command, "list", "shop"],
            cwd=here.folder,
            capture_output=True,
            check=False,
            text=True,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout == "shop.py:2: shop.saved: declared Signal(untyped)\n"
