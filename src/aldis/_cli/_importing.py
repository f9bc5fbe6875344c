"""Imports a package with all of its modules."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from aldis._callables import Place
from aldis._cli._modules import modules_in, names_in

if TYPE_CHECKING:
    from collections.abc import Collection

# not imported, since that would run the program; only its source is read
_MAIN = "__main__"


class InputError(Exception):
    """The input is wrong; the message is one line for the user."""


class Package(NamedTuple):
    """The modules of a package, by name."""

    name: str
    modules: dict[str, object]  # a module may replace itself by any object
    unopened: dict[str, str | None]  # the files of modules that must not be imported
    failures: list[str]  # one line about each module that could not be imported


def import_package(name: str, *, skipped: Collection[str] = ()) -> Package:
    """Import a module, or a package with all of its modules.

    Args:
        name: Its name, as in an import statement.
        skipped: Names of modules to leave out, with their submodules; in full, or without the
            package's name.

    Returns:
        The imported modules, and the failures.

    Raises:
        InputError: There is no such module, or it cannot be imported.
    """
    look_here_first()
    if name.endswith(".py") or not all(part.isidentifier() for part in name.split(".")):
        raise InputError(_no_name(name))
    package = Package(name, {}, {}, [])
    with redirect_stdout(sys.stderr):  # keep what modules print out of the result
        try:
            module = package.modules[name] = _imported(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise InputError(_why(name, error)) from error
        _add_inner(package, name, module, {*skipped, *(f"{name}.{each}" for each in skipped)})
    return package


def _add(package: Package, name: str, skipped: Collection[str]) -> None:
    if name in skipped:
        return
    if name.rpartition(".")[2] == _MAIN:
        package.unopened[name] = getattr(importlib.util.find_spec(name), "origin", None)
        return
    try:
        module = package.modules[name] = _imported(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # modules may also exit
        package.failures.append(_why(name, error))
        return
    _add_inner(package, name, module, skipped)


def _add_inner(package: Package, name: str, module: object, skipped: Collection[str]) -> None:
    for inner in modules_in(names_in(module).get("__path__")):
        _add(package, f"{name}.{inner}", skipped)


def _imported(name: str) -> object:
    """Import a module, and force a lazy module to load."""
    module = importlib.import_module(name)
    _load(module)
    return module


def _load(module: object) -> None:
    if issubclass(type(module), ModuleType):
        vars(module)


def look_here_first() -> None:
    """Put the current folder first in `sys.path`, as `python -m` does and a script does not."""
    folder = os.getcwd()  # noqa: PTH109  # `sys.path` has strings
    if folder not in sys.path and "" not in sys.path:
        sys.path.insert(0, folder)


def _no_name(name: str) -> str:
    path = Path(name)
    if path.suffix == ".py" or os.sep in name:
        parts = path.with_suffix("").parts
        if all(part.isidentifier() for part in parts):
            return f"{name} is a path; name the module to import: {'.'.join(parts)}"
    return f"{name} is not a module name"


def _why(name: str, error: BaseException) -> str:
    """Return one line about an error of an import."""
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and f"{name}.".startswith(f"{missing}."):
        return f"there is no module {missing}"
    message = " ".join(str(error).split())
    said = f"{type(error).__name__}: {message}" if message else type(error).__name__
    place = _raised_at(error)
    return f"{name} cannot be imported: {said}" + (f" ({place})" if place else "")


def _raised_at(error: BaseException) -> Place | None:
    """Return the last line outside aldis and the import system."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Place(error.filename, error.lineno)
    ours = ("<", str(Path(__file__).parents[1]), importlib.__file__)
    frames = traceback.extract_tb(error.__traceback__)
    places = [Place(frame.filename, frame.lineno or 1) for frame in frames]
    return next((place for place in reversed(places) if not place.path.startswith(ours)), None)
