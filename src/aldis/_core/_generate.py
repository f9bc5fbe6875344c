"""Writes the source of the functions that send, from the signature of a declaration.

A send is fast because the function names the payload's parameters: nothing is packed into a dict,
and unpacked again for every receiver. The only user input that becomes code are the names of
parameters, which `_payload` has checked.
"""

from __future__ import annotations

import sys
from inspect import Parameter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aldis._core import _templates as templates
from aldis._core._snapshots import ALL_AWAIT, RECORDED, RECORDED_AWAITED, STALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core._payload import Payload

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"  # of `$names` in templates

Flavour: TypeAlias = Literal[
    "send", "send_robust", "async send", "async send_robust", "async gather", "async gather_robust"
]
# what is notified of a send: observers, of each call; or one recorder, at its end
Watched: TypeAlias = Literal["", "observed", "recorded"]


class Recipe(NamedTuple):  # a NamedTuple for its equality and hash
    """Everything that the source of a sending function depends on."""

    flavour: Flavour
    sender: str  # its name; empty for a generated one
    parameters: tuple[tuple[str, int], ...]  # name and kind
    closed: bool = False  # does `**rest` take only certain names?
    declared: bool = True
    shared: bool = False  # is the registry its first argument, not a free variable?
    awaited: bool = False  # is every receiver a coroutine function?
    watched: Watched = ""
    takes_sender: bool = True
    gives_sender: bool = True  # to receivers

    @property
    def gathers(self) -> bool:
        """Whether all receivers are called at once."""
        return self.flavour in {"async gather", "async gather_robust"}

    @classmethod
    def of(cls, flavour: Flavour, payload: Payload, watched: Watched = "") -> Recipe:
        """Return the recipe for sending this payload."""
        parameters = tuple((p.name, int(p.kind)) for p in payload.parameters)
        return cls(
            flavour,
            _sender_of(payload),
            parameters,
            closed=bool(payload.optional),
            declared=payload.declared,
            watched=watched,
            takes_sender=payload.takes_sender,
            gives_sender=payload.gives_sender,
        )

    def named(self, kind: int) -> list[str]:
        """Return the names of the parameters of a kind."""
        return [name for name, of_kind in self.parameters if of_kind == kind]


def _sender_of(payload: Payload) -> str:
    """Return the name of the sender's parameter.

    If `**rest` would take `sender=...`, Python's error only names the missing parameter. So its
    name says how to pass it. A check in the function would slow down every send.
    """
    if not payload.takes_sender:
        return ""
    if payload.starstar is None and payload.gives_sender:
        return payload.sender
    name = "sender_by_position" if payload.gives_sender else "instance"
    while any(name == parameter.name for parameter in payload.parameters):
        name += "_"
    return name


class Source:
    """The source of a function, or of its factory, and the prefix of generated names."""

    def __init__(self, text: str, prefix: str, signature: str) -> None:
        self.text = text
        self.prefix = prefix
        self.signature = signature


def write(recipe: Recipe) -> Source:
    """Return the source of a shared sending function, or of a factory for one."""
    prefix = "_"
    while any(
        name.startswith(prefix) for name in (recipe.sender, *(n for n, _ in recipe.parameters))
    ):
        prefix += "_"
    kind, _, method = recipe.flavour.rpartition(" ")
    words = _words(recipe, prefix)
    signature = f"({', '.join(_header(recipe))})"
    text = f"{kind} def {method}{signature}:\n".lstrip() + _indent(_body(recipe), "    ")
    if not recipe.shared:
        free = "$registry" + ("" if recipe.declared else ", $named_sends")
        free += ", $limit" if recipe.gathers else ""
        text = f"def make({free}):\n{_indent(text, '    ')}    return {method}\n"

    return Source(_spell(text, words, prefix), prefix, _spell(signature, words, prefix))


