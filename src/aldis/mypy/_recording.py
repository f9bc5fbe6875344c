"""Records the declarations of a module in a symbol, since mypy compares symbols.

A look-up by name in another module depends on the declarations of a namespace. mypy rechecks that
module when a symbol of this one changes, and declarations in a namespace are not symbols otherwise.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import GDEF, SymbolTableNode, Var
from mypy.types import LiteralType

from aldis.mypy._names import NAMING
from aldis.mypy._source import FUNCTIONS, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.checker import TypeChecker

    from aldis.mypy._source import Source

RECORD = "what is declared"  # a name that no program can have


def record_declarations(checker: TypeChecker) -> None:
    """Record the declarations of namespaces in the current module."""
    names, source = checker.tree.names, source_of(checker.path)
    if RECORD in names or source is None:
        return
    declared = "\n".join(sorted(_declarations(source)))
    record = Var(RECORD, LiteralType(declared, checker.named_type("builtins.str")))
    record._fullname = f"{checker.tree.fullname}.{RECORD}"  # as mypy itself does
    record.is_ready = True
    names[RECORD] = SymbolTableNode(GDEF, record, module_public=False, module_hidden=True)


def _declarations(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTIONS):
            yield from (
                f"{ast.unparse(each)} {node.name}"
                for each in node.decorator_list
                if _is_declaring(each)
            )
        elif isinstance(node, ast.Call) and _is_declaring(node.func):
            statement = source.parent(node)
            yield ast.unparse(
                statement if isinstance(statement, (ast.Assign, ast.AnnAssign)) else node
            )


def _is_declaring(callee: ast.expr) -> bool:
    return isinstance(callee, ast.Attribute) and callee.attr in NAMING
