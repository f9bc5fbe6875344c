"""What receivers and senders are called, and in which line of which file they are."""

from __future__ import annotations

import inspect
import linecache
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final, NamedTuple, TypeAlias, cast

from aldis._core import ANY, Registry
from aldis._core._compile import namespace
from aldis._core._identity import VALUES
from aldis._identity import SignalIdentity
from aldis.blinker.base import Signal as UntypedSignal

AnySignal: TypeAlias = "SignalIdentity | UntypedSignal[Any, ...]"
SENDING: Final = frozenset({"gather", "send", "send_async", "send_robust"})


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{shown_path(self.path)}:{self.line}"


def shown_path(path: str) -> str:
    """Return a path as it is read best: relative where it is below the current folder."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return path


def signal_sent_by(receiver: object) -> AnySignal | None:
    """Return the signal whose `send` a receiver is, or None if it is no such thing."""
    if isinstance(receiver, MethodType):
        owner: object = receiver.__self__
        if isinstance(owner, UntypedSignal):
            untyped = cast("UntypedSignal[Any, ...]", owner)
            return untyped if receiver.__name__ in SENDING else None
        receiver = receiver.__func__
    if isinstance(receiver, FunctionType) and receiver.__globals__ is namespace:
        for cell in receiver.__closure__ or ():
            registry: object = cell.cell_contents
            if isinstance(registry, Registry):
                return cast("SignalIdentity | None", registry.owner())
    return None


class Name(NamedTuple):
    """A module, and the qualified name of what is defined in it."""

    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.module}.{self.qualname}" if self.module else self.qualname


def name_of(receiver: object) -> Name:
    """Return the name of a callable, as far as it has one."""
    signal = signal_sent_by(receiver)
    if signal is not None:
        registry = signal._registry if isinstance(signal, SignalIdentity) else signal._books
        return Name("", f"signal {registry.name}")
    if isinstance(receiver, partial):
        module, qualname = name_of(cast("partial[object]", receiver).func)
        return Name(module, f"partial({qualname})")
    if isinstance(receiver, MethodType):
        function: object = receiver.__func__
        return name_of(function)
    if isinstance(receiver, (FunctionType, BuiltinFunctionType, type)):
        return Name(receiver.__module__ or "", receiver.__qualname__)
    kind = type(receiver)
    return Name(kind.__module__, f"{kind.__qualname__} object")


def place_of(receiver: object) -> Place | None:
    """Return where the code of a callable is; None where it is not written in Python."""
    if signal_sent_by(receiver) is not None:
        return None
    if isinstance(receiver, partial):
        return place_of(cast("partial[object]", receiver).func)
    if isinstance(receiver, MethodType):
        function: object = receiver.__func__
        return place_of(function)
    if isinstance(receiver, FunctionType):
        return place_of_code(receiver.__code__)
    if isinstance(receiver, type):
        return _place_of_class(receiver)
    call: object = inspect.getattr_static(type(receiver), "__call__", None)
    return place_of(call) if isinstance(call, FunctionType) else None


def place_of_code(code: CodeType) -> Place | None:
    """Return where code is; None where it was made of text that is in no file."""
    path = code.co_filename
    return None if path.startswith("<") else Place(path, _line_of_def(code))


def _line_of_def(code: CodeType) -> int:
    """Return the line of `def` itself, and not that of the first decorator."""
    line = code.co_firstlineno
    lines = linecache.getlines(code.co_filename)[line - 1 :]
    if code.co_name != "<lambda>":
        for number, text in enumerate(lines, start=line):
            if text.lstrip().startswith(("def ", "async def ")):
                return number
    return line


def _place_of_class(kind: type) -> Place | None:
    try:
        path, (_, line) = inspect.getfile(kind), inspect.getsourcelines(kind)
    except (OSError, TypeError):
        return None
    return Place(path, line)


def describe_sender(sender: object) -> str:
    """Return what to call a sender, without asking it for its `repr`."""
    if sender is ANY or issubclass(type(sender), VALUES) or sender is None:
        return repr(sender)
    if isinstance(sender, ModuleType):
        return sender.__name__
    if isinstance(sender, (type, FunctionType)):
        return sender.__qualname__
    return f"one {type(sender).__qualname__}"
