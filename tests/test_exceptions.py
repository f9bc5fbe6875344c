"""Errors that pickle, keep nothing alive and are what callers already catch."""

from __future__ import annotations

import gc
import inspect
import pickle
import warnings
import weakref
from typing import Any

import pytest

from aldis import Signal, exceptions
from aldis.exceptions import AldisError, ReceiverError
from helpers import untyped

FACTS: dict[str, tuple[Any, ...]] = {
    "AldisError": ("something",),
    "AsyncReceiverError": ("signal", "receiver", "reason"),
    "DeclarationError": ("declaration", "reason"),
    "DuplicateSignalError": ("name", "existing", "way out"),
    "IncompatibleReceiverError": ("signal", "receiver", "reason"),
    "MessageError": ("reason",),
    "MissingExtraError": ("feature", "extra"),
    "NotCapturedError": ("signal",),
    "NotPortableError": ("signal", "parameter", "reason"),
    "PayloadNameError": ("signal", "name", ("known",)),
    "ReceiverCancelledError": ("signal", "receiver"),
    "ReceiverError": ("signal", "receiver", "reason"),
    "SignalCopyError": ("signal", "way out"),
    "SignalNotFoundError": ("name", ("known",)),
    "WeakReceiverError": ("signal", "receiver", "reason"),
}


def test_every_error_is_known_to_these_tests() -> None:
    assert set(exceptions.__all__) == {*FACTS, "AldisWarning"}


@pytest.mark.parametrize("name", FACTS)
def test_an_error_pickles_with_its_facts_and_says_each_of_them(name: str) -> None:
    error: exceptions.AldisError = getattr(exceptions, name)(*FACTS[name])
    restored = pickle.loads(pickle.dumps(error))
    assert type(restored) is type(error)
    assert restored.args == error.args
    assert str(restored) == str(error)
    for fact in FACTS[name]:
        for word in (fact,) if isinstance(fact, str) else fact:
            assert word in str(error)


@pytest.mark.parametrize("name", [name for name in FACTS if name != "AldisError"])
def test_an_error_is_an_aldis_error_and_a_builtin(name: str) -> None:
    kind = getattr(exceptions, name)
    assert issubclass(kind, AldisError)
    builtins = [base for base in kind.__mro__ if base.__module__ == "builtins"]
    assert not {*builtins} <= {Exception, BaseException, object}


def test_the_constructor_of_an_error_takes_what_it_keeps() -> None:
    for name, facts in FACTS.items():
        kind = getattr(exceptions, name)
        if kind is not AldisError and "__init__" in vars(kind):
            parameters = list(inspect.signature(kind).parameters)
            error = kind(*facts)
            assert [getattr(error, parameter) for parameter in parameters] == list(facts)


def test_an_error_keeps_neither_signal_nor_receiver_alive() -> None:
    class Receiver:
        def __call__(self) -> None: ...

    signal, receiver = Signal(lambda sender: None), Receiver()
    references: list[weakref.ref[Any]] = [weakref.ref(signal), weakref.ref(receiver)]
    kept: ReceiverError | None = None
    try:
        signal.connect(untyped(receiver))
    except ReceiverError as error:
        kept = error.with_traceback(None)
    del signal, receiver
    gc.collect()
    assert [reference() for reference in references] == [None, None]
    assert "Receiver" in str(kept)


@pytest.mark.parametrize("name", FACTS)
def test_a_traceback_of_an_error_names_its_page(name: str) -> None:
    error: exceptions.AldisError = getattr(exceptions, name)(*FACTS[name])
    assert error.__notes__ == [f"see {exceptions._anchor_of(type(error))} in the documentation"]
    assert pickle.loads(pickle.dumps(error)).__notes__ == error.__notes__


def test_the_last_line_of_a_warning_names_its_page() -> None:
    with pytest.warns(exceptions.AldisWarning) as caught:
        warnings.warn("a mistake", exceptions.AldisWarning, stacklevel=1)
    assert str(caught[0].message).splitlines() == [
        "a mistake",
        "see aldis.exceptions#aldis-warning in the documentation",
    ]


def test_the_page_of_an_error_has_a_name_without_capitals() -> None:
    assert exceptions._anchor_of(exceptions.AsyncReceiverError) == "aldis.exceptions#async-receiver"
    assert exceptions._anchor_of(exceptions.AldisWarning) == "aldis.exceptions#aldis-warning"


def test_an_error_of_a_program_names_the_page_of_its_base() -> None:
    class RefusedError(ReceiverError): ...

    anchor = exceptions._anchor_of(RefusedError)
    assert anchor == "aldis.exceptions#receiver"
