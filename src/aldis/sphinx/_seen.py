"""What autodoc told of the signals of a page, for the directives that it then writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

_KEY = "aldis:signals"
_UNDOCUMENTED = "aldis:undocumented"


class Seen(NamedTuple):
    """How a signal is shown."""

    text: str
    """Its signature."""
    flags: tuple[str, ...]
    """Options of `py:signal`."""


def seen_signals(env: BuildEnvironment) -> dict[str, Seen]:
    """Return the signals of the page that is read, by their full names."""
    return cast("dict[str, Seen]", env.temp_data.setdefault(_KEY, {}))


def undocumented(env: BuildEnvironment) -> set[int]:
    """Return the identities of signals of the page that have no documentation."""
    return cast("set[int]", env.temp_data.setdefault(_UNDOCUMENTED, set[int]()))
