"""What mypy knows of a program: the types of its expressions and functions, by where they stand."""

from __future__ import annotations

import ast
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mypy.build import BuildResult, build
from mypy.errors import CompileError
from mypy.modulefinder import BuildSource
from mypy.nodes import Expression, FuncDef, LambdaExpr, RefExpr
from mypy.options import Options

from aldis._migrate._mypy_walk import Walker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.types import Type

Place = tuple[int, int, int, int]


class InFile(NamedTuple):
    """What mypy knows of one file."""

    expressions: dict[Place, Expression]
    functions: dict[tuple[int, int], FuncDef | LambdaExpr]


class Checked:
    """A program that mypy has checked; or an empty one, if it could not.

    Args:
        result: What mypy says, or None.
        modules: The modules of the program, by their files.
    """

    def __init__(self, result: BuildResult | None, modules: Mapping[Path, str]) -> None:
        self.result = result
        self._modules = modules
        self._files: dict[Path, InFile] = {}
        self._walker = Walker()

    def _in_file(self, path: Path) -> InFile:
        known = self._files.get(path)
        if known is None:
            known = self._files[path] = self._collect(path)
        return known

    def _collect(self, path: Path) -> InFile:
        found = InFile({}, {})
        tree = None
        if self.result is not None:
            tree = self.result.files.get(self._modules.get(path, ""))
        if tree is None:
            return found
        for node in self._walker.walk(tree):
            if isinstance(node, (FuncDef, LambdaExpr)):
                found.functions.setdefault((node.line, node.column), node)
            if isinstance(node, Expression):
                place = (node.line, node.column, node.end_line or 0, node.end_column or 0)
                known = found.expressions.get(place)
                if known is None or not self._has_type(known):
                    found.expressions[place] = node
        return found

    def _has_type(self, node: Expression) -> bool:
        return self.result is not None and node in self.result.types

    def expression(self, path: Path, node: ast.expr) -> Expression | None:
        """Return mypy's node of an expression."""
        place = (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        return self._in_file(path).expressions.get(place)

    def type_of(self, path: Path, node: ast.expr) -> Type | None:
        """Return the type of an expression, if mypy has seen it."""
        found = self.expression(path, node)
        if found is None or self.result is None:
            return None
        return self.result.types.get(found)

    def full_name(self, path: Path, node: ast.expr) -> str | None:
        """Return what a name or an attribute stands for, if that is not a local variable."""
        found = self.expression(path, node)
        if isinstance(found, RefExpr) and found.fullname and "." in found.fullname:
            return found.fullname
        return None

    def function(
        self, path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    ) -> FuncDef | LambdaExpr | None:
        """Return mypy's node of a function."""
        return self._in_file(path).functions.get((node.lineno, node.col_offset))


def check(modules: Mapping[Path, str]) -> tuple[Checked, str | None]:
    """Let mypy check a program.

    The user's configuration is not read, and no plugin is loaded: plugins run code of the program,
    as that of Django's stubs does, and need a configuration of their own.

    Args:
        modules: The modules of the program, by their files.

    Returns:
        What mypy knows, and one line that says why it knows nothing if it failed.
    """
    sources = [BuildSource(str(path), name, None) for path, name in modules.items()]
    try:
        with tempfile.TemporaryDirectory() as empty:
            # in the place of the current directory, whose modules may be others of the same names
            result = build(
                sources,
                options(),
                alt_lib_path=empty,
                stdout=io.StringIO(),
                stderr=io.StringIO(),
            )
    except CompileError as error:
        return Checked(None, modules), "; ".join(error.messages[:2]) or "it could not start"
    except (Exception, SystemExit) as error:  # noqa: BLE001 # of a crash of mypy, whatever it is
        return Checked(None, modules), f"{type(error).__name__}: {error}".splitlines()[0]
    return Checked(result, modules), None


def options() -> Options:
    """Return how mypy is to check: without the configuration of the user, and without plugins."""
    chosen = Options()
    chosen.cache_dir = os.devnull
    chosen.check_untyped_defs = True
    chosen.explicit_package_bases = True
    chosen.export_types = True
    chosen.ignore_missing_imports = True
    chosen.incremental = False
    chosen.namespace_packages = True
    chosen.preserve_asts = True
    chosen.raise_exceptions = True
    chosen.strict_optional = True
    if hasattr(chosen, "follow_untyped_imports"):  # since mypy 1.14
        chosen.follow_untyped_imports = True
    if hasattr(chosen, "native_parser"):  # since mypy 2.0; its columns count no bytes
        chosen.native_parser = False
    # mypy need not read the functions of others
    chosen.per_module_options["*"] = {"preserve_asts": False}
    return chosen