def _spell(text: str, words: Mapping[str, str], prefix: str) -> str:
    """Replace each `$name`."""
    first, *others = text.split("$")  # without `re`, a tenth of the import time on CPython 3.15
    spelled = [first]
    for other in others:
        rest = other.lstrip(_LETTERS)
        word = other[: len(other) - len(rest)]
        spelled += [words.get(word, prefix + word), rest]
    return "".join(spelled)


def _body(recipe: Recipe) -> str:
    """Return the body of a sending function, with `$names` still to be replaced."""
    kind, _, method = recipe.flavour.rpartition(" ")
    call = templates.AWAIT if recipe.awaited else templates.CALL
    if kind and not recipe.awaited:
        call = templates.CALL_AND_AWAIT
    if method == "send_robust":
        call = _fill(templates.ROBUSTLY, call=call)
    inlined = recipe.flavour == "send" and sys.version_info >= (3, 12)
    walk = _fill(templates.WALK, deliver=call + templates.KEEP)
    loop = templates.COMPREHENSION if inlined else _fill(templates.LOOP, walk=walk)
    return _fill(
        _template(recipe),
        check_declaration="" if recipe.declared or recipe.shared else templates.CHECK_DECLARATION,
        check_names=templates.CHECK_NAMES if recipe.closed else "",
        look=_fill(
            templates.LOOK,
            look_for_sender=templates.LOOK_FOR_SENDER if recipe.takes_sender else "",
            unheard=templates.UNHEARD if recipe.gives_sender and not recipe.shared else "",
        ),
        ask=_ask(recipe),
        leave_to_caller=templates.LEAVE_TO_CALLER if recipe.shared else "",
        leave_to_recorder=templates.LEAVE_TO_RECORDER,
        send_by_names="" if recipe.declared else templates.SEND_BY_NAMES,
        walk=_fill(walk, bind=templates.BIND),
        call_methods=_fill(loop, bind=templates.BIND, bound=templates.BOUND),
        call_functions=_fill(loop, bind="", bound=templates.UNBOUND),
    )


def _template(recipe: Recipe) -> str:
    if recipe.watched:
        return templates.OBSERVED if recipe.watched == "observed" else templates.RECORDED
    if recipe.gathers:
        return templates.GATHER
    return templates.SEND_AWAITED if recipe.awaited else templates.SEND


def _ask(recipe: Recipe) -> str:
    if recipe.shared:
        return ""
    return templates.ASK_TO_GATHER if recipe.gathers else templates.ASK


def _words(recipe: Recipe, prefix: str) -> dict[str, str]:
    """Return the replacements of `$names` that do not just get the prefix."""
    kind, _, method = recipe.flavour.rpartition(" ")
    sender = recipe.sender or f"{prefix}sender"
    named = tuple(recipe.named(Parameter.KEYWORD_ONLY))
    sender_flags = f"{recipe.takes_sender}, {recipe.gives_sender}"
    return {
        "ALL_AWAIT": str(ALL_AWAIT),
        "KIND_RECORDED": str(RECORDED_AWAITED if recipe.awaited else RECORDED),
        "STALE": str(STALE),
        "arguments": ", ".join([*([sender] if recipe.gives_sender else []), *_arguments(recipe)]),
        "await": "await " if kind else "",
        # the usual number of frames from a recorder to the line that sends
        "depth": "4" if recipe.shared else "3",
        "deliver": f"{prefix}deliver{'_async' if kind else ''}",
        "flavour": repr(recipe.flavour),
        "is_awaited": str(recipe.awaited),
        "is_robust": str(method.endswith("_robust")),
        "and_limit": f", {prefix}limit" if recipe.gathers else "",
        "method": repr(method),
        "more": "".join(recipe.named(Parameter.VAR_POSITIONAL)),
        "named": repr(named),
        "of_sender": f", {sender}" if recipe.takes_sender else "",
        "passed_on": ", ".join([*([sender] if recipe.takes_sender else []), *_passed_on(recipe)]),
        "payload": ", ".join(_by_name(recipe)),
        "rest": "".join(recipe.named(Parameter.VAR_KEYWORD)),
        "sender": sender if recipe.takes_sender else "None",
        "shape": ", ".join(_shape(recipe, prefix)),
        "sender_flags": sender_flags,
        "title": repr(f"{recipe.flavour} {named} {sender_flags}"),
    }


