"""Compiles sending functions, once for each recipe, and keeps their source for tracebacks.

Code lives as long as a function uses it, and its source until other code is compiled. So
declarations that are made at run time and dropped do not leak memory.
"""

from __future__ import annotations

import linecache
import weakref
from inspect import Parameter, isawaitable
from types import CodeType, CoroutineType, FunctionType
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from aldis._core._failures import failed
from aldis._core._gather import gather
from aldis._core._generate import Recipe, write
from aldis._core._identity import value_of
from aldis._core._lock import lock
from aldis._core._looking import asking, merge, refresh
from aldis._core._payload import is_parameter_name
from aldis._core._proxies import ORDINARY, heed_proxy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core._generate import Flavour, Watched
    from aldis._core._payload import Payload
    from aldis._core._registry import Registry

# programs have few declarations, but may use any number of payload names
_NAMED_SENDS_KEPT: Final = 256

namespace: Final[dict[str, object]] = {"__name__": __name__}  # the globals of generated functions
# the functions of an undeclared signal, by the names of the payload that they send
NamedSends: TypeAlias = "dict[tuple[str, ...], FunctionType | None]"

_codes: Final[dict[Recipe, _CodeReference]] = {}
# Recipes whose code was garbage-collected, with their files in `linecache`. They are removed when
# other code is compiled, and not at once: before Python 3.14, `linecache.checkcache` fails if a
# file vanishes while it runs.
_stale: Final[dict[Recipe, str]] = {}


class _CodeReference(weakref.ref[CodeType]):
    """The weak reference to the code of a recipe."""

    __slots__ = ("file", "recipe")

    file: str
    recipe: Recipe


def code_for(recipe: Recipe) -> CodeType:
    """Return the code of a sending function, whose free variable is the registry.

    The code of an undeclared payload has a second free variable, a `NamedSends`; that of a gather
    has a limit. The code of a shared function has none: the registry is its first argument.
    """
    while True:
        known = _codes.get(recipe)
        code = None if known is None else known()
        if code is not None:
            return code
        if known is not None:
            _forget(known)  # it was garbage-collected just now
        code, source = _compiled(recipe)
        reference = _CodeReference(code, _forget)
        reference.recipe, reference.file = recipe, code.co_filename
        if _codes.setdefault(recipe, reference) is reference:  # another thread may be faster
            _remove_stale_sources()
            lines = source.splitlines(keepends=True)
            file = reference.file
            linecache.cache[file] = (len(source), None, lines, file)  # no file: never checked
            return code


def code_of(payload: Payload, flavour: Flavour, watched: Watched = "") -> CodeType:
    """Return the code that sends a payload; it is kept with the payload."""
    key = name_of(flavour, watched)
    code = payload.codes.get(key)
    if code is None:
        code = payload.codes.setdefault(key, code_for(Recipe.of(flavour, payload, watched)))
    return code


def name_of(flavour: Flavour, watched: Watched) -> str:
    """Return the key under which a sending function and its code are stored."""
    return f"<{watched} {flavour}>"


def make_named_send(
    flavour: Flavour,
    names: tuple[str, ...],
    takes_sender: bool = True,  # noqa: FBT002  # generated code calls it so
    gives_sender: bool = True,  # noqa: FBT002
    *,
    awaited: bool = False,
    watched: Watched = "",
) -> FunctionType | None:
    """Return a new function that sends a payload of exactly these names; it takes the registry.

    Return None if a name is not a valid parameter name. The function itself sends nothing and
    returns None if the send is observed by anything but a recorder. It also does so if some
    receivers are coroutine functions; with `awaited`, if some are not.
    """
    if not all(map(is_parameter_name, names)):
        return None
    payload = tuple((name, Parameter.KEYWORD_ONLY) for name in names)
    recipe = Recipe(
        flavour,
        "",
        payload,
        shared=True,
        awaited=awaited,
        watched=watched,
        takes_sender=takes_sender,
        gives_sender=gives_sender,
    )
    code = code_for(recipe)
    return FunctionType(code, namespace)


def named_send_for(
    named_sends: NamedSends,
    flavour: Flavour,
    names: tuple[str, ...],
    *sender: bool,
    awaited: bool = False,
) -> FunctionType | None:
    """Return such a function, and store it in `named_sends`."""
    if len(named_sends) >= _NAMED_SENDS_KEPT:
        named_sends.clear()
    return named_sends.setdefault(names, make_named_send(flavour, names, *sender, awaited=awaited))


