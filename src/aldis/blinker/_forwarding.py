"""What makes a view the signal underneath it, in all that it does not do itself."""

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
    """Is of the class of the untyped signal, has its attributes, and has them set there."""

    _untyped: Any

    # -- copies: one would share its receivers

    def __copy__(self) -> Self:
        """Return the view itself if it is found by its name.

        Raises:
            SignalCopyError: It is not.
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

    # -- what it is, what it has, and what is set on it

    if not TYPE_CHECKING:

        @property
        def __class__(self) -> type:
            return self._untyped.__class__

        def __getattr__(self, name: str) -> object:
            untyped = self.__dict__.get("_untyped")  # which is not there before it is made
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
        # that of `object` would look at what the untyped signal is
        return {*dir(type(self)), *self.__dict__, *dir(self._untyped)}
