"""What a signal is called, how it shows itself, and when it may be copied or pickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args, get_origin

from aldis._copies import (
    UNNAMED,
    cannot_be_copied,
    name_in_module,
    new_like,
    state_of,
    take_over,
)
from aldis._core import (
    AsyncSenders,
    Payload,
    Registry,
    Senders,
    SyncSenders,
    name_of,
    payload_of,
    positional_payload,
    returns_at_once,
    sender_in,
    untyped_payload,
)
from aldis._mistakes import no_attribute, not_called
from aldis.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from inspect import Signature

    from aldis._core import Kind, Via


_BY_TYPES: Mapping[Kind, str] = {
    "signal": "write a `def` with what is sent, or `Signal[object, [int, str]]()`",
    "event": "write a `def` with what is sent, or `Event[[int, str]]()`",
    "event of instances": "write a method with what is sent",
}
# the names of the two kinds of signals, for those who choose the wrong one
_NAMES: Mapping[Kind, tuple[str, str]] = {
    "signal": ("Signal", "AsyncSignal"),
    "event": ("Event", "AsyncEvent"),
    "event of instances": ("Event.method", "AsyncEvent.method"),
}


class _SignatureOfInstances:
    """`__signature__` of a signal: that of its declaration. Its class must have none."""

    def __get__(self, signal: SignalIdentity | None, owner: type | None = None) -> Signature:
        if signal is None:
            raise AttributeError("__signature__")
        return signal._signature


class SignalIdentity(Senders):
    """The attributes that a signal takes over from its declaration, as `functools.wraps` would.

    What it needs to connect and to send is made when it is first asked for: many signals are made,
    and few are used.
    """

    __name__: str
    __qualname__: str
    __wrapped__: Callable[..., object]
    __signature__: _SignatureOfInstances = _SignatureOfInstances()

    _hint: str = ""  # what errors of its sends say beside its declaration
    _is_signal = True  # and so no receiver, though it can be called, to be told what is wrong
    _registry: Registry
    _declared: Payload | None
    _makes_all: bool = False  # whatever it needs, at once
    _kind: Kind = "signal"
    _via: Via | None = None  # how its receivers are called, where their connections do not say

    @property
    def _signature(self) -> Signature:
        return self._registry.payload.signature

    @property
    def _text(self) -> str:
        """The signature of its declaration, for its repr."""
        return self._registry.payload.text

    @property
    def _sending_registry(self) -> Registry:
        """The registry that its sends go through, where they can be seen."""
        return self._registry

    def __init__(
        self,
        spec: Callable[..., object] | None = None,
        /,
        *more: object,
        name: str | None = None,
        doc: str | None = None,
        via: Via | None = None,
    ) -> None:
        self.__name__ = self.__qualname__ = name or UNNAMED
        # no module: pickle looks for a signal that has none in all of them
        self.__module__ = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # typeshed has a `str`, that of the class
        self.__doc__ = doc
        self._declared = None
        if via is not None:
            self._via = via
        if more:
            by_types = _BY_TYPES[self._kind]
            reason = f"it takes one declaration, not {1 + len(more)}; {by_types}"
            raise DeclarationError(name_of(spec), reason)
        if spec is not None:
            self._declare(spec, name, doc)
        self._make_all()

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        # `super().send` does not ask for what is not there, nor does a `__getattr__` of a user
        is_overridden = any(getattr(cls, name) is not slot for name, slot in _slots_of(cls).items())
        before = cls.__mro__[: cls.__mro__.index(SignalIdentity)]
        cls._makes_all = is_overridden or any("__getattr__" in vars(base) for base in before)

    def _declare(self, spec: Callable[..., object], name: str | None, doc: str | None) -> None:
        if issubclass(type(spec), Senders):  # isinstance would ask it for its `__class__`
            raise DeclarationError(name_of(spec), "it is a signal already; decorate a `def`, once")
        self._declared = payload = payload_of(spec, self._kind)
        plain, awaited = _NAMES[self._kind]
        if payload.is_async and not isinstance(self, AsyncSenders):
            reason = f"it is async; declare an {awaited} by it"
            raise DeclarationError(name_of(spec), reason)
        if not payload.is_async and isinstance(self, AsyncSenders) and returns_at_once(spec):
            article = "an" if plain[0] == "E" else "a"
            way_out = f"declare it by an `async def`, or declare {article} {plain} by it"
            reason = f"it is not async; {way_out}"
            raise DeclarationError(name_of(spec), reason)
        if self._kind != "event of instances" and [p.name for p in payload.given][:1] == ["self"]:
            self._hint = f" (for `instance.{self._kind}.send(...)` declare it by `.method`)"
        self.__wrapped__ = spec
        if name is None:
            self.__name__ = _text_of(spec, "__name__") or UNNAMED
            self.__qualname__ = _text_of(spec, "__qualname__") or UNNAMED
        self.__module__ = _text_of(spec, "__module__")  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # as above
        if doc is None:
            self.__doc__ = _text_of(spec, "__doc__")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Make what is not there yet: the registry, and the functions that send."""
            if name == "_registry":
                return self._make_registry()
            function = sender_in(self, name)
            if function is None:
                raise no_attribute(self, name)
            return function

        def __call__(self, *args: object, **kwargs: object) -> object:
            """Refuse to be called, and say how a signal is sent and declared."""
            kind = _NAMES[self._kind][isinstance(self, AsyncSenders)]
            raise not_called(self.__qualname__, kind.partition(".")[0])

    def _make_all(self) -> None:
        if self._makes_all:
            for slot in ("_registry", *_slots_of(type(self))):
                _MAKE(self, slot)

    def _make_registry(self) -> Registry:
        payload = self._declared or _payload_of(self)
        takes_async = isinstance(self, AsyncSenders)
        made = Registry(self, self.__qualname__, payload, takes_async=takes_async, via=self._via)
        made.module = self.__module__
        # of two threads that ask at once, both get the one that was entered first
        registry: Registry = self.__dict__.setdefault("_registry", made)
        return registry

    def _is_declared_as(self, other: SignalIdentity) -> bool:
        """Whether both come from one declaration, perhaps because its module was reloaded."""
        mine, others = self._registry, other._registry
        return mine.payload is others.payload or (
            mine.module == others.module
            and mine.name == others.name
            and mine.payload.text == others.payload.text
        )

    def _adopt(self, declared: SignalIdentity) -> bool:
        """Take over the declaration of another signal, unless this one has its own.

        Raises:
            IncompatibleReceiverError: A receiver cannot take what it declares; nothing changed.
        """
        other = declared._registry
        if not self._registry.redeclare(other.name, other.module, other.payload):
            return False
        self.__dict__.update(
            {name: value for name, value in declared.__dict__.items() if name.startswith("__")}
        )
        return True

    def __set_name__(self, owner: type, name: str) -> None:
        """Name a signal that is kept by a class and has no name of its own."""
        if self.__name__ == UNNAMED:
            self.__name__ = name
            self.__qualname__ = self._registry.name = f"{owner.__qualname__}.{name}"
            self.__module__ = owner.__module__

    @property
    def __orig_class__(self) -> object:
        """The `Signal[App, [int, str]]` that this signal was made by calling."""
        try:
            return self.__dict__["__orig_class__"]
        except KeyError:
            raise AttributeError("__orig_class__") from None

    @__orig_class__.setter
    def __orig_class__(self, alias: object) -> None:
        # set by `typing` when the signal is made; a subclass may have used it by then
        self.__dict__["__orig_class__"] = alias
        registry: Registry | None = self.__dict__.get("_registry")
        payload = None if registry is None else _payload_of_arguments(get_args(alias), self._kind)
        if registry is not None and payload is not None and not registry.declared:
            registry.payload, registry.declared = payload, True

    def __repr__(self) -> str:
        registry = self._registry
        name = f"{self.__module__}.{self.__qualname__}" if self.__module__ else self.__qualname__
        text = self._text if registry.payload.declared else ""
        count = len(registry)
        return f"<{type(self).__name__} {name}{text}, {count} receiver{'' if count == 1 else 's'}>"

    def __copy__(self) -> SignalIdentity:
        """Return the signal itself if it is found by its name, else a new one like it.

        Raises:
            SignalCopyError: It has receivers, which a copy would share or lose.
        """
        return new_like(type(self), state_of(self)) if name_in_module(self) is None else self

    def __deepcopy__(self, memo: dict[int, object]) -> SignalIdentity:
        """Return the signal itself if it is found by its name, else a new one like it.

        Raises:
            SignalCopyError: It has receivers, which a copy would share or lose.
        """
        from copy import deepcopy  # noqa: PLC0415  # who calls this has loaded it

        if name_in_module(self) is not None:
            return self
        state = state_of(self)
        made = memo[id(self)] = type(self).__new__(type(self))  # the state may lead back to it
        take_over(made, deepcopy(state, memo))
        return made

    def __reduce__(self) -> str | tuple[object, ...]:
        """Pickle a signal by its name, as a function is; without a declaration also as a new one.

        Raises:
            SignalCopyError: It is not found by its name, and it has receivers or a declaration.
        """
        name = name_in_module(self)
        if name is not None:
            return name
        if "__wrapped__" in self.__dict__:
            raise cannot_be_copied(self)
        return (new_like, (type(self), state_of(self)))


