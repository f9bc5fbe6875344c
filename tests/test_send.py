"""The payload, the receivers and the results of a send."""

from __future__ import annotations

import contextlib
import inspect
import logging
import threading
import traceback
from collections.abc import Callable
from types import CodeType
from typing import Any, NotRequired, TypedDict, Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldis import ANY, AsyncSignal, Signal
from aldis._core import _compile
from aldis.exceptions import DeclarationError, IncompatibleReceiverError
from helpers import echoes, results, returns, takes, untyped, while_locked


def echo(sender: object, *args: object, **kwargs: object) -> Any:
    """Return the payload; as `Any`, since it is connected where no result is declared, too."""
    return (args, kwargs)


def sent(signal: Signal[Any, ..., Any], *args: object, **kwargs: object) -> list[object]:
    return results(signal.send(None, *args, **kwargs))


@Signal
def user_created(sender: object, /, *, user_id: int, username: str = "nobody") -> None:
    """Sent after a new account is stored."""


def created() -> Signal[Any, ..., Any]:
    """Declare a signal like `user_created`, without other receivers."""
    return Signal(user_created.__wrapped__)


def test_a_send_returns_each_receiver_with_its_result_in_connection_order() -> None:
    signal = Signal()

    def first(sender: object) -> int:
        return 1

    def second(sender: object) -> int:
        return 2

    signal.connect(first)
    signal.connect(second)
    assert signal.send(None) == [(first, 1), (second, 2)]


def test_a_bound_method_is_returned_as_a_bound_method() -> None:
    class Owner:
        def on(self, sender: object) -> object:
            return self

    signal = Signal()
    owner = Owner()
    signal.connect(owner.on)
    assert signal.send(None) == [(owner.on, owner)]


@given(st.lists(st.integers(-3, 3), max_size=10))
def test_higher_priority_goes_first_and_connection_order_decides_between_equals(
    priorities: list[int],
) -> None:
    signal = Signal()
    receivers = [returns(place) for place in range(len(priorities))]
    for place, (receiver, priority) in enumerate(zip(receivers, priorities, strict=True)):
        signal.connect(receiver, "sender" if place % 2 else ANY, priority=priority)
    expected = sorted(range(len(priorities)), key=lambda place: -priorities[place])
    assert [result for _, result in signal.send("sender")] == expected


DECLARATIONS: dict[
    str, tuple[Callable[..., Any], tuple[object, ...], dict[str, object], object]
] = {
    "nothing": (takes("sender"), (), {}, ((), {})),
    "keyword-only": (takes("s, *, a, b"), (), {"b": 2, "a": 1}, ((), {"a": 1, "b": 2})),
    "keyword default": (takes("s, *, a=1, b"), (), {"b": 2}, ((), {"a": 1, "b": 2})),
    "positional-only": (takes("s, a, b, /"), (1, 2), {}, ((1, 2), {})),
    "positional default": (takes("s, a, b=5, /"), (1,), {}, ((1, 5), {})),
    "either, by position": (takes("s, a, b"), (1, 2), {}, ((), {"a": 1, "b": 2})),
    "either, by keyword": (takes("s, a, b"), (1,), {"b": 2}, ((), {"a": 1, "b": 2})),
    "either default": (takes("s, a, b=7"), (), {"a": 1}, ((), {"a": 1, "b": 7})),
    "star": (takes("s, *args"), (1, 2), {}, ((1, 2), {})),
    "either before star": (takes("s, a, *args"), (1, 2), {}, ((1, 2), {})),
    "keyword after star": (takes("s, *args, a"), (1,), {"a": 2}, ((1,), {"a": 2})),
    "two stars": (takes("s, **kwargs"), (), {"x": 1}, ((), {"x": 1})),
    "all": (
        takes("s, a, /, b, *args, c, d=4, **kwargs"),
        (1, 2, 3),
        {"c": 3, "e": 5},
        ((1, 2, 3), {"c": 3, "d": 4, "e": 5}),
    ),
    "sender among the rest": (takes("*args, a"), (1,), {"a": 2}, ((1,), {"a": 2})),
}


