"""Writes the text of the functions that send, from the signature of a declaration.

Naming the payload's parameters is what makes a send fast: nothing is packed into a dict, and
unpacked again for every receiver. The only words of a user that ever become code are the names of
parameters, which `_payload` has checked.
"""

from __future__ import annotations

import re
import sys
from inspect import Parameter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aldis._core._snapshots import ALL_AWAIT, STALE

if TYPE_CHECKING:
    from enum import IntEnum

    from aldis._core._payload import Payload

Flavour: TypeAlias = Literal[
    "send", "send_robust", "async send", "async send_robust", "async gather"
]

# In these texts `$name` stands for a name that no parameter of the payload has. A line that holds
# nothing else is replaced by a text, at the same depth.

_SEND = """\
$check_names
$entries = $registry.plain
if $entries is None:
    $look
    $leave_to_caller
    if $methods:
        $spread_names
        $call_methods
$spread_names
$call_functions
"""

_SEND_AWAITED = """\
$methods, $entries = $registry.everyone
if $methods != $ALL_AWAIT or $registry.routed:
    $look
    if $methods < $ALL_AWAIT:
        return None  # some receiver is no coroutine function, and the caller knows what to do
    if $methods > $ALL_AWAIT:
        $call_methods
$call_functions
"""

# some receivers are to be awaited, which is a matter for the caller
_LEAVE_TO_CALLER = """\
if $methods > $STALE:
    return None
"""

_GATHER = """\
$check_names
$entries = $registry.plain
if $entries is None:
    $look
def $call($receiver):
    return $receiver($arguments)
return await $gather($entries, $call, $registry.name)
"""

# somebody is to be told: that is written once, in `_observing`
_OBSERVED = """\
$check_names
def $call($receiver):
    return $receiver($arguments)
return $await$deliver($registry, $method, $sender, {$payload}, $call)
"""

# there are methods to bind, or receivers of one sender, or changes to take in
_LOOK = """\
$everyone = $registry.everyone
$methods, $entries = $everyone
if $registry.routed:
    $route = $registry.routes.get($id($sender))
    if $route is None and $registry.values:
        $route = $registry.route($sender)
    if $route is not None:
        $base, $methods, $entries = $route.merged
        if $base is not $everyone:
            $methods, $entries = $registry.merge($route)
if $methods == $STALE:
    $methods, $entries = $registry.refresh()
"""

_CHECK_NAMES = """\
if $rest:
    $check_names($registry, $rest, $method)
"""

# an undeclared payload is sent by name, too, as soon as a few receivers share the cost
_SPREAD_NAMES = """\
if $rest and not $more and $len($entries) > 2:
    $spread = $spread_for($flavour, $tuple($rest))
    if $spread is not None:
        return $await$spread($registry, $sender, **$rest)
"""

_LOOP = """\
$results = []
for $entry in $entries:
    $receiver = $entry()
    if $receiver is not None and $entry.order is not None:
        $bind
        $deliver
return $results
"""

# in a loop of its own: with it, one takes a quarter longer where there is nothing to bind
_BIND = """\
$bind = $entry.bind
if $bind is not None:
    $receiver = $bind($receiver)
"""

# From 3.12 on a comprehension is part of its function, and a tenth faster than the loop. Before, it
# is a function of its own, whose call takes longer than a few receivers.
_COMPREHENSION = """\
return [
    (
        $bound
        $receiver($arguments),
    )
    for $entry in $entries
    if ($receiver := $entry()) is not None and $entry.order is not None
]
"""

_BOUND = """\
$receiver := $receiver if ($bind := $entry.bind) is None else $bind($receiver),
"""

_UNBOUND = """\
$receiver,
"""

_CALL = """\
$result = $receiver($arguments)
"""

_CALL_AND_AWAIT = """\
$result = $receiver($arguments)
if $type($result) is $CoroutineType or ($result is not None and $isawaitable($result)):
    $result = await $result
"""

# where every receiver is known to be a coroutine function
_AWAIT = """\
$result = await $receiver($arguments)
"""

_ROBUSTLY = """\
try:
    $call
except $Exception as $error:
    $result = $failed($registry, $receiver, $error)
"""

_KEEP = """\
$results.append(($receiver, $result))
"""


class Recipe(NamedTuple):
    """All that the text of a sending function depends on."""

    flavour: Flavour
    sender: str  # its name; a made-up one where it is empty
    parameters: tuple[tuple[str, IntEnum], ...]  # name and kind
    closed: bool = False  # does `**rest` take certain names only?
    declared: bool = True
    shared: bool = False  # is the registry its first argument, or a free variable of its own?
    awaited: bool = False  # is every receiver a coroutine function?
    observed: bool = False  # is anybody to be told of it?

    @classmethod
    def of(cls, flavour: Flavour, payload: Payload, *, observed: bool = False) -> Recipe:
        """Return the recipe for sending this payload."""
        parameters = tuple((p.name, p.kind) for p in payload.parameters)
        closed, declared = bool(payload.optional), payload.declared
        return cls(flavour, payload.sender, parameters, closed, declared, observed=observed)

    def named(self, kind: IntEnum) -> list[str]:
        """Return the names of the parameters of a kind."""
        return [name for name, of_kind in self.parameters if of_kind is kind]


