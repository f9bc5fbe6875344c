"""The signals of a page that autodoc has seen, for the directives that it writes next."""

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
    """Return the signals of the current page, by full name."""
    return cast("dict[str, Seen]", env.temp_data.setdefault(_KEY, {}))


def undocumented(env: BuildEnvironment) -> set[int]:
    """Return the ids of undocumented signals of the current page."""
    return cast("set[int]", env.temp_data.setdefault(_UNDOCUMENTED, set[int]()))
