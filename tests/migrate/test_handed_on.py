"""Types that untyped functions hand on, as far as the program shows them: without a run of mypy."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from aldis._migrate._model import TypeText
from aldis._migrate._reading import read
from aldis._migrate._resolving import Resolver
from aldis._migrate._types import Types

UNKNOWN = "typing.Any"


def told(source: str, *others: str) -> str:
    """Return the type of what a program, which is read as `app`, gives to `reveal`."""
    texts = {"app": dedent(source)} | {f"m{i}": dedent(each) for i, each in enumerate(others)}
    modules = {name: read(Path(f"{name}.py"), name, text) for name, text in texts.items()}
    app = modules["app"]
    (value,) = (
        node.args[0]
        for node in ast.walk(app.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "reveal"
    )
    found = Resolver(modules, Types()).text_of(app, value)
    assert (found.known == "not") == (found.text == UNKNOWN)
    assert found.known == "not" or found.origin == "guessed"
    return found.text


def test_a_parameter_is_what_all_calls_give() -> None:
    calls = "from app import f\nf(1)\nf(b'')"
    assert told("def f(x): reveal(x)", "from app import f\nf('')") == "builtins.str"
    assert told("def f(x): reveal(x)", calls) == "builtins.int | builtins.bytes"
    assert told("def f(a, x): reveal(x)\nf('', x=1)\nf('', 2)") == "builtins.int"
    assert told("async def f(*, x): reveal(x)\nf(x=1)") == "builtins.int"


def test_a_parameter_of_a_method_is_what_calls_of_it_give() -> None:
    method = "class C:\n  def f(self, x): reveal(x)\n  def g(self): self.f(1)"
    assert told(method) == "builtins.int"
    assert told("class C:\n  @staticmethod\n  def f(x): reveal(x)\nC.f(1)") == "builtins.int"
    assert told("class C:\n  @classmethod\n  def f(cls, x): reveal(x)\nC.f(1)") == "builtins.int"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("from orm import Field", UNKNOWN),
        ("import orm\nclass Field(orm.Field): ...", UNKNOWN),
        ("class Field:\n  def __get__(self, instance, owner): ...", UNKNOWN),
        ("import typing\nclass Field(typing.Protocol): ...", "app.Field"),
    ],
)
def test_a_field_of_a_class_may_be_something_else_in_its_instances(field: str, found: str) -> None:
    instance = "class Model:\n  x = Field()\nmodel = Model()\nreveal(model.x)"
    assert told(f"{field}\n{instance}") == found


def test_a_default_counts_where_a_call_leaves_it_out() -> None:
    assert told("def f(x=None): reveal(x)\nf()\nf(1)") == "builtins.int | None"
    assert told("def f(x=None): reveal(x)\nf(1)") == "builtins.int"
    assert told("def f(*, x=None): reveal(x)\nf()\nf(x=1)") == "builtins.int | None"


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): reveal(x)",
        "def f(x): reveal(x)\nf(1)\nf(unknown)",
        "def f(x): reveal(x)\nf(1)\nf(*them)",
        "def f(x): reveal(x)\nf(1)\nf(**them)",
        "def f(x): reveal(x)\nf(1)\nf()",
        "def f(x): reveal(x)\nf(1)\nuse(f)",
        "def f(x): reveal(x)\nf(1)\nunknown.f('', '')\nunknown.f(y)",
        "def f(x): reveal(x)\nunknown.f('')",
        "@wraps\ndef f(x): reveal(x)\nf(1)",
        "def f(x: unknown): reveal(x)\nf(1)",
        "def f(*x): reveal(x)\nf(1)",
        "def f(**x): reveal(x)\nf(y=1)",
        "def f(x):\n  for x in x: reveal(x)\nf(1)",
        "class C:\n  def __init__(self, x): reveal(x)\nC(1)",
        "class B:\n  def f(self, x): reveal(x)\nclass C(B):\n  def f(self, x): pass\nB().f(1)",
        "def f(x): reveal(x)\ndef g(y): return h(y)\ndef h(z): return g(z)\nf(g(1))",
        "def f(x): f(x); reveal(x)",
    ],
)
def test_a_parameter_stays_unknown_if_there_may_be_other_values(source: str) -> None:
    assert told(source) == UNKNOWN


def test_a_call_of_another_function_with_that_name_says_nothing() -> None:
    other = "def f(x): pass\nf('')"
    assert told("def f(x): reveal(x)\nf(1)", other) == "builtins.int"


def test_values_are_followed_through_several_functions() -> None:
    source = "def f(x): reveal(x)\ndef g(y): f(y)\ndef h(z): g(z)\nh(1)"
    assert told(source) == "builtins.int"


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ("return 1", "builtins.int"),
        ("if x:\n    return 1\n  return ''", "builtins.str | builtins.int"),
        ("if x:\n    return 1", "builtins.int | None"),
        ("if x:\n    return 1\n  return", "builtins.int | None"),
        ("if x:\n    return 1\n  else:\n    raise E", "builtins.int"),
        ("with x:\n    return 1", "builtins.int"),
        ("try:\n    return 1\n  except E:\n    return 2", "builtins.int"),
        ("try:\n    pass\n  except E:\n    return 2", "builtins.int | None"),
        ("def g(): return ''\n  return 1", "builtins.int"),
        ("pass", "None"),
        ("return unknown", UNKNOWN),
        ("yield 1\n  return 2", UNKNOWN),
    ],
)
def test_a_call_is_what_the_function_returns(body: str, type_: str) -> None:
    found = told(f"def f(x):\n  {body}\nreveal(f(0))")
    assert sorted(found.split(" | ")) == sorted(type_.split(" | "))


def test_a_call_of_a_function_that_says_less_is_unknown() -> None:
    assert told("def f() -> unknown:\n  return 1\nreveal(f())") == UNKNOWN
    assert told("@wraps\ndef f():\n  return 1\nreveal(f())") == UNKNOWN
    assert told("reveal(unknown())") == UNKNOWN
    overridden = "class B:\n  def f(self): return 1\nclass C(B):\n  def f(self): return ''\n"
    assert told(f"{overridden}reveal(B().f())") == UNKNOWN
    unrelated = "class B:\n  def f(self): return 1\nclass C:\n  def f(self): return ''\n"
    assert told(f"{unrelated}reveal(B().f())") == "builtins.int"


def test_a_coroutine_is_what_it_returns_once_it_is_awaited() -> None:
    assert told("async def f(): return 1\nasync def g(): reveal(await f())") == "builtins.int"
    assert told("async def f(): return 1\nasync def g(): reveal(f())") == UNKNOWN
    assert told("def f(): return 1\nasync def g(): reveal(await f())") == UNKNOWN


def test_a_class_method_that_makes_an_instance_returns_one() -> None:
    source = "class C:\n  @classmethod\n  def make(cls):\n    new = cls()\n    return new\n"
    assert told(f"{source}reveal(C.make())") == "app.C"


def test_a_variable_is_what_reaches_it() -> None:
    function = "def f(): return 1\ndef g():\n  x = f()\n  "
    assert told(f"{function}reveal(x)") == "builtins.int"
    assert told(f"{function}x = ''\n  reveal(x)") == "builtins.str"
    assert told(f"{function}if y:\n    x = None\n  reveal(x)") == "builtins.int | None"
    assert told(f"{function}if y:\n    x = unknown\n  reveal(x)") == UNKNOWN
    assert told("x = 1\nreveal(x)") == UNKNOWN  # of modules, which others may set


MODEL = (
    "class User:\n  @classmethod\n  def find(cls, key): return cls.query.filter_by(key=key).one()\n"
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("User.query.filter(User.x == 1).order_by(User.y).one()", "app.User"),
        ("User.query.get_or_404(1)", "app.User"),
        ("User.objects(x=1).first_or_404()", "app.User"),
        ("User.objects.get(id=1)", "app.User"),
        ("User.find(1)", "app.User"),
        ("User.query.get(1)", "app.User | None"),
        ("User.query.filter(x).first()", "app.User | None"),
        ("User.objects(x=1).first()", "app.User | None"),
        ("unknown.query.first()", UNKNOWN),
        ("User.query.with_entities(User.x).one()", UNKNOWN),
        ("User.objects.as_pymongo().get()", UNKNOWN),
        ("unknown.query.one()", UNKNOWN),
        ("one.query.one", UNKNOWN),
        ("one()", UNKNOWN),
        ("User.one()", UNKNOWN),
    ],
)
def test_a_query_that_finds_one_object_of_a_model_gives_that(query: str, found: str) -> None:
    assert told(f"{MODEL}reveal({query})") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("User.query.filter(User.x == 1).all()", "app.User"),
        ("User.query.order_by(User.x)", "app.User"),
        ("User.objects(x=1)", "app.User"),
        ("User.query.filter(x).with_entities(User.x).all()", UNKNOWN),
        ("User.query.count()", UNKNOWN),
        ("unknown.all()", UNKNOWN),
        ("all()", UNKNOWN),
    ],
)
def test_the_objects_that_a_query_finds_are_of_its_model(query: str, found: str) -> None:
    assert told(f"{MODEL}def f():\n  for each in {query}: reveal(each)") == found
    kept = f"  users = {query}\n  for each in users: reveal(each)"
    assert told(f"{MODEL}def f():\n{kept}") == found


DOCUMENTED = {
    ":param x: A :class:`app.C` instance.": "app.C",
    ":param x: The :class:`C`.\n  :param y: Nothing.": "app.C",
    ":type x: :py:class:`~app.C`": "app.C",
    ":param x: A :class:`app.C`\n    instance.\n  :returns: Nothing.": "app.C",
    ":param x: A :class:`app.C` or None.": UNKNOWN,
    ":param x: The id of a :class:`app.C`.": UNKNOWN,
    ":param x: A :class:`other.D`.": UNKNOWN,
    ":param y: A :class:`app.C`.": UNKNOWN,
    "": UNKNOWN,
}


@pytest.mark.parametrize(("text", "found"), DOCUMENTED.items())
def test_a_parameter_is_of_the_class_that_the_documentation_states(text: str, found: str) -> None:
    body = f'  """Do it.\n\n  {text}\n  """\n'
    assert told(f"class C: ...\n@wrapped\ndef f(x, y):\n{body}  reveal(x)") == found
    assert told(f"class C: ...\n@wrapped\ndef f(x, y):\n{body}  x = z\n  reveal(x)") == UNKNOWN
    assert told(f"class C: ...\n@wrapped\ndef f(x, y):\n{body}  reveal(z)") == UNKNOWN


def test_the_documentation_of_what_has_none_says_nothing() -> None:
    assert told("class C: ...\n@wrapped\ndef f(x): reveal(x)") == UNKNOWN


def test_a_variable_is_what_a_query_perhaps_finds() -> None:
    find = f"{MODEL}def f():\n  user = User.query.first()\n  "
    assert told(f"{find}reveal(user)") == "app.User | None"
    assert told(f"{find}user.load()\n  reveal(user)") == "app.User"
    assert told(f"{find}user = unknown\n  reveal(user)") == UNKNOWN


def test_what_a_query_finds_is_known_as_an_attribute() -> None:
    load = "  def load(self): self.user = User.query.one()\n"
    view = f"class View:\n{load}  def show(self): reveal(self.user)"
    assert told(MODEL + view) == "app.User"


def test_a_class_in_one_call_is_believed_for_the_others() -> None:
    function = "class C: ...\ndef f(x): reveal(x)\n"
    assert told(f"{function}f(C())\nf(unknown)") == "app.C"
    assert told(f"{function}f(C())\nf(None)\nf(unknown)") == "app.C | None"


class Nones(Types):
    """Says of every expression that it is None."""

    def text(self, path: Path, node: ast.expr) -> TypeText:
        return TypeText("None", "fully", "inferred")


def test_an_attribute_that_is_none_is_a_placeholder() -> None:
    module = read(Path("app.py"), "app", "view.target\ntarget\n")
    resolver = Resolver({"app": module}, Nones())
    values = [each.value for each in module.tree.body if isinstance(each, ast.Expr)]
    assert [resolver.text_of(module, each).text for each in values] == [UNKNOWN, "None"]


def test_alternatives_are_joined() -> None:
    assert told("reveal(1 if x else '')") == "builtins.int | builtins.str"
    assert told("reveal(1 if x else unknown)") == UNKNOWN
    assert told("def f(x=None): reveal(x or '')\nf()\nf(1)") == "builtins.int | builtins.str"
    assert told("def f(x=None): reveal(x or None)\nf()\nf(1)") == "builtins.int | None"
    assert told("reveal(unknown or 1)") == UNKNOWN
    assert told("reveal(unknown and 1)") == told("reveal(1 + 1)") == told("reveal(y.x)") == UNKNOWN
    assert told("reveal(None or None)") == "None"
    assert told("def f(x=None): reveal((x or x) or 1)\nf()") == "builtins.int"
