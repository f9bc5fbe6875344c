"""Makes declarations, receivers and payloads of any kind out of choices, and tries them.

The choices are a fuzzer's: those of Hypothesis in the tests, those of atheris in the long form. As
a program it is atheris' target: `fuzzing.py SECONDS SEED`.
"""

from __future__ import annotations

import importlib
import logging
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from inspect import Parameter, Signature
from typing import Any, Protocol

from aldis import Signal
from aldis._core._invariants import faults
from aldis.exceptions import AldisError

NAMES = [
    "sender",
    "self",
    "registry",
    "_",
    "__",
    "_registry",
    "__debug__",
    "None",
    "class",
    "match",
    "print",
    "id",
    "x",
    "é",
    "ﬁ",  # NFKC makes "fi" of it
    "µ",
    "名",
    "a b",
    "a=1",
    "x): import os; os.abort() #",
    "",
    "\n",
    "{x}",
    "$entries",
    "x" * 300,
]
KINDS = [
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.VAR_POSITIONAL,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
]


class RaisingError(Exception):
    """The error that strange objects raise on any access."""


class Strange:
    """A default whose text would be code, and an annotation that cannot be looked at."""

    def __repr__(self) -> str:
        raise RaisingError

    def __eq__(self, other: object) -> bool:
        raise RaisingError

    def __bool__(self) -> bool:
        raise RaisingError

    __hash__: Any = None  # as strange as can be


class Injecting:
    """A default whose text would stop the process, were it ever made code."""

    def __repr__(self) -> str:
        return "__import__('os').abort()"


DEFAULTS: list[object] = [Parameter.empty, None, 1, "text", Strange(), Injecting()]
# that of `**payload` is evaluated, as `typing.get_type_hints` does: it is code to begin with
ANNOTATIONS: list[object] = [
    Parameter.empty,
    int,
    "Missing",
    "1 / 0",
    Injecting(),
    Strange(),
    "Unpack[Missing]",
    "(",
    "\0",
]


class Choices(Protocol):
    """Where the choices come from."""

    def choose(self, options: list[Any]) -> Any:
        """Return one of these."""
        ...


def a_signature(choices: Choices) -> Signature | None:
    """Return a signature as strange as the choices have it; None where `inspect` has none."""
    parameters: list[Parameter] = []
    for _ in range(choices.choose([0, 1, 2, 3, 4])):
        kind = choices.choose(KINDS)
        name, annotation = choices.choose(NAMES), choices.choose(ANNOTATIONS)
        default: Any = choices.choose(DEFAULTS)
        if kind in {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}:
            default = Parameter.empty
        try:
            parameter = Parameter("x", kind, default=default, annotation=annotation)
        except ValueError:
            return None
        parameter._name = name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # whatever it is: others make signatures, too
        parameters.append(parameter)
    parameters.sort(key=lambda parameter: parameter.kind)
    try:
        return Signature(parameters)
    except ValueError:
        return None


def a_callable(choices: Choices) -> Any:
    """Return anything that may be taken for a declaration or a receiver."""
    signature = a_signature(choices)

    def function(*args: object, **kwargs: object) -> object:
        return (args, kwargs)

    def closed(sender: object, *, x: int = 0) -> object:
        return function(sender, x=x)

    async def awaited(sender: object, **payload: object) -> None: ...

    class Called:
        __slots__ = ("__weakref__",)

        def __call__(self, sender: object, /, x: object = None, **rest: object) -> object:
            return x

    class Hostile:
        __call__: Any = Strange()

        def __getattr__(self, name: str) -> object:
            raise RaisingError(name)

    def refuse(self: object) -> object:
        raise RaisingError

    attributes = ("__name__", "__doc__", "__module__", "__class__", "__wrapped__")
    hostile: dict[str, object] = {
        name: property(refuse) for name in attributes if choices.choose([True, False])
    }
    shy: Any = type("Shy", (Called,), {**hostile, "__slots__": ()})
    if signature is not None:
        function.__signature__ = signature  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]  # as decorators do
    kinds: list[Any] = [
        function,
        closed,
        awaited,
        Called(),
        Called,
        Hostile(),
        shy(),
        partial(function, 1),
        partial(closed, x=1),
        print,
        list[object]().append,
        len,
        type,
        42,
        None,
        Signal().send,
    ]
    return choices.choose(kinds)


def demand(holds: bool, otherwise: str) -> None:
    """Raise an AssertionError unless it holds."""
    assert holds, otherwise


def try_out(choices: Choices) -> None:
    """Declare, connect and send: each works, or is refused in words of aldis.

    Raises:
        Exception: Something else came out, or something half connected was left.
    """
    declaration = a_callable(choices)
    try:
        signal: Signal[Any, ..., Any] = Signal(declaration) if choices.choose([1, 0]) else Signal()
    except AldisError as error:
        demand(str(error) != "", "it does not say what is wrong")
        return
    for _ in range(2):
        receiver = a_callable(choices)
        before = len(signal._registry)
        weak = choices.choose([True, False])
        sender = choices.choose([None, "value", 7, Strange()])
        try:
            signal.connect(receiver, sender, weak=weak, priority=choices.choose([0, 1, "high"]))
        except AldisError as error:
            demand(str(error) != "", "it does not say what is wrong")
            demand(len(signal._registry) == before, "it is connected, all the same")
        _send(signal, sender, choices)
        assert not faults(signal._registry)
        repr(signal)
        signal.disconnect(receiver)
        assert not faults(signal._registry)


def _send(signal: Signal[Any, ..., Any], sender: object, choices: Choices) -> None:
    names = [choices.choose(NAMES) for _ in range(choices.choose([0, 1, 2]))]
    send: Callable[..., Any] = signal.send_robust
    try:
        send(sender, *[1] * choices.choose([0, 1]), **dict.fromkeys(names, 2))
    except TypeError as error:
        demand("signal " in str(error), f"{error} does not name the signal")


class _Bytes:
    """The choices of atheris."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def choose(self, options: list[Any]) -> Any:
        return options[self._provider.ConsumeIntInRange(0, len(options) - 1)]


def main(seconds: int, seed: int) -> None:
    """Let atheris look for what breaks it."""
    atheris: Any = importlib.import_module("atheris")  # there is none for some interpreters
    logging.disable()

    def one(data: bytes) -> None:
        try_out(_Bytes(atheris.FuzzedDataProvider(data)))

    atheris.instrument_all()
    options = [sys.argv[0], f"-max_total_time={seconds}", f"-seed={seed + 1}"]
    options.append(f"-artifact_prefix={tempfile.gettempdir()}/aldis-")
    atheris.Setup(options, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
