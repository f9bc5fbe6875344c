"""A signal's name, declaration and repr, and its copies and pickles."""

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
# the names of the sync and the async class, for messages
_NAMES: Mapping[Kind, tuple[str, str]] = {
    "signal": ("Signal", "AsyncSignal"),
    "event": ("Event", "AsyncEvent"),
    "event of instances": ("Event.method", "AsyncEvent.method"),
}


class _SignatureOfInstances:
    """The `__signature__` of a signal is that of its declaration; the class must have none."""

    def __get__(self, signal: SignalIdentity | None, owner: type | None = None) -> Signature:
        if signal is None:
            raise AttributeError("__signature__")
        return signal._signature


class SignalIdentity(Senders):
    """The attributes that a signal takes over from its declaration, as `functools.wraps` would.

    Its registry and send functions are made on first use: programs make many signals and use few.
    """

    __name__: str
    __qualname__: str
    __wrapped__: Callable[..., object]
    __signature__: _SignatureOfInstances = _SignatureOfInstances()

    _hint: str = ""  # added to errors of its sends
    _is_signal = True  # not a receiver: it is callable only to raise a helpful error
    _registry: Registry
    _declared: Payload | None
    _makes_all: bool = False  # registry and send functions at once
    _kind: Kind = "signal"
    _via: Via | None = None  # the default for its receivers

    @property
    def _signature(self) -> Signature:
        return self._registry.payload.signature

    @property
    def _text(self) -> str:
        """The signature of its declaration, for its repr."""
        return self._registry.payload.text

    @property
    def _sending_registry(self) -> Registry:
        """The registry that its sends go through, where listeners observe them."""
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
        # without a module, pickle looks for the signal in all modules
        self.__module__ = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # typeshed has a `str`, that of the class
        self.__doc__ = doc
        self._declared = None
        if via is not None:
            self._via = via
        if more:
            by_types = _BY_TYPES[self._kind]
            reason = f"it takes one declaration, but got {1 + len(more)}; {by_types}"
            raise DeclarationError(name_of(spec), reason)
        if spec is not None:
            self._declare(spec, name, doc)
        self._make_all()

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        # neither `super().send` nor a subclass's `__getattr__` makes them on first use
        is_overridden = any(getattr(cls, name) is not slot for name, slot in _slots_of(cls).items())
        before = cls.__mro__[: cls.__mro__.index(SignalIdentity)]
        cls._makes_all = is_overridden or any("__getattr__" in vars(base) for base in before)

    def _declare(self, spec: Callable[..., object], name: str | None, doc: str | None) -> None:
        if issubclass(type(spec), Senders):  # isinstance would read its `__class__`
            raise DeclarationError(name_of(spec), "it is already a signal; decorate a `def` once")
        self._declared = payload = payload_of(spec, self._kind)
        plain, awaited = _NAMES[self._kind]
        if payload.is_async and not isinstance(self, AsyncSenders):
            reason = f"it is async; declare an {awaited} with it"
            raise DeclarationError(name_of(spec), reason)
        if not payload.is_async and isinstance(self, AsyncSenders) and returns_at_once(spec):
            article = "an" if plain[0] == "E" else "a"
            way_out = f"make it an `async def`, or declare {article} {plain} with it"
            reason = f"it is not async; {way_out}"
            raise DeclarationError(name_of(spec), reason)
        if self._kind != "event of instances" and [p.name for p in payload.given][:1] == ["self"]:
            self._hint = f" (to call `instance.{self._kind}.send(...)`, declare it with `.method`)"
        self.__wrapped__ = spec
        if name is None:
            self.__name__ = _text_of(spec, "__name__") or UNNAMED
            self.__qualname__ = _text_of(spec, "__qualname__") or UNNAMED
        self.__module__ = _text_of(spec, "__module__")  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # as above
        if doc is None:
            self.__doc__ = _text_of(spec, "__doc__")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Make the registry or a send function on first use."""
            if name == "_registry":
                return self._make_registry()
            function = sender_in(self, name)
            if function is None:
                raise no_attribute(self, name)
            return function

        def __call__(self, *args: object, **kwargs: object) -> object:
            """Raise an error that says how to send and declare a signal."""
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
        # if two threads get here at once, both get the registry that was stored first
        registry: Registry = self.__dict__.setdefault("_registry", made)
        return registry

    def _is_declared_as(self, other: SignalIdentity) -> bool:
        """Whether both have the same declaration, perhaps because its module was reloaded."""
        mine, others = self._registry, other._registry
        return mine.payload is others.payload or (
            mine.module == others.module
            and mine.name == others.name
            and mine.payload.text == others.payload.text
        )

    def _adopt(self, declared: SignalIdentity) -> bool:
        """Take over the declaration of another signal, unless this one has its own.

        Raises:
            IncompatibleReceiverError: A receiver does not accept the declared payload; nothing
                changed.
        """
        other = declared._registry
        if not self._registry.redeclare(other.name, other.module, other.payload):
            return False
        self.__dict__.update(
            {name: value for name, value in declared.__dict__.items() if name.startswith("__")}
        )
        return True

    def __set_name__(self, owner: type, name: str) -> None:
        """Name a signal after its class attribute, if it has no name."""
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
        # `typing` sets it after the signal is made; a subclass may have used the signal before
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
        """Return the signal itself if its name leads to it, else a new one like it.

        Raises:
            SignalCopyError: It has receivers, which a copy would share or lose.
        """
        return new_like(type(self), state_of(self)) if name_in_module(self) is None else self

    def __deepcopy__(self, memo: dict[int, object]) -> SignalIdentity:
        """Return the signal itself if its name leads to it, else a new one like it.

        Raises:
            SignalCopyError: It has receivers, which a copy would share or lose.
        """
        from copy import deepcopy  # noqa: PLC0415  # loaded already

        if name_in_module(self) is not None:
            return self
        state = state_of(self)
        made = memo[id(self)] = type(self).__new__(type(self))  # the state may lead back to it
        take_over(made, deepcopy(state, memo))
        return made

    def __reduce__(self) -> str | tuple[object, ...]:
        """Pickle a signal by its name, like a function; without a declaration, also as a new one.

        Raises:
            SignalCopyError: Its name does not lead to it, and it has receivers or a declaration.
        """
        name = name_in_module(self)
        if name is not None:
            return name
        if "__wrapped__" in self.__dict__:
            raise cannot_be_copied(self)
        return (new_like, (type(self), state_of(self)))


def _text_of(spec: object, attribute: str) -> str | None:
    """Return an attribute of a declaration if it is a string; reading it may raise anything."""
    try:
        found: object = getattr(spec, attribute)
    except Exception:  # noqa: BLE001  # a declaration may be any object
        return None
    return found if isinstance(found, str) else None


def _payload_of(signal: SignalIdentity) -> Payload:
    """Return the payload of `Signal[App, [int]]()`, or of `class Moved(Signal[App, [int]])`."""
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
    """Return the payload in `[App, [int, str]]`; None if it is open."""
    place = 1 if kind == "signal" else 0  # an event has no sender type
    types = arguments[place] if len(arguments) > place else None
    if not isinstance(types, (list, tuple)):
        return None
    return positional_payload(cast("list[object] | tuple[object, ...]", types), kind)


def _slots_of(kind: type) -> dict[str, object]:
    """Return the slots of a signal class for its send functions."""
    slots = [vars(each) for each in (SyncSenders, AsyncSenders) if issubclass(kind, each)]
    return {name: slot for each in slots for name, slot in each.items() if name[0] != "_"}


_MAKE: Callable[[SignalIdentity, str], object] = vars(SignalIdentity)["__getattr__"]
