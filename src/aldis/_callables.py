"""Names of callables and their places in files, to show them.

No code of a callable is run for that: only its type, its code object and its parts are read.
"""

from __future__ import annotations

import inspect
import linecache
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Final, NamedTuple, cast

from aldis._static import (
    MISSING,
    class_name,
    func_of_partial,
    func_of_static,
    is_class,
    look_up,
    module_of,
)

_GETTER: Final = look_up(type, "__getattribute__")


class Place(NamedTuple):
    """A line of a file."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{shown_path(self.path)}:{self.line}"


def shown_path(path: str) -> str:
    """Return a path for messages: relative if it is below the current folder."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return path


class Name(NamedTuple):
    """A module, and the qualified name of a definition in it."""

    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.module}.{self.qualname}" if self.module else self.qualname


def name_of(receiver: object) -> Name:
    """Return the name of a callable, as far as it has one."""
    inner, partials = _inside(receiver)
    module, qualname = _own_name(inner)
    return Name(module, "partial(" * partials + qualname + ")" * partials)


def _inside(receiver: object) -> tuple[object, int]:
    """Unwrap methods, static methods and partials; return also the number of partials."""
    partials = 0
    met: set[int] = set()
    while id(receiver) not in met:
        met.add(id(receiver))
        kind = type(receiver)
        if kind is MethodType:
            receiver = cast("MethodType", receiver).__func__
        elif issubclass(kind, staticmethod):
            receiver = func_of_static(receiver)
        elif issubclass(kind, partial):
            receiver = func_of_partial(cast("partial[object]", receiver))
            partials += 1
        else:
            break
    return receiver, partials


def _own_name(thing: object) -> tuple[str, str]:
    if is_class(thing):
        return module_of(thing), class_name(thing)
    kind = type(thing)
    if kind is FunctionType or kind is BuiltinFunctionType:
        function = cast("FunctionType", thing)
        module: object = function.__module__
        return module if type(module) is str else "", function.__qualname__
    return module_of(kind), f"{class_name(kind)} object"


def place_of(receiver: object) -> Place | None:
    """Return where the code of a callable is; None if it is not written in Python."""
    inner, _ = _inside(receiver)
    if is_class(inner):
        return _place_of_class(inner)
    if type(inner) is not FunctionType:
        inner = look_up(type(inner), "__call__")
    return place_of_code(inner.__code__) if type(inner) is FunctionType else None


def place_of_code(code: CodeType) -> Place | None:
    """Return where code is; None if it does not come from a file."""
    path = code.co_filename
    return None if path.startswith("<") else Place(path, _line_of_def(code))


def _line_of_def(code: CodeType) -> int:
    """Return the line of `def` itself, not that of the first decorator."""
    if code.co_name != "<lambda>":
        line = code.co_firstlineno
        while text := linecache.getline(code.co_filename, line):
            if text.lstrip().startswith(("def ", "async def ")):
                return line
            line += 1
    return code.co_firstlineno


def _place_of_class(kind: type) -> Place | None:
    if _answers_itself(type(kind)):
        return None
    try:
        path, (_, line) = inspect.getfile(kind), inspect.getsourcelines(kind)
    except (OSError, TypeError):
        return None
    return Place(path, line)


def _answers_itself(kind: type) -> bool:
    """Whether a class customizes attribute access of its instances."""
    getter = look_up(kind, "__getattribute__")
    return getter is not _GETTER or look_up(kind, "__getattr__") is not MISSING
