"""Lets a view behave as the signal underneath it in everything it does not define."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aldis._copies import cannot_be_copied, name_in_module
from aldis._identity import SignalIdentity
from aldis._mistakes import no_attribute
from aldis._static import MISSING, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self


class Forwarding(SignalIdentity):
    """Has the class of the untyped signal; reads and sets its attributes."""

    _untyped: Any

    # -- copies: a copy would share the receivers

    def __copy__(self) -> Self:
        """Return the view itself if its name leads to it.

        Raises:
            SignalCopyError: It does not.
        """
        self.__reduce__()
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self.__copy__()

    def __reduce__(self) -> str:
        name = name_in_module(self)
        if name is None:
            raise cannot_be_copied(self)
        return name

    # -- its class and attributes

    if not TYPE_CHECKING:

        @property
        def __class__(self) -> type:
            return self._untyped.__class__

        def __getattr__(self, name: str) -> object:
            untyped = self.__dict__.get("_untyped")  # None before `__init__`
            found = MISSING if name[:2] == "__" else getattr(untyped, name, MISSING)
            if found is MISSING:
                raise no_attribute(self, name)
            return found

        def __setattr__(self, name: str, value: object) -> None:
            if self._is_own(name):
                object.__setattr__(self, name, value)
            else:
                setattr(self._untyped, name, value)

        def __delattr__(self, name: str) -> None:
            if self._is_own(name):
                object.__delattr__(self, name)
            else:
                delattr(self._untyped, name)

        def _is_own(self, name: str) -> bool:
            return name[:1] == "_" or look_up(type(self), name) is not MISSING

    def __dir__(self) -> Iterable[str]:
        # `object.__dir__` would read the class of the untyped signal
        return {*dir(type(self)), *self.__dict__, *dir(self._untyped)}