def _text_of(spec: object, attribute: str) -> str | None:
    """Return an attribute of a declaration if it is a text; asking for it may raise anything."""
    try:
        found: object = getattr(spec, attribute)
    except Exception:  # noqa: BLE001  # it may be any object
        return None
    return found if isinstance(found, str) else None


def _payload_of(signal: SignalIdentity) -> Payload:
    """Return what `Signal[App, [int, int]]()` says, or `class Moved(Signal[App, [int, int]])`."""
    alias, kind = signal.__dict__.get("__orig_class__"), signal._kind
    found = None if alias is None else _payload_of_arguments(get_args(alias), kind)
    if found is not None:
        return found
    for base in type(signal).__mro__:
        for alias in base.__dict__.get("__orig_bases__", ()):
            payload = (
                _payload_of_arguments(get_args(alias), kind)
                if _is_signal(get_origin(alias))
                else None
            )
            if payload is not None:
                return payload
    return untyped_payload(kind)


def _is_signal(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, SignalIdentity)


def _payload_of_arguments(arguments: tuple[object, ...], kind: Kind) -> Payload | None:
    """Return what `[App, [int, str]]` says of the payload; None where that is open."""
    place = 1 if kind == "signal" else 0  # an event has no type of its sender
    types = arguments[place] if len(arguments) > place else None
    if not isinstance(types, (list, tuple)):
        return None
    return positional_payload(cast("list[object] | tuple[object, ...]", types), kind)


def _slots_of(kind: type) -> dict[str, object]:
    """Return the slots of a class of signals for the functions that send."""
    slots = [vars(each) for each in (SyncSenders, AsyncSenders) if issubclass(kind, each)]
    return {name: slot for each in slots for name, slot in each.items() if name[0] != "_"}


_MAKE: Callable[[SignalIdentity, str], object] = vars(SignalIdentity)["__getattr__"]
