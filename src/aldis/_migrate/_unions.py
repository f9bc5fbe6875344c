"""Takes types apart and joins them, as texts in which every name is qualified."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Bases: TypeAlias = Mapping[str, tuple[str, ...]]

ANY: Final = "typing.Any"
OBJECT: Final = "builtins.object"
NONE: Final = "None"

_NONES = frozenset({"None", "builtins.None", "types.NoneType", "builtins.NoneType"})
_TOWER = {"builtins.bool": ("builtins.int",), "builtins.int": ("builtins.float",)}
# classes that have no MRO to compare with
_ABSTRACT = ("typing.", "collections.abc.", "typing_extensions.", "_typeshed.")


_GENERIC = {
    **{f"builtins.{name}": ANY for name in ("list", "set", "frozenset")},
    "collections.deque": ANY,
    "builtins.dict": f"{ANY}, {ANY}",
    "collections.defaultdict": f"{ANY}, {ANY}",
    "collections.OrderedDict": f"{ANY}, {ANY}",
    "builtins.tuple": f"{ANY}, ...",
}


@cache
def parsed(text: str) -> ast.expr | None:
    """Return a type as a tree; None if it cannot be parsed, as that of a class in a function."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def head_of(text: str) -> str:
    """Return a type without what is in its brackets."""
    tree = parsed(text)
    return ast.unparse(tree.value) if isinstance(tree, ast.Subscript) else text


def is_plain_type(text: str) -> bool:
    """Whether a type is None or a builtin: a literal in one place says little about others."""
    return text == NONE or text.startswith("builtins.")


def with_arguments(name: str) -> str:
    """Return a class, with `Any` as its arguments if it is a container."""
    return f"{name}[{_GENERIC[name]}]" if name in _GENERIC else name


def arguments_of(text: str) -> tuple[str, ...]:
    """Return what is in the brackets of a type."""
    tree = parsed(text)
    if not isinstance(tree, ast.Subscript):
        return ()
    inner = tree.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    return tuple(ast.unparse(part) for part in parts)


def members(text: str) -> tuple[str, ...]:
    """Return the members of a union; any other type is its own only member."""
    tree = parsed(text)
    return (text,) if tree is None else tuple(_members(tree))


def _members(tree: ast.expr) -> Iterable[str]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitOr):
        yield from _members(tree.left)
        yield from _members(tree.right)
        return
    if isinstance(tree, ast.Subscript):
        head = ast.unparse(tree.value)
        inner = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
        if head in {"typing.Union", "typing.Optional"}:
            for part in inner:
                yield from _members(part)
            if head == "typing.Optional":
                yield NONE
            return
    text = ast.unparse(tree)
    yield NONE if text in _NONES else text


def union(texts: Iterable[str], bases: Bases) -> str:
    """Return the type of all values of these types, `None` last.

    A subclass beside its base is left out; `Any` beside anything gives `Any`.
    """
    found = list(dict.fromkeys(member for text in texts for member in members(text)))
    if not found or ANY in found:
        return ANY
    if OBJECT in found:
        return OBJECT
    kept = [
        member
        for member in found
        if not any(other != member and _is_within(member, other, bases) for other in found)
    ]
    return " | ".join(sorted(kept, key=lambda member: member == NONE))


def _is_within(text: str, other: str, bases: Bases) -> bool:
    """Whether a class is certainly a subclass of another one, or the same with known arguments."""
    if head_of(text) == head_of(other):
        pairs = zip(arguments_of(other), arguments_of(text), strict=False)
        return arguments_of(other) != () and all(outer in {ANY, inner} for outer, inner in pairs)
    return other in bases.get(head_of(text), ())


def fits(text: str, value: str, bases: Bases) -> bool:
    """Whether a value of a recorded type fits a type; yes if that is unknown."""
    return all(
        any(_fits_member(wanted, part, bases) for wanted in members(text))
        for part in members(value)
    )


def _fits_member(wanted: str, part: str, bases: Bases) -> bool:
    head, own = head_of(wanted), head_of(part)
    if wanted in {ANY, OBJECT, part} or part == ANY or head.startswith(_ABSTRACT):
        return head != "typing.Literal" or own.startswith("builtins.")
    if own != head:
        known = (*bases.get(own, ()), *_TOWER.get(own, ()))
        return head in known or (own == "builtins.bool" and head == "builtins.float")
    pairs = zip(arguments_of(wanted), arguments_of(part), strict=False)
    return all(fits(outer, inner, bases) for outer, inner in pairs)


def common_base(heads: Iterable[str], bases: Bases) -> str | None:
    """Return the nearest common base class, other than `object`."""
    orders = [(head, *bases.get(head, ())) for head in heads]
    for candidate in orders[0]:
        if candidate != OBJECT and all(candidate in order for order in orders):
            return candidate
    return None


def importable(text: str, bases: Bases) -> str:
    """Return a type in which a class of a function is replaced by an importable base."""
    if parsed(text) is not None:
        return text
    for base in bases.get(text, ()):
        if base != OBJECT and parsed(base) is not None:
            return base
    return ANY


def rendered(text: str, name: Callable[[str], str]) -> str:
    """Return a type whose qualified names are replaced.

    Args:
        text: The type.
        name: Returns what stands for a qualified name.
    """
    tree = parsed(text)
    if tree is None:
        return name(ANY)
    pieces = text.encode()  # columns of `ast` are bytes
    for node in sorted(_names(tree), key=lambda node: node.col_offset, reverse=True):
        end = node.end_col_offset or 0
        new = name(ast.unparse(node)).encode()
        pieces = pieces[: node.col_offset] + new + pieces[end:]
    return pieces.decode()


def names_in(text: str) -> list[str]:
    """Return the qualified names in a type."""
    tree = parsed(text)
    return [] if tree is None else [ast.unparse(node) for node in _names(tree)]


def _names(tree: ast.AST) -> Iterable[ast.expr]:
    if isinstance(tree, (ast.Name, ast.Attribute)):
        yield tree
        return
    if isinstance(tree, ast.Subscript) and ast.unparse(tree.value) == "typing.Literal":
        yield tree.value
        return
    for child in ast.iter_child_nodes(tree):
        yield from _names(child)
