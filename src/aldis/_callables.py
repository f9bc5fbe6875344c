"""What callables are called, and in which line of which file they are: to show them."""

from __future__ import annotations

import inspect
import linecache
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import NamedTuple, cast


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


class Name(NamedTuple):
    """A module, and the qualified name of what is defined in it."""

    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.module}.{self.qualname}" if self.module else self.qualname


def name_of(receiver: object) -> Name:
    """Return the name of a callable, as far as it has one."""
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
    if code.co_name != "<lambda>":
        line = code.co_firstlineno
        while text := linecache.getline(code.co_filename, line):
            if text.lstrip().startswith(("def ", "async def ")):
                return line
            line += 1
    return code.co_firstlineno


def _place_of_class(kind: type) -> Place | None:
    try:
        path, (_, line) = inspect.getfile(kind), inspect.getsourcelines(kind)
    except (OSError, TypeError):
        return None
    return Place(path, line)
