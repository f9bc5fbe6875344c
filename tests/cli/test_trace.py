"""`aldis trace` runs a program, and prints its sends while they happen."""

from __future__ import annotations

import atexit
import json
import os
import re
import signal as signals_of_the_system
import subprocess
import sys
from collections.abc import Callable, Sequence
from subprocess import PIPE
from typing import Any

import pytest
from rich.text import Text

from aldis._cli._words import time_words
from cli.workplace import LISTENS_TO_INTERRUPTS, Ran, Workplace

PROGRAM = """\
import sys
from aldis import Signal

@Signal
def saved(sender: object, /, *, path: str) -> None: ...

@Signal
def opened(sender: object, /) -> None: ...

class Log:
    def write(self, sender, **_):
        opened.send(self)

    def read(self, sender, **_): ...

log = Log()
saved.connect(log.write)
saved.connect(log.read)
print(__name__, sys.argv, sys.path[0])
saved.send("me", path="a.txt")
"""
# times are in the last column, and differ
TIME = re.compile(r"  \d[\d.,e+]* (µs|ms|s)$")
TREE = """\
saved(path='a.txt') from 'me'
│ Log.write
│ │ opened() from one Log to nobody
│ └
│ Log.read
└
""".splitlines()


@pytest.fixture
def trace(here: Workplace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run the command in this process, up to the end that a process of its own would have."""
    at_exit: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)
    monkeypatch.setattr(os, "register_at_fork", dict, raising=False)
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])

    def run(*arguments: str) -> Ran:
        try:
            return here.aldis("trace", *arguments, at_exit=at_exit)
        finally:
            while at_exit:
                at_exit.pop()()

    return run


def tree_of(text: str) -> list[str]:
    """Return the lines of a tree, without the times and without the table."""
    lines = [line for line in text.splitlines() if TIME.search(line) or "│" in line or "(" in line]
    return [TIME.sub("", line) for line in lines if not re.search(r"  \d.*  \d", line)]


def table_of(text: str) -> list[list[str]]:
    """Return the names and counts of the table."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("signals and receivers"))
    width = lines[start].index("times") - 2
    rows = [
        (line[:width], re.sub(r"[\d.]+ (µs|ms|s)", "T", line[width:]))
        for line in lines[start + 1 :]
    ]
    return [[name.rstrip(), *rest.split()] for name, rest in rows]


def test_a_program_runs_as_the_main_one_and_its_sends_are_told(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(program=PROGRAM)
    ran = trace("--", "program.py", "-o", "x", "--chrome")
    assert ran.out == f"__main__ ['program.py', '-o', 'x', '--chrome'] {here.folder}\n"
    assert tree_of(ran.err) == TREE
    # what takes longest comes first, and that is a matter of the machine
    assert sorted(table_of(ran.err)) == [
        ["  Log.read", "1", "T", "T", "T"],
        ["  Log.write", "1", "T", "T", "T"],
        ["opened", "1", "T", "T", "T"],
        ["saved", "1", "T", "T", "T"],
    ]
    assert ran.code == 0


ARGUMENTS = [
    ["program.py", "-o", "x"],
    ["./program.py", "--", "-m", "x"],
    ["program.py", "-mx", "--chrome"],
    ["-m", "program", "-o", "x"],
    ["-m", "program", "--", "y"],
    ["-mprogram", "--chrome", "y"],
    ["-m", "shop", "--help"],
    ["-mshop.inner", "--", "-m"],
    ["shop", "--version"],
]


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_sys_argv_is_what_the_program_has_by_itself_from_its_first_line_to_its_last(
    here: Workplace, arguments: list[str]
) -> None:
    tell = "import atexit, sys\nprint(sys.argv, sys.path[0])\natexit.register(print, sys.argv)"
    here.write(
        **{"program": tell, "shop/__main__": tell, "shop/inner/__main__": tell},
    )
    for package in ("shop", "shop/inner"):
        (here.folder / package / "__init__.py").write_text("import sys\nprint(sys.argv)")

    def said(*launcher: str) -> str:
        run = subprocess.run(
            [sys.executable, *launcher, *arguments],
            cwd=here.folder,
            capture_output=True,
            check=True,
            text=True,
        )
        return run.stdout

    assert said("-m", "aldis", "trace", "--summary") == said("-m", "aldis.blinker") == said()


@pytest.mark.parametrize("arguments", [["-m", "program", "-o", "x"], ["-mprogram", "-o", "x"]])
def test_a_module_runs_with_all_that_follows_as_its_own(
    here: Workplace, trace: Callable[..., Ran], arguments: list[str]
) -> None:
    here.write(program=PROGRAM)
    ran = trace(*arguments)
    path = here.folder / "program.py"
    assert ran.out == f"__main__ {[str(path), '-o', 'x']} {here.folder}\n"
    assert tree_of(ran.err) == TREE


def test_a_package_runs_by_its_main_module_and_a_folder_does(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(**{"shop/__main__": PROGRAM})
    by_name, by_path = trace("-m", "shop"), trace("shop")
    assert tree_of(by_name.err) == tree_of(by_path.err) == TREE


def test_the_tree_and_the_table_go_to_a_file_if_one_is_named(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(program=PROGRAM)
    ran = trace("-o", "tree.txt", "program.py")
    assert ran.err == ""
    text = (here.folder / "tree.txt").read_text(encoding="utf-8")
    assert tree_of(text) == TREE
    assert table_of(text)[0][0] == "saved"


def test_the_table_can_be_had_alone(here: Workplace, trace: Callable[..., Ran]) -> None:
    here.write(program=PROGRAM)
    ran = trace("--summary", "program.py")
    assert ran.err.startswith("signals and receivers")
    assert len(table_of(ran.err)) == 4


def test_a_program_that_sends_nothing_is_told_so(
    here: Workplace, trace: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "blinker", raising=False)
    here.write(program="print('hello')")
    assert trace("program.py") == (0, "hello\n", "no signal was sent\n")


BLINKER = """\
import blinker
saved = blinker.signal("saved")
@saved.connect
def index(sender): ...
saved.send(None)
"""
HINT = (
    "signals of blinker itself cannot be traced; "
    "to see them, start the command with: python -m aldis.blinker -m aldis\n"
)


@pytest.mark.parametrize(
    "program",
    [
        BLINKER,
        "from blinker import Signal\ndef main(): Signal().send('x')\nmain()",
        "import blinker\nclass A: saved = blinker.NamedSignal('saved')\nA.saved.send('x')",
    ],
)
def test_a_program_on_blinkers_own_signals_is_told_how_to_trace_them(
    here: Workplace, program: str
) -> None:
    pytest.importorskip("blinker")
    assert in_a_process(here, program).stderr == f"no signal was sent\n{HINT}"
    assert in_a_process(here, program, before=["-m", "aldis.blinker"]).stderr.count(" from ") == 1


def test_a_program_that_sends_signals_of_aldis_beside_blinker_gets_no_hint(
    here: Workplace,
) -> None:
    pytest.importorskip("blinker")
    ran = in_a_process(here, f"import blinker\n{PROGRAM}")
    assert tree_of(ran.stderr) == TREE
    assert "blinker" not in ran.stderr


def test_a_terminal_gets_colours_and_a_table_that_fits(
    here: Workplace, trace: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setattr("aldis._cli._tracing._WIDE", 60)
    here.write(program=PROGRAM)
    ran = trace("program.py")
    assert "\x1b[" in ran.err
    plain = Text.from_ansi(ran.err).plain
    assert tree_of(plain) == TREE
    assert max(map(len, plain[plain.index("signals and") :].splitlines())) <= 60


def test_exceptions_are_told_where_they_are_raised_and_where_they_come_through(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(
        program="""\
            from aldis import Signal
            outer, inner = Signal(name="outer"), Signal(name="inner")

            @outer.connect
            def forward(sender): inner.send(1)

            @inner.connect
            def fail(sender): raise ValueError("no\\nway")

            @inner.connect
            def exits(sender): raise KeyboardInterrupt

            try:
                outer.send(None)
            except ValueError:
                inner.disconnect(fail)
            try:
                outer.send(True)
            except KeyboardInterrupt:
                pass
            """
    )
    ran = trace("program.py")
    assert tree_of(ran.err) == [
        "outer() from None",
        "│ forward",
        "│ │ inner() from 1",
        "│ │ │ fail raised ValueError: no way",
        "│ │ └ raised ValueError: no way",
        "│ └ raised ValueError: no way",
        "└ raised ValueError: no way",
        "outer() from True",
        "│ forward",
        "│ │ inner() from 1",
        "│ │ │ exits raised KeyboardInterrupt",
        "│ │ └ raised KeyboardInterrupt",
        "│ └ raised KeyboardInterrupt",
        "└ raised KeyboardInterrupt",
    ]
    assert [row[:3] for row in table_of(ran.err)] == [
        ["outer", "2", "2"],
        ["  forward", "2", "2"],
        ["inner", "2", "2"],
        *sorted([["  fail", "1", "1"], ["  exits", "1", "1"]]),
    ] or [row[:3] for row in table_of(ran.err)][-2:] == [
        ["  fail", "1", "1"],
        ["  exits", "1", "1"],
    ]


def test_threads_and_tasks_are_told_apart(here: Workplace, trace: Callable[..., Ran]) -> None:
    here.write(
        program="""\
            import asyncio, threading
            import anyio, trio
            from aldis import AsyncSignal, Signal
            stored, rung = AsyncSignal(name="stored"), Signal(name="rung")

            @stored.connect
            async def first(sender): await meet()

            @stored.connect
            async def second(sender): await meet()

            async def meet():
                global waiting
                waiting -= 1
                while waiting > 0:
                    await anyio.lowlevel.checkpoint()
                await anyio.lowlevel.checkpoint()

            async def gather():
                global waiting
                waiting = 2
                await stored.gather("all")

            async def main():
                asyncio.current_task().set_name("mine")
                await gather()

            def work():
                rung.send("thread")
                trio.run(gather)

            rung.send("main")
            asyncio.run(main())
            worker = threading.Thread(target=work, name="worker")
            worker.start()
            worker.join()
            """
    )
    ran = trace("--chrome", "trace.json", "program.py")
    lines = tree_of(ran.err)
    assert lines[0] == "rung() from 'main' to nobody"
    assert lines[1] == "[mine] stored() from 'all' by gather"
    assert sorted(lines[2:4]) == ["[gather 3] │ first", "[gather 4] │ second"]
    assert lines[4] == "[mine] └"
    assert lines[5] == "[worker] rung() from 'thread' to nobody"
    assert re.fullmatch(r"\[worker, .*gather\] stored\(\) from 'all' by gather", lines[6])
    assert sorted(re.sub(r"\d", "N", line) for line in lines[7:9]) == [
        "[worker, gather N] │ first",
        "[worker, gather N] │ second",
    ]
    events = json.loads((here.folder / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
    assert_nested(events)
    names = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
    assert len(names) == len(set(names.values())) == 8


def assert_nested(events: list[dict[str, Any]]) -> None:
    """Demand what Perfetto does: of two events of one lane, apart or one in the other."""
    spans = [e for e in events if e["ph"] == "X"]
    for one in spans:
        for other in spans:
            if one is other or one["tid"] != other["tid"]:
                continue
            first, last = one["ts"], one["ts"] + one["dur"]
            begin, end = other["ts"], other["ts"] + other["dur"]
            apart = last <= begin or end <= first
            inside = (first <= begin and end <= last) or (begin <= first and last <= end)
            assert apart or inside, (one, other)


def test_a_trace_for_perfetto_has_an_event_for_each_send_and_each_turn(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(
        program=PROGRAM
        + "\nsaved.connect(lambda sender, **_: 1 / 0, weak=False)\n"
        + "saved.send_robust(None, path='b')\n"
    )
    trace("--chrome", "trace.json", "program.py")
    trace_ = json.loads((here.folder / "trace.json").read_text(encoding="utf-8"))
    assert set(trace_) == {"displayTimeUnit", "traceEvents"}
    assert trace_["displayTimeUnit"] == "ms"
    events = trace_["traceEvents"]
    assert {event["pid"] for event in events} == {os.getpid()}
    metadata = [event for event in events if event["ph"] == "M"]
    assert [(e["name"], e["tid"], e["args"]) for e in metadata] == [
        ("process_name", 0, {"name": "program.py"}),
        ("thread_name", 1, {"name": "MainThread"}),
    ]
    spans = [event for event in events if event["ph"] == "X"]
    assert len(metadata) + len(spans) == len(events)
    for span in spans:
        assert set(span) == {"ph", "name", "cat", "tid", "pid", "ts", "dur", "args"}
        assert span["tid"] == 1
        assert isinstance(span["ts"], (int, float))
        assert span["dur"] >= 0
    assert [(e["cat"], e["name"], e["args"]) for e in spans] == [
        ("send", "opened", {"sent": "() from one Log"}),
        ("receiver", "Log.write", {"at": "program.py:11"}),
        ("receiver", "Log.read", {"at": "program.py:14"}),
        ("send", "saved", {"sent": "(path='a.txt') from 'me'"}),
        ("send", "opened", {"sent": "() from one Log"}),
        ("receiver", "Log.write", {"at": "program.py:11"}),
        ("receiver", "Log.read", {"at": "program.py:14"}),
        (
            "receiver",
            "<lambda>",
            {"at": "program.py:22", "error": "raised ZeroDivisionError: division by zero"},
        ),
        ("send", "saved", {"sent": "(path='b') from None by send_robust"}),
    ]
    assert_nested(events)


def test_payloads_are_told_by_their_values_if_they_are_plain(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    here.write(
        program="""\
            from pathlib import Path
            from aldis import Signal

            class Secret:
                def __repr__(self): raise SystemExit("it was asked for its repr")

            class Text(str):
                __repr__ = Secret.__repr__

            rung = Signal(name="rung")
            rung.send(Secret(), 1, none=None, text="x" * 99, path=Path("a"), secret=Secret(),
                      items=[Secret()], pairs={}, derived=Text("y"))
            other = Signal(name="other")
            rung.connect(other.send, Text("me"))
            rung.send(Text("me"))
            """
    )
    ran = trace("program.py")
    assert tree_of(ran.err) == [
        (
            "rung(*args=<tuple of 1>, none=None, text='xxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxx', "
            "path=a, secret=<Secret>, items=<list of 1>, pairs=<dict of 0>, derived=<Text>) "
            "from one Secret to nobody"
        ),
        "rung() from 'me'",
        "│ other.send",
        "│ │ other() from 'me' to nobody",
        "│ └",
        "└",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 µs"),
        (0.0000123, "12 µs"),
        (0.000999, "999 µs"),
        (0.0009996, "1 ms"),
        (0.0123456, "12.3 ms"),
        (0.9996, "1 s"),
        (75.25, "75.2 s"),
        (1234.5, "1,234 s"),
    ],
)
def test_a_time_is_told_in_the_unit_that_suits_it(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


WRONG = {
    "no such program": (["nowhere.py"], "there is no program nowhere.py"),
    "a folder that cannot be run": (["empty"], "there is no program empty"),
    "no such module": (["-m", "nowhere"], "there is no module nowhere that can be run"),
    "none in a module": (["-m", "program.x"], "there is no module program.x that can be run"),
    "no name of one": (["-m", "a..b"], "there is no module a..b that can be run"),
    "a package that cannot be run": (["-m", "shop"], "there is no module shop that can be run"),
    "a tree that cannot be written": (
        ["-o", "nowhere/x", "program.py"],
        "nowhere/x cannot be written: No such file or directory",
    ),
    "a trace that cannot be written": (
        ["--chrome", "nowhere/x", "program.py"],
        "nowhere/x cannot be written: No such file or directory",
    ),
}


@pytest.mark.parametrize(("arguments", "line"), WRONG.values(), ids=WRONG)
def test_bad_input_is_one_clear_line_and_exit_code_2(
    here: Workplace, trace: Callable[..., Ran], arguments: list[str], line: str
) -> None:
    here.write(program="print('it ran')", shop__signals="")
    (here.folder / "empty").mkdir()
    ran = trace(*arguments)
    # looking for a module in a package imports the package
    assert ran == (2, "it ran\n" if "program.x" in arguments else "", f"aldis: {line}\n")


@pytest.mark.parametrize("arguments", [[], ["--"], ["-m"], ["--chrome"], ["--nothing", "x"]])
def test_a_wrong_command_line_is_told_with_exit_code_2(
    trace: Callable[..., Ran], arguments: list[str]
) -> None:
    ran = trace(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("Error: ") == 1


def test_an_exception_that_ends_a_program_goes_on_to_the_interpreter(
    here: Workplace, trace: Callable[..., Ran], capsys: pytest.CaptureFixture[str]
) -> None:
    here.write(program="def f():\n    raise ValueError('no')\nf()\n")
    with pytest.raises(ValueError, match="no") as caught:
        trace("program.py")
    # what the interpreter does then
    sys.excepthook(caught.type, caught.value, caught.tb)
    shown = capsys.readouterr().err
    assert re.findall(r'File "(.*)", line (\d), in (.*)', shown) == [
        (str(here.folder / "program.py"), "3", "<module>"),
        (str(here.folder / "program.py"), "2", "f"),
    ]


# -- the end of a program, in a process of its own


def in_a_process(
    here: Workplace, program: str, *options: str, before: Sequence[str] = (), **more: Any
) -> subprocess.CompletedProcess[str]:
    here.write(program=program)
    return subprocess.run(
        [sys.executable, *before, "-m", "aldis", "trace", *options, "program.py"],
        cwd=here.folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        **more,
    )


def alone(here: Workplace) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=here.folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize("end", ["3", "'so'", "None", "0"])
def test_the_exit_of_a_program_is_handed_on(here: Workplace, end: str) -> None:
    ran = in_a_process(here, f"import sys\nsys.exit({end})", "--summary")
    itself = alone(here)
    assert ran.returncode == itself.returncode
    assert ran.stderr == f"{itself.stderr}no signal was sent\n"


@pytest.mark.parametrize("hook", ["", "sys.excepthook = lambda *facts: print(*facts[:2])\n"])
def test_an_exception_that_ends_a_program_is_shown_as_if_it_ran_by_itself(
    here: Workplace, hook: str
) -> None:
    program = f"import sys\n{hook}def f():\n    raise ValueError('no') from KeyError('why')\nf()\n"
    ran = in_a_process(here, program, "--summary")
    itself = alone(here)
    assert ran.returncode == itself.returncode == 1
    assert ran.stdout == itself.stdout
    assert ran.stderr == f"{itself.stderr}no signal was sent\n"
    assert bool(hook) == ("ValueError" not in itself.stderr)


def test_a_program_that_is_no_python_is_shown_as_if_it_ran_by_itself(here: Workplace) -> None:
    ran = in_a_process(here, "x = 1\n(\n", "--summary")
    itself = alone(here)
    assert (ran.returncode, itself.returncode) == (1, 1)
    assert ran.stderr == f"{itself.stderr}no signal was sent\n"


SAYS_READY = """\
def ready():
    print("ready", flush=True)
async def sleep():
    ready()
    await asyncio.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="a signal of the system ends it")
@pytest.mark.parametrize("wait", ["ready()\ninput()", "import asyncio\nasyncio.run(sleep())"])
def test_an_interrupt_ends_a_program_in_one_line_with_exit_code_130(
    here: Workplace, wait: str
) -> None:
    # it is ready when the loop runs: an interrupt of its start or of an import ends otherwise
    here.write(program=f"{LISTENS_TO_INTERRUPTS}{SAYS_READY}{wait}")
    command = [sys.executable, "-m", "aldis", "trace", "--summary", "program.py"]
    with subprocess.Popen(
        command, cwd=here.folder, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
    ) as ran:
        assert ran.stdout is not None
        assert ran.stdout.readline() == "ready\n"
        ran.send_signal(signals_of_the_system.SIGINT)
        _, said = ran.communicate(timeout=60)
    assert (ran.returncode, said) == (130, "aldis: interrupted\nno signal was sent\n")


def test_an_interrupt_that_a_program_handles_is_its_own(here: Workplace) -> None:
    ran = in_a_process(here, "try: raise KeyboardInterrupt\nfinally: exit(3)", "--summary")
    assert (ran.returncode, ran.stderr) == (3, "no signal was sent\n")


def test_exit_handlers_and_threads_that_go_on_are_told_of(here: Workplace) -> None:
    ran = in_a_process(
        here,
        """\
        import atexit, threading
        from aldis import Signal
        rung = Signal(name="rung")
        ended = threading.Event()
        def work():
            ended.wait(30)
            rung.send("thread")
        threading.Thread(target=work, name="worker").start()
        atexit.register(lambda: rung.send("exit"))
        rung.send("main")
        threading.main_thread().join = None
        threading._register_atexit(ended.set)
        """,
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    assert tree_of(ran.stderr) == [
        "rung() from 'main' to nobody",
        "[worker] rung() from 'thread' to nobody",
        "rung() from 'exit' to nobody",
    ]
    assert table_of(ran.stderr) == [["rung", "3", "T", "T", "T"]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_leaves_the_trace_alone(here: Workplace) -> None:
    ran = in_a_process(
        here,
        """\
        import os, sys
        from aldis import Signal
        rung = Signal(name="rung")
        rung.send("before")
        pid = os.fork()
        if not pid:
            rung.send("child")
            sys.exit(0)
        os.waitpid(pid, 0)
        rung.send("after")
        """,
        "--chrome",
        "trace.json",
    )
    assert ran.returncode == 0, ran.stderr
    assert tree_of(ran.stderr) == [
        "rung() from 'before' to nobody",
        "rung() from 'after' to nobody",
    ]
    events = json.loads((here.folder / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
    assert len([event for event in events if event["ph"] == "X"]) == 2


def test_what_a_program_prints_is_all_there_is_on_its_standard_output(here: Workplace) -> None:
    ran = in_a_process(here, PROGRAM)
    assert ran.stdout == alone(here).stdout
    assert tree_of(ran.stderr) == TREE


RELAYED = """
from aldis import Signal
from aldis.relay import Memory, Relay

def paid(sender: str, /, *, order_id: int) -> None: ...
here, there = Signal(paid, name="here"), Signal(paid, name="there")
engine = Memory()
web, mailer = Relay(engine, name="web"), Relay(engine, name="mailer")
web.publish(here, topic="paid")
web.deliver(here, topic="other", group="web")
mailer.deliver(there, topic="paid", group="mailer")
mailer.publish(there, topic="paid.again")
echo = Signal(paid, name="echo")

@there.connect
def mail(sender: str, *, order_id: int) -> None:
    echo.send("mailer", order_id=order_id)

here.send("shop", order_id=1)
mailer.run(until_idle=0)
echo.send("shop", order_id=2)
"""


def test_both_ends_of_a_message_of_a_relay_have_its_id(
    here: Workplace, trace: Callable[..., Ran]
) -> None:
    pytest.importorskip("msgspec", reason="the extra `relay` needs it")
    here.write(program=RELAYED)
    ran = trace("--chrome", "trace.json", "program.py")
    published = re.findall(r"Publisher.* as message (\w{8})", ran.err)
    arrived = re.findall(r"^there.*, message (\w{8}) from web, attempt 1", ran.err, re.MULTILINE)
    assert published == arrived
    assert len(published) == 1  # what arrived is not published again
    assert ran.err.count(", message ") == 1
    events = json.loads((here.folder / "trace.json").read_text())["traceEvents"]
    arrows = [(event["ph"], event["id"][:8]) for event in events if event.get("cat") == "relay"]
    assert arrows == [("s", published[0]), ("f", published[0])]