@pytest.mark.parametrize("case", DECLARATIONS)
@pytest.mark.parametrize("many", [1, 4])
def test_every_kind_of_parameter_arrives_as_declared(case: str, many: int) -> None:
    spec, args, kwargs, expected = DECLARATIONS[case]
    signal: Signal[Any, ..., Any] = Signal(spec)
    kept = [echoes() for _ in range(many)]
    for receiver in kept:
        signal.connect(receiver)
    assert sent(signal, *args, **kwargs) == [expected] * many
    assert [result for _, result in signal.send_robust(None, *args, **kwargs)] == [expected] * many


@pytest.mark.parametrize(
    "names",
    [(), ("a",), ("self", "sender"), ("args", "kwargs"), ("a-b",), ("class",), ("_x", "__y")],
)
@pytest.mark.parametrize("receivers", [0, 1, 2, 3, 5])
def test_an_undeclared_payload_of_any_names_arrives_as_sent(
    names: tuple[str, ...], receivers: int
) -> None:
    signal = Signal()
    kept = [echoes() for _ in range(receivers)]
    for receiver in kept:
        signal.connect(receiver)
    payload = {name: object() for name in names}
    assert sent(signal, 1, **payload) == [((1,), payload)] * receivers
    assert [result for _, result in signal.send_robust(None, **payload)] == [
        ((), payload)
    ] * receivers


def test_the_dispatchers_made_for_undeclared_names_are_bounded() -> None:
    signal = Signal()
    kept = [echoes() for _ in range(4)]
    for receiver in kept:
        signal.connect(receiver)
    for number in range(2 * _compile._NAMED_SENDS_KEPT):
        assert sent(signal, **{f"name{number}": 1})[0] == ((), {f"name{number}": 1})
    send: Any = signal.send
    named_sends, registry = [cell.cell_contents for cell in send.__closure__]
    assert registry is signal._registry
    assert 0 < len(named_sends) <= _compile._NAMED_SENDS_KEPT


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "missing": ({}, "user_id"),
    "unexpected": ({"user_id": 1, "user": 2}, "user"),
}


@pytest.mark.parametrize("receivers", [0, 1])
@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("method", ["send", "send_robust"])
def test_a_wrong_payload_names_signal_parameter_and_signature(
    receivers: int, muted: bool, case: str, method: str
) -> None:
    user_created = created()
    payload, parameter = WRONG[case]
    kept = [returns(None) for _ in range(receivers)]
    for receiver in kept:
        user_created.connect(receiver)
    block = user_created.muted() if muted else contextlib.nullcontext()
    with pytest.raises(TypeError) as caught, block:
        getattr(user_created, method)(None, **payload)
    message = str(caught.value)
    assert (
        "signal user_created(sender: object, /, *, user_id: int, username: str = 'nobody')"
        in message
    )
    assert f"'{parameter}'" in message


def test_too_many_positional_arguments_are_a_type_error_that_names_the_signal() -> None:
    with pytest.raises(TypeError, match=r"signal user_created.*positional argument"):
        untyped(user_created).send(None, 1, user_id=1)
    with pytest.raises(TypeError, match="signal user_created"):
        untyped(user_created).send(user_id=1)


class Account(TypedDict):
    user_id: int
    note: NotRequired[str]


@Signal
def stored(sender: object, /, **payload: Unpack[Account]) -> None: ...


def test_a_payload_declared_as_a_typed_dict_is_checked_by_its_keys() -> None:
    with stored.connected_to(echo):
        assert sent(stored, user_id=1) == [((), {"user_id": 1})]
        assert sent(stored, user_id=1, note="x") == [((), {"user_id": 1, "note": "x"})]
    with pytest.raises(TypeError, match=r"signal stored.*'user_id'"):
        untyped(stored).send(None)
    with pytest.raises(TypeError, match=r"signal stored.*'nope'"):
        untyped(stored).send(None, user_id=1, nope=2)
    with pytest.raises(IncompatibleReceiverError, match="'note'"):
        stored.connect(takes("s, *, user_id"))
    with pytest.raises(IncompatibleReceiverError, match="'note', which is not always sent"):
        stored.connect(takes("s, *, user_id, note"))


def test_a_typed_dict_that_is_defined_later_is_found_at_the_first_use() -> None:
    names: dict[str, Any] = {"Signal": Signal, "Unpack": Unpack, "TypedDict": TypedDict}
    exec(
        "@Signal\ndef late(sender, /, **payload: 'Unpack[Late]') -> None: ...\n"
        "class Late(TypedDict):\n    key: str\n",
        names,
    )
    with pytest.raises(TypeError, match="'key'"):
        names["late"].send(None)


