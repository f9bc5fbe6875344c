"""Compiles sending functions, once for each recipe, and keeps their source for tracebacks."""

from __future__ import annotations

import linecache
import weakref
from functools import partial
from inspect import Parameter, isawaitable
from types import CodeType, CoroutineType, FunctionType
from typing import TYPE_CHECKING, Final, cast

from aldis._core._failures import failed
from aldis._core._gather import gather
from aldis._core._generate import Recipe, write
from aldis._core._observing import deliver, deliver_async
from aldis._core._payload import is_parameter_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core._generate import Flavour
    from aldis._core._registry import Registry

# a program has a bounded number of declarations, but may make up payload names without end
_SPREADS_KEPT: Final = 256

namespace: Final[dict[str, object]] = {"__name__": __name__}  # the globals of generated functions
_codes: dict[Recipe, CodeType] = {}
_spreads: dict[tuple[Flavour, tuple[str, ...], bool], FunctionType | None] = {}
# all of them that somebody holds, as the adapter does; their sources stay as long
_living: Final = weakref.WeakValueDictionary[
    "tuple[Flavour, tuple[str, ...], bool]", FunctionType
]()

_ends: Final[dict[str, weakref.ref[FunctionType]]] = {}  # by file; each tells when one has died


def code_for(recipe: Recipe) -> CodeType:
    """Return the code of a sending function, whose one free variable is the registry."""
    code = _codes.get(recipe)
    if code is None:
        make = _run(recipe, "make")
        made: object = make(None)
        code = _codes.setdefault(recipe, cast("FunctionType", made).__code__)
    return code


def spread_for(
    flavour: Flavour, names: tuple[str, ...], *, awaited: bool = False
) -> FunctionType | None:
    """Return a function that sends a payload of just these names from the registry it is given.

    None where a name is not one that can be written. It returns None, and has sent nothing, where
    books that know of coroutine functions have some; one that is `awaited`, where they have others.
    """
    key = (flavour, names, awaited)
    spread = _spreads.get(key)
    if spread is None and key not in _spreads:
        if len(_spreads) >= _SPREADS_KEPT:
            _spreads.clear()
        spread = _living.get(key)
        if spread is None and all(map(is_parameter_name, names)):
            made = _spread(flavour, names, awaited=awaited)
            spread = _living.setdefault(key, made)
            if spread is made:  # and not that of another thread, which has the same source
                file = made.__code__.co_filename
                _ends[file] = weakref.ref(made, partial(_forget_source, file))
        _spreads[key] = spread
    return spread


def _forget_source(file: str, _: object) -> None:
    _ends.pop(file, None)
    linecache.cache.pop(file, None)


def _spread(flavour: Flavour, names: tuple[str, ...], *, awaited: bool) -> FunctionType:
    payload = tuple((name, Parameter.KEYWORD_ONLY) for name in names)
    recipe = Recipe(flavour, "", payload, shared=True, awaited=awaited)
    return _run(recipe, flavour.rpartition(" ")[2])


def _run(recipe: Recipe, name: str) -> FunctionType:
    """Compile a recipe's source, and return the function of that name which it defines."""
    source = write(recipe)
    kind = ", closed" if recipe.closed else ", awaited" if recipe.awaited else ""
    kind += ", observed" if recipe.observed else ""
    filename = f"<aldis {recipe.flavour}{source.signature}{kind}>"
    for helper, value in _HELPERS.items():
        namespace[f"{source.prefix}{helper}"] = value
    made: dict[str, FunctionType] = {}
    exec(compile(source.text, filename, "exec"), namespace, made)  # noqa: S102  # its only use
    lines = source.text.splitlines(keepends=True)
    linecache.cache[filename] = (len(source.text), None, lines, filename)  # no file: never checked
    return made[name]


def _check_names(registry: Registry, rest: Mapping[str, object], method: str) -> None:
    for name in rest:
        if name not in registry.payload.optional:
            title = send_title(registry, method)
            raise TypeError(f"{title}() got an unexpected keyword argument {name!r}")


def send_title(registry: Registry, method: str) -> str:
    """Return how errors call a sending function: Python puts it before what is wrong."""
    return f"signal {registry.name}{registry.payload.text}: {method}"


_HELPERS: Final[Mapping[str, object]] = {
    "CoroutineType": CoroutineType,
    "Exception": Exception,
    "check_names": _check_names,
    "deliver": deliver,
    "deliver_async": deliver_async,
    "failed": failed,
    "gather": gather,
    "id": id,
    "isawaitable": isawaitable,
    "len": len,
    "spread_for": spread_for,
    "tuple": tuple,
    "type": type,
}
