"""Annotations that cannot be evaluated, now or ever: a signal is declared all the same."""

from __future__ import annotations

import gc
import inspect
import sys
import typing
import weakref
from collections.abc import Callable
from types import GenericAlias, ModuleType
from typing import Any

import pytest

from aldis import AsyncSignal, Signal
from aldis._core import _declaration
from aldis._core._annotations import text_of
from aldis._core._declaration import declared_payload, payload_of
from aldis._core._payload import Payload, positional_payload, untyped_payload
from aldis.exceptions import DeclarationError, IncompatibleReceiverError
from helpers import echoes, functions_of_modules_die, results, takes, untyped

LAZY = sys.version_info >= (3, 14)  # annotations are evaluated when somebody asks for them
FUTURE = "from __future__ import annotations\n"
NAMES = """
from typing import TYPE_CHECKING, Any, NotRequired, Required, TypedDict, Unpack
from aldis import AsyncSignal, Signal
"""


class Source:
    """Makes modules of source texts, with or without annotations that are texts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
        self._monkeypatch = monkeypatch
        self._head = head

    def __call__(self, text: str) -> Any:
        module = ModuleType("made_of_text")
        self._monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(
            compile(self._head + NAMES + text, "<text>", "exec", dont_inherit=True), module.__dict__
        )
        return module


@pytest.fixture(
    params=[
        pytest.param(FUTURE, id="texts"),
        pytest.param(
            "", id="expressions", marks=pytest.mark.skipif(not LAZY, reason="`def` evaluates them")
        ),
    ]
)
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Source:
    return Source(monkeypatch, request.param)


IN_A_MODULE = """
if TYPE_CHECKING:
    from elsewhere import Unknown

@Signal
def signal(sender: Unknown, /, *, later: Later, nested: list[Later | None]) -> Unknown: ...

class Later: ...
"""
IN_A_CLASS = """
if TYPE_CHECKING:
    from elsewhere import Unknown

class Holder:
    @Signal.method
    def signal(self: Unknown, /, *, later: Later, nested: list[Holder | Later]) -> Unknown: ...

class Later: ...

signal = Holder.signal
"""
IN_A_FUNCTION = """
def made():
    @Signal
    def signal(sender: Unknown, /, *, later: Later, nested: dict[str, Later]) -> Unknown: ...

    class Later: ...

    return signal

signal = made()
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (IN_A_MODULE, "sender: Unknown, /, *, later: Later, nested: list[Later | None]"),
        (IN_A_CLASS, "self: Unknown, /, *, later: Later, nested: list[Holder | Later]"),
        (IN_A_FUNCTION, "sender: Unknown, /, *, later: Later, nested: dict[str, Later]"),
    ],
    ids=["module", "class", "function"],
)
def test_a_name_that_is_not_there_keeps_no_declaration_from_being_made(
    source: Source, text: str, shown: str
) -> None:
    signal = source(text).signal
    receiver = echoes()
    signal.connect(receiver)
    assert results(signal.send("me", later=1, nested=2)) == [((), {"later": 1, "nested": 2})]
    assert f"({shown}) -> Unknown" in repr(signal)
    assert list(signal.__signature__.parameters)[1:] == ["later", "nested"]
    with pytest.raises(TypeError, match="later: Later"):
        signal.send("me")


ODD = """
@Signal
def signal(sender, /, *, a: 1 / 0, b: f"{a}", c: [each for each in Unknown]) -> lambda: x: ...
"""


def test_an_annotation_may_be_any_expression(source: Source) -> None:
    signal = source(ODD).signal
    assert results(signal.send("me", a=1, b=2, c=3)) == []
    assert "signal(sender, /, *, a" in repr(signal)
    assert list(signal.__signature__.parameters) == ["sender", "a", "b", "c"]


def test_annotations_are_evaluated_when_they_are_asked_for(source: Source) -> None:
    """Those that were not there when the signal was declared are there then."""
    text = "@Signal\ndef signal(sender: object, /, *, later: Later) -> None: ...\nclass Later: ..."
    signal = source(text).signal
    assert signal.__signature__ == inspect.signature(signal.__wrapped__)
    assert signal.__signature__ is signal.__signature__


