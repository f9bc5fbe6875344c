"""The type of `receivers`, a mapping of identifiers to receivers."""

from __future__ import annotations

import weakref
from abc import abstractmethod
from collections.abc import Callable, Hashable, MutableMapping
from typing import Any, Final, TypeAlias

# a strongly held receiver itself, or a weak reference
Held: TypeAlias = "weakref.ref[Callable[..., Any]] | Callable[..., Any]"
# the types that hold weak receivers; an object of a subclass may be a receiver itself
REFERENCES: Final = (weakref.ref, weakref.WeakMethod)


class HeldReceivers(MutableMapping[Hashable, Held]):
    """Receivers by identifier, as in a dict."""

    __slots__ = ()

    @abstractmethod
    def copy(self) -> dict[Hashable, Held]:
        """Return a dict of the current receivers."""
