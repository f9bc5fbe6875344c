"""Which receivers are taken, which are refused and why, and how long they live."""

from __future__ import annotations

import functools
import gc
import operator
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldis import ANY, AsyncSignal, BoundSignal, Signal
from aldis._core import Payload, _admission, _verify
from aldis.exceptions import (
    IncompatibleReceiverError,
    ReceiverError,
    WeakReceiverError,
)
from helpers import results, returns, takes, untyped


@Signal
def shipped(sender: object, /, *, parcel: int, note: str = "") -> None: ...


@Signal
def mixed(sender: object, first: int, /, second: int, *, third: int) -> None: ...


@Signal
def starred(sender: object, first: int, *rest: int, third: int) -> None: ...


@Signal
def open_names(sender: object, /, *, parcel: int, **rest: int) -> None: ...


class Owner:
    def method(self, sender: object, *, parcel: int, note: str) -> object: ...
    def wrong(self, sender: object, *, parcel: int) -> object: ...
    @classmethod
    def of_class(cls, sender: object, **_: object) -> object: ...
    @staticmethod
    def of_none(sender: object, **_: object) -> object: ...
    def __call__(self, sender: object, *, parcel: int, **_: object) -> object: ...


class WrongCall:
    def __call__(self, sender: object) -> object: ...


class Made:
    def __init__(self, sender: object, *, parcel: int, note: str) -> None: ...


class MadeWrong:
    def __init__(self, sender: object) -> None: ...


owner = Owner()


GOOD: dict[str, tuple[Signal[Any, ..., Any], Callable[..., Any]]] = {
    "exact": (shipped, takes("s, *, parcel, note")),
    "by either": (shipped, takes("s, parcel, note")),
    "in another order": (shipped, takes("s, note, parcel")),
    "with defaults": (shipped, takes('s, parcel=1, note="", more=2')),
    "with more defaults": (shipped, takes("s, *, parcel, note, more=2")),
    "rest of the names": (shipped, takes("s, *, parcel, **rest")),
    "all names": (shipped, takes("s, **rest")),
    "anything": (shipped, takes("*args, **kwargs")),
    "a position-only name in the rest": (shipped, takes("parcel, /, **rest")),
    "bound method": (shipped, owner.method),
    "classmethod": (shipped, owner.of_class),
    "staticmethod": (shipped, owner.of_none),
    "callable object": (shipped, owner),
    "class": (shipped, Made),
    "partial by name": (shipped, functools.partial(takes("s, parcel, note, x"), x=1)),
    "partial by position": (shipped, functools.partial(takes("x, s, *, parcel, note"), 1)),
    "partial of a method": (shipped, functools.partial(owner.method, note="fixed")),
    "partial of a partial": (
        shipped,
        functools.partial(functools.partial(takes("x, y, s, **_"), 1), 2),
    ),
    "method of an odd function": (
        shipped,
        MethodType(functools.partial(takes("o, s, **_")), owner),
    ),
    "builtin without a signature": (shipped, dict),
    "object called in C": (shipped, operator.itemgetter(0)),
    "mixed": (mixed, takes("s, one, second, *, third")),
    "mixed, all": (mixed, takes("*args, **kwargs")),
    "starred": (starred, takes("s, *numbers, third")),
    "open names": (open_names, takes("s, **names")),
}