@pytest.mark.skipif(not LAZY, reason="`def` evaluates them")
def test_a_signature_that_has_unknown_names_is_read_again_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = Source(monkeypatch, "")(IN_A_MODULE)
    sender, later, nested = module.signal.__signature__.parameters.values()
    assert later.annotation is module.Later
    assert nested.annotation == GenericAlias(list, (module.Later | None,))
    assert sender.annotation.__forward_arg__ == "Unknown"
    module.Unknown = int
    assert module.signal.__signature__.return_annotation is int
    assert module.signal.__signature__ is module.signal.__signature__


@pytest.mark.skipif(not LAZY, reason="`def` evaluates them")
def test_annotations_are_read_of_a_function_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    module = Source(monkeypatch, "")("def spec(sender: int, /, *, b: Unknown) -> str: ...")
    payload = payload_of(module.spec)
    del module.spec
    gc.collect()
    assert payload.text == "(sender: int, /, *, b: Unknown) -> str"
    assert payload.signature.parameters["sender"].annotation is int


def test_annotations_that_were_given_to_a_function_count() -> None:
    function = takes("sender, *, x")
    function.__annotations__ = {"x": int, "return": "Unknown"}
    signal: Signal[Any, ..., Any] = Signal(function)
    assert "(sender, *, x: int) -> Unknown" in repr(signal)
    assert signal.__signature__ == inspect.signature(function)


# -- other callables


class Caller:
    def __call__(self, sender: object, *, x: int) -> list[str]:
        raise NotImplementedError


def test_any_callable_shows_and_gives_its_annotations() -> None:
    signal: Signal[Any, ..., Any] = Signal(untyped(Caller()))
    assert "(sender: object, *, x: int) -> list[str]" in repr(signal)
    assert signal.__signature__ == inspect.signature(Caller())


def test_a_callable_that_cannot_be_read_again_has_no_annotations() -> None:
    spec = Caller()
    payload = declared_payload(spec)
    vars(spec)["__signature__"] = "nonsense"
    assert str(payload.signature) == payload.text == "(sender, *, x)"


def test_a_wrapped_function_is_read_in_the_place_of_its_wrapper(source: Source) -> None:
    signal = source(
        """
import functools

def as_it_is(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs): ...
    return wrapper

@Signal
@as_it_is
def signal(sender: Unknown, /, *, later: Unknown = 1 / 4) -> None: ...
"""
    ).signal
    assert "(sender: Unknown, /, *, later: Unknown = 0.25) -> None" in repr(signal)


@pytest.mark.parametrize("wrapped", ["itself", "no function", "what raises"])
def test_a_function_that_wraps_something_odd_is_read_or_refused(wrapped: str) -> None:
    class Raising:
        def __getattr__(self, name: str) -> object:
            raise ValueError(name)

        def __call__(self, sender: object, *, n: int) -> None: ...

    def spec(sender: object, *, n: int) -> None: ...

    others = {"itself": spec, "no function": Caller(), "what raises": Raising()}
    vars(spec)["__wrapped__"] = others[wrapped]
    if wrapped == "no function":
        assert list(payload_of(spec).names) == ["x"]
    else:
        with pytest.raises(DeclarationError, match="its signature cannot be read"):
            payload_of(spec)


# -- texts


T = typing.TypeVar("T")
Q = typing.ParamSpec("Q")


class Account(typing.TypedDict):
    n: int


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("as it is", "as it is"),
        (None, "None"),
        (type(None), "None"),
        (int, "int"),
        (Account, "Account"),
        (inspect.Parameter, "Parameter"),
        (list[int], "list[int]"),
        (typing.List[Account], "list[Account]"),  # noqa: UP006
        (dict[str, "Account | None"], "dict[str, Account | None]"),
        (typing.Optional[int], "int | None"),  # noqa: UP045
        (int | None, "int | None"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Callable[[int, Account], str], "Callable[[int, Account], str]"),
        (Callable[..., None], "Callable[..., None]"),
        (untyped(Callable)[Q, T], "Callable[Q, T]"),
        (typing.Literal["a", 1], "Literal['a', 1]"),
        (typing.Annotated[Account, "metadata"], "Annotated[Account, ...]"),
        (typing.Unpack[Account], "Unpack[Account]"),
        (typing.Required[int], "Required[int]"),
        (typing.Any, "Any"),
        (typing.LiteralString, "LiteralString"),
        (typing.ForwardRef("Unknown"), "Unknown"),
        (42, "42"),
    ],
    ids=str,
)
def test_an_annotation_is_shown_as_one_would_write_it(annotation: object, text: str) -> None:
    assert text_of(annotation) == text


