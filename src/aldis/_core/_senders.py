"""The sending functions of a signal, each made on first use.

Each is stored in a slot of a base class. So subclasses can override `send` and call `super().send`,
at the cost of a plain function. The function in a slot is never replaced. It learns of changes
through the snapshot (`_snapshots`): one kind of snapshot means "ask first", so the common path
needs no further checks.
"""

from __future__ import annotations

from types import CellType, CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Final, Protocol, cast

from aldis._core._compile import code_of, helpers, name_of, namespace, send_title
from aldis._core._delivering import deliver, deliver_async

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core._compile import NamedSends
    from aldis._core._generate import Flavour, Watched
    from aldis._core._registry import Registry


class Senders:
    """The base of the sending methods."""

    __slots__ = ()


class SyncSenders(Senders):
    """The sending methods of a `Signal`."""

    if not TYPE_CHECKING:  # pyright and ty would give these to event declarations, too
        __slots__ = {
            "send": "Call every live receiver, and return `[(receiver, result), ...]`.",
            "send_robust": "Like `send`, but an exception replaces a receiver's result.",
        }


class AsyncSenders(Senders):
    """The sending methods of an `AsyncSignal`."""

    if not TYPE_CHECKING:  # as above
        __slots__ = {
            "gather": "Await all live receivers at once, and return `[(receiver, result), ...]`.",
            "gather_robust": "Like `gather`, but an exception replaces a result.",
            "send": "Await every live receiver in turn, and return `[(receiver, result), ...]`.",
            "send_robust": "Like `send`, but an exception replaces a receiver's result.",
        }


if TYPE_CHECKING:

    class HasRegistry(Protocol):
        """A signal."""

        @property
        def _registry(self) -> Registry: ...


def sender_in(signal: HasRegistry, name: str) -> FunctionType | None:
    """Make the function for a slot of a signal; None if there is no such slot."""
    is_async = isinstance(signal, AsyncSenders)
    slot: object = (AsyncSenders if is_async else SyncSenders).__dict__.get(name)
    if not isinstance(slot, MemberDescriptorType):
        return None
    flavour = cast("Flavour", f"async {name}" if is_async else name)
    # if two threads get here at once, both get the function that was stored first
    made = _made(signal._registry, flavour)
    function: FunctionType = signal.__dict__.setdefault(f"<{name}>", made)
    slot.__set__(signal, function)
    return function


def _made(registry: Registry, flavour: Flavour) -> FunctionType:
    """Return a new function that sends from a registry."""
    if registry.payload.settle(at_last=False).is_settled:
        return _sending(registry, flavour)
    function = _function(registry, _WAITING[flavour])  # settles the payload when it is called
    function.__qualname__ = f"signal {registry.name}: {flavour.rpartition(' ')[2]}"
    return function


def limited(registry: Registry, flavour: Flavour, limit: int) -> FunctionType:
    """Return a new function that gathers with a limit on running receivers."""
    return _sending(registry, flavour, limit)


def _sending(
    registry: Registry, flavour: Flavour, limit: int | None = None, watched: Watched = ""
) -> FunctionType:
    payload = registry.settle()
    function = _function(registry, code_of(payload, flavour, watched), limit)
    function.__defaults__ = payload.defaults
    function.__kwdefaults__ = payload.keyword_defaults
    function.__qualname__ = send_title(registry, flavour.rpartition(" ")[2])
    return function


def _observed(registry: Registry, flavour: Flavour, limit: int | None = None) -> FunctionType:
    """Return a function for sends that are observed or have receivers with a `via`."""
    registry.settle()
    if limit is not None:
        return _sending(registry, flavour, limit, "observed")
    return _kept(registry, flavour, "observed", name_of(flavour, "observed"))


def _recorded(registry: Registry, flavour: Flavour) -> FunctionType:
    """Return a function for sends with a recorder and no other observer."""
    return _kept(registry, flavour, "recorded", _RECORDED[flavour])


def _kept(registry: Registry, flavour: Flavour, watched: Watched, name: str) -> FunctionType:
    """Return a function that is stored on the signal.

    If the registry stored it, the function would keep the registry alive.
    """
    owner = registry.owner()
    kept: dict[str, FunctionType] = {} if owner is None else owner.__dict__
    function = kept.get(name)
    # it may have been made before there was a declaration
    if function is None or function.__code__ is not registry.payload.codes.get(name):
        function = kept[name] = _sending(registry, flavour, None, watched)
    return function


def _function(registry: Registry, code: CodeType, limit: int | None = None) -> FunctionType:
    named_sends: NamedSends = {}
    values = {"limit": limit, "registry": registry, "named_sends": named_sends}
    free = tuple(CellType(values[name.lstrip("_")]) for name in code.co_freevars)
    return FunctionType(code, namespace, closure=free)


def _waiting(registry: Registry) -> Mapping[Flavour, object]:
    """Return the functions for a declaration whose TypedDict is not defined yet."""

    def send(*args: object, **kwargs: object) -> object:
        return _sending(registry, "send")(*args, **kwargs)

    def send_robust(*args: object, **kwargs: object) -> object:
        return _sending(registry, "send_robust")(*args, **kwargs)

    async def async_send(*args: object, **kwargs: object) -> object:
        return await _sending(registry, "async send")(*args, **kwargs)

    async def async_send_robust(*args: object, **kwargs: object) -> object:
        return await _sending(registry, "async send_robust")(*args, **kwargs)

    async def gather(*args: object, **kwargs: object) -> object:
        return await _sending(registry, "async gather")(*args, **kwargs)

    async def gather_robust(*args: object, **kwargs: object) -> object:
        return await _sending(registry, "async gather_robust")(*args, **kwargs)

    return {
        "send": send,
        "send_robust": send_robust,
        "async send": async_send,
        "async send_robust": async_send_robust,
        "async gather": gather,
        "async gather_robust": gather_robust,
    }


_WAITING: Final[Mapping[Flavour, CodeType]] = {
    flavour: cast("FunctionType", function).__code__
    for flavour, function in _waiting(cast("Registry", None)).items()
}
_RECORDED: Final = {flavour: name_of(flavour, "recorded") for flavour in _WAITING}
namespace["_sending"] = _sending  # their globals
helpers.update(
    {
        "declared": _sending,
        "deliver": deliver,
        "deliver_async": deliver_async,
        "observed": _observed,
        "recorded": _recorded,
    }
)
