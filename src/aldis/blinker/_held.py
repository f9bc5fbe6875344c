"""How the receivers of a signal are shown: what `receivers` is, to those who look into it."""

from __future__ import annotations

import weakref
from abc import abstractmethod
from collections.abc import Callable, Hashable, MutableMapping
from typing import Any, Final, TypeAlias

# a strong receiver as itself, any other by a weak reference
Held: TypeAlias = "weakref.ref[Callable[..., Any]] | Callable[..., Any]"
# what weak receivers are held by; a subclass of these may be a receiver itself
REFERENCES: Final = (weakref.ref, weakref.WeakMethod)


class HeldReceivers(MutableMapping[Hashable, Held]):
    """Receivers by their identifiers, as in a dict."""

    __slots__ = ()

    @abstractmethod
    def copy(self) -> dict[Hashable, Held]:
        """Return a dict of the receivers that there are now."""
