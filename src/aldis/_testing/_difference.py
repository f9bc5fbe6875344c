"""Says how a payload differs from the one that was expected.

pytest rewrites the assertion of this module, and then explains it as it explains those of tests:
with colours, with more at `-vv`, and by whatever plugins know of the values. Without pytest, or
under `python -O`, the names that differ are listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._testing._showing import show

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_equal(sent: object, expected: object) -> bool:
    """Whether a value is the expected one; as in a list, a NaN is itself."""
    return sent is expected or bool(sent == expected)


def differing(sent: Mapping[str, object], expected: Mapping[str, object]) -> list[str]:
    """Return the names that were expected, and not sent so."""
    return [
        name
        for name, value in expected.items()
        if name not in sent or not is_equal(sent[name], value)
    ]


def explain(sent: Mapping[str, object], expected: Mapping[str, object]) -> str:
    """Return how two payloads differ, name by name."""
    told = [
        f"{name}: {_explain(sent[name], expected[name])}"
        if name in sent
        else f"{name}: expected {show(expected[name])}, not sent"
        for name in differing(sent, expected)
    ]
    return "\n".join(told)


def _explain(sent: object, expected: object) -> str:
    try:
        assert sent == expected  # noqa: S101  # it is here to be rewritten
    except AssertionError as error:
        if str(error):
            return str(error)
    return f"expected {show(expected)}, sent {show(sent)}"
