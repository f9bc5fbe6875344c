"""Lets `import blinker` import the adapter, in the whole process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from aldis.blinker import _utilities, base

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_REAL: Final = "blinker"


def install() -> None:
    """Let `import blinker` import `aldis.blinker` for the rest of the process.

    This includes `blinker.base` and `blinker._utilities`. Calling it again has no effect.

    Raises:
        ImportError: blinker itself is already loaded; the message names the modules that use it.

    Example:
        >>> import sys
        >>> from aldis.blinker import install, uninstall
        >>> if "blinker" not in sys.modules:
        ...     install()
        ...     import blinker
        ...     assert blinker.__name__ == "aldis.blinker"
        ...     uninstall()
    """
    adapter = _adapter()
    loaded = {name: sys.modules[name] for name in adapter if name in sys.modules}
    if any(module is not adapter[name] for name, module in loaded.items()):
        holders = ", ".join(_holders(loaded.values())) or "no visible module"
        message = (
            f"blinker is already loaded, and used by {holders}: "
            "call aldis.blinker.install() before they are imported, "
            "or start the program with python -m aldis.blinker"
        )
        raise ImportError(message, name=_REAL)
    sys.modules.update(adapter)


def uninstall() -> None:
    """Undo `install`: `import blinker` imports blinker again.

    Modules that were imported meanwhile keep the adapter. If it is not installed, nothing happens.
    """
    for name, module in _adapter().items():
        if sys.modules.get(name) is module:
            del sys.modules[name]


def _adapter() -> dict[str, ModuleType]:
    return {
        _REAL: sys.modules["aldis.blinker"],
        f"{_REAL}.base": base,
        f"{_REAL}._utilities": _utilities,
    }


def _holders(loaded: Iterable[ModuleType]) -> list[str]:
    """Return the names of the modules that have blinker, or a part of it, as an attribute.

    Only identities and types of attributes are compared: an attribute may be a proxy, such as
    `flask.current_app`, which raises errors on other access.
    """
    own = {
        id(value)
        for module in loaded
        for value in (module, *vars(module).values())
        if _is_blinkers(getattr(value, "__name__" if value is module else "__module__", None))
    }
    found: list[str] = []
    for name, module in sys.modules.copy().items():
        if _is_blinkers(name):
            continue
        values = list(getattr(module, "__dict__", {}).values())
        if any(id(value) in own or _is_blinkers(type(value).__module__) for value in values):
            found.append(name)
    return sorted(found)


def _is_blinkers(name: object) -> bool:
    return isinstance(name, str) and name.partition(".")[0] == _REAL
