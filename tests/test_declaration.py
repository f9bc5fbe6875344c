"""Attributes that a signal takes from its declaration, and callables that cannot be one."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any, Generic, TypedDict, TypeVar, Unpack

import pytest

from aldis import ANY, AsyncSignal, Signal
from aldis.exceptions import DeclarationError, SignalCopyError
from helpers import takes, untyped

T = TypeVar("T")


@Signal
def user_created(sender: object, /, *, user_id: int, username: str) -> None:
    """Sent after a new account is stored."""


class Holder:
    @Signal.method
    def done(self) -> None: ...


plain = Signal(name="plain")


def spec(sender: int, /, *, n: int = 1) -> str:
    """Of the declaration."""
    raise NotImplementedError


def test_a_signal_carries_the_attributes_of_its_declaration() -> None:
    signal = Signal(spec)
    assert signal.__name__ == "spec"
    assert signal.__qualname__ == "spec"
    assert signal.__module__ == __name__
    assert signal.__doc__ == "Of the declaration."
    assert signal.__wrapped__ is spec
    assert signal.__signature__ == inspect.signature(spec)
    assert inspect.unwrap(untyped(signal)) is spec


def test_name_and_doc_can_be_given() -> None:
    signal = Signal(spec, name="other", doc="Another.")
    assert (signal.__name__, signal.__qualname__, signal.__doc__) == ("other", "other", "Another.")
    assert signal.__module__ == __name__
    undeclared = Signal(name="other", doc="Another.")
    assert (undeclared.__name__, undeclared.__doc__) == ("other", "Another.")
    assert not hasattr(undeclared, "__wrapped__")
    assert str(undeclared.__signature__) == "(sender, /, *args, **kwargs)"


def test_the_class_of_signals_has_no_signature_of_a_declaration() -> None:
    assert not hasattr(Signal, "__signature__")
    assert "spec" in str(inspect.signature(Signal))
    assert Signal.__doc__ is not None
    assert "declared by the signature" in Signal.__doc__


def test_a_signal_shows_name_signature_and_how_many_listen() -> None:
    signal = Signal(spec)
    text = f"<Signal {__name__}.spec(sender: int, /, *, n: int = 1) -> str, {{}}>"
    assert repr(signal) == text.format("0 receivers")
    kept = [takes("sender, *, n"), takes("sender, *, n")]
    signal.connect(kept[0])
    assert repr(signal) == text.format("1 receiver")
    signal.connect(kept[1])
    assert repr(signal) == text.format("2 receivers")
    assert repr(Signal()) == "<Signal <unnamed>, 0 receivers>"
    assert repr(AsyncSignal(name="later")) == "<AsyncSignal later, 0 receivers>"


class Secretive:
    """Raises an error on any access."""

    def __getattr__(self, name: str) -> object:
        raise ValueError(name)

    def __repr__(self) -> str:
        raise ValueError

    def __call__(self, sender: object) -> None: ...


class Nameless:
    """Has no name that is a text, and a documentation that raises."""

    __name__ = 42

    __doc__: Any = property(takes("self, /, missing"))

    def __call__(self, sender: object) -> None: ...


def starred_twice() -> Callable[..., Any]:
    function = takes("sender, *args")
    kinds = [Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL, Parameter.VAR_POSITIONAL]
    parameters = [Parameter(f"p{n}", kind) for n, kind in enumerate(kinds)]
    # what is not validated may be so; from 3.14 on `inspect` refuses it otherwise
    untyped(function).__signature__ = Signature(parameters, __validate_parameters__=False)
    return function


def test_a_declaration_without_a_readable_name_is_called_by_its_type() -> None:
    with pytest.raises(DeclarationError, match=r"^an object of type 'Secretive' cannot declare"):
        Signal(Secretive())
    assert "<unnamed>(sender: object)" in repr(Signal(Nameless()))


def test_an_annotation_that_cannot_be_shown_is_left_out_of_messages() -> None:
    function = takes("sender, *, x")
    function.__annotations__ = {"x": Secretive()}
    assert "x: ..." in repr(Signal(function))


@pytest.mark.parametrize(
    ("declaration", "reason"),
    [
        (takes(""), "it takes no sender"),
        (starred_twice(), "it has .* twice"),
        (takes("*, sender"), "it takes no sender"),
        (takes("**names"), "it takes no sender"),
        (42, "it is not callable"),
        (dict, "its signature cannot be read"),
    ],
    ids=["nothing", "two stars", "by keyword", "names", "no callable", "no signature"],
)
def test_what_cannot_declare_a_signal_is_refused_with_the_reason(
    declaration: Any, reason: str
) -> None:
    with pytest.raises(DeclarationError, match=reason):
        Signal(declaration)


def test_a_typed_dict_with_the_name_of_another_parameter_is_refused() -> None:
    class Payload(TypedDict):
        n: int

    def twice(sender: object, n: int, /, **payload: Unpack[Payload]) -> None: ...

    twice.__annotations__["payload"] = Unpack[Payload]
    with pytest.raises(DeclarationError, match="n"):
        Signal(twice)


def test_anything_with_a_signature_can_declare_a_signal() -> None:
    class Callable:
        def __call__(self, sender: object, *, n: int, **rest: int) -> None: ...

    for declaration in (Callable(), functools.partial(spec, n=2)):
        signal: Signal[Any, ..., Any] = Signal(untyped(declaration))
        assert signal.send(None, n=1) == []
        assert signal.__name__ == "<unnamed>"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("signal", [user_created, Holder.done, plain], ids=repr)
def test_a_signal_is_pickled_by_the_name_it_is_found_under(
    signal: Signal[Any, ..., Any], protocol: int
) -> None:
    assert pickle.loads(pickle.dumps(signal, protocol)) is signal


@pytest.mark.parametrize("signal", [user_created, Holder.done, plain], ids=repr)
def test_a_signal_that_is_found_under_its_name_is_its_own_copy(
    signal: Signal[Any, ..., Any],
) -> None:
    assert copy.copy(signal) is signal
    assert copy.deepcopy(signal) is signal


ELSEWHERE = pytest.mark.parametrize(
    "make",
    [
        Signal,
        lambda: Signal(spec),
        lambda: AsyncSignal(name="later"),
        Signal[object, [int]],
        lambda: Overriding(name="own"),
    ],
    ids=["open", "declared", "async", "positional", "overriding"],
)


class Overriding(Signal[Any, ..., Any]):
    """Makes all that it needs at once."""

    def send(self, sender: object, /, *args: object, **kwargs: object) -> list[Any]:
        return super().send(sender, *args, **kwargs)


@ELSEWHERE
def test_another_signal_refuses_to_be_copied_or_pickled_while_it_has_receivers(make: Any) -> None:
    signal = make()
    signal.connect(heard := takes("sender, *args, **kwargs"))
    for refused in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(SignalCopyError, match="would share or lose its receivers"):
            refused(signal)
        with pytest.raises(TypeError):
            refused({"state": [signal]} if refused is not copy.copy else signal)
    del heard


def test_a_signal_whose_changes_are_listened_to_refuses_to_be_copied() -> None:
    for about in ("receiver_connected", "receiver_disconnected"):
        signal = Signal()
        getattr(signal, about).connect(takes("signal, **payload"), weak=False)
        with pytest.raises(SignalCopyError):
            copy.deepcopy(signal)


@ELSEWHERE
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("used", [False, True])
def test_a_signal_without_receivers_is_copied_as_a_new_one(
    make: Any, copied: Callable[[Any], Any], used: bool
) -> None:
    signal = make()
    signal.mark = [1]
    if used:
        signal.disconnect(signal.connect(heard := takes("sender, *args, **kwargs")))
        del heard
    other = copied(signal)
    assert type(other) is type(signal)
    assert other is not signal
    assert repr(other) == repr(signal)
    assert other.__dict__.get("__wrapped__") is signal.__dict__.get("__wrapped__")
    assert (other.mark is signal.mark) == (copied is copy.copy)
    other.connect(listening := takes("sender, *args, **kwargs"))
    assert len(other.receivers) == 1
    assert not signal.receivers
    del listening


def test_an_object_with_a_signal_of_its_own_is_copied_with_a_new_one() -> None:
    @dataclass
    class Job:
        name: str
        changed: Signal[Any, ..., Any] = field(default_factory=Signal)

    job = Job("a")
    job.changed.__dict__["of"] = job  # a copy leads to itself, not to the job that was copied
    other = copy.deepcopy(job)
    assert other.changed is not job.changed
    assert other.changed.__dict__["of"] is other
    del job.changed.__dict__["of"]
    assert asdict(job)["changed"] is not job.changed


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_signal_without_declaration_and_receivers_is_pickled_as_a_new_one(protocol: int) -> None:
    for signal in (Signal(), Signal[object, [int]](), Signal[object, [int]](name="moved")):
        other = pickle.loads(pickle.dumps(signal, protocol))
        assert repr(other) == repr(signal)
        assert other.send(None, 1) == []
    with pytest.raises(TypeError):
        other.send(None)


def test_a_declared_signal_that_is_not_found_by_its_name_refuses_to_be_pickled() -> None:
    with pytest.raises(SignalCopyError, match="keep it in a module or class"):
        pickle.dumps(Signal(spec))


def test_a_signal_whose_module_is_gone_refuses_to_be_pickled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("gone")
    exec("from aldis import Signal\n@Signal\ndef signal(sender): ...", module.__dict__)
    monkeypatch.setitem(sys.modules, "gone", module)
    assert pickle.loads(pickle.dumps(module.signal)) is module.signal
    monkeypatch.delitem(sys.modules, "gone")
    with pytest.raises(SignalCopyError):
        pickle.dumps(module.signal)


def test_any_is_one_object_wherever_it_comes_from() -> None:
    assert repr(ANY) == "ANY"
    assert copy.deepcopy(ANY) is ANY
    assert pickle.loads(pickle.dumps(ANY)) is ANY


@pytest.mark.parametrize("kind", [Signal, AsyncSignal])
def test_type_arguments_may_be_left_out(kind: Any) -> None:
    assert kind[int] == kind[int, ..., Any]
    assert kind[int, [str]] == kind[int, [str], Any]
    signal = kind[int, [str]]()
    assert signal.__orig_class__ == kind[int, [str]]
    assert not hasattr(kind(), "__orig_class__")
    declared = kind[int, [str]](stored if kind is AsyncSignal else spec)
    assert "n" in str(declared.__signature__)


async def stored(sender: int, /, *, n: int) -> None: ...


def test_a_class_with_signals_may_be_generic() -> None:
    class Moved(Signal[Any, [int]]):
        """Its own documentation."""

    class Changed(Signal[T, [int]], Generic[T]):
        pass

    assert str(Changed[int]().__signature__) == "(sender, arg1: int, /)"
    assert Moved.__doc__ == "Its own documentation."
    assert Moved().__doc__ is None
    assert isinstance(Moved.method(spec)._signal, Moved)


class Box(TypedDict, Generic[T]):
    content: T


def test_a_typed_dict_with_type_parameters_declares_its_keys() -> None:
    @Signal
    def packed(sender: object, /, **box: Unpack[Box[int]]) -> None: ...

    packed.send(None, content=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        untyped(packed).send(None, content=1, nonsense=2)


@pytest.mark.parametrize("parameters", ["*sender", "*args, sender=None", "*sender_, sender"])
def test_a_sender_among_the_rest_may_have_a_namesake(parameters: str) -> None:
    signal: Signal[Any, ..., Any] = Signal(takes(parameters))
    given = {"sender": 1} if parameters.endswith("sender") and "," in parameters else {}
    assert signal.send("me", 2, **given) == []


def test_a_default_is_never_asked_for_its_representation() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise AssertionError

    shy = Shy()

    def spec(sender: object, /, *, a: object = shy, b: int = 2) -> None: ...

    signal = Signal(spec)
    assert "a: object = ..., b: int = 2" in repr(signal)
    signal.send(None)
    with pytest.raises(TypeError, match=r"a: object = \.\.\., b: int = 2"):
        untyped(signal).send(None, c=3)