def test_an_annotation_that_refuses_to_be_shown_is_left_out() -> None:
    class Secretive:
        def __repr__(self) -> str:
            raise ValueError

    assert text_of(Secretive()) == "..."
    assert text_of(typing.Annotated[int, Secretive()]) == "Annotated[int, ...]"


# -- `Unpack` of a TypedDict


DEFINED_LATER = """
@Signal
def signal(sender, /, **payload: Unpack[Account]) -> None: ...

class Account(TypedDict):
    number: int
    note: NotRequired[str]
"""
IN_A_BODY = """
class Holder:
    @Signal.method
    def signal(self, /, **payload: Unpack[Account]) -> None: ...

    class Account(TypedDict):
        number: int
        note: NotRequired[str]

signal = Holder.signal
"""
IN_AN_INNER_BODY = """
class Outer:
    class Holder:
        class Account(TypedDict):
            number: int
            note: NotRequired[str]

        @Signal.method
        def signal(self, /, **payload: Unpack[Account]) -> None: ...

signal = Outer.Holder.signal
"""
IN_A_CLOSURE = """
def made():
    class Account(TypedDict):
        number: int
        note: NotRequired[str]

    empty = None
    del empty

    @Signal
    def signal(sender, /, **payload: Unpack[Account]) -> None:
        return Account, empty

    return signal

signal = made()
"""
QUOTED = """
@Signal
def signal(sender, /, **payload: Unpack["Account"]) -> None: ...

class Account(TypedDict):
    number: int
    note: "NotRequired[str]"
"""
UNPACK_FOR_CHECKERS = """
del Unpack

@Signal
def signal(sender, /, **payload: Unpack[Account]) -> None: ...

class Account(TypedDict):
    number: int
    note: NotRequired[str]
"""
OF_EXTENSIONS = """
from typing_extensions import TypedDict, Unpack

class Account(TypedDict):
    number: int
    note: NotRequired[str]

@Signal
def signal(sender, /, **payload: Unpack[Account]) -> None: ...
"""
ATTRIBUTE = """
import made_of_text

@Signal
def signal(sender, /, **payload: Unpack[made_of_text.Account]) -> None: ...

class Account(TypedDict):
    number: int
    note: NotRequired[str]
"""


@pytest.mark.parametrize(
    "text",
    [
        DEFINED_LATER,
        IN_A_BODY,
        IN_AN_INNER_BODY,
        IN_A_CLOSURE,
        QUOTED,
        UNPACK_FOR_CHECKERS,
        OF_EXTENSIONS,
        ATTRIBUTE,
    ],
    ids=[
        "later",
        "class body",
        "inner body",
        "closure",
        "quoted",
        "for checkers",
        "extensions",
        "attribute",
    ],
)
def test_a_typed_dict_is_found_when_the_signal_is_used(source: Source, text: str) -> None:
    signal = source(text).signal
    fitting, strange = takes("s, *, number, note=None"), takes("s, *, number, note=None, other")
    signal.connect(fitting)
    with pytest.raises(IncompatibleReceiverError, match="'other'"):
        signal.connect(strange)
    assert len(signal.send("me", number=1)) == len(signal.send("me", number=1, note="")) == 1
    with pytest.raises(TypeError, match="unexpected keyword argument 'nope'"):
        signal.send("me", number=1, nope=2)
    with pytest.raises(TypeError, match="number"):
        signal.send("me", note="")
    assert "*, number: int, **payload: Unpack[" in repr(signal)


def test_a_typed_dict_that_is_never_found_counts_as_open_and_is_named(source: Source) -> None:
    signal = source(
        """
@Signal
def signal(sender, /, *, n: int, **payload: Unpack[Unknown]) -> None: ...
"""
    ).signal
    with pytest.raises(IncompatibleReceiverError) as caught:
        signal.connect(takes("s, *, n"))
    assert caught.value.reason == (
        "it takes only certain keyword arguments, but '**payload' may send others, since 'Unknown' "
        "is not defined where the signal is declared; define it there, or take '**payload'"
    )
    signal.connect(echoes(), weak=False)
    assert results(signal.send("me", n=1, whatever=2)) == [((), {"n": 1, "whatever": 2})]


