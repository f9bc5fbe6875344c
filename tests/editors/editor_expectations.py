"""What each server is known to do otherwise than it should, and why: the rest it does.

When a server gets better, its deviation goes; when it gets worse, one comes. `editor_page` then
writes the page anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from editor_scenes import DECLARED, FUNCTION, IMPORTED, OF_A_CLASS, Ability

SIGNALS = (DECLARED.kind, OF_A_CLASS.kind, IMPORTED.kind)
# of a sender that is given, and so of no instance
WITH_SENDER = (DECLARED.kind, IMPORTED.kind)
EVERYWHERE = (*SIGNALS, FUNCTION.kind)


@dataclass(frozen=True)
class Deviation:
    """What a server does instead, at which abilities and kinds."""

    does: str
    abilities: tuple[Ability, ...]
    kinds: tuple[str, ...]
    why: str

    def places(self) -> Iterator[tuple[str, Ability]]:
        return ((kind, ability) for kind in self.kinds for ability in self.abilities)


_AFTER_NUMBER = (
    Deviation(
        "offers no names",
        (Ability.NAMES_AFTER_NUMBER,),
        EVERYWHERE,
        "Where a number and a comma precede the cursor it offers nothing at all, in any call, "
        "until a letter is typed.",
    ),
)

_UNCLOSED = (
    "Without the bracket it reads the next line as part of the call; so in any call. Editors close "
    "brackets by themselves."
)

_TY_GIVEN = "It leaves out no name that is given, in any call, as long as no letter is typed."
_TY_FLOAT = "Of a default it shows only what a `Literal` can say, and `...` of a float."

_PYREFLY_GIVEN = "It leaves out no name that is given, in any call."
_PYREFLY_SENDER = (
    "It offers the names of positional-only parameters, in any call, and those that are given."
)

_ZUBAN_DEFAULTS = "It shows that there are defaults, and not which, of any function."

_JEDI_TYPES = (
    "jedi infers neither a `ParamSpec` nor the type variables beside it: it shows `send` as it stands "
    "in `Signal`."
)
_JEDI_ERRORS = "jedi checks no types: it reports mistakes of syntax alone."

DEVIATIONS: Mapping[str, tuple[Deviation, ...]] = {
    "pyright": _AFTER_NUMBER,
    "basedpyright": _AFTER_NUMBER,
    "ty": (
        Deviation(
            "offers what is given, too",
            (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
            EVERYWHERE,
            _TY_GIVEN,
        ),
        Deviation("offers no names", (Ability.NAMES_UNCLOSED,), EVERYWHERE, _UNCLOSED),
        Deviation(
            "shows no signature",
            (Ability.SIGNATURE_UNCLOSED,),
            (*WITH_SENDER, FUNCTION.kind),
            _UNCLOSED,
        ),
        Deviation(
            "shows no signature; does not show the default of seconds",
            (Ability.SIGNATURE_UNCLOSED,),
            (OF_A_CLASS.kind,),
            f"{_UNCLOSED} {_TY_FLOAT}",
        ),
        Deviation(
            "does not show the default of seconds",
            (Ability.SIGNATURE, Ability.HOVER),
            (OF_A_CLASS.kind,),
            _TY_FLOAT,
        ),
    ),
    "pyrefly": (
        Deviation(
            "offers the sender, too",
            (Ability.NAMES,),
            (*WITH_SENDER, FUNCTION.kind),
            _PYREFLY_SENDER,
        ),
        Deviation(
            "offers what is given, too; offers the sender, too",
            (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
            (*WITH_SENDER, FUNCTION.kind),
            _PYREFLY_SENDER,
        ),
        Deviation(
            "offers what is given, too",
            (Ability.NAMES_LEFT, Ability.NAMES_AFTER_NUMBER),
            (OF_A_CLASS.kind,),
            _PYREFLY_GIVEN,
        ),
        Deviation("offers no names", (Ability.NAMES_UNCLOSED,), EVERYWHERE, _UNCLOSED),
        Deviation("shows no signature", (Ability.SIGNATURE_UNCLOSED,), EVERYWHERE, _UNCLOSED),
        Deviation(
            "shows no docstring",
            (Ability.HOVER_SEND,),
            SIGNALS,
            "It shows no docstring of a method that is defined under `if TYPE_CHECKING:`, as "
            "`send` is: at run time, it is generated for each declaration.",
        ),
        Deviation(
            "reports it only when that is saved",
            (Ability.ELSEWHERE,),
            (IMPORTED.kind,),
            "It reads what a module imports from the disk.",
        ),
    ),
    "zuban": (
        Deviation(
            "shows no defaults",
            (Ability.SIGNATURE,),
            EVERYWHERE,
            _ZUBAN_DEFAULTS,
        ),
        Deviation(
            "shows no defaults; shows no signature",
            (Ability.SIGNATURE_UNCLOSED,),
            EVERYWHERE,
            f"{_ZUBAN_DEFAULTS} {_UNCLOSED}",
        ),
        Deviation("offers no names", (Ability.NAMES_UNCLOSED,), (OF_A_CLASS.kind,), _UNCLOSED),
        Deviation(
            "shows no defaults; does not show its docstring",
            (Ability.HOVER,),
            SIGNALS,
            f"{_ZUBAN_DEFAULTS} Of an object it shows the docstring of the class, here of `Signal` "
            "or `BoundSignal`.",
        ),
        Deviation(
            "reports a right line",
            (Ability.RIGHT_LINES,),
            (IMPORTED.kind,),
            "If the payload has a default, it refuses a receiver that leaves a name to `**_` and "
            "takes a later one; so of any `Protocol`.",
        ),
    ),
    "jedi-language-server": (
        Deviation(
            "offers no names",
            (
                Ability.NAMES,
                Ability.NAMES_LEFT,
                Ability.NAMES_AFTER_NUMBER,
                Ability.NAMES_UNCLOSED,
            ),
            SIGNALS,
            _JEDI_TYPES,
        ),
        Deviation("does not show the payload", (Ability.SIGNATURE,), SIGNALS, _JEDI_TYPES),
        Deviation(
            "marks kwargs for the one that is named", (Ability.ACTIVE,), SIGNALS, _JEDI_TYPES
        ),
        Deviation(
            "does not show the payload; marks kwargs for the one that is named",
            (Ability.SIGNATURE_UNCLOSED,),
            SIGNALS,
            _JEDI_TYPES,
        ),
        Deviation(
            "shows the result of no declaration", (Ability.HOVER_SEND,), SIGNALS, _JEDI_TYPES
        ),
        Deviation(
            "does not show the sender",
            (Ability.HOVER,),
            (OF_A_CLASS.kind,),
            "It shows the declaration as a method, without `self`.",
        ),
        Deviation(
            "does not report it",
            (Ability.WRONG_LINE, Ability.BROKEN),
            SIGNALS,
            _JEDI_ERRORS,
        ),
        Deviation("has nothing to mend", (Ability.MENDED,), SIGNALS, _JEDI_ERRORS),
        Deviation("does not report it", (Ability.ELSEWHERE,), (IMPORTED.kind,), _JEDI_ERRORS),
    ),
}


def deviation(server: str, kind: str, ability: Ability) -> Deviation | None:
    """Return how a server is known to deviate, if it does."""
    for known in DEVIATIONS[server]:
        if (kind, ability) in known.places():
            return known
    return None
