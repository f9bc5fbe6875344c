"""`aldis graph` draws who sends what to whom."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from aldis._cli._finding import look
from aldis._cli._graph import Graph
from cli.workplace import Workplace

SIGNALS = """\
from aldis import ANY, AsyncSignal, Namespace, Signal
from aldis.blinker import Signal as Untyped, signal

@Signal
def saved(sender: object, /, *, path: str) -> None: ...

@Signal
def opened(sender: object, /) -> None: ...

@AsyncSignal
async def stored(sender: object, /) -> None: ...

class Job:
    @Signal.method
    def done(self, *, status: str) -> None: ...

    shared = Signal()

ns = Namespace()
ns.signal("by-name")
untyped = Untyped()
looked_up = signal("test-graph-looked-up")
"""


def drawn(here: Workplace, source: str, **more: str) -> tuple[set[str], set[str]]:
    """Return what is drawn of a module that has all these signals: the sends, and deliveries."""
    here.write(
        shop__signals=SIGNALS,
        shop__app="from shop.signals import *\nfrom shop import signals\n" + dedent(source),
        **more,
    )
    graph = Graph(look("shop", []))
    titles = {node.key: node.title for node in graph.nodes}
    sends = {
        f"{titles[start]} {'..' if is_guess else '--'} {titles[end]}"
        for start, end, is_guess in graph.sends
    }
    deliveries = {
        f"{titles[start]} {'==' if is_connected else '--'} {titles[end]}"
        + (f" {', '.join(notes)}" if notes else "")
        for start, end, is_connected, notes in graph.deliveries
    }
    return sends, deliveries


# what stands in a function `f`, and what it sends
SENDING = {
    "a name": ("saved.send(1, path='')", "saved"),
    "robustly": ("saved.send_robust(1, path='')", "saved"),
    "by the module": ("signals.saved.send(1, path='')", "saved"),
    "by the package": ("import shop.signals as s\ns.saved.send(1, path='')", "saved"),
    "by the full name": ("import shop.signals\nshop.signals.saved.send(1, path='')", "saved"),
    "imported here": ("from .signals import saved as it\nit.send(1, path='')", "saved"),
    "awaited": ("async def g(): await stored.send(1)", "stored"),
    "gathered": ("async def g(): await stored.gather(1)", "stored"),
    "of a class": ("Job.shared.send(1)", "Job.shared"),
    "of the class itself": ("Job.done.send(Job(), status='')", "Job.done"),
    "made here": ("job = Job()\njob.done.send(status='')", "Job.done"),
    "made in place": ("Job().done.send(status='')", "Job.done"),
    "of several": ("a, (b, c) = 1, (2, Job())\nc.done.send(status='')", "Job.done"),
    "by a walrus": ("if job := Job(): job.done.send(status='')", "Job.done"),
    "of a context": ("with Job() as job: job.done.send(status='')", "Job.done"),
    "either": ("(Job() if f else None).done.send(status='')", "Job.done"),
    "or": ("(None or Job()).done.send(status='')", "Job.done"),
    "annotated": ("job: Job = f()\njob.done.send(status='')", "Job.done"),
    "each of a list": ("for job in [Job()]: job.done.send(status='')", "Job.done"),
    "each of a comprehension": (
        "for job in [Job() for _ in f]: job.done.send(status='')",
        "Job.done",
    ),
    "in a comprehension": ("{job.done.send(status='') for job in (Job(),)}", "Job.done"),
    "by the signal of a bound one": ("Job().done.signal.send(Job(), status='')", "Job.done"),
    "in a namespace": ("ns['by-name'].send(1)", "ns['by-name']"),
    "asked of a namespace": ("signals.ns.signal('by-name').send(1)", "ns['by-name']"),
    "asked of everybody's": ("signal('test-graph-looked-up').send(1)", "looked_up"),
    "untyped": ("untyped.send(1)", "untyped"),
    "asked of the shared namespace here": (
        "from aldis.blinker import signal as s\ns('test-graph-looked-up').send(1)",
        "looked_up",
    ),
    "its send by another name": ("send = saved.send\nsend(1, path='')", "saved"),
}


@pytest.mark.parametrize(("source", "sent"), SENDING.values(), ids=SENDING)
def test_a_send_is_found_whatever_the_signal_is_called_by(
    here: Workplace, source: str, sent: str
) -> None:
    sends, _ = drawn(here, f"def f():\n{indent(source, '    ')}")
    by = "f.g" if "def g" in source else "f"
    assert sends == {f"{by} -- {sent}"}


# functions, and what they send
SENDERS = {
    "the module itself": ("opened.send(1)", "(module) -- opened"),
    "a lambda": ("g = lambda: opened.send(1)", "<lambda> -- opened"),
    "a default": ("def f(x=opened.send(1)): ...", "(module) -- opened"),
    "a decorator": (
        "@opened.send\ndef f(): ...\n@(lambda f: opened.send(1))\ndef g(): ...",
        "<lambda> -- opened",
    ),
    "a class body": ("class A:\n    opened.send(1)", "(module) -- opened"),
    "a parameter": ("def f(job: Job): job.done.send(status='')", "f -- Job.done"),
    "quoted": ("def f(job: 'Job'): job.done.send(status='')", "f -- Job.done"),
    "optional": ("def f(*, job: Job | None): job.done.send(status='')", "f -- Job.done"),
    "of a union": (
        "from typing import Optional\ndef f(job: Optional[Job], /): job.done.send(status='')",
        "f -- Job.done",
    ),
    "each": ("def f(jobs: list[Job]):\n  for j in jobs: j.done.send(status='')", "f -- Job.done"),
    "each later": (
        "async def f(jobs: 'AsyncIterator[Job]'):\n  async for j in jobs: j.done.send(status='')",
        "f -- Job.done",
    ),
    "a class passed": ("def f(k: type[Job]): k.shared.send(1)", "f -- Job.shared"),
    "a generic class": (
        "class Box(Job, list[int]): ...\ndef f(b: Box[int]): b.done.send(status='')",
        "f -- Job.done",
    ),
    "what a function returns": (
        "def make() -> Job: ...\ndef f(): make().done.send(status='')",
        "f -- Job.done",
    ),
    "what is awaited": (
        "async def make() -> Job: ...\nasync def f(): (await make()).done.send(status='')",
        "f -- Job.done",
    ),
    "a method": ("class B(Job):\n  def m(self): self.done.send(status='')", "B.m -- Job.done"),
    "a function of a method": (
        "class B(Job):\n  def m(self):\n    def g(): self.done.send(status='')",
        "B.m.g -- Job.done",
    ),
    "a class method": (
        "class B(Job):\n  @classmethod\n  def m(cls): cls.shared.send(1)",
        "B.m -- Job.shared",
    ),
    "one that returns Self": (
        (
            "class B(Job):\n  def me(self) -> 'Self': ...\n"
            "  def m(self): self.me().done.send(status='')"
        ),
        "B.m -- Job.done",
    ),
    "what is kept": (
        (
            "class B:\n  def __init__(self, job: Job): self.job = job\n"
            "  def m(self): self.job.done.send(status='')"
        ),
        "B.m -- Job.done",
    ),
    "what is kept, annotated": (
        (
            "class B:\n  def __init__(self): self.job: Job = f()\n"
            "  def m(self): self.job.done.send(status='')"
        ),
        "B.m -- Job.done",
    ),
    "an attribute of the class": (
        "class B:\n  job: Job\n  def m(self): self.job.done.send(status='')",
        "B.m -- Job.done",
    ),
    "a property": (
        (
            "class B:\n  @property\n  def job(self) -> Job: ...\n"
            "  def m(self): self.job.done.send(status='')"
        ),
        "B.m -- Job.done",
    ),
    "a class in a class": (
        "class A:\n  class B(Job): ...\ndef f(b: A.B): b.done.send(status='')",
        "f -- Job.done",
    ),
    "a class in a function": (
        "def f():\n  class B(Job): ...\n  B().done.send(status='')",
        "f -- Job.done",
    ),
    "a name of the module": (
        "job = Job()\ndef f(): job.done.send(status='')",
        "f -- Job.done",
    ),
    "only for checkers": (
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from .signals import Job as J\n"
            "def f(job: 'J'): job.done.send(status='')"
        ),
        "f -- Job.done",
    ),
    "an unknown thing of that name": ("def f(job): job.done.send(status='')", "f .. Job.done"),
    "known, after a guess": (
        "def f(a, b: Job): a.done.send(status=''); b.done.send(status='')",
        "f -- Job.done",
    ),
    "a guess, after it is known": (
        "def f(a, b: Job): b.done.send(status=''); a.done.send(status='')",
        "f -- Job.done",
    ),
}


@pytest.mark.parametrize(("source", "send"), SENDERS.values(), ids=SENDERS)
def test_who_sends_is_found_from_types_and_names(here: Workplace, source: str, send: str) -> None:
    sends, _ = drawn(here, source)
    assert sends == {send}


def test_names_that_depend_on_each_other_are_followed_once(here: Workplace) -> None:
    names = [f"n{number}" for number in range(40)]  # on more paths than anybody can go
    any_of = " or ".join(names)
    lines = [*(f"{name} = {any_of}" for name in names), "n39 = Job()", "n0.done.send(status='')"]
    sends, _ = drawn(here, "def f():\n" + indent("\n".join(lines), "    "))
    assert sends == {"f -- Job.done"}


def test_lists_that_hold_themselves_are_read(here: Workplace) -> None:
    source = """\
        def f():
            jobs, rows = [jobs, rows], [jobs, rows, Job()]
            for job in rows: job.done.send(status='')
            for row in jobs:
                for job in row: (lambda: job.done.send(status=''))
    """
    sends, _ = drawn(here, source)
    assert sends == {"f -- Job.done", "f.<lambda> -- Job.done"}


NOTHING = {
    "each pair": "def f(pairs):\n  for a, b in pairs: a.send(1)",
    "bases that go round in circles": (
        "if not Job:\n  class A(B): ...\n  class B(A): ...\ndef f(a: A): a.gone.send(1)"
    ),
    "a look-up of something else": "def f(): Job['x'].send(1); Job('x').send(1)",
    "a loop over something else": "def f(job: Job):\n  for each in job: each.send(1)",
    "a class of something that is none": "class A(Job().x): ...\ndef f(a: A): a.gone.send(1)",
    "a partial of something else": "def f(partial): partial(Job).send(1)",
    "a generator": "def f(gen): gen.send(1)",
    "a socket": "import socket\ndef f(): socket.socket().send(b'')",
    "another attribute of that name": (
        "class A:\n  done: list[int]\ndef f(a: A): a.done.append(1)\n"
        "class B:\n  done = Job()\n  def m(self): self.done.send(1)"
    ),
    "one of two of that name": "class B:\n  opened = Job.shared\ndef f(a): a.b.c().send(1)",
    "what goes round in circles": "def f():\n  a = b\n  b = a\n  a.send(1)",
    "an annotation that is none": "def f(a: '1 +', b: 1): a.send(1), b.send(1)",
    "a name in a namespace that is not there": "def f(): ns['gone'].send(1)",
    "a partial of nothing": "def f(partial, functools): partial().send(1), functools.partial(1)()",
    "a connect without a receiver": "def f(): saved.connect()",
    "a static method": "class A:\n  @staticmethod\n  def done(job): job.send(1)",
}


@pytest.mark.parametrize("source", NOTHING.values(), ids=NOTHING)
def test_what_sends_no_signal_is_not_drawn(here: Workplace, source: str) -> None:
    assert drawn(here, source) == (set(), set())


# what stands in a function that did not run, and what it connects
CONNECTING = {
    "a function": ("saved.connect(hear)", "saved -- hear"),
    "by keyword": ("saved.connect(receiver=hear, weak=False)", "saved -- hear"),
    "of one sender": ("saved.connect(hear, job)", "saved -- hear from job"),
    "of one sender by keyword": ("saved.connect(hear, sender=Job)", "saved -- hear from Job"),
    "of any": ("saved.connect(hear, ANY)", "saved -- hear"),
    "bound": ("job = Job()\njob.done.connect(hear)", "Job.done -- hear from job"),
    "unbound": ("Job.done.connect(hear)", "Job.done -- hear"),
    "a method": ("log = Log()\nsaved.connect(log.write)", "saved -- Log.write"),
    "an object": ("saved.connect(Log())", "saved -- Log object"),
    "an object that is not called": ("saved.connect(Job())", "saved -- Job object"),
    "a partial": ("saved.connect(partial(hear, 1))", "saved -- partial(hear)"),
    "a partial of a module": ("saved.connect(functools.partial(hear))", "saved -- partial(hear)"),
    "a lambda": ("saved.connect(lambda sender, **_: None)", "saved -- f.<lambda>"),
    "anything": ("saved.connect(table['x'])", "saved -- table['x']"),
    "decorated": ("@saved.connect\ndef g(sender, **_): ...", "saved -- f.g"),
    "decorated for one": (
        "@saved.connect_via(Job)\nasync def g(sender, **_): ...",
        "saved -- f.g from Job",
    ),
    "via": ("saved.connect_via('bridge')(hear)", "saved -- hear from 'bridge'"),
    "for a while": ("with saved.connected_to(hear): ...", "saved -- hear"),
    "another signal": ("saved.connect(opened.send)", "saved -- opened"),
    "a guess": ("g().done.connect(hear)", "Job.done -- hear from g()"),
    "a guess at what no instance sends": ("g().opened.connect(hear)", "opened -- hear"),
    "a guess by the name alone": ("from other import done\ndone.connect(hear)", "Job.done -- hear"),
    "of a generic class": ("Box[int].filled.connect(hear)", "Box.filled -- hear"),
    "of one with a string": ("Box['Job'].filled.connect(hear)", "Box.filled -- hear"),
    "of an alias of one": ("B = Box[int]\nB.filled.connect(hear)", "Box.filled -- hear"),
    "of a subclass of one": ("Crate.filled.connect(hear)", "Box.filled -- hear"),
    "of one for a sender": ("Box[int].filled.connect(hear, 'x')", "Box.filled -- hear from 'x'"),
    "of an instance of one": (
        "box = Box[int]()\nbox.filled.connect(hear)",
        "Box.filled -- hear from box",
    ),
    "of the class of an instance": ("type(Job()).done.connect(hear)", "Job.done -- hear"),
    "of its `__class__`": ("Job().__class__.done.connect(hear)", "Job.done -- hear"),
    "of the class of anything": ("type(table[0]).done.connect(hear)", "Job.done -- hear"),
    "of the `__class__` of anything": ("table[0].__class__.done.connect(hear)", "Job.done -- hear"),
    "of a class that has no such signal": ("Log.done.connect(hear)", "Job.done -- hear"),
    "of every subclass": (
        "class Big(Box):\n def __init_subclass__(cls): cls.filled.connect(hear)",
        "Box.filled -- hear",
    ),
    "of the class in a class method": (
        "class Big(Box):\n @classmethod\n def g(cls): cls.filled.connect(hear)",
        "Box.filled -- hear",
    ),
    "a name that is imported": (
        "from .signals import saved as s\ns.connect(hear)",
        "saved -- hear",
    ),
}


@pytest.mark.parametrize(("source", "connection"), CONNECTING.values(), ids=CONNECTING)
def test_a_line_that_connects_is_found_before_it_ever_ran(
    here: Workplace, source: str, connection: str
) -> None:
    head = """\
        import functools
        from functools import partial
        from typing import Generic, TypeVar
        def hear(sender, **_): ...
        class Log:
            def write(self, sender, **_): ...
            def __call__(self, sender, **_): ...
        T = TypeVar("T")
        class Box(Generic[T]):
            @Signal.method
            def filled(self, *, item: T) -> None: ...
        class Crate(Box[int]): ...
        """
    _, deliveries = drawn(here, dedent(head) + f"def f(table):\n{indent(source, '    ')}")
    assert deliveries == {connection}


def test_a_connection_of_the_books_and_its_line_are_drawn_as_one(here: Workplace) -> None:
    source = """\
        from functools import partial
        def hear(sender, **_): ...
        class Log:
            def write(self, sender, **_): ...
            def __call__(self, sender, **_): ...
        log, job = Log(), Job()
        saved.connect(hear, priority=2)
        saved.connect(log.write, "bridge", once=True)
        saved.connect(log)
        saved.connect(later := partial(hear))
        saved.connect(lambda sender, **_: None, weak=False)
        opened.connect(untyped.send)
        untyped.connect(opened.send_robust)
        job.done.connect(hear)
        Job.done.connect(hear)
        @saved.connect
        def again(sender, **_): ...
        """
    _, deliveries = drawn(here, source)
    assert deliveries == {
        "saved == hear priority 2",
        "saved == Log.write from 'bridge', once",
        "saved == Log object",
        "saved == partial(hear)",
        "saved == <lambda>",
        "opened == untyped",
        "untyped == opened",
        "Job.done == hear from one Job",
        "saved == again",
    }


def test_the_source_of_a_program_is_read_though_it_is_not_run(here: Workplace) -> None:
    sends, deliveries = drawn(
        here,
        "",
        **{
            "shop/__main__": "from .signals import saved\nfrom . import signals\n"
            "def hear(sender, **_): ...\ndef main():\n    saved.connect(hear)\n"
            "    signals.opened.send(1)\nraise SystemExit(main())\n"
        },
    )
    assert (sends, deliveries) == ({"main -- opened"}, {"saved -- hear"})


def test_a_signal_of_another_package_is_drawn_where_it_is_used(here: Workplace) -> None:
    sends, deliveries = drawn(
        here,
        """\
        import other
        def f(): other.asked.send(1); other.asked.connect(f); other.nothing.send(1); other.ns.x()
        """,
        other="from aldis import Signal\nasked = Signal(doc='It asks.')\nns = nothing = None",
    )
    assert (sends, deliveries) == ({"f -- asked"}, {"asked -- f"})


SMALL = {
    "shop__signals": """\
        from typing import Literal
        from aldis import Signal

        @Signal
        def saved(sender: object, /, *, path: "Literal['<b>\\"&']", mode: int = 0) -> None: ...
        """,
    "shop__app": """\
        from shop.signals import saved

        def save() -> None:
            saved.send(None, path="")

        def guess(it) -> None:
            it.saved.send(None, path="")

        @saved.connect
        def hear(sender: object, **_: object) -> None: ...

        def late() -> None:
            saved.connect(print, late)
        """,
}
MERMAID = """\
%% ==> connected now, -.-> connected by a line of the source, --o guessed from its name
flowchart LR
    classDef signal fill:#fdf0c4,stroke:#b58900
    signal1(["saved<br/><small>path: Literal#91;#39;#60;b#62;#34;#38;#39;#93;</small><br/>\
<small>mode: int = 0</small>"]):::signal
    function2["save<br/><small>shop.app:3</small>"]
    function3["guess<br/><small>shop.app:6</small>"]
    function4["hear<br/><small>shop.app:10</small>"]
    function5["print<br/><small>PLACE</small>"]
    function2 --> signal1
    function3 --o signal1
    signal1 ==> function4
    signal1 -.->|"from late"| function5
"""
DOT = """\
    label=<shop<br/><font point-size="9" color="#657b83">yellow: a signal; thick: connected now; \
dashed: connected by a line of the source; dotted: guessed from its name</font>>
    signal1 [label=<saved<br/><font point-size="9" color="#657b83">path: \
Literal[&#x27;&lt;b&gt;&quot;&amp;&#x27;]</font><br/><font point-size="9" color="#657b83">\
mode: int = 0</font>>, style=filled, fillcolor="#fdf0c4", color="#b58900"]
    function2 [label=<save<br/><font point-size="9" color="#657b83">shop.app:3</font>>]
    function3 [label=<guess<br/><font point-size="9" color="#657b83">shop.app:6</font>>]
    function4 [label=<hear<br/><font point-size="9" color="#657b83">shop.app:10</font>>]
    function5 [label=<print<br/><font point-size="9" color="#657b83">PLACE</font>>]
    function2 -> signal1
    function3 -> signal1 [style=dotted]
    signal1 -> function4 [style=bold]
    signal1 -> function5 [style=dashed, label=<from late>]
}
"""
PLACE = f"{Path('shop', 'app.py')}:13"


def test_mermaid_text_is_printed_where_no_file_is_named(here: Workplace) -> None:
    here.write(**SMALL)
    ran = here.aldis("graph", "shop")
    assert ran == (0, MERMAID.replace("PLACE", PLACE), "")


def test_a_file_ending_in_mmd_gets_mermaid_text(here: Workplace) -> None:
    here.write(**SMALL)
    ran = here.aldis("graph", "shop", "-o", "out.mmd")
    assert ran == (0, "", "")
    text = (here.folder / "out.mmd").read_text(encoding="utf-8")
    assert text == MERMAID.replace("PLACE", PLACE)


def test_a_file_ending_in_dot_gets_the_language_of_graphviz(here: Workplace) -> None:
    here.write(**SMALL)
    ran = here.aldis("graph", "shop", "--output", "out.DOT")
    assert ran == (0, "", "")
    text = (here.folder / "out.DOT").read_text(encoding="utf-8")
    assert text.startswith("digraph {\n    graph [rankdir=LR")
    assert text.endswith(DOT.replace("PLACE", PLACE))


def install_dot(here: Workplace, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Let a program of ours be the only `dot`."""
    folder = here.folder / "bin"
    folder.mkdir()
    program = folder / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys\n{script}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return program


needs_scripts = pytest.mark.skipif(os.name != "posix", reason="a script stands in for `dot`")


@needs_scripts
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_is_what_graphviz_makes_of_the_graph(
    here: Workplace, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    here.write(**SMALL)
    here.aldis("graph", "shop", "-o", "out.dot")
    install_dot(here, monkeypatch, "print(sys.argv[1:]); print(sys.stdin.read(), end='')")
    ran = here.aldis("graph", "shop", "-o", f"out.{ending}")
    assert ran == (0, "", "")
    drawn = (here.folder / f"out.{ending}").read_text(encoding="utf-8")
    text = (here.folder / "out.dot").read_text(encoding="utf-8")
    assert drawn == f"['-T{ending}']\n{text}"


def test_without_graphviz_a_picture_is_refused_and_the_ways_out_are_told(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.write(**SMALL)
    monkeypatch.setenv("PATH", "")
    ran = here.aldis("graph", "shop", "-o", "out.svg")
    assert ran == (
        2,
        "",
        (
            "aldis: Graphviz draws .svg files, but its program `dot` was not found: "
            "install graphviz, or use a file ending in .mmd or .dot\n"
        ),
    )
    assert not (here.folder / "out.svg").exists()


@needs_scripts
def test_a_graphviz_that_fails_is_told_in_one_line(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.write(**SMALL)
    program = install_dot(here, monkeypatch, "sys.exit('no fonts\\nat all')")
    ran = here.aldis("graph", "shop", "-o", "out.png")
    assert ran == (2, "", f"aldis: {program} failed with exit code 1: no fonts\n")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_what_is_written_for_it(here: Workplace) -> None:
    here.write(**SMALL)
    assert here.aldis("graph", "shop", "-o", "out.svg") == (0, "", "")
    picture = (here.folder / "out.svg").read_text(encoding="utf-8")
    assert "<svg" in picture
    assert "Literal[&#39;&lt;b&gt;&quot;&amp;&#39;]" in picture


@pytest.mark.parametrize("name", ["out.pdf", "out", "."])
def test_an_ending_that_says_no_format_is_refused(here: Workplace, name: str) -> None:
    here.write(**SMALL)
    ran = here.aldis("graph", "shop", "-o", name)
    assert ran == (2, "", f"aldis: {name} must end in one of .svg, .png, .mmd, .dot\n")


def test_a_file_that_cannot_be_written_is_told_in_one_line(here: Workplace) -> None:
    here.write(**SMALL)
    ran = here.aldis("graph", "shop", "-o", "nowhere/out.mmd")
    assert ran == (
        2,
        "",
        "aldis: nowhere/out.mmd cannot be written: No such file or directory\n",
    )


def test_the_graph_of_what_could_be_imported_is_written_and_the_rest_is_told(
    here: Workplace,
) -> None:
    here.write(**SMALL, shop__broken="import zzz")
    ran = here.aldis("graph", "shop", "-o", "out.mmd")
    assert ran.code == 2
    assert ran.err.startswith("aldis: shop.broken cannot be imported: ")
    assert (here.folder / "out.mmd").exists()