def _header(recipe: Recipe) -> list[str]:
    by_keyword = recipe.named(Parameter.KEYWORD_ONLY)
    more = recipe.named(Parameter.VAR_POSITIONAL)
    by_position = [
        *(["$registry"] if recipe.shared else []),
        *(["$entries"] if recipe.watched == "recorded" else []),
        *(["$sender"] if recipe.takes_sender else []),
        *recipe.named(Parameter.POSITIONAL_ONLY),
    ]
    return [
        *by_position,
        *(["/"] if by_position else []),
        *recipe.named(Parameter.POSITIONAL_OR_KEYWORD),
        *(f"*{name}" for name in more or ([""] if by_keyword else [])),
        *by_keyword,
        *(f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)),
    ]


def _arguments(recipe: Recipe) -> list[str]:
    """Return the arguments of a receiver after the sender; see `Payload` for the rules."""
    either = recipe.named(Parameter.POSITIONAL_OR_KEYWORD)
    more = recipe.named(Parameter.VAR_POSITIONAL)
    by_position = bool(more) or not recipe.gives_sender
    return [
        *recipe.named(Parameter.POSITIONAL_ONLY),
        *(either if by_position else []),
        *(f"*{name}" for name in more),
        *(f"{name}={name}" for name in ([] if by_position else either)),
        *(f"{name}={name}" for name in recipe.named(Parameter.KEYWORD_ONLY)),
        *(f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)),
    ]


def _passed_on(recipe: Recipe) -> list[str]:
    """Return the arguments that pass the payload to a function with the same parameters."""
    return [
        *recipe.named(Parameter.POSITIONAL_ONLY),
        *recipe.named(Parameter.POSITIONAL_OR_KEYWORD),
        *(f"*{name}" for name in recipe.named(Parameter.VAR_POSITIONAL)),
        *(f"{name}={name}" for name in recipe.named(Parameter.KEYWORD_ONLY)),
        *(f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)),
    ]


def _by_name(recipe: Recipe) -> list[str]:
    """Return the payload as the items of a dict, for observers."""
    items = {name: f"{name!r}: {name}" for name, _ in recipe.parameters}
    items |= {
        name: f"**({{'*{name}': {name}}} if {name} else {{}})"
        for name in recipe.named(Parameter.VAR_POSITIONAL)
    }
    items |= {name: f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)}
    return [*items.values()]


def _shape(recipe: Recipe, prefix: str) -> list[str]:
    """Return expressions for the names and types of a send, with types as addresses."""
    type_of = f"{prefix}id({prefix}type({{}}))"
    sender = recipe.sender or f"{prefix}sender"
    more = recipe.named(Parameter.VAR_POSITIONAL)
    rest = recipe.named(Parameter.VAR_KEYWORD)
    names = [name for name, _ in recipe.parameters if name not in {*more, *rest}]
    return [
        repr(recipe.flavour),
        *(f"not {name}" for name in more),
        *([type_of.format(sender)] if recipe.takes_sender else []),
        *map(repr, names),
        *map(type_of.format, names),
        *(f"*{name}, *map({prefix}id, map({prefix}type, {name}.values()))" for name in rest),
    ]


def _fill(text: str, **blocks: str) -> str:
    """Replace each line that is only `$name` by the block of that name, indented likewise."""
    for name, block in blocks.items():
        mark = f"${name}\n"
        lines = text.splitlines(keepends=True)
        text = "".join(
            _indent(block, line[: -len(mark)]) if line.lstrip(" ") == mark else line
            for line in lines
        )
    return text


def _indent(text: str, depth: str) -> str:
    # without `textwrap`, which takes a tenth of the import time
    return "".join(depth + line for line in text.splitlines(keepends=True))
