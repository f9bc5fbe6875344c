"""How the site is built: `make docs`."""

from __future__ import annotations
import __future__

import ast
import inspect
import pkgutil
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.osutil import relative_uri
from typing_extensions import TypeIs

import aldis

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]  # for the signals of the example, and what is beside

import landing  # noqa: E402  # found there
import signatures  # noqa: E402  # likewise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from sphinx.application import Sphinx

project = "aldis"
author = "the aldis maintainers"
copyright = "the aldis maintainers"  # noqa: A001  # the name that Sphinx reads
release = metadata.version("aldis")
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "aldis.sphinx",
]
exclude_patterns = ["_static", "_templates"]
root_doc = "index"

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
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
    # of signatures: docs/signatures.py
    (
        "py:class",
        r"Receiver|Limited|HeldReceivers|Symbol|NamedSignal|Untyped|View|When|T|P\.k?w?args",
    ),
    ("py:class", r"Iterable|Mapping|Sequence|ItemsView|ValuesView"),
]

napoleon_use_ivar = True
napoleon_preprocess_types = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

# a copy has no prompts; of a block with prompts it has the lines after them, and no output
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_title = f"aldis {release}"
html_favicon = "_static/aldis.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_context = {"repository": landing.repository()}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/repository.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
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


def open_linked_pictures(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Let a link around a picture open the file of the picture, which otherwise is downloaded."""
    for link in [*doctree.findall(download_reference)]:
        for picture in [*link.findall(nodes.image)]:
            _, name = app.env.images[picture["candidates"]["*"]]
            place = relative_uri(app.builder.get_target_uri(page), f"_images/{name}")
            link.replace_self(nodes.reference("", "", picture, refuri=place))


def setup(app: Sphinx) -> None:
    """Let the README lead to pages, let linked pictures open, and show short signatures."""
    app.add_lexer("mermaid", import_module("pygments.lexers").TextLexer)
    app.connect("include-read", landing.turn_links)
    app.connect("doctree-resolved", open_linked_pictures)
    signatures.setup(app)