def test_an_annotation_that_cannot_be_found_leaves_the_payload_open() -> None:
    def spec(sender: object, /, **payload: object) -> None: ...

    spec.__annotations__["payload"] = "Unpack[Missing]"
    signal: Signal[Any, ..., Any] = Signal(spec)
    signal.connect(echo)
    assert sent(signal, anything=1) == [((), {"anything": 1})]


@pytest.mark.parametrize("annotation", ["1 / 0", "Unpack[int]", "int", "Unpack"])
def test_an_annotation_that_is_no_typed_dict_leaves_the_payload_open(annotation: str) -> None:
    def spec(sender: object, /, **payload: object) -> None: ...

    spec.__annotations__["payload"] = annotation
    signal: Signal[Any, ..., Any] = Signal(spec)
    signal.connect(echo)
    assert sent(signal, anything=1) == [((), {"anything": 1})]


def test_a_typed_dict_in_a_local_scope_is_found_through_the_closure() -> None:
    class Local(TypedDict):
        key: str

    def declare() -> Signal[Any, ..., Any]:
        @Signal
        def signal(sender: object, /, **payload: Unpack[Local]) -> None:
            raise NotImplementedError(Local)  # mentioned, so that the function closes over it

        return signal

    with pytest.raises(TypeError, match="'key'"):
        declare().send(None)


def test_positional_payload_needs_no_function() -> None:
    signal = Signal[object, [int, str]]()
    signal.connect(echo)
    assert sent(signal, 1, "a") == [((1, "a"), {})]
    with pytest.raises(
        TypeError, match=r"signal <unnamed>\(sender, arg1: int, arg2: str, /\).*'arg2'"
    ):
        untyped(signal).send(None, 1)
    with pytest.raises(IncompatibleReceiverError, match="'arg2'"):
        signal.connect(takes("sender, x"))


def test_a_subclass_of_a_positional_signal_has_its_payload() -> None:
    class Moved(Signal[object, [int, int]]):
        pass

    with pytest.raises(TypeError, match="'arg2'"):
        untyped(Moved()).send(None, 1)

    class Further(Moved):
        pass

    with pytest.raises(TypeError, match="'arg2'"):
        untyped(Further()).send(None, 1)


@pytest.mark.parametrize("signal", [Signal(), Signal[object](), Signal[object, ...]()], ids=repr)
def test_an_open_payload_takes_anything(signal: Signal[Any, ..., Any]) -> None:
    signal.connect(echo)
    assert sent(signal, 1, x=2) == [((1,), {"x": 2})]


def test_defaults_are_sent_as_the_very_objects_that_were_declared() -> None:
    default = object()

    @Signal
    def signal(sender: object, /, a: object = default, *, b: object = default) -> None: ...

    signal.connect(echo)
    assert sent(signal) == [((), {"a": default, "b": default})]


def test_the_first_exception_propagates_and_names_the_line_of_the_generated_send() -> None:
    @Signal
    def failing(sender: object, /, *, number: int) -> None: ...

    @failing.connect
    def fail(sender: object, *, number: int) -> None:
        raise ArithmeticError(number)

    with pytest.raises(ArithmeticError) as caught:
        failing.send(None, number=1)
    text = "".join(traceback.format_exception(caught.value))
    assert 'File "<aldis send(sender, /, *, number)>"' in text
    assert "_receiver(sender, number=number)" in text


