"""How a sender crosses that is an object: by a key that both sides know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from aldis.relay._refusals import refuse_uncallable

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable

S = TypeVar("S")
T = TypeVar("T")


class Key(Generic[S, T]):
    """What a sender is called while it crosses.

    Args:
        type: The type of the key, such as `str` or `int`.
        dump: Returns the key of a sender.
        load: Returns the sender of a key: the very object, so that receivers that are connected to
            it hear it. If it raises, the message is tried again.

    Raises:
        TypeError: `dump` or `load` cannot be called.

    Example:
        >>> from aldis import Signal
        >>> from aldis.relay import Key, Memory, Relay
        >>> class App:
        ...     def __init__(self, name: str) -> None:
        ...         self.name = name
        >>> apps = {name: App(name) for name in ("shop", "blog")}
        >>> @Signal
        ... def started(app: App, /) -> None: ...
        >>> key = Key(str, lambda app: app.name, apps.__getitem__)
        >>> relay = Relay(Memory(), name="web")
        >>> relay.publish(started, topic="started", sender=key)
    """

    __slots__ = ("dump", "load", "type")

    def __init__(self, type: type[T], dump: Callable[[S], T], load: Callable[[T], S]) -> None:  # noqa: A002  # as it is called in JSON
        refuse_uncallable("dump of a Key to be a function", dump)
        refuse_uncallable("load of a Key to be a function", load)
        self.type: builtins.type[T] = type
        self.dump: Callable[[S], T] = dump
        self.load: Callable[[T], S] = load


def refuse_no_key(given: object) -> None:
    """Refuse what was given for a sender, if it is not a key.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(given, Key):
        raise TypeError(
            f"expected sender= to be a Key, such as Key(str, dump, load), got {given!r}"
        )