BAD: dict[str, tuple[Signal[Any, ..., Any], Callable[..., Any], str]] = {
    "no sender": (
        shipped,
        takes(""),
        "it does not take the sender, sent by position; add a parameter for it",
    ),
    "no sender, only names": (
        shipped,
        takes("*, parcel, note"),
        "it does not take the sender, sent by position; add a parameter for it",
    ),
    "a missing name": (
        shipped,
        takes("s, *, parcel"),
        ("it does not take 'note', which is sent by keyword; take it, or '**_' for the rest"),
    ),
    "a missing name of a method": (
        shipped,
        owner.wrong,
        ("it does not take 'note', which is sent by keyword; take it, or '**_' for the rest"),
    ),
    "an unsent name": (
        shipped,
        takes("s, *, parcel, note, email"),
        "it requires 'email', which is not sent; give it a default, or declare it in the signal",
    ),
    "an unsent position": (
        shipped,
        takes("s, other, **_"),
        "it requires 'other', which is not sent; give it a default, or declare it in the signal",
    ),
    "a position-only name": (
        shipped,
        takes("s, parcel, /, *, note"),
        "it takes 'parcel' by position only, but it is sent by keyword; put it after the '/'",
    ),
    "the sender's place": (
        shipped,
        takes("parcel, *, note"),
        (
            "its 'parcel' takes the sender, but 'parcel' is also sent by keyword; "
            "put a parameter for the sender before it"
        ),
    ),
    "callable object": (
        shipped,
        WrongCall(),
        ("it does not take 'parcel', which is sent by keyword; take it, or '**_' for the rest"),
    ),
    "class": (
        shipped,
        MadeWrong,
        ("it does not take 'parcel', which is sent by keyword; take it, or '**_' for the rest"),
    ),
    "builtin": (
        shipped,
        len,
        (
            "it does not take 'parcel', which is sent by keyword; connect a function that takes it "
            "and calls this one"
        ),
    ),
    "partial that fills the sender's place": (
        shipped,
        functools.partial(takes("sender, parcel, note"), sender=1),
        (
            "its 'sender' takes the sender, but 'sender' is also bound by name; "
            "bind another parameter"
        ),
    ),
    "partial that binds what is sent": (
        shipped,
        functools.partial(takes("parcel, s, **_"), 1),
        (
            "its 'parcel' takes a bound argument, but 'parcel' is also sent by keyword; "
            "rename that parameter"
        ),
    ),
    "partial that binds what is not taken": (
        shipped,
        functools.partial(takes("s, *, parcel, note"), other=1),
        "it does not take 'other', which is bound to it by name; do not bind it",
    ),
    "position-only in the rest, too": (
        shipped,
        takes("s, parcel, /, **_"),
        "it requires 'parcel', which is not sent; give it a default, or declare it in the signal",
    ),
    "mixed, too few positions": (
        mixed,
        takes("s, *, second, third"),
        "it does not take 'first', sent by position; add a parameter for it",
    ),
    "mixed, the payload's place": (
        mixed,
        takes("s, second, *, third"),
        ("its 'second' takes 'first', but 'second' is also sent by keyword; rename that parameter"),
    ),
    "what only stars may fill": (
        starred,
        takes("s, first, third, /, *numbers, **_"),
        "it requires 'third', which is not sent; give it a default, or declare it in the signal",
    ),
    "what stars may fill": (
        starred,
        takes("s, first, third, *numbers"),
        ("its 'third' takes '*rest', but 'third' is also sent by keyword; rename that parameter"),
    ),
    "not starred": (
        starred,
        takes("s, first, *, third"),
        "it takes only so many positional arguments, but '*rest' may send more; take '*rest'",
    ),
    "not open": (
        open_names,
        takes("s, *, parcel"),
        "it takes only certain keyword arguments, but '**rest' may send others; take '**rest'",
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_receiver_that_can_take_the_payload_is_connected(case: str) -> None:
    signal, receiver = GOOD[case]
    with signal.connected_to(receiver):
        assert signal.receivers == (receiver,)


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("way", ["connect", "connect_via", "connected_to"])
def test_a_receiver_that_cannot_take_the_payload_is_refused_with_the_reason(
    case: str, way: str
) -> None:
    signal, receiver, reason = BAD[case]
    ways: dict[str, Callable[[], object]] = {
        "connect": lambda: signal.connect(receiver),
        "connect_via": lambda: signal.connect_via("sender")(receiver),
        "connected_to": lambda: signal.connected_to(receiver).__enter__(),
    }
    for _ in range(2):  # a refusal is not remembered as a consent
        with pytest.raises(IncompatibleReceiverError) as caught:
            ways[way]()
        assert caught.value.reason == reason
        assert caught.value.signal.startswith(f"{signal.__name__}(sender: object, ")
    assert not signal.receivers


kinds = st.sampled_from(["posonly", "either", "kwonly"])


@given(
    payload=st.lists(
        st.tuples(st.sampled_from("abc"), kinds), unique_by=lambda p: p[0], max_size=3
    ),
    receiver=st.lists(
        st.tuples(st.sampled_from("sabcd"), kinds, st.booleans()),
        unique_by=lambda p: p[0],
        max_size=4,
    ),
    stars_sent=st.booleans(),
    star=st.booleans(),
    starstar=st.booleans(),
    bound=st.integers(0, 1),
    data=st.data(),
)
def test_verification_agrees_with_what_a_call_does(
    *,
    payload: list[tuple[str, str]],
    receiver: list[tuple[str, str, bool]],
    stars_sent: bool,
    star: bool,
    starstar: bool,
    bound: int,
    data: st.DataObject,
) -> None:
    """The oracle is Python: what is refused must fail when called, what is taken must not."""
    by_kind = {
        kind: [name for name, of_kind in payload if of_kind == kind]
        for kind in ("posonly", "either", "kwonly")
    }
    spec = _function(
        ["_sender", *by_kind["posonly"]], by_kind["either"], by_kind["kwonly"], stars_sent
    )
    signal: Signal[Any, ..., Any] = Signal(spec)
    ordered = sorted(receiver, key=lambda p: ("posonly", "either", "kwonly").index(p[1]))
    optional = False
    parameters: dict[str, list[str]] = {"posonly": [], "either": [], "kwonly": []}
    for name, kind, default in ordered:
        optional = (optional or default) if kind != "kwonly" else default
        parameters[kind].append(f"{name}=0" if optional else name)
    function = _function(
        parameters["posonly"], parameters["either"], parameters["kwonly"], star, starstar
    )
    tried: Callable[..., Any] = functools.partial(function, *[0] * bound) if bound else function
    if data.draw(st.booleans(), label="bind by name"):
        tried = functools.partial(tried, d=1)
    by_position, by_name = by_kind["posonly"], [*by_kind["either"], *by_kind["kwonly"]]
    if stars_sent:  # what comes before `*args` goes by position
        by_position, by_name = [*by_position, *by_kind["either"]], by_kind["kwonly"]
    names = dict.fromkeys(by_name, 1)
    # with stars, as few and as many as any receiver here has room for
    calls = [[1] * (len(by_position) + more) for more in (range(7) if stars_sent else [0])]

    def fails(arguments: list[int]) -> bool:
        try:
            tried("sender", *arguments, **names)
        except TypeError:
            return True
        return False

    if any(map(fails, calls)):
        with pytest.raises(IncompatibleReceiverError):
            signal.connect(tried)
    else:
        signal.connect(tried)
        for arguments in calls:
            assert len(signal.send("sender", *arguments, **names)) == 1


def _function(
    posonly: list[str],
    either: list[str],
    kwonly: list[str],
    star: bool = False,
    starstar: bool = False,
) -> Callable[..., Any]:
    parts = [*posonly, "/"] if posonly else []
    parts += either
    parts += ["*rest"] if star else ["*"] if kwonly else []
    parts += kwonly
    parts += ["**names"] if starstar else []
    made: dict[str, Any] = {}
    exec(f"def function({', '.join(parts)}): pass", made)
    function: Callable[..., Any] = made["function"]
    return function


def test_a_verdict_is_remembered_by_the_code_of_the_receiver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[object] = []
    objection = _verify.objection

    def counted(receiver: Callable[..., object], payload: Payload) -> str | None:
        judged.append(receiver)
        return objection(receiver, payload)

    monkeypatch.setattr(_admission, "objection", counted)

    @Signal
    def signal(sender: object, /, *, x: int) -> None: ...

    def make() -> Callable[..., None]:
        def receiver(sender: object, *, x: int) -> None: ...

        return receiver

    for _ in range(10):
        signal.connect(make())
    assert len(judged) == 1
    changed = make()
    untyped(changed).__kwdefaults__ = {"x": 1}  # depends on more than the code
    signal.connect(changed)
    assert len(judged) == 2


def test_the_memory_of_verdicts_is_bounded() -> None:
    @Signal
    def signal(sender: object, /) -> None: ...

    kept: list[Any] = []
    for number in range(2 * _admission.VERDICTS_KEPT):
        made: dict[str, Any] = {}
        exec(f"def receiver(sender): return {number}", made)
        kept.append(signal.connect(made["receiver"]))
    assert len(signal._registry.payload.admitted) <= _admission.VERDICTS_KEPT


@pytest.mark.parametrize(
    "thing", [42, None, "text", object()], ids=["int", "None", "str", "object"]
)
def test_what_is_not_callable_is_refused(thing: Any) -> None:
    with pytest.raises(ReceiverError, match="it is not callable"):
        shipped.connect(thing)
    with pytest.raises(TypeError):
        AsyncSignal().connect(thing)


def test_a_priority_that_is_no_int_is_refused_before_anything_is_connected() -> None:
    signal = Signal()
    with pytest.raises(ReceiverError, match="its priority is 'high'; pass an int"):
        signal.connect(print, priority=untyped("high"))
    assert not signal.receivers


class Slotted:
    __slots__ = ()

    def __call__(self, sender: object) -> str:
        return "slotted"

    def method(self, sender: object) -> str:
        return "slotted method"


@pytest.mark.parametrize(
    "receiver", [Slotted(), Slotted().method, "".join, "".__eq__, dict[str, int]().get]
)
def test_a_weak_receiver_that_cannot_be_weakly_referenced_is_refused(
    receiver: Callable[..., object],
) -> None:
    signal = Signal()
    with pytest.raises(WeakReceiverError, match="weak=False"):
        signal.connect(receiver)
    signal.connect(receiver, weak=False)
    with pytest.raises(WeakReceiverError, match="weak=False"):
        signal.connect(receiver, "another sender")
    assert signal.receivers == (receiver,)


def test_a_strong_receiver_without_weak_references_is_freed_when_it_is_disconnected() -> None:
    class Loud(Slotted):
        __slots__ = ()

        def __del__(self) -> None:
            ended.append(True)

    ended: list[bool] = []
    signal = Signal()
    other = [returns(None)]
    signal.connect(other[0], "sender")
    receiver = Loud()
    signal.connect(receiver, weak=False)
    signal.connect(receiver, "sender", weak=False)
    assert [result for _, result in signal.send("sender")] == [None, "slotted"]
    signal.disconnect(receiver)
    del receiver
    assert ended  # although the snapshot of "sender" is still outdated


def test_connecting_again_changes_nothing_but_strength() -> None:
    signal = Signal()
    first, second = returns(1), returns(2)
    signal.connect(first)
    signal.connect(second)
    signal.connect(first, priority=-1, once=True)
    for _ in range(2):
        assert [result for _, result in signal.send(None)] == [1, 2]


def test_connect_returns_the_receiver_and_so_does_connect_via() -> None:
    def receiver(sender: object) -> None: ...

    signal = Signal()
    assert signal.connect(receiver) is receiver
    assert signal.connect_via("sender")(receiver) is receiver


def test_connect_via_is_strong_unless_it_is_told_otherwise() -> None:
    signal = Signal()
    signal.connect_via("strong")(returns(1))
    signal.connect_via("weak", weak=True)(returns(1))
    gc.collect()
    assert signal.has_receivers_for("strong")
    assert not signal.has_receivers_for("weak")


def test_a_bound_method_dies_with_its_object_and_not_before() -> None:
    class Listener:
        def on(self, sender: object) -> int:
            return 1

    signal = Signal()
    listener = Listener()
    signal.connect(listener.on)
    gc.collect()
    assert len(signal.send(None)) == 1
    del listener
    assert signal.send(None) == []
    assert len(signal._registry) == 0


def test_a_strong_bound_method_keeps_its_object() -> None:
    class Listener:
        def on(self, sender: object) -> int:
            return 1

    signal = Signal()
    signal.connect(Listener().on, weak=False)
    gc.collect()
    assert len(signal.send(None)) == 1


@pytest.mark.parametrize("sender", [ANY, "sender"], ids=["ANY", "one sender"])
def test_a_receiver_that_is_connected_once_is_called_once(sender: object) -> None:
    signal = Signal()
    calls: list[str] = []

    def receiver(heard: object) -> None:
        calls.append("called")
        signal.send("sender")  # from inside: it is already called

    signal.connect(receiver, sender, once=True)
    assert signal.has_receivers_for("sender")  # asking is not taking
    assert signal.receivers_for("sender") == (receiver,)
    signal.send("sender")
    signal.send("sender")
    assert calls == ["called"]
    assert not signal.receivers


def test_a_once_receiver_that_raises_has_had_its_turn() -> None:
    signal = Signal()

    @signal.connect_via("s", once=True)
    def fail(sender: object) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match=r"^no$"):
        signal.send("s")
    assert signal.send("s") == []


def test_a_muted_send_takes_no_once_receiver() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver, once=True)
    with signal.muted():
        signal.send(None)
    assert len(signal.send(None)) == 1