class Source(NamedTuple):
    """The text of a function, or of its maker, and what every name of ours in it begins with."""

    text: str
    prefix: str
    signature: str


def write(recipe: Recipe) -> Source:
    """Return the source of a sending function; of one that makes it, where it is not shared."""
    prefix = "_"
    while any(
        name.startswith(prefix) for name in (recipe.sender, *(n for n, _ in recipe.parameters))
    ):
        prefix += "_"
    kind, _, method = recipe.flavour.rpartition(" ")
    call = _AWAIT if recipe.awaited else _CALL_AND_AWAIT if kind else _CALL
    if method == "send_robust":
        call = _fill(_ROBUSTLY, call=call)
    inlined = recipe.flavour == "send" and sys.version_info >= (3, 12)
    loop = _COMPREHENSION if inlined else _fill(_LOOP, deliver=call + _KEEP)
    send = _SEND_AWAITED if recipe.awaited else _SEND
    template = _OBSERVED if recipe.observed else _GATHER if method == "gather" else send
    body = _fill(
        template,
        check_names=_CHECK_NAMES if recipe.closed else "",
        look=_LOOK,
        leave_to_caller=_LEAVE_TO_CALLER if recipe.shared else "",
        spread_names="" if recipe.declared else _SPREAD_NAMES,
        call_methods=_fill(loop, bind=_BIND, bound=_BOUND),
        call_functions=_fill(loop, bind="", bound=_UNBOUND),
    )
    sender = recipe.sender or f"{prefix}sender"
    words = {
        "ALL_AWAIT": str(ALL_AWAIT),
        "STALE": str(STALE),
        "arguments": ", ".join([sender, *_arguments(recipe)]),
        "await": "await " if kind else "",
        "deliver": f"{prefix}deliver{'_async' if kind else ''}",
        "flavour": repr(recipe.flavour),
        "method": repr(method),
        "more": "".join(recipe.named(Parameter.VAR_POSITIONAL)),
        "payload": ", ".join(_by_name(recipe)),
        "rest": "".join(recipe.named(Parameter.VAR_KEYWORD)),
        "sender": sender,
    }
    signature = f"({', '.join(_header(recipe))})"
    text = f"{kind} def {method}{signature}:\n".lstrip() + _indent(body, "    ")
    if not recipe.shared:
        text = f"def make($registry):\n{_indent(text, '    ')}    return {method}\n"

    def spell(text: str) -> str:
        return re.sub(r"\$(\w+)", lambda word: words.get(word[1], prefix + word[1]), text)

    return Source(spell(text), prefix, spell(signature))


def _header(recipe: Recipe) -> list[str]:
    by_keyword = recipe.named(Parameter.KEYWORD_ONLY)
    more = recipe.named(Parameter.VAR_POSITIONAL)
    return [
        *(["$registry"] if recipe.shared else []),
        "$sender",
        *recipe.named(Parameter.POSITIONAL_ONLY),
        "/",
        *recipe.named(Parameter.POSITIONAL_OR_KEYWORD),
        *(f"*{name}" for name in more or ([""] if by_keyword else [])),
        *by_keyword,
        *(f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)),
    ]


def _arguments(recipe: Recipe) -> list[str]:
    """Return what a receiver is called with after the sender; `Payload` says why it is so."""
    either = recipe.named(Parameter.POSITIONAL_OR_KEYWORD)
    more = recipe.named(Parameter.VAR_POSITIONAL)
    return [
        *recipe.named(Parameter.POSITIONAL_ONLY),
        *(either if more else []),
        *(f"*{name}" for name in more),
        *(f"{name}={name}" for name in ([] if more else either)),
        *(f"{name}={name}" for name in recipe.named(Parameter.KEYWORD_ONLY)),
        *(f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)),
    ]


def _by_name(recipe: Recipe) -> list[str]:
    """Return the payload as the items of a dict: what observers are told."""
    items = {name: f"{name!r}: {name}" for name, _ in recipe.parameters}
    items |= {
        name: f"**({{'*{name}': {name}}} if {name} else {{}})"
        for name in recipe.named(Parameter.VAR_POSITIONAL)
    }
    items |= {name: f"**{name}" for name in recipe.named(Parameter.VAR_KEYWORD)}
    return [*items.values()]


def _fill(text: str, **blocks: str) -> str:
    """Replace each line that is only `$name` by the block of that name, at the line's depth."""
    for name, block in blocks.items():
        mark = f"${name}\n"
        lines = text.splitlines(keepends=True)
        text = "".join(
            _indent(block, line[: -len(mark)]) if line.lstrip(" ") == mark else line
            for line in lines
        )
    return text


def _indent(text: str, depth: str) -> str:
    # `textwrap`, which has the same, would be a tenth of what `import aldis` takes
    return "".join(depth + line for line in text.splitlines(keepends=True))