@pytest.mark.parametrize("annotation", ["int", "list[Unknown]", "Unpack[int]", "1 / 0", "...", ""])
def test_another_annotation_of_the_rest_leaves_it_open(source: Source, annotation: str) -> None:
    colon = ": " if annotation else ""
    text = f"@Signal\ndef signal(sender, /, **payload{colon}{annotation}) -> None: ..."
    signal = source(text).signal
    signal.connect(echoes(), weak=False)
    assert results(signal.send("me", whatever=2)) == [((), {"whatever": 2})]


def test_one_type_that_is_unknown_switches_off_no_check_of_the_others(source: Source) -> None:
    module = source(
        """
import typing as t

class Base(TypedDict):
    base: Unknown
    maybe: "t.NotRequired[Unknown]"

class Account(Base, total=False):
    number: Required[Unknown]
    note: Unknown
    both: Unknown | int
    wrapped: t.Annotated[Required[list[Unknown]], "metadata"]
    known: int

@Signal
def signal(sender, /, **payload: Unpack[Account]) -> None: ...
"""
    )
    payload = module.signal._registry.payload
    assert payload.by_keyword == ("base", "number", "wrapped")
    assert payload.optional == {"maybe", "note", "both", "known"}
    assert "base: Unknown, number: Unknown, wrapped: " in repr(module.signal)
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        module.signal.send("me", base=1, number=2, wrapped=3, other=4)
    assert list(module.signal.__signature__.parameters) == [
        *("sender", "base", "number", "wrapped", "payload")
    ]
    module.Unknown = float
    assert module.signal.__signature__.parameters["number"].annotation is float
    assert module.signal.__signature__.parameters["base"].annotation is float


def test_the_qualifiers_of_a_key_may_have_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    module = Source(monkeypatch, FUTURE)(
        """
import typing as t
import typing_extensions
from typing import NotRequired as Maybe

class Account(TypedDict):
    a: Maybe[int]
    b: t.NotRequired[int]
    c: typing_extensions.ReadOnly[Maybe[int]]
    d: typing_extensions.ReadOnly[int]
    e: list[int]
    f: missing.NotRequired[int]
    g: int.NotRequired[int]
"""
    )
    payload = declared_payload(spec_of(module.Account))
    assert payload.by_keyword == ("d", "e")
    assert payload.optional == {"a", "b", "c", "f", "g"}
    assert payload.text == "(sender, /, *, d: int, e: list[int], **payload: Unpack[Account])"
    assert payload.signature.parameters["d"].annotation is int


def spec_of(typed_dict: Any) -> Callable[..., None]:
    spec = takes("sender, /, **payload")
    spec.__annotations__ = {"payload": typing.Unpack[typed_dict]}
    return spec


def test_keys_are_known_where_annotations_cannot_be_read_at_all() -> None:
    class Keys(typing.TypedDict):
        b: int
        a: typing.NotRequired[str]

    untyped(Keys).__required_keys__, untyped(Keys).__optional_keys__ = {"b", "c"}, {"a"}
    if LAZY:
        untyped(Keys).__annotate__ = takes("")  # which fails when it is called
    else:
        untyped(Keys).__annotations__ = 42
    payload = declared_payload(spec_of(Keys))
    assert payload.names == {"b", "c"}
    assert payload.optional == {"a"}


def test_a_typed_dict_whose_module_is_gone_shows_its_types_as_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = Source(monkeypatch, FUTURE)("class Account(TypedDict):\n    n: Required[Unknown]\n")
    payload = declared_payload(spec_of(module.Account))
    monkeypatch.delitem(sys.modules, module.__name__)
    assert payload.text == "(sender, /, *, n: Unknown)"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no such syntax")
def test_type_parameters_of_a_declaration_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for head in (FUTURE, ""):
        module = Source(monkeypatch, head)(
            "class Box[T](TypedDict):\n    content: T\n"
            "@Signal\ndef signal[T](sender, /, **box: Unpack[Box[T]]) -> None: ..."
        )
        assert module.signal._registry.payload.names == {"content"}