def test_a_once_connection_beside_a_lasting_one_is_called_once_a_send() -> None:
    signal = Signal()
    receiver = returns(1)
    signal.connect(receiver, once=True)
    signal.connect(receiver, "sender")
    assert len(signal.send("sender")) == 1
    assert len(signal.send("sender")) == 1
    assert signal.send("other") == []


def test_a_once_receiver_that_is_disconnected_before_its_turn_is_not_called() -> None:
    signal = Signal()

    @signal.connect
    def first(sender: object) -> None:
        signal.disconnect(later)

    later = returns(1)
    signal.connect(later, once=True)
    assert [receiver for receiver, _ in signal.send(None)] == [first]


def test_a_once_receiver_that_died_is_not_called() -> None:
    signal = Signal()
    kept = [returns(1)]

    @signal.connect
    def drop(sender: object) -> None:
        kept.clear()

    signal.connect(kept[0], once=True)
    assert len(signal.send(None)) == 1


def test_receivers_hear_of_connections_as_they_are_made_and_ended() -> None:
    signal = Signal(name="watched")
    events: list[tuple[object, ...]] = []

    @signal.receiver_connected.connect
    def connected(about: object, *, receiver: object, sender: object, weak: bool) -> None:
        events.append(("connected", about, receiver, sender, weak))

    @signal.receiver_disconnected.connect
    def disconnected(about: object, *, receiver: object, sender: object) -> None:
        events.append(("disconnected", about, receiver, sender))

    def receiver(sender: object) -> None: ...

    signal.connect(receiver)
    signal.connect(receiver)  # changes nothing
    signal.connect(receiver, "bridge", weak=False)
    signal.disconnect(receiver, "bridge")
    signal.disconnect(receiver, "bridge")  # changes nothing
    signal.disconnect(receiver)
    with signal.connected_to(receiver, "deck"):
        pass
    assert events == [
        ("connected", signal, receiver, ANY, True),
        ("connected", signal, receiver, "bridge", False),
        ("disconnected", signal, receiver, "bridge"),
        ("disconnected", signal, receiver, ANY),
        ("connected", signal, receiver, "deck", False),
        ("disconnected", signal, receiver, "deck"),
    ]
    signal.connect(receiver)
    events.clear()
    del receiver
    gc.collect()
    assert events == [("disconnected", signal, None, ANY)]


