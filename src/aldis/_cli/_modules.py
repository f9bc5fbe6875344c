"""What is in a module, and which modules are in a package: nothing of theirs is asked for that.

A module may have a `__getattr__` that raises anything, or may put an object in its own place.
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
    """Return the names of a module, or of an object that stands in for one."""
    if issubclass(type(module), ModuleType):
        return _names(module) or {}
    return attributes_of(module)


def inner_names(module: object) -> Mapping[str, object]:
    """Return the names in a module or in a class; of any other object, its own attributes."""
    return namespace_of(module) if is_class(module) else names_in(module)


def modules_in(path: object) -> list[str]:
    """Return the names of the modules and packages in a package.

    Args:
        path: The `__path__` of the package, or anything else for what is not a package.

    Returns:
        The names, without that of the package.
    """
    try:
        entries = [entry for entry in cast("Iterable[object]", path) if isinstance(entry, str)]
    except Exception:  # noqa: BLE001  # a module may give this name to any object
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
    """Give the folders that can be imported as packages without `__init__.py`."""
    try:
        inner = sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError:  # it is a zip file, or must not be read
        return
    for each in inner:
        # a link to a folder that it is in itself would lead round in circles
        is_link_upwards = folder.resolve().is_relative_to(each.resolve())
        if each.name.isidentifier() and each.name != _CACHE and not is_link_upwards:
            yield each