def test_send_robust_runs_every_receiver_and_logs_what_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(sender: object, **_: object) -> None:
        raise LookupError("lost")

    user_created = created()
    user_created.connect(fail)
    user_created.connect(echo)
    with caplog.at_level(logging.ERROR, logger="aldis"):
        outcome = user_created.send_robust(None, user_id=1)
    assert [receiver for receiver, _ in outcome] == [fail, echo]
    assert isinstance(outcome[0][1], LookupError)
    [record] = caplog.records
    assert record.name == "aldis"
    assert "fail" in record.getMessage()
    assert "user_created" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is outcome[0][1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_send_robust_lets_through_what_is_no_exception(error: type[BaseException]) -> None:
    signal = Signal()

    @signal.connect
    def fail(sender: object) -> None:
        raise error

    with pytest.raises(error):
        signal.send_robust(None)


def test_an_overridden_send_is_the_one_that_is_called() -> None:
    calls: list[str] = []

    class Loud(Signal[Any, ..., Any]):
        def send(
            self, sender: Any, /, *args: Any, **kwargs: Any
        ) -> list[tuple[Callable[..., Any], Any]]:
            calls.append("before")
            try:
                return super().send(sender, *args, **kwargs)
            finally:
                calls.append("after")

    class Owner:
        @Loud.method
        def done(self, *, status: int) -> object: ...

    Owner.done.connect(echo)
    assert Owner().done.send(status=1)[0][1] == ((), {"status": 1})
    assert calls == ["before", "after"]
    assert type(Owner.done) is Loud
    Loud().send(None)
    assert calls == ["before", "after"] * 2


def test_sending_from_a_signal_that_nothing_else_holds_works() -> None:
    assert Signal().send(None, x=1) == []
    with pytest.raises(TypeError, match="user_id"):
        Signal(user_created.__wrapped__).send(None)


def test_the_send_of_one_signal_is_a_receiver_of_another_before_and_after_its_first_use() -> None:
    first, second = Signal(), Signal()
    heard: list[object] = []
    second.connect(heard.append, weak=False)
    first.connect(second.send)
    first.send("one")
    second.send("two")
    first.send("three")
    assert heard == ["one", "two", "three"]
    assert first.disconnect(second.send)
    assert not first.receivers


def test_code_is_generated_once_for_each_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    def declare() -> Signal[Any, ..., Any]:
        @Signal
        def signal(sender: object, /, *, once_for_this_test: int) -> None: ...

        return signal

    compiled: list[object] = []
    compile_ = _compile._compiled

    def counted(*args: Any) -> tuple[CodeType, str]:
        compiled.append(args)
        return compile_(*args)

    monkeypatch.setattr(_compile, "_compiled", counted)
    signals = [declare() for _ in range(10)]
    for signal in signals:
        signal.send(None, once_for_this_test=1)
        signal.send(None, once_for_this_test=1)
    assert len(compiled) == 1
    assert len({signal.send.__code__ for signal in signals}) == 1


def test_a_send_takes_no_lock_and_waits_for_none_once_its_snapshot_is_made() -> None:
    def make() -> Callable[[object], object]:
        def receiver(sender: object) -> object:
            return sender

        return receiver

    signal = Signal()
    kept = [make() for _ in range(3)]
    signal.connect(kept[0])
    signal.connect(kept[1], "one")
    done = threading.Event()
    outcome: list[object] = []

    def send() -> None:
        outcome.append(signal.send("one"))
        outcome.append(signal.send("other"))
        done.set()

    # the first sends after a change make their snapshots, and keep them with the lock
    signal.send("one")
    signal.send("other")
    with while_locked():  # another thread changes a signal, for as long as it takes
        thread = threading.Thread(target=send)
        thread.start()
        assert done.wait(timeout=30)
    thread.join()
    assert outcome == [[(kept[0], "one"), (kept[1], "one")], [(kept[0], "other")]]


def test_a_signature_of_the_generated_send_tells_the_payload() -> None:
    signal = Signal(user_created.__wrapped__)
    signal.send(None, user_id=1)
    assert str(inspect.signature(signal.send)) == "(sender, /, *, user_id, username='nobody')"


def test_a_payload_name_that_is_no_identifier_is_refused_before_any_code_is_made() -> None:
    def spec(sender: object, /, **payload: object) -> None: ...

    for name in ("x=__import__('os')", "class", "__debug__", "ﬁ"):
        keys = untyped(TypedDict)("keys", {name: int})
        spec.__annotations__["payload"] = untyped(Unpack)[keys]
        with pytest.raises(DeclarationError) as caught:
            Signal(spec)
        assert repr(name) in str(caught.value)


def test_an_async_signal_checks_its_payload_when_nobody_listens() -> None:
    @AsyncSignal
    async def signal(sender: object, /, *, key: str) -> None: ...

    for method in ("send", "send_robust", "gather", "gather_robust"):
        for _ in range(2):  # the first time, and when its code is written
            with pytest.raises(TypeError, match=r"signal .*signal\(sender: object.*'key'"):
                getattr(signal, method)(None).send(None)
