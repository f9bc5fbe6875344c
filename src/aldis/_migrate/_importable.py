"""Finds the name by which a class can be imported."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import MypyFile, TypeInfo


class Importable:
    """Knows by which names classes can be imported.

    Args:
        files: mypy's trees of modules, by their names.
        own: The packages of the program, whose private modules it may import.
    """

    def __init__(self, files: Mapping[str, MypyFile], own: frozenset[str]) -> None:
        self._files = files
        self._own = own
        self._known: dict[str, str | None] = {}
        self._for_checkers: dict[str, frozenset[str]] = {}

    def name_of(self, info: TypeInfo) -> str | None:
        """Return the full name by which a class is imported, or None."""
        full_name = info.fullname
        if full_name not in self._known:
            self._known[full_name] = self._find(info)
        return self._known[full_name]

    def _find(self, info: TypeInfo) -> str | None:
        module, qualified = info.module_name, info.fullname[len(info.module_name) + 1 :]
        if "@" in qualified or "<" in qualified:
            return None
        if module.partition(".")[0] in self._own:
            return info.fullname if self._is_there(module, qualified) else None
        if module.startswith("_typeshed") or any(
            part.startswith("_") for part in qualified.split(".")
        ):
            return None
        if any(part.startswith("_") for part in module.split(".")):
            module = self._public(info, module, qualified) or ""
        if not module or not self._is_there(module, qualified):
            return None
        return f"{module}.{qualified}"

    def _public(self, info: TypeInfo, module: str, qualified: str) -> str | None:
        """Return a public module that re-exports a class of a private one."""
        parts = module.split(".")
        public = [".".join(parts[:at]) for at in range(1, len(parts))]
        public.append(".".join(each.lstrip("_") for each in parts))
        for each in public:
            tree = self._files.get(each)
            symbol = None if tree is None else tree.names.get(qualified)
            if symbol is not None and symbol.node is info and not _is_private(each):
                return each
        return None

    def _is_there(self, module: str, qualified: str) -> bool:
        """Whether a class exists at run time, and not for type checkers only."""
        if module not in self._for_checkers:
            self._for_checkers[module] = self._read(module)
        return qualified.partition(".")[0] not in self._for_checkers[module]

    def _read(self, module: str) -> frozenset[str]:
        tree = self._files.get(module)
        if tree is None or not tree.path.endswith(".py"):
            return frozenset()
        parsed = ast.parse(Path(tree.path).read_bytes())  # which mypy has read just now
        return frozenset(
            each.name
            for block in parsed.body
            if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
            for each in block.body
            if isinstance(each, ast.ClassDef)
        )


def _is_private(module: str) -> bool:
    return any(each.startswith("_") for each in module.split("."))
