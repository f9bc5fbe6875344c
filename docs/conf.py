"""How the site is built: `make docs`."""

from __future__ import annotations
import __future__

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aldis import _async_signal, _sync_signal, pytest_plugin

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]

project = "aldis"
author = "the aldis maintainers"
copyright = "the aldis maintainers"  # noqa: A001  # the name that Sphinx reads
release = "0.1"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "aldis.sphinx",
]
exclude_patterns = ["_static"]
root_doc = "index"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]

default_role = "code"
nitpicky = True
# no inventory of another project is fetched, so what theirs is called is not looked up
nitpick_ignore_regex = [
    ("py:.*", r"(collections|contextlib|inspect|logging|types|typing|typing_extensions)\..*"),
    ("py:.*", r"(mypy|opentelemetry|pytest|sphinx|_pytest)\..*"),
]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "aldis"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False


def show_what_checkers_see(*modules: ModuleType) -> None:
    """Give classes those methods that only type checkers see, with signature and docstring.

    `send` is generated for each signal; what it is to a caller is written for type checkers. This
    process documents signals, and sends none.
    """
    for module in modules:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                for name, function in _seen_by_checkers(node, module):
                    setattr(getattr(module, node.name), name, function)


def _seen_by_checkers(node: ast.ClassDef, module: ModuleType) -> list[tuple[str, Any]]:
    flags = __future__.annotations.compiler_flag
    found: list[tuple[str, Any]] = []
    for branch in node.body:
        if not (isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)):
            continue
        for method in branch.body:
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(
                method
            ):
                names: dict[str, Any] = {}
                body = ast.Module([method], [])
                code = compile(body, str(module.__file__), "exec", flags)
                exec(code, vars(module), names)
                names[method.name].__qualname__ = f"{node.name}.{method.name}"
                found.append((method.name, names[method.name]))
    return found


show_what_checkers_see(_sync_signal, _async_signal, pytest_plugin)