def test_the_signals_about_a_signal_are_made_on_first_use_and_stay() -> None:
    signal = Signal()
    assert "receiver_connected" not in vars(signal)
    assert signal.receiver_connected is signal.receiver_connected
    assert Signal().receiver_connected is not signal.receiver_connected
    assert type(Signal.receiver_connected).__name__ == "AboutSignal"


def test_a_listener_that_fails_does_not_undo_a_connection(caplog: pytest.LogCaptureFixture) -> None:
    signal = Signal()

    @signal.receiver_connected.connect
    def fail(about: object, **_: object) -> None:
        raise ValueError

    signal.connect(print)
    assert signal.receivers == (print,)
    assert caplog.records[0].name == "aldis"


def test_signals_about_a_signal_keep_it_alive_neither_directly_nor_by_a_cycle() -> None:
    signal = Signal()
    about = signal.receiver_connected, signal.receiver_disconnected
    reference = weakref.ref(signal)
    gc.disable()
    try:
        del signal
        assert reference() is None
    finally:
        gc.enable()
    assert [len(signal.receivers) for signal in about] == [0, 0]


@pytest.mark.parametrize("use", ["unused", "sent", "connected", "class-level"])
def test_a_signal_is_freed_without_the_garbage_collector(use: str) -> None:
    gc.disable()
    try:
        signal = Signal()
        receiver = returns(None)
        if use != "unused":
            signal.connect(receiver, weak=False)
            signal.connect(receiver, "sender", once=True)
            signal.send("sender", x=1)
            signal.send_robust("sender")
        reference = weakref.ref(signal)
        del signal
        assert reference() is None
    finally:
        gc.enable()