def test_types_of_values_are_shown_without_what_is_said_of_their_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for head in (FUTURE, ""):
        module = Source(monkeypatch, head)(
            "class Account(TypedDict, total=False):\n    n: Required[list[int]]\n    note: str\n"
            "@Signal\ndef signal(sender, /, **payload: Unpack[Account]) -> None: ..."
        )
        signature = module.signal.__signature__
        assert "(sender, /, *, n: list[int], **payload: Unpack[Account])" in repr(module.signal)
        assert signature.parameters["n"].annotation == list[int]
        assert module.signal.__signature__ is signature


def test_an_object_that_is_no_function_may_have_the_signature_of_one() -> None:
    class Declared:
        __call__ = print

        def __init__(self, signature: inspect.Signature) -> None:
            self.__signature__ = signature

    open_, closed = ("Unpack[Account]", typing.Unpack[Account])
    for annotation, names in ((open_, frozenset[str]()), (closed, {"n"})):
        spec = takes("sender, **payload")
        spec.__annotations__ = {"payload": annotation}
        declared = Declared(inspect.signature(spec))
        assert declared_payload(declared).settle().names == names


# -- receivers


def test_a_receiver_is_judged_without_evaluating_its_annotations(source: Source) -> None:
    module = source(
        """
class Function:
    def __init__(self, sender: Unknown, *, n: 1 / 0) -> None: ...

class Wrong:
    def __init__(self, sender: Unknown) -> None: ...

class New:
    def __new__(cls, sender: Unknown) -> Unknown: ...

class Inheriting(Wrong): ...

class Meta(type):
    def __call__(cls, sender: Unknown) -> Unknown: ...

class Made(metaclass=Meta): ...

def wrong(sender: Unknown) -> Unknown: ...

@Signal
def signal(sender: Unknown, /, *, n: Unknown) -> None: ...

@Signal
def other(sender: Unknown, /) -> Unknown: ...
"""
    )
    module.signal.connect(module.Function)
    for wrong in (
        *(module.Wrong, module.New, module.Inheriting, module.Made, module.wrong),
        module.other.send,
    ):
        with pytest.raises(IncompatibleReceiverError, match="does not take 'n'"):
            module.signal.connect(wrong)


def test_a_class_whose_constructor_is_c_code_is_read_by_inspect() -> None:
    class Plain: ...

    @Signal
    def signal(sender: object, /, *, n: int) -> None: ...

    with pytest.raises(IncompatibleReceiverError, match="the sender"):
        signal.connect(untyped(Plain))
    with pytest.raises(IncompatibleReceiverError, match="the sender"):
        signal.connect(untyped(object))


# -- one payload for each declaration


def declare() -> Callable[..., None]:
    def spec(sender: object, /, *, n: int = 1) -> None: ...

    return spec


def test_a_function_is_read_once() -> None:
    spec = declare()
    assert payload_of(spec) is payload_of(spec)
    assert payload_of(spec).signature is payload_of(spec).signature
    assert payload_of(spec) is not payload_of(declare())
    assert declared_payload(spec) is not payload_of(spec)
    codes = payload_of(spec).codes
    assert codes == {}
    assert codes is payload_of(spec).codes


def test_a_payload_goes_with_its_function_and_keeps_it_not_alive() -> None:
    spec = declare()
    payload = payload_of(spec)
    gc.disable()
    try:
        function, kept = weakref.ref(spec), weakref.ref(payload)
        assert payload.text == "(sender: object, /, *, n: int = 1) -> None"
        del spec
        assert function() is None
        assert payload.text == "(sender: object, /, *, n: int = 1) -> None"
        del payload
        assert kept() is None
    finally:
        gc.enable()


def replace_code(spec: Any) -> None:
    spec.__code__ = takes("sender, /, *, other").__code__


def replace_defaults(spec: Any) -> None:
    spec.__defaults__ = (None,)


def replace_keyword_defaults(spec: Any) -> None:
    spec.__kwdefaults__ = None


def wrap_another(spec: Any) -> None:
    spec.__wrapped__ = takes("sender, /, *, other")


def give_a_signature(spec: Any) -> None:
    spec.__signature__ = inspect.signature(takes("sender, /, *, other"))


@pytest.mark.parametrize(
    "change",
    [replace_code, replace_defaults, replace_keyword_defaults, wrap_another, give_a_signature],
)
def test_a_function_that_was_changed_is_read_again(change: Callable[[object], None]) -> None:
    spec = declare()
    before = payload_of(spec)
    change(spec)
    assert payload_of(spec) is not before
    assert str(payload_of(spec).signature) == str(inspect.signature(spec))


