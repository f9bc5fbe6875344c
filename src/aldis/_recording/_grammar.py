"""The texts of types in a recording, and how types are joined.

    types  = type {" | " type}
    type   = "None" | class ["[" types {", " types} [", ..."] "]"]
    class  = module "." qualified name

Only containers such as lists and dicts, tuples, and `builtins.type` have arguments. A container
without arguments was always empty. `builtins.tuple[builtins.int, ...]` stands for tuples of several
lengths, or of many items. More than eight types in one place become `builtins.object`.

Types are joined: `list[int]` and `list[str]` become `list[int | str]`. The order of joining does
not matter, so recordings of several processes can be merged in any order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Types: TypeAlias = tuple[str, ...]

OBJECT: Final = "builtins.object"
TUPLE: Final = "builtins.tuple"
MOST_TYPES: Final = 8  # in one place

NONE: Final = "None"
_OTHERS: Final = "..."
_MARKS: Final = "[],|"


class Arguments(NamedTuple):
    """The arguments in the brackets of a type; two of the same class can be joined."""

    places: tuple[Union, ...] = ()
    is_open: bool = False  # whether a tuple has any number of items


class Union:
    """Types that were seen in one place: at most one of each class.

    Args:
        members: The arguments of each class, by its name.
    """

    __slots__ = ("members",)

    def __init__(self, members: dict[str, Arguments]) -> None:
        self.members = members if len(members) <= MOST_TYPES else {OBJECT: Arguments()}
        if OBJECT in self.members:
            self.members = {OBJECT: Arguments()}

    @property
    def texts(self) -> Types:
        """The texts of the types, sorted."""
        return tuple(sorted(_text(name, given) for name, given in self.members.items()))

    def __str__(self) -> str:
        return " | ".join(self.texts)


NOTHING: Final = Union({})


@lru_cache(maxsize=4096)  # a recording has few types many times
def parse(text: str) -> Union:
    """Parse the text of a type.

    Raises:
        ValueError: The text does not follow this grammar.
    """
    return _Parser(text).whole()


def join(unions: Iterable[Union]) -> Union:
    """Return one union for several."""
    members: dict[str, Arguments] = {}
    for union in unions:
        for name, given in union.members.items():
            before = members.get(name)
            members[name] = given if before is None else _joined(name, before, given)
    return Union(members)


def join_types(types: Iterable[Types]) -> Types:
    """Join the texts of several unions into those of one.

    Raises:
        ValueError: A text does not follow this grammar.
    """
    distinct = {text for each in types for text in each}
    return join([parse(text) for text in sorted(distinct)]).texts


def classes_in(types: Iterable[str]) -> set[str]:
    """Return the classes that texts of types name.

    Raises:
        ValueError: A text does not follow this grammar.
    """
    return {name for text in types for name in _names_in(parse(text))} - {NONE}


def _names_in(union: Union) -> Iterator[str]:
    for name, given in union.members.items():
        yield name
        for place in given.places:
            yield from _names_in(place)


def _joined(name: str, one: Arguments, other: Arguments) -> Arguments:
    if not one.places or not other.places:
        if name == TUPLE:  # an empty tuple has another length
            places = one.places or other.places
            return Arguments((join(places),), is_open=True) if places else Arguments()
        return one if one.places else other
    if len(one.places) == len(other.places) and one.is_open == other.is_open:
        pairs = zip(one.places, other.places, strict=True)
        return Arguments(tuple(join(pair) for pair in pairs), one.is_open)
    return Arguments((join([*one.places, *other.places]),), is_open=True)


def _text(name: str, given: Arguments) -> str:
    if not given.places:
        return name
    places = [*map(str, given.places), *([_OTHERS] if given.is_open else [])]
    return f"{name}[{', '.join(places)}]"


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)

    def whole(self) -> Union:
        union = self._union()
        if self._tokens:
            raise self._wrong()
        return union

    def _union(self) -> Union:
        unions = [self._type()]
        while self._takes("|"):
            unions.append(self._type())
        return join(unions)

    def _type(self) -> Union:
        if not self._tokens or not _is_name(self._tokens[0]):
            raise self._wrong()
        name = self._tokens.pop(0)
        given = self._arguments() if self._takes("[") else Arguments()
        return Union({name: given})

    def _arguments(self) -> Arguments:
        places = [self._union()]
        is_open = False
        while not is_open and self._takes(","):
            is_open = self._takes(_OTHERS)
            if not is_open:
                places.append(self._union())
        if not self._takes("]"):
            raise self._wrong()
        return Arguments(tuple(places), is_open)

    def _takes(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        del self._tokens[0]
        return True

    def _wrong(self) -> ValueError:
        return ValueError(f"{self._text!r} is not the text of a type")


def _tokens(text: str) -> list[str]:
    for mark in _MARKS:
        text = text.replace(mark, f" {mark} ")
    return text.split()


def _is_name(token: str) -> bool:
    return token == NONE or ("." in token and all(p.isidentifier() for p in token.split(".")))