class Hostile:
    """Fails when anything but a call is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    def __hash__(self) -> int:
        raise AssertionError("hashed")

    def __bool__(self) -> bool:
        raise AssertionError("tested")

    def __call__(self, sender: object) -> str:
        return "called"


def test_nothing_is_asked_of_receivers_and_senders_but_to_be_called() -> None:
    signal = Signal()
    receiver, sender = Hostile(), Hostile()

    def method(self: Hostile, sender: object) -> str:
        return "method"

    signal.connect(receiver, sender)
    signal.connect(receiver)
    signal.connect(MethodType(method, sender))
    assert [result for _, result in signal.send(sender)] == ["called", "method"]
    assert signal.has_receivers_for(sender)
    assert len(signal.receivers) == 2
    assert signal.disconnect(receiver, sender)
    assert signal.disconnect(receiver)


@pytest.mark.parametrize(
    ("receiver", "called"),
    [
        (len, "receiver 'len'"),
        (list[int]().append, "receiver 'list.append'"),
        (MadeWrong, "class 'MadeWrong'"),
        (WrongCall(), "an object of type 'WrongCall'"),
        (functools.partial(len), "partial of receiver 'len'"),
        (42, "an object of type 'int'"),
    ],
)
def test_a_refusal_calls_the_receiver_by_its_name(receiver: object, called: str) -> None:
    with pytest.raises(ReceiverError) as caught:
        shipped.connect(untyped(receiver))
    assert caught.value.receiver == called


@pytest.mark.parametrize("bound", [False, True])
def test_a_block_connects_by_the_methods_of_a_subclass(bound: bool) -> None:
    log: list[str] = []

    class Audited(Signal[Any, ..., Any]):
        def connect(self, *args: Any, **kwargs: Any) -> Any:
            log.append("connect")
            return super().connect(*args, **kwargs)

        def disconnect(self, *args: Any, **kwargs: Any) -> bool:
            log.append("disconnect")
            return super().disconnect(*args, **kwargs)

    signal = Audited()
    heard = returns(1)
    ways = BoundSignal(signal, "me") if bound else signal
    with ways.connected_to(heard):
        assert log == ["connect"]
        with ways.connected_to(heard):  # there is nothing to connect
            assert results(signal.send("me")) == [1]
    assert log == ["connect", "disconnect"]
    assert not signal.receivers


def test_a_block_of_such_a_signal_leaves_a_connection_that_was_there() -> None:
    class Audited(Signal[Any, ..., Any]):
        def disconnect(self, *args: Any, **kwargs: Any) -> bool:
            raise AssertionError

    signal = Audited()
    signal.connect(heard := returns(1))
    with signal.connected_to(heard):
        assert results(signal.send("me")) == [1]
    assert results(signal.send("me")) == [1]
    del heard
    gc.collect()
    assert not signal.receivers


def test_a_sender_of_a_type_of_values_is_not_kept_alive_by_its_value() -> None:
    class Document(str):
        """A text that can be weakly referenced."""

    signal, sender = Signal(), Document("a.txt")
    signal.connect(heard := returns(1), sender)
    signal.connect(heard, "b.txt")
    reference = weakref.ref(sender)
    del sender
    gc.collect()
    assert reference() is None
    assert results(signal.send("a.txt")) == [1]
    assert signal.disconnect(heard, "a.txt")
    assert signal.send(Document("a.txt")) == []
