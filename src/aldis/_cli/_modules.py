"""Lists the names in a module, and the modules in a package, without running their code.

A module may have a `__getattr__` that raises errors, or may replace itself by another object.
"""

from __future__ import annotations

import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final, cast

from aldis._static import attributes_of, is_class, namespace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_CACHE: Final = "__pycache__"
_names: Callable[[object], dict[str, object] | None] = vars(ModuleType)["__dict__"].__get__


def names_in(module: object) -> Mapping[str, object]:
    """Return the names of a module, or of an object that replaces one."""
    if issubclass(type(module), ModuleType):
        return _names(module) or {}
    return attributes_of(module)


def inner_names(module: object) -> Mapping[str, object]:
    """Return the names in a module or class; for any other object, its attributes."""
    return namespace_of(module) if is_class(module) else names_in(module)


def modules_in(path: object) -> list[str]:
    """Return the names of the modules and packages in a package.

    Args:
        path: The `__path__` of the package; may be anything if it is not a package.

    Returns:
        The names, without the package's name.
    """
    try:
        entries = [entry for entry in cast("Iterable[object]", path) if isinstance(entry, str)]
    except Exception:  # noqa: BLE001  # `__path__` may be any object
        return []
    names = [found.name for found in pkgutil.iter_modules(entries)]
    for entry in entries:
        names += [folder.name for folder in _folders_in(Path(entry)) if _has_modules(folder)]
    return [*dict.fromkeys(names)]


def _has_modules(folder: Path) -> bool:
    if any(pkgutil.iter_modules([str(folder)])):
        return True
    return any(_has_modules(inner) for inner in _folders_in(folder))


def _folders_in(folder: Path) -> Iterator[Path]:
    """Yield the folders that can be imported as packages without `__init__.py`."""
    try:
        inner = sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError:  # a zip file, or not readable
        return
    for each in inner:
        # a link to a parent folder would cause an endless loop
        is_link_upwards = folder.resolve().is_relative_to(each.resolve())
        if each.name.isidentifier() and each.name != _CACHE and not is_link_upwards:
            yield each
