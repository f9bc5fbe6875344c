"""What each server is known to do otherwise than it should, and why: the rest it does.

When a server gets better, its deviation goes; when it gets worse, one comes. `editor_page` then
writes the page anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from editor_scenes import (
    ASYNC_EVENT,
    DECLARED,
    EVENT,
    EVENT_OF_A_CLASS,
    FUNCTION,
    IMPORTED,
    OF_A_CLASS,
    Ability,
)

EVENTS = (EVENT.kind, EVENT_OF_A_CLASS.kind, ASYNC_EVENT.kind)
WITHOUT_SENDER = (OF_A_CLASS.kind, *EVENTS)
CLASS = (OF_A_CLASS.kind, EVENT_OF_A_CLASS.kind, ASYNC_EVENT.kind)
SIGNALS = (DECLARED.kind, OF_A_CLASS.kind, IMPORTED.kind, *EVENTS)
# where a sender is given
WITH_SENDER = (DECLARED.kind, IMPORTED.kind, FUNCTION.kind)
EVERYWHERE = (*SIGNALS, FUNCTION.kind)


@dataclass(frozen=True)
class Deviation:
    """What a server does instead, at which abilities and kinds."""

    does: str
    abilities: tuple[Ability, ...]
    kinds: tuple[str, ...]
    why: tuple[str, ...]

    def places(self) -> Iterator[tuple[str, Ability]]:
        return ((kind, ability) for kind in self.kinds for ability in self.abilities)


_UNCLOSED = (
    "It may lose any call whose bracket is not closed, for instance if the next line begins "
    "with `return`. Editors close brackets by themselves."
)

_PYRIGHT_NUMBER = (
    "If a number and a comma precede the cursor, it offers nothing in any call, until you type "
    "a letter."
)

_TY_GIVEN = "In any call, it also offers names that are already given, until you type a letter."
_TY_FLOAT = (
    "For any function, it shows only defaults that a `Literal` can express: for a float it "
    "shows `...`."
)

_PYREFLY_GIVEN = "In any call, it also offers names that are already given."
_PYREFLY_SENDER = "In any call, it offers the names of positional-only parameters."
_PYREFLY_DOCSTRING = (
    "It shows no docstring of a method under `if TYPE_CHECKING:`, such as `send`, which aldis "
    "generates at run time."
)
_PYREFLY_IMPORTS = "It reads imported modules from disk, not from the editor."

_ZUBAN_DEFAULTS = (
    "For any function, its signature help shows that there are defaults, but not their values."
)
_ZUBAN_HOVER = "In the type of an object, it shows that there are defaults, but not their values."
_ZUBAN_DOCSTRING = "For an object, it shows the docstring of its class, `Signal` or `BoundSignal`."
_ZUBAN_RIGHT = (
    "If the payload has a default, it refuses a receiver that leaves a name to `**_` and takes "
    "a later one, as with any `Protocol`. It accepts `(sender, *, user_id, **_)`, and reports "
    "`(sender, *, username, **_)`."
)

_JEDI_TYPES = (
    "jedi infers neither `ParamSpec` nor the type variables beside it: it shows `send` as "
    "`Signal` declares it."
)
_JEDI_METHOD = "It shows the declaration as a method, without `self`."
_JEDI_ERRORS = "jedi does not check types; it reports only syntax errors."

# the two are of one origin
_PYRIGHT = (
    Deviation("offers no names", (Ability.NAMES_AFTER_NUMBER,), EVERYWHERE, (_PYRIGHT_NUMBER,)),
)

_TY = (
    Deviation(
        "offers what is given, too",
        (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
        EVERYWHERE,
        (_TY_GIVEN,),
    ),
    Deviation("offers no names", (Ability.NAMES_UNCLOSED,), EVERYWHERE, (_UNCLOSED,)),
    Deviation(
        "shows no signature",
        (Ability.SIGNATURE_UNCLOSED,),
        (*WITH_SENDER, EVENT.kind),
        (_UNCLOSED,),
    ),
    Deviation(
        "shows no signature; does not show the default of seconds",
        (Ability.SIGNATURE_UNCLOSED,),
        CLASS,
        (_UNCLOSED, _TY_FLOAT),
    ),
    Deviation(
        "does not show the default of seconds",
        (Ability.SIGNATURE, Ability.HOVER),
        CLASS,
        (_TY_FLOAT,),
    ),
)

_PYREFLY = (
    Deviation("offers the sender, too", (Ability.NAMES,), WITH_SENDER, (_PYREFLY_SENDER,)),
    Deviation(
        "offers what is given, too; offers the sender, too",
        (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
        WITH_SENDER,
        (_PYREFLY_GIVEN, _PYREFLY_SENDER),
    ),
    Deviation(
        "offers what is given, too",
        (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
        WITHOUT_SENDER,
        (_PYREFLY_GIVEN,),
    ),
    Deviation("offers what is given, too", (Ability.NAMES_TYPED,), EVERYWHERE, (_PYREFLY_GIVEN,)),
    Deviation("offers no names", (Ability.NAMES_UNCLOSED,), EVERYWHERE, (_UNCLOSED,)),
    Deviation("shows no signature", (Ability.SIGNATURE_UNCLOSED,), EVERYWHERE, (_UNCLOSED,)),
    Deviation("shows no docstring", (Ability.HOVER_SEND,), SIGNALS, (_PYREFLY_DOCSTRING,)),
    Deviation(
        "reports it only after saving",
        (Ability.ELSEWHERE,),
        (IMPORTED.kind,),
        (_PYREFLY_IMPORTS,),
    ),
)

_ZUBAN = (
    Deviation("shows no defaults", (Ability.SIGNATURE,), EVERYWHERE, (_ZUBAN_DEFAULTS,)),
    Deviation(
        "shows no defaults; shows no signature",
        (Ability.SIGNATURE_UNCLOSED,),
        EVERYWHERE,
        (_ZUBAN_DEFAULTS, _UNCLOSED),
    ),
    Deviation("offers no names", (Ability.NAMES_UNCLOSED,), WITHOUT_SENDER, (_UNCLOSED,)),
    Deviation(
        "shows no defaults; does not show its docstring",
        (Ability.HOVER,),
        SIGNALS,
        (_ZUBAN_HOVER, _ZUBAN_DOCSTRING),
    ),
    Deviation("reports a correct line", (Ability.RIGHT_LINES,), (IMPORTED.kind,), (_ZUBAN_RIGHT,)),
)

_JEDI = (
    Deviation(
        "offers no names",
        (
            Ability.NAMES,
            Ability.NAMES_LEFT,
            Ability.NAMES_AFTER_NUMBER,
            Ability.NAMES_TYPED,
            Ability.NAMES_UNCLOSED,
        ),
        SIGNALS,
        (_JEDI_TYPES,),
    ),
    Deviation("does not show the payload", (Ability.SIGNATURE,), SIGNALS, (_JEDI_TYPES,)),
    Deviation("marks kwargs instead of the named one", (Ability.ACTIVE,), SIGNALS, (_JEDI_TYPES,)),
    Deviation(
        "does not show the payload; marks kwargs instead of the named one",
        (Ability.SIGNATURE_UNCLOSED,),
        SIGNALS,
        (_JEDI_TYPES,),
    ),
    Deviation("shows no declared result", (Ability.HOVER_SEND,), SIGNALS, (_JEDI_TYPES,)),
    Deviation("does not show the sender", (Ability.HOVER,), (OF_A_CLASS.kind,), (_JEDI_METHOD,)),
    Deviation("does not report it", (Ability.WRONG_LINE, Ability.BROKEN), SIGNALS, (_JEDI_ERRORS,)),
    Deviation("has nothing to fix", (Ability.FIXED,), SIGNALS, (_JEDI_ERRORS,)),
    Deviation("does not report it", (Ability.ELSEWHERE,), (IMPORTED.kind,), (_JEDI_ERRORS,)),
)

DEVIATIONS: Mapping[str, tuple[Deviation, ...]] = {
    "pyright": _PYRIGHT,
    "basedpyright": _PYRIGHT,
    "ty": _TY,
    "pyrefly": _PYREFLY,
    "zuban": _ZUBAN,
    "jedi-language-server": _JEDI,
}


def deviation(server: str, kind: str, ability: Ability) -> Deviation | None:
    """Return how a server is known to deviate, if it does."""
    for known in DEVIATIONS[server]:
        if (kind, ability) in known.places():
            return known
    return None