def test_a_function_that_was_made_like_another_is_read_itself() -> None:
    spec, other = declare(), takes("sender")
    before = payload_of(spec)
    vars(other).update(vars(spec))
    assert payload_of(other).text == "(sender)"
    assert payload_of(other) is payload_of(other)
    assert payload_of(spec) is before


def test_what_is_kept_with_a_function_can_be_pickled_by_value() -> None:
    spec = declare()
    payload = payload_of(spec)
    vars(spec).update({name: again(value) for name, value in vars(spec).items()})
    assert payload_of(spec) is not payload
    assert payload_of(spec).text == payload.text


def again(value: object) -> object:
    function, arguments = untyped(value.__reduce__())
    return function(*arguments)


def test_another_thread_may_be_the_first_to_read_a_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = declare()
    first: list[Payload] = []

    def overtaken(declared: Callable[..., object], kind: Any) -> Payload:
        monkeypatch.undo()
        first.append(payload_of(declared, kind))
        return declared_payload(declared, kind)

    monkeypatch.setattr(_declaration, "declared_payload", overtaken)
    assert payload_of(spec) is first[0]


def test_a_payload_knows_whether_its_declaration_is_async() -> None:
    async def spec(sender: object) -> None: ...

    assert payload_of(spec).is_async
    assert not payload_of(declare()).is_async
    assert not untyped_payload().is_async


def test_what_is_no_plain_function_is_read_each_time() -> None:
    spec = Caller()
    assert payload_of(spec) is not payload_of(spec)


def test_lists_of_types_that_are_equal_have_one_payload() -> None:
    assert positional_payload([int, list[str]]) is positional_payload((int, list[str]))
    assert positional_payload([int]) is not positional_payload([str])
    assert positional_payload([int, str]).text == "(sender, arg1: int, arg2: str, /)"
    unhashable = typing.Annotated[int, []]
    assert positional_payload([unhashable]) is not positional_payload([unhashable])
    assert positional_payload([unhashable]).words == ["arg1: Annotated[int, ...]"]


def test_signals_that_are_not_declared_have_one_payload() -> None:
    assert untyped_payload() is untyped_payload()
    assert untyped_payload().text == "(sender, /, *args, **kwargs)"
    assert untyped_payload().settle() is untyped_payload()


def test_a_declaration_settles_once_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    module = Source(monkeypatch, FUTURE)("def spec(sender, /, **payload: Unpack[Account]): ...")
    payload = payload_of(module.spec)
    assert payload.settle(at_last=False) is payload
    module.Account = Account
    settled = payload.settle(at_last=False)
    assert settled is not payload
    assert payload.settle() is settled
    assert settled.settle() is settled
    assert payload_of(module.spec) is payload
    assert (payload.text, payload.words) == (settled.text, settled.words)
    assert payload.signature is settled.signature
    assert settled.names == {"n"}
    assert payload.starstar == "payload"


@functions_of_modules_die
def test_a_declaration_that_has_settled_outlives_its_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = Source(monkeypatch, FUTURE)("def spec(sender, /, **payload: Unpack[Account]): ...")
    module.Account = Account
    payload = payload_of(module.spec)
    settled = payload.settle()
    function = weakref.ref(module.spec)
    del module.spec
    gc.collect()  # without a GIL, functions of modules die no earlier
    assert function() is None
    assert payload.settle() is settled
    assert settled.names == {"n"}


def test_an_undeclared_signal_learns_nothing_from_receivers_of_another_kind() -> None:
    """They share one payload, and what was found to fit it."""

    async def later(sender: object) -> None: ...

    AsyncSignal().connect(later)
    AsyncSignal().connect(later)
    with pytest.raises(TypeError, match="it is async"):
        Signal().connect(later)


def test_what_was_found_to_fit_does_not_keep_code_alive() -> None:
    async def later(sender: object) -> None: ...

    function = takes("sender")
    AsyncSignal().connect(function)
    AsyncSignal().connect(later)
    payload = untyped_payload()
    kept = [payload.admitted[id(function.__code__)], payload.admitted_async[id(later.__code__)]]
    assert [each() for each in kept] == [function.__code__, later.__code__]
    assert gc.get_referents(*kept) == []
