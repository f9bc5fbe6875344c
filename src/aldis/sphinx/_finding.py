"""Find the signal that `autosignal` names."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple, cast

from aldis import AsyncBoundSignal, BoundSignal, Namespace
from aldis._event_identity import OfInstance
from aldis.sphinx._signature import AnySignal, is_signal

if TYPE_CHECKING:
    from types import ModuleType


class FindingError(Exception):
    """A name is not a signal; the message says why, and the way out."""


class Found(NamedTuple):
    """A signal, and where it was found."""

    signal: AnySignal
    module: str
    path: str
    holder: object
    """The module, class or namespace that contains it."""
    name_in_namespace: str | None
    source: str
    """The file of the module."""


def find(name: str, current_module: str | None) -> Found:
    """Return the signal with this name.

    Args:
        name: Its full name, or its name in the current module.
        current_module: The module of the last `py:module` or `py:currentmodule`.

    Raises:
        FindingError: There is none.
    """
    parts = tuple(name.split("."))
    if current_module is not None:
        try:
            return _walk(name, importlib.import_module(current_module), parts)
        except (FindingError, ImportError):
            pass  # it may be a full name
    module, rest = _import_first(name, parts)
    return _walk(name, module, rest)


def _import_first(name: str, parts: tuple[str, ...]) -> tuple[ModuleType, tuple[str, ...]]:
    """Import the module part of a dotted name, and return it with the remaining parts."""
    module: ModuleType | None = None
    for length in range(1, len(parts) + 1):
        place = ".".join(parts[:length])
        try:
            module = importlib.import_module(place)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{place}.".startswith(f"{error.name}."):
                raise FindingError(
                    f"importing {place!r} raised {error!r}; fix that first"
                ) from None
            if module is None:
                raise FindingError(
                    f"there is no module {place!r}; use the full name, as in `package.module.name`,"
                    " and check that it is on `sys.path` in conf.py"
                ) from None
            return module, parts[length - 1 :]
        except Exception as error:
            raise FindingError(f"importing {place!r} raised {error!r}; fix that first") from error
    raise FindingError(
        f"it is a module; name a signal in it, or use `.. automodule:: {name}` with `:members:`"
    )


def _walk(name: str, module: ModuleType, path: tuple[str, ...]) -> Found:
    """Follow attributes, and names in namespaces.

    Raises:
        FindingError: A part does not exist, or it is not a signal.
    """
    holder: object = None
    here: object = module
    in_namespace: str | None = None
    for number, part in enumerate(path):
        holder = here
        try:
            if isinstance(here, Namespace):
                in_namespace = ".".join(path[number:])  # a name may have dots
                here = cast("object", here[in_namespace])
                break
            here = getattr(here, part)
        except (AttributeError, KeyError):
            place = ".".join((module.__name__, *path[:number]))
            there = _signals_of(here) or "no signals"
            raise FindingError(f"{place} has no {in_namespace or part!r}; it has {there}") from None
    if not is_signal(here):
        raise _no_signal(here)
    source = getattr(module, "__file__", None) or module.__name__
    return Found(here, module.__name__, ".".join(path), holder, in_namespace, source)


def _no_signal(here: object) -> FindingError:
    if isinstance(here, (BoundSignal, AsyncBoundSignal)):
        bound = cast("BoundSignal[object, ..., object]", here).signal
        return FindingError(_of_one("signal", f"{bound.__module__}.{bound.__qualname__}"))
    if isinstance(here, OfInstance):
        method = here._method
        return FindingError(_of_one("event", f"{method.__module__}.{method.__qualname__}"))
    return FindingError(
        f"expected a signal or an event, got an object of type {type(here).__name__!r}; "
        "use autodata, autoclass or another directive"
    )


def _of_one(what: str, name: str) -> str:
    return f"it is the {what} of one instance; name that of the class, {name}"


def _signals_of(thing: object) -> str:
    if isinstance(thing, Namespace):
        return ", ".join(thing)
    names = sorted(vars(thing)) if hasattr(thing, "__dict__") else []
    return ", ".join(name for name in names if is_signal(getattr(thing, name, None)))
