"""The type variables of the public classes, and their defaults at run time.

`SenderT`, `P` and `ResultT` parametrise the public classes; their defaults make a bare `Signal`
mean `Signal[Any, ..., Any]` (PEP 696). Type checkers read the defaults here. At run time
`WithDefaults` fills them in, so that `typing_extensions` is not loaded. `S`, `Q` and `R` are the
same three without defaults, for functions whose arguments determine them: type checkers would take
a default over the inferred type.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from aldis._mistakes import METHODS, not_made

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import ParamSpec, TypeVar

    SenderT = TypeVar("SenderT", default=Any)
    P = ParamSpec("P", default=...)
    ResultT = TypeVar("ResultT", default=Any)
else:
    from typing import ParamSpec, TypeVar

    SenderT, P, ResultT = TypeVar("SenderT"), ParamSpec("P"), TypeVar("ResultT")

S = TypeVar("S")
Q = ParamSpec("Q")
R = TypeVar("R")
T = TypeVar("T")  # the return type of a receiver whose result is not used

# of signals, and of events, which have no sender type
_DEFAULTS: dict[tuple[object, ...], tuple[object, ...]] = {
    (SenderT, P, ResultT): (Any, ..., Any),
    (P, ResultT): (..., Any),
}


class WithDefaults:
    """Fills in the type arguments that `Signal[App]` leaves out.

    CPython 3.13.0 raises an error for it, since a `ParamSpec` with a default is followed by another
    default.
    """

    __slots__ = ()

    if not TYPE_CHECKING:

        def __class_getitem__(cls, arguments: object) -> object:
            if not isinstance(arguments, tuple):
                arguments = (arguments,)
            # a list, as in `Signal[App, [int]]`, has no hash: `typing` would make a new alias each
            # time
            hashable = tuple(tuple(each) if type(each) is list else each for each in arguments)
            try:
                return _alias(cls, super().__class_getitem__, hashable)
            except TypeError:  # an argument has no hash, or is refused below
                return _subscribed(cls, super().__class_getitem__, arguments)


def _padded(cls: type, arguments: tuple[object, ...]) -> tuple[object, ...]:
    parameters: tuple[object, ...] = getattr(cls, "__parameters__", ())
    return arguments + _DEFAULTS.get(parameters, ())[len(arguments) :]


@lru_cache(maxsize=128)  # the size of typing's own cache
def _alias(
    cls: type, subscribe: Callable[[object], object], arguments: tuple[object, ...]
) -> object:
    """Return the alias of a class with these type arguments."""
    listed = (list(cast("tuple[object, ...]", a)) if type(a) is tuple else a for a in arguments)
    return _subscribed(cls, subscribe, tuple(listed))


def _subscribed(
    cls: type, subscribe: Callable[[object], object], arguments: tuple[object, ...]
) -> object:
    """Return the alias of a class; a signal's gets methods that say to make a signal first."""
    alias = subscribe(_padded(cls, arguments))
    if hasattr(cls, "_makes_all"):  # a class that you instantiate yourself
        vars(alias).update(dict.fromkeys(METHODS, not_made(cls.__name__)))
    return alias
