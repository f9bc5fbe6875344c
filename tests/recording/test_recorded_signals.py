"""By which symbols signals are recorded, and what of each line that sends."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aldis.blinker
from aldis._core._observing import is_observed
from aldis._recording import _owners, _recorder
from aldis._recording._grammar import join_types
from aldis._recording._paths import Paths
from aldis._recording._reading import RecordedReceiver, Recording
from aldis._recording._recorder import Recorder
from aldis._recording._symbols import Symbols, names_bound_in
from aldis._recording._writing import text_of
from helpers import calls_of, untyped
from recording.conftest import Bench

CORE = """
    from aldis.blinker import Namespace
    _signals = Namespace()
    updated = _signals.signal("updated")
    dashed = _signals.signal("item-sold")
    """

SHOP = """
    import asyncio
    from dataclasses import dataclass, field
    from unittest.mock import Mock

    import aldis
    from aldis import AsyncSignal, Event, Signal as Typed
    from aldis.blinker import Namespace, Signal, default_namespace, signal, typed
    from core.category import updated as category_updated
    from core.event import updated, dashed
    from core.event import dashed as a

    here = Namespace()
    here.signal("only looked up")
    in_default = signal("in-default")
    alias = updated

    @Typed
    def declared(sender: object, /, *, n: int) -> None: ...

    @AsyncSignal
    async def stored(sender: object, /) -> int: ...

    rung = Event(name="rung")

    @typed(here.signal("viewed")) if False else (lambda f: typed(here.signal("viewed"), f))
    def viewed(sender: object, /, *, n: int) -> object: ...

    class Shop:
        opened = Signal()
        _slots = here.signal("in class too")

        def __init__(self):
            self.changed = Signal()

        @Typed.method
        def sold(self, *, n: int) -> None: ...

        @Event.method
        def closed(self) -> None: ...

        class Inner:
            emptied = Signal()

    class Branch(Shop):
        def __init__(self):
            super().__init__()
            self.moved = Signal()

    @dataclass(eq=False)
    class Data:
        saved: Signal = field(default_factory=Signal)

    class Slotted:
        __slots__ = ("__weakref__", "empty", "left")
        def __init__(self):
            self.left = Signal()

    class Holder:
        def __init__(self, branch):
            self.branch = branch

    def receive(sender, **payload):
        return 1

    class Hears:
        def method(self, sender, **payload):
            return "heard"
        def __call__(self, sender, **payload):
            return None

    HEARS = Hears()

    def many(shop, data, slotted):
        shop.changed.send(shop)
        shop.moved.send(None)
        data.saved.send("somebody else")
        slotted.left.send(slotted)
        Holder(shop).branch.moved.send(None)
        shop.sold.send(n=1)
        shop.closed.send()

    def main():
        category_updated.send(None)
        updated.send(None, n=1)
        updated.send(None, n="a", more=2)
        dashed.send(None)
        here["only looked up"].send(None)
        signal("in place").send(None)
        in_default.send(None)
        declared.send(None, n=1)
        asyncio.run(store())
        rung.send()
        viewed.send(None, n=1)
        Shop.opened.send(None)
        Shop._slots.send(None)
        Shop.Inner.emptied.send(None)
        for _ in range(3):
            many(Branch(), Data(), Slotted())
        Signal().send(None)

    async def store():
        await stored.send(None)

    def dispatch(given, *, twice):
        given.send(None, twice=twice)

    def fail(sender, **payload):
        raise ValueError("no")
    """


@pytest.fixture(scope="module")
def shop(shared_bench: Bench) -> Any:
    shared_bench.write(core__category=CORE, core__event=CORE)
    shop = shared_bench.load("shop", SHOP)
    with shared_bench.recorded():
        shop.main()
    return shop


@pytest.fixture(scope="module")
def whole(shop: Any, shared_bench: Bench) -> Recording:
    return shared_bench.recording()


# -- symbols


def test_signals_are_known_by_what_leads_to_them_from_a_module(whole: Recording) -> None:
    assert [symbol for symbol, signal in whole.signals.items() if signal.is_known] == [
        "blinker.default_namespace['in place']",
        "core.category.updated",
        "core.event.dashed",
        "core.event.updated",
        "shop.Branch.moved",
        "shop.Data.saved",
        "shop.Shop.Inner.emptied",
        "shop.Shop._slots",
        "shop.Shop.changed",
        "shop.Shop.closed",
        "shop.Shop.opened",
        "shop.Shop.sold",
        "shop.Slotted.left",
        "shop.declared",
        "shop.here['only looked up']",
        "shop.in_default",
        "shop.rung",
        "shop.stored",
        "shop.viewed",
    ]


def test_a_signal_that_nothing_leads_to_is_told_by_its_line(whole: Recording) -> None:
    (unknown,) = (signal for signal in whole.signals.values() if not signal.is_known)
    line = unknown.sends[0].line
    assert (unknown.symbol, unknown.name) == (f"? (shop.py:{line})", "")


@pytest.mark.parametrize(
    ("symbol", "name", "namespace"),
    [
        ("core.event.updated", "updated", "core.event._signals"),
        ("core.event.dashed", "item-sold", "core.event._signals"),
        ("shop.in_default", "in-default", "blinker.default_namespace"),
        ("shop.viewed", "viewed", "shop.here"),
        ("shop.declared", "declared", None),
        ("shop.Shop.sold", "sold", None),
        ("shop.Shop.opened", "", None),
        ("shop.rung", "rung", None),
    ],
)
def test_a_signal_has_its_own_name_and_that_of_its_namespace(
    whole: Recording, symbol: str, name: str, namespace: str | None
) -> None:
    signal = whole.signals[symbol]
    assert (signal.name, signal.namespace_name) == (name, namespace)


def test_signals_of_one_name_are_told_apart(whole: Recording) -> None:
    (category,) = whole.signals["core.category.updated"].sends
    first, second = whole.signals["core.event.updated"].sends
    assert category.payload == {}
    assert (first.payload, second.payload) == (
        {"n": ("builtins.int",)},
        {"more": ("builtins.int",), "n": ("builtins.str",)},
    )


def test_the_signals_of_all_instances_are_one(whole: Recording) -> None:
    (changed,) = whole.signals["shop.Shop.changed"].sends
    assert (changed.count, changed.function) == (3, "shop.many")
    assert changed.sender == ("shop.Branch",)
    assert [send.count for send in whole.signals["shop.Branch.moved"].sends] == [3, 3]


def test_a_recording_has_the_function_and_the_file_of_each_line(
    whole: Recording, shop: Any
) -> None:
    (send,) = whole.signals["shop.stored"].sends
    assert (send.path, send.function) == ("shop.py", "shop.store")
    assert send.line == shop.store.__code__.co_firstlineno + 1
    files = {send.path for signal in whole.signals.values() for send in signal.sends}
    assert files == {"shop.py"}


def test_equal_runs_have_equal_recordings(shop: Any, whole: Recording, shared_bench: Bench) -> None:
    again = Recorder(Paths(shared_bench.folder))
    again.begin()
    shop.main()
    again.end()
    assert text_of(again.recording()) == text_of(whole)


def test_a_signal_of_a_module_that_is_loaded_no_more_keeps_its_symbol(bench: Bench) -> None:
    bench.load("gone", "from aldis.blinker import Signal\nsent = Signal()\n")
    with bench.recorded():
        untyped(sys.modules["gone"]).sent.send(None)
        del sys.modules["gone"]
        gc.collect()
        bench.load("gone").sent.send(None)
    (symbol,) = bench.recording().signals
    assert symbol == "gone.sent"
    assert sum(send.count for send in bench.sends(symbol)) == 2


def test_a_signal_that_becomes_known_after_its_first_send_is_known(bench: Bench) -> None:
    module = bench.load("late", "from aldis.blinker import Signal\n")
    signal: Any = aldis.blinker.Signal()
    with bench.recorded():
        signal.send(None)
        untyped(module).sent = signal
    assert [*bench.recording().signals] == ["late.sent"]


def test_a_signal_of_a_module_that_another_object_has_as_an_attribute_is_the_modules(
    bench: Bench,
) -> None:
    module = bench.load(
        "passing",
        """
        from aldis.blinker import Signal

        first = Signal()
        second = Signal()

        class Sender:
            def __init__(self, signal):
                self.signal = signal

            def send(self):
                self.signal.send(self)
        """,
    )
    with bench.recorded():
        module.Sender(module.first).send()
        module.Sender(module.second).send()
    assert [*bench.recording().signals] == ["passing.first", "passing.second"]


def test_an_owner_is_found_wherever_it_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    module = bench.load(
        "far",
        """
        from aldis.blinker import Signal

        class Owner:
            def __init__(self):
                self.sent = Signal()

        owners = [[Owner()], [Owner()], [Owner()]]

        def send(signal):
            signal.send(None)
        """,
    )
    monkeypatch.setattr(_owners, "MOST_SEARCHES", 1)
    bench.recorder = Recorder(Paths(bench.folder))
    with bench.recorded():
        for owner in module.owners:
            module.send(owner[0].sent)
    # the second is searched for no more; what it sends is kept, by its line
    assert [*bench.recording().signals] == ["? (far.py:11)", "far.Owner.sent"]
    assert bench.send("far.Owner.sent").count == 1
    assert sum(send.count for send in bench.sends("? (far.py:11)")) == 2


def test_an_owner_whose_class_cannot_be_imported_does_not_name_a_signal(bench: Bench) -> None:
    module = bench.load(
        "local",
        """
        from aldis.blinker import Signal

        def main():
            class Owner:
                def __init__(self):
                    self.sent = Signal()
            owner = Owner()
            owner.sent.send(owner)
        """,
    )
    with bench.recorded():
        module.main()
    assert [*bench.recording().signals] == ["? (local.py:9)"]


def test_an_attribute_that_nobody_is_seen_to_set_is_that_of_the_instances_own_class(
    bench: Bench,
) -> None:
    module = bench.load(
        "outside",
        """
        from aldis.blinker import Signal

        class Base:
            def changed(self):
                return self.sent

        class Owner(Base):
            pass

        owner = Owner()
        vars(owner)["sent"] = Signal()

        def main():
            owner.sent.send(owner)
        """,
    )
    with bench.recorded():
        module.main()
    assert [*bench.recording().signals] == ["outside.Owner.sent"]


def test_a_line_of_a_module_has_nothing_around_it_that_owns_a_signal(bench: Bench) -> None:
    with bench.recorded():
        bench.load("lines", "from aldis.blinker import Signal\nSignal().send(None)\n")
    assert [*bench.recording().signals] == ["? (lines.py:2)"]


def test_signals_without_end_that_nothing_leads_to_take_no_memory_without_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = bench.load(
        "endless",
        """
        from aldis.blinker import Signal

        def main():
            for number in range(9):
                Signal().send(None)
        """,
    )
    monkeypatch.setattr(_recorder, "_MOST_UNKNOWN", 3)
    monkeypatch.setattr(_owners, "MOST_SEARCHES", 0)
    bench.recorder = Recorder(Paths(bench.folder))
    with bench.recorded():
        module.main()
    assert len(bench.recorder._others) == 3
    assert len(bench.recorder._by_address) == 0
    assert bench.send("? (endless.py:6)").count == 9


def test_a_signal_that_is_gone_when_it_sends_is_told_by_its_line(bench: Bench) -> None:
    module = bench.load(
        "unkept",
        """
        from aldis import Signal

        def main():
            send = Signal(name="unkept").send
            send(None)
        """,
    )
    with bench.recorded():
        module.main()
    assert [*bench.recording().signals] == ["? unkept (unkept.py:6)"]


def test_a_module_without_a_source_that_can_be_read_is_no_obstacle(bench: Bench) -> None:
    module = bench.load("broken", "a = 1\n")
    assert names_bound_in(module) == frozenset({"a"})
    (bench.folder / "broken.py").write_text("a = (")
    assert names_bound_in(module) is None
    assert names_bound_in(sys) is None
    assert names_bound_in(object()) is None


def test_what_stands_in_the_place_of_a_module_is_passed_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Angry:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "angry", Angry())
    assert bench.types_of(1) == ("builtins.int",)


# -- payloads, results and receivers


@pytest.fixture
def sending(bench: Bench) -> Any:
    return bench.load(
        "sending",
        """
        from aldis.blinker import Signal
        from functools import partial

        sent = Signal()
        again = Signal()

        def send(**payload):
            return sent.send(None, **payload)

        def receive(sender, **payload):
            return 1

        def raises(sender, **payload):
            raise ValueError("no")

        class Hears:
            def method(self, sender, **payload):
                return "heard"

            def __call__(self, sender, **payload):
                return None

        HEARS = Hears()
        METHOD = HEARS.method
        PARTIAL = partial(receive)
        """,
    )


def test_names_that_every_send_has_are_told_from_others(sending: Any, bench: Bench) -> None:
    with bench.recorded():
        sending.send(a=1, b=2)
        sending.send(b=2, c=3)
        sending.send(b=2)
    send = bench.send("sending.sent")
    assert (send.count, send.always, sorted(send.payload)) == (3, frozenset({"b"}), ["a", "b", "c"])


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"), st.sampled_from([1, "a", None, [1], [None], {"a": 1}])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_recording_is_what_a_naive_one_would_be(payloads: list[dict[str, Any]]) -> None:
    recorder = Recorder(Paths(Path(__file__).parent))
    recorder._symbols = NoSymbols()
    signal: Any = aldis.blinker.Signal()
    recorder.begin()
    for payload in payloads:
        signal.send(None, **payload)
    recorder.end()
    (recorded,) = recorder.recording().signals.values()
    (send,) = recorded.sends
    names = {name for payload in payloads for name in payload}
    told = {
        name: join_types([(_naive(payload[name]),) for payload in payloads if name in payload])
        for name in names
    }
    assert send.count == len(payloads)
    assert send.payload == told
    assert send.always == {name for name in names if all(name in payload for payload in payloads)}


class NoSymbols(Symbols):
    """Looks at no module, which would take most of the time."""

    def _look_around(self) -> None: ...


def _naive(value: Any) -> str:
    if isinstance(value, list):
        return f"builtins.list[{_naive(value[0])}]"
    if isinstance(value, dict):
        return "builtins.dict[builtins.str, builtins.int]"
    return "None" if value is None else f"builtins.{type(value).__name__}"


def test_names_that_are_made_up_without_end_are_kept_in_bounds(sending: Any, bench: Bench) -> None:
    with bench.recorded():
        for number in range(200):
            sending.send(**{f"n{number}": 1}, always=1)
    (site,) = bench.recorder._others[0].sites.values()
    assert len(site._shapes) <= 64
    assert bench.send("sending.sent").always == {"always"}


def test_receivers_and_results_are_recorded(sending: Any, bench: Bench) -> None:
    receivers = [sending.receive, sending.METHOD, sending.HEARS, sending.PARTIAL, len]
    for receiver in receivers[:-1]:
        sending.sent.connect(receiver)
    with bench.recorded():
        for _ in range(3):
            sending.send()
    send = bench.send("sending.sent")
    assert send.results == ("None", "builtins.int", "builtins.str")
    assert send.receivers == (
        RecordedReceiver("sending.Hears object", "sending.py", 21),
        RecordedReceiver("sending.Hears.method", "sending.py", 18),
        RecordedReceiver("sending.partial(receive)", "sending.py", 11),
        RecordedReceiver("sending.receive", "sending.py", 11),
    )


def test_a_receiver_that_is_not_written_in_python_has_no_place(sending: Any, bench: Bench) -> None:
    sending.sent.connect(id)
    with bench.recorded():
        sending.send()
    send = bench.send("sending.sent")
    assert send.receivers == (RecordedReceiver("builtins.id"),)


def test_receivers_that_raise_are_recorded_and_so_are_those_before(
    sending: Any, bench: Bench
) -> None:
    sending.sent.connect(sending.receive)
    sending.sent.connect(sending.raises)
    with bench.recorded(), pytest.raises(ValueError, match="no"):
        sending.send()
    send = bench.send("sending.sent")
    assert [receiver.name for receiver in send.receivers] == ["sending.raises", "sending.receive"]
    assert send.results == ()


def test_mocks_among_receivers_are_left_out(sending: Any, bench: Bench) -> None:
    from unittest.mock import Mock  # noqa: PLC0415

    mock = Mock(return_value=None)
    sending.sent.connect(mock, weak=False)
    with bench.recorded():
        sending.send()
    send = bench.send("sending.sent")
    assert mock.call_count == 1
    assert send.receivers == ()


def test_an_async_send_that_nobody_awaits_is_recorded_without_a_line(bench: Bench) -> None:
    module = bench.load(
        "tasks",
        """
        import asyncio
        from aldis import AsyncSignal

        @AsyncSignal
        async def stored(sender, /) -> None: ...

        async def main():
            await asyncio.create_task(stored.send(None))
        """,
    )
    with bench.recorded():
        asyncio.run(module.main())
    assert bench.send("tasks.stored").place == ("", 0, "")


def test_threads_are_recorded(sending: Any, bench: Bench) -> None:
    with bench.recorded():
        threads = [threading.Thread(target=sending.send, kwargs={"n": 1}) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert bench.send("sending.sent").count == 8


def test_nothing_is_seen_before_and_after(sending: Any, bench: Bench) -> None:
    sending.send()
    with bench.recorded():
        assert is_observed()
    sending.send()
    assert not is_observed()
    assert bench.recording() == Recording()


def test_the_program_itself_is_called_as_it_would_be_imported(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write(package__inner__tool="")
    main = bench.load("package.inner.tool")
    monkeypatch.setitem(sys.modules, "__main__", main)
    text = """
        from aldis.blinker import Signal
        sent = Signal()
        class Order: pass
        def receive(sender, **_): ...
        def main():
            sent.connect(receive)
            sent.send(Order())
        """
    main.__dict__.update(__name__="__main__", __spec__=None)
    from textwrap import dedent  # noqa: PLC0415

    code = compile(dedent(text), str(main.__file__), "exec")
    exec(code, main.__dict__)
    with bench.recorded():
        main.main()
    send = bench.send("package.inner.tool.sent")
    assert send.sender == ("package.inner.tool.Order",)
    assert send.function == "package.inner.tool.main"
    assert [receiver.name for receiver in send.receivers] == ["package.inner.tool.receive"]


@pytest.mark.parametrize("names", [{}, {"__file__": "a.zip"}, {"__file__": "not-a-name.py"}])
def test_a_program_that_cannot_be_imported_stays_main(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    from types import ModuleType  # noqa: PLC0415

    from aldis._recording._modules import known_as, module_at  # noqa: PLC0415

    main = ModuleType("__main__")
    vars(main).update(names)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert known_as("__main__") == "__main__"
    assert module_at("nowhere") is None
    vars(main)["__spec__"] = type("Spec", (), {"name": "shop.tool"})
    assert known_as("__main__") == "shop.tool"
    assert module_at("shop.tool") is main


def test_paths_are_relative_where_they_are_inside(bench: Bench) -> None:
    paths = Paths(bench.folder)
    assert paths.written(str(bench.folder / "a" / ".." / "b.py")) == "b.py"
    assert paths.written("c.py") == "c.py"
    assert paths.written("/elsewhere/d.py") == "/elsewhere/d.py"
    assert paths.written("<string>") == "<string>"
    assert paths.written("") == ""


def test_a_recorded_send_costs_a_bounded_number_of_calls(sending: Any, bench: Bench) -> None:
    sending.sent.connect(sending.receive)

    def count() -> int:
        return len(calls_of(lambda: sending.send(a=1, b="x", c=None)))

    for _ in range(3):  # by then a function is written for these names
        sending.send(a=1, b="x", c=None)
    plain = count()
    with bench.recorded():
        sending.send(a=1, b="x", c=None)
        count()  # that line is another one
        first, second = count(), count()
    assert first == second <= plain + 20
    sending.send(a=1, b="x", c=None)
    assert count() == plain
