"""Explains how a payload differs from the expected one.

pytest rewrites the assertion of this module, and explains it like the assertions of tests: with
colours, with more detail at `-vv`, and with the help of plugins. Without pytest, or under `python
-O`, the names that differ are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import eq
from typing import TYPE_CHECKING, Any, cast

from aldis._testing._showing import show

if TYPE_CHECKING:
    from collections.abc import Sequence, Sized


def is_equal(sent: object, expected: object) -> bool:
    """Whether a value equals the expected one; as in a list, a NaN equals itself.

    Arrays compare each of their values: they are equal if all values are, and the sizes are the
    same. Values that cannot be compared are not equal.
    """
    if sent is expected:
        return True
    try:
        answer: object = eq(sent, expected)
        if isinstance(answer, bool):
            return answer
        reflected: object = eq(expected, sent)
        if isinstance(reflected, bool):  # for example of `unittest.mock.ANY`
            return reflected
        return _size(sent) == _size(expected) and _is_yes(answer)
    except Exception:  # noqa: BLE001  # a user's `==`, or a container with an array
        return _is_equal_inside(sent, expected)


def _size(value: object) -> object:
    shape = getattr(value, "shape", None)
    return (len(cast("Sized", value)),) if shape is None else tuple(shape)


def _is_yes(answer: Any) -> bool:
    """Whether the result of `==` is true; it may be an array or a table."""
    while getattr(answer, "shape", ()) and hasattr(answer, "all"):
        answer = answer.all()
    try:
        return bool(answer)
    except ValueError:
        return all(map(_is_yes, answer))


def _is_equal_inside(sent: object, expected: object) -> bool:
    """Compare the contents of a list, tuple or dict whose `==` raises."""
    if type(sent) is not type(expected):
        return False
    if isinstance(sent, Mapping):
        one, other = (
            cast("Mapping[object, object]", sent),
            cast("Mapping[object, object]", expected),
        )
        return one.keys() == other.keys() and all(is_equal(one[key], other[key]) for key in one)
    if isinstance(sent, (list, tuple)):
        these, those = cast("Sequence[object]", sent), cast("Sequence[object]", expected)
        return len(these) == len(those) and all(map(is_equal, these, those))
    return False


def differing(sent: Mapping[str, object], expected: Mapping[str, object]) -> list[str]:
    """Return the expected names that are missing or have another value."""
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
        assert sent == expected  # noqa: S101  # pytest rewrites it
    except AssertionError as error:
        if str(error):
            return str(error)
    except Exception:  # noqa: BLE001, S110  # as in `is_equal`
        pass
    return f"expected {show(expected)}, sent {show(sent)}"
