"""Returns the types of values, and keeps none of the values."""

from __future__ import annotations

import sys
from itertools import islice
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final, cast

from aldis._recording._classes import CLASS, FIXED, FUNCTION, ITEMS, LEFT_OUT, PAIRS, PROXY
from aldis._static import attributes_of, is_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aldis._recording._classes import Classes, Known

MOST_ITEMS: Final = 10  # items that are examined in one container
MOST_LEVELS: Final = 3  # of containers in containers
LONGEST_TUPLE: Final = 5  # longest tuple whose items have types of their own


class Values:
    """Returns the types of values.

    Args:
        classes: The known classes.

    Attributes:
        asking: The threads that ask a proxy for its object: sends during that are not recorded.
    """

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self.asking: set[int] = set()

    @property
    def asks(self) -> bool:
        """Whether this thread runs code of a proxy for the recording only."""
        return get_ident() in self.asking

    def type_of(self, value: object, levels: int = MOST_LEVELS) -> str:
        """Return the text of a value's type; empty if it is left out."""
        known = self._classes.known(type(value))
        role = known.role
        if role <= LEFT_OUT:  # or it is plain
            return known.text
        if role == PROXY:
            return self._behind(value)
        if role == CLASS:
            inner = self._classes.known(cast("type", value)).text
            return f"builtins.type[{inner}]" if inner else ""
        if role == FUNCTION:
            return "" if _is_double(value) else known.text
        return self._of_container(known, value, levels) if levels else known.text

    def glance_at(self, value: object) -> tuple[str, ...] | None:
        """Return the types of a container and its first item; None if that is not enough.

        It takes a fraction of what `type_of` does.
        """
        known = self._classes.known(type(value))
        if known.role == ITEMS:
            first: list[object] = _first(cast("Iterable[object]", value), 1)
        elif known.role == PAIRS:
            pairs = _first(cast("dict[object, object]", value).items(), 1)
            first = [each for pair in pairs for each in pair]
        else:
            return None
        texts = [self._classes.plain.get(id(type(each)), "") for each in first]
        return (known.text, *texts) if all(texts) else None

    def _of_container(self, known: Known, value: object, levels: int) -> str:
        if known.role == FIXED:
            return self._of_tuple(known.text, cast("tuple[object, ...]", value), levels - 1)
        if known.role == ITEMS:
            found = [self._together(cast("Iterable[object]", value), levels - 1)]
        else:
            found = self._of_pairs(cast("dict[object, object]", value), levels - 1)
        return f"{known.text}[{', '.join(found)}]" if all(found) else known.text

    def _of_pairs(self, value: dict[object, object], levels: int) -> list[str]:
        pairs = [
            (self.type_of(key, levels), self.type_of(item, levels))
            for key, item in _first(value.items())
        ]
        known = [pair for pair in pairs if all(pair)]
        return [" | ".join(sorted({pair[place] for pair in known})) for place in (0, 1)]

    def _of_tuple(self, name: str, value: tuple[object, ...], levels: int) -> str:
        if len(value) > LONGEST_TUPLE:
            together = self._together(value, levels)
            return f"{name}[{together}, ...]" if together else ""
        places = [self.type_of(item, levels) for item in value]
        if not all(places):
            return ""
        return f"{name}[{', '.join(places)}]" if places else name

    def _together(self, items: Iterable[object], levels: int) -> str:
        texts = {self.type_of(item, levels) for item in _first(items)}
        return " | ".join(sorted(texts - {""}))

    def _behind(self, proxy: object) -> str:
        """Return the type of the object behind a proxy, if it is known without loading it."""
        if _is_not_loaded(proxy) or self.asks:
            return ""
        thread = get_ident()
        self.asking.add(thread)
        try:
            kind: object = proxy.__class__
        except Exception:  # noqa: BLE001  # it may be bound to nothing
            return ""
        finally:
            self.asking.discard(thread)
        known = self._classes.known(kind) if is_class(kind) else None
        # an unbound proxy may return itself
        return "" if known is None or known.role == PROXY else known.text


def _first(items: Iterable[Any], number: int = MOST_ITEMS) -> list[Any]:
    """Return some items; none where another thread changes them meanwhile."""
    try:
        return [*islice(items, number)]
    except RuntimeError:
        return []


def _is_double(value: object) -> bool:
    """Whether a function is one that `create_autospec` made."""
    return "mock" in attributes_of(value)


def _is_not_loaded(proxy: object) -> bool:
    """Whether it is a lazy object of Django that a question would load."""
    empty: object = getattr(sys.modules.get("django.utils.functional"), "empty", None)
    return empty is not None and attributes_of(proxy).get("_wrapped") is empty