def _recorded_for(  # noqa: PLR0917  # generated code calls it so
    flavour: Flavour,
    names: tuple[str, ...],
    takes_sender: bool,
    gives_sender: bool,
    awaited: bool,
    title: str,
) -> FunctionType | None:
    """Return the variant of such a function for sends that are recorded.

    Args:
        flavour: The flavour of the function.
        names: The names of its payload.
        takes_sender: Whether it takes a sender.
        gives_sender: Whether receivers get it.
        awaited: Whether all receivers are coroutine functions.
        title: A string that identifies all this; hashing a tuple for each send takes longer.
    """
    known = _recorded.get(title)
    if known is None:
        if len(_recorded) >= _NAMED_SENDS_KEPT:
            _recorded.clear()
        known = make_named_send(
            flavour, names, takes_sender, gives_sender, awaited=awaited, watched="recorded"
        )
        _recorded[title] = known
    return known


_recorded: Final[dict[str, FunctionType | None]] = {}


def _compiled(recipe: Recipe) -> tuple[CodeType, str]:
    """Compile the source of a recipe, and return the code of the function with that source."""
    source = write(recipe)
    kind = ", closed" if recipe.closed else ", awaited" if recipe.awaited else ""
    kind += f", {recipe.watched}" if recipe.watched else ""
    kind += "" if recipe.declared else ", undeclared"
    filename = f"<aldis {recipe.flavour}{source.signature}{kind}>"
    for helper, value in helpers.items():
        namespace[f"{source.prefix}{helper}"] = value
    made: dict[str, FunctionType] = {}
    exec(compile(source.text, filename, "exec"), namespace, made)  # noqa: S102  # generated from a declaration
    if recipe.shared:
        return made[recipe.flavour.rpartition(" ")[2]].__code__, source.text
    function: object = made["make"](*[None] * made["make"].__code__.co_argcount)
    return cast("FunctionType", function).__code__, source.text


def _remove_stale_sources() -> None:
    for recipe, file in _stale.copy().items():
        _stale.pop(recipe, None)
        entry = linecache.cache.pop(file, None)
        if entry is not None and recipe in _codes:  # it was compiled again, with the same source
            linecache.cache[file] = entry


def _forget(reference: _CodeReference) -> None:
    recipe = reference.recipe
    with lock:
        is_known = recipe in _codes and _codes[recipe] is reference
        if is_known:
            del _codes[recipe]
    if is_known:
        _stale[recipe] = reference.file


def _check_names(registry: Registry, rest: Mapping[str, object], method: str) -> None:
    for name in rest:
        if name not in registry.payload.settle().optional:
            title = send_title(registry, method)
            raise TypeError(f"{title}() got an unexpected keyword argument {name!r}")


def send_title(registry: Registry, method: str) -> str:
    """Return the name of a sending function in errors: Python begins its message with it."""
    hint: str = getattr(registry.owner(), "_hint", "") or _hint_of_sender(registry.payload)
    return f"signal {registry.name}{registry.payload.text}{hint}: {method}"


def _hint_of_sender(payload: Payload) -> str:
    """Return a hint for errors if the sender's parameter is not named `sender`.

    For `sender=...`, Python only says that the argument is unexpected. For the declared name, and
    if there is `**rest`, its message is clear (see `_generate`).
    """
    names = {payload.sender, *(parameter.name for parameter in payload.parameters)}
    if names & {"self", "sender"} or payload.starstar is not None or not payload.gives_sender:
        return ""
    return f" (pass the sender, {payload.sender!r}, by position)"


# the names that generated code uses; `_senders` adds more
helpers: Final[dict[str, object]] = {
    "BaseException": BaseException,
    "CoroutineType": CoroutineType,
    "Exception": Exception,
    "KeyError": KeyError,
    "asking": asking,
    "check_names": _check_names,
    "failed": failed,
    "gather": gather,
    "heed_proxy": heed_proxy,
    "id": id,
    "isawaitable": isawaitable,
    "merge": merge,
    "ordinary": ORDINARY,
    "recorded_for": _recorded_for,
    "refresh": refresh,
    "named_send_for": named_send_for,
    "tuple": tuple,
    "type": type,
    "value_of": value_of,
}
