"""Names of modules in a recording, and which of them are tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from aldis._static import attributes_of

MAIN: Final = "__main__"
_MAINS: Final = frozenset({MAIN, "__mp_main__"})  # the latter in processes of `multiprocessing`


def known_as(module: str) -> str:
    """Return the name with which a module is imported; the program's is not `__main__`."""
    return _name_of_program() if module in _MAINS else module


def module_at(name: str) -> object:
    """Return the loaded module with that name; None if it is not loaded."""
    found = sys.modules.get(name)
    return sys.modules.get(MAIN) if found is None and name == _name_of_program() else found


def is_of_tests(module: str) -> bool:
    """Whether a module is one of tests, or helps them, by its name."""
    parts = module.split(".")
    return (
        parts[0] == "test"
        or "testing" in parts[1:]
        or any(
            part in {"tests", "conftest"} or part.startswith("test_") or part.endswith("_test")
            for part in parts
        )
    )


def can_be_named(dotted: str) -> bool:
    """Whether a dotted name can be written in an import statement."""
    return all(part.isidentifier() for part in dotted.split("."))


def _name_of_program() -> str:
    names = attributes_of(sys.modules.get(MAIN)) or vars(sys.modules[MAIN])
    name: object = getattr(names.get("__spec__"), "name", None)
    if isinstance(name, str) and name not in _MAINS:
        return name
    file = names.get("__file__")
    if not isinstance(file, str) or not file.endswith(".py"):
        return MAIN
    path = Path(file)
    parts = [path.stem]
    while (path.parent / "__init__.py").exists():
        path = path.parent
        parts.insert(0, path.name)
    dotted = ".".join(parts)
    return dotted if can_be_named(dotted) else MAIN
