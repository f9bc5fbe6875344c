"""How the site is built: `make docs`."""

from __future__ import annotations
import __future__

import ast
import inspect
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.pycode import ModuleAnalyzer
from typing_extensions import TypeIs

import aldis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from sphinx.application import Sphinx

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

default_role = "code"
nitpicky = True
# no inventory of another project is fetched, so what theirs is called is not looked up
nitpick_ignore = [
    ("py:class", "Parser"),  # of the example, as `Path` is
    ("py:class", "Path"),
    ("py:class", "Around"),  # of `Relay`, whose docstring says what it is
]
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(asyncio|collections|concurrent|contextlib|datetime|inspect|logging|types|typing|typing_extensions)\..*",
    ),
    ("py:.*", r"(msgspec|mypy|opentelemetry|pytest|sphinx|weakref|_pytest)\..*"),
    # type variables, and what only annotations name
    ("py:.*", r"(aldis\..*\.)?(S|Q|R|P|F|SenderT|SentT|ResultT)(\.\w+)?"),
    ("py:.*", r"aldis\.(\w+\.)*_\w+(\.\w+)*"),
    ("py:.*", r"aldis\.blinker\.base\..*"),
]

napoleon_use_ivar = True
napoleon_preprocess_types = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "aldis"
html_favicon = "_static/aldis.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False


def show_what_checkers_see(modules: Iterable[ModuleType]) -> None:
    """Give modules and classes what only type checkers see: imports, methods and their docstrings.

    `send` is generated for each signal; what it is to a caller is written for type checkers. This
    process documents signals, and sends none.
    """
    trees = [(module, ast.parse(inspect.getsource(module)).body) for module in modules]
    waiting = [
        (module, statement)
        for module, body in trees
        for node in filter(_is_for_checkers, body)
        for statement in node.body
    ]
    while waiting:  # what some import, others define
        module, statement = waiting.pop(0)
        try:
            _run([statement], module, vars(module))
        except ImportError:
            waiting.append((module, statement))
    for module, body in trees:
        for node in body:
            if isinstance(node, ast.ClassDef):
                for branch in filter(_is_for_checkers, node.body):
                    _add_methods(branch, module, node.name)


def _is_for_checkers(node: ast.stmt) -> TypeIs[ast.If]:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _add_methods(branch: ast.If, module: ModuleType, owner: str) -> None:
    for method in branch.body:
        if isinstance(method, _FUNCTIONS) and ast.get_docstring(method):
            names: dict[str, Any] = {}
            _run([method], module, names)
            function = names[method.name]
            if isinstance(function, property):
                continue  # what one class asks of another
            function.__qualname__ = f"{owner}.{method.name}"
            setattr(getattr(module, owner), method.name, function)


def _run(statements: list[ast.stmt], module: ModuleType, names: dict[str, Any]) -> None:
    flags = __future__.annotations.compiler_flag
    code = compile(ast.Module(statements, []), str(module.__file__), "exec", flags)
    exec(code, vars(module), names)


sys.path.insert(0, str(Path(__file__).parents[1]))  # for the signals of the example
show_what_checkers_see(
    import_module(module.name)
    for module in pkgutil.walk_packages(aldis.__path__, "aldis.")
    # what is shown nowhere, and what runs where it is imported
    if not module.name.startswith(("aldis._cli", "aldis._core", "aldis._debugging", "aldis.mypy"))
    and not module.name.endswith(("__main__", "_typevars"))
)


def show_docstrings_of_methods(modules: Iterable[ModuleType]) -> None:
    """Let a method say what its docstring says, where type checkers see a variable instead.

    Else the line that they see would be shown in the place of parameters, results and errors.
    """
    for module in modules:
        analyzer = ModuleAnalyzer.for_module(module.__name__)
        analyzer.analyze()
        for holder, name in [*analyzer.attr_docs]:
            owner = vars(module).get(holder)
            if isinstance(owner, type) and inspect.isroutine(
                inspect.getattr_static(owner, name, None)
            ):
                del analyzer.attr_docs[holder, name]


show_docstrings_of_methods(
    import_module(f"aldis.{module}")
    for module in ("_async_event", "_async_signal", "_event", "_sync_signal")
)


def setup(app: Sphinx) -> None:
    """Let a picture in Mermaid's words be shown as these words."""
    app.add_lexer("mermaid", import_module("pygments.lexers").TextLexer)
