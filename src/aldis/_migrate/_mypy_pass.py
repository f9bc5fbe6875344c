"""Runs mypy on a program for the types of its expressions and functions."""

from __future__ import annotations

import ast
import io
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mypy.build import BuildResult, build
from mypy.errors import CompileError
from mypy.modulefinder import BuildSource
from mypy.nodes import Expression, FuncDef, LambdaExpr, RefExpr
from mypy.options import Options

from aldis._migrate._files import module_name
from aldis._migrate._mypy_walk import Walker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy.types import Type

Place = tuple[int, int, int, int]

_SIGNALS = re.compile(rb"\b[Ss]ignal\(|\.(?:send|connect)")


class InFile(NamedTuple):
    """The types of one file."""

    expressions: dict[Place, Expression]
    functions: dict[tuple[int, int], FuncDef | LambdaExpr]


class Checked:
    """A program that mypy has checked.

    Args:
        result: What mypy says.
        modules: The modules of the program, by their files.
    """

    def __init__(self, result: BuildResult, modules: Mapping[Path, str]) -> None:
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
        tree = self.result.files.get(self._modules.get(path, ""))
        if tree is None:
            return found
        for node in self._walker.walk(tree):
            if isinstance(node, (FuncDef, LambdaExpr)):
                found.functions.setdefault((node.line, node.column), node)
            if isinstance(node, Expression):
                place = (node.line, node.column, node.end_line or 0, node.end_column or 0)
                known = found.expressions.get(place)
                if known is None or known not in self.result.types:
                    found.expressions[place] = node
        return found

    def expression(self, path: Path, node: ast.expr) -> Expression | None:
        """Return mypy's node of an expression."""
        place = (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        return self._in_file(path).expressions.get(place)

    def type_of(self, path: Path, node: ast.expr) -> Type | None:
        """Return the type of an expression, if mypy has seen it."""
        found = self.expression(path, node)
        return None if found is None else self.result.types.get(found)

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


class Outcome(NamedTuple):
    """The outcome of a run of mypy."""

    checked: Checked | None
    fault: str | None  # one line with the reason why there is no result
    left_out: dict[Path, str]  # files at which it stops, and why
    skipped: tuple[str, ...] = ()  # modules of libraries at which it stops


def check(
    modules: Mapping[Path, str], texts: Mapping[Path, str], cache: Path | None = None
) -> Outcome:
    """Let mypy check a program.

    Your configuration of mypy is not read, and no plugin is loaded: plugins run code of the
    program, as that of Django's stubs does, and need a configuration of their own.

    Args:
        modules: The modules of the program, by their files.
        texts: What is in these files.
        cache: A folder for what mypy keeps; what it kept of the program itself is not used.
    """
    left = dict(modules)
    left_out: dict[Path, str] = {}
    skipped: list[str] = []
    while True:
        try:
            result = _build(left, texts, options(cache, skipped))
            read = {path: name for path, name in modules.items() if not has_stub(path)}
            return Outcome(Checked(result, read), None, left_out, tuple(skipped))
        except CompileError as error:
            blamed = _blamed(error.messages)
            if blamed is not None and blamed[0] in left:
                left_out[blamed[0]] = blamed[1]
                del left[blamed[0]]
            elif blamed is not None and (library := module_name(blamed[0])) not in skipped:
                skipped.append(library)
            else:
                return Outcome(None, "; ".join(error.messages[:2]), left_out)
        except (Exception, SystemExit) as error:  # noqa: BLE001 # mypy may crash with any error
            fault = f"{type(error).__name__}: {error}".splitlines()[0]
            return Outcome(None, fault, left_out)


def _build(modules: Mapping[Path, str], texts: Mapping[Path, str], wanted: Options) -> BuildResult:
    # a module that is given as text is checked anew, so all of its types are known
    sources = [source_of(path, name, texts.get(path)) for path, name in modules.items()]
    return run(sources, wanted)


def source_of(path: Path, name: str, text: str | None) -> BuildSource:
    """Return what mypy reads of a module: its stub, if it has one and nothing to do with signals.

    Generated modules make their classes when they are imported, and only their stubs have them.
    """
    return (
        BuildSource(str(_stub(path)), name)
        if has_stub(path)
        else BuildSource(str(path), name, text)
    )


def has_stub(path: Path) -> bool:
    """Whether mypy reads a stub in place of a module."""
    return _stub(path).is_file() and _SIGNALS.search(path.read_bytes()) is None


def _stub(path: Path) -> Path:
    return path.with_suffix(".pyi")


def run(sources: list[BuildSource], wanted: Options) -> BuildResult:
    """Let mypy check modules, and print nothing."""
    with tempfile.TemporaryDirectory() as empty:
        # instead of the current directory, which may have other modules of the same names
        return build(
            sources, wanted, alt_lib_path=empty, stdout=io.StringIO(), stderr=io.StringIO()
        )


def _blamed(messages: Sequence[str]) -> tuple[Path, str] | None:
    """Return the file at which mypy stops, and why."""
    for message in messages:
        named, _, rest = message.partition(": error: ")
        path = Path(named.partition(".py")[0] + ".py").absolute()
        if rest and path.is_file():
            return path, rest
    return None


def options(cache: Path | None, skipped: Iterable[str] = ()) -> Options:
    """Return mypy's options: without your configuration, and without plugins.

    Args:
        cache: A folder for what mypy keeps.
        skipped: Modules of libraries that it must not read.
    """
    options = Options()
    options.cache_dir = os.devnull if cache is None else str(cache)
    options.check_untyped_defs = True
    options.explicit_package_bases = True
    options.export_types = True
    options.ignore_missing_imports = True
    options.incremental = cache is not None
    options.namespace_packages = True
    options.preserve_asts = True
    options.raise_exceptions = True
    options.strict_optional = True
    with suppress(AttributeError):
        options.follow_untyped_imports = True  # since mypy 1.14
    with suppress(AttributeError):
        options.native_parser = False  # since mypy 2.0; its columns count no bytes
    # mypy need not read the functions of libraries
    options.per_module_options["*"] = {"preserve_asts": False}
    for name in skipped:
        options.per_module_options[name] = {"follow_imports": "skip"}
    return options
