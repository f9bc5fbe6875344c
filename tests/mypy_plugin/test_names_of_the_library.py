"""The plugin knows the library by name only: every name it knows is there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from inspect import Parameter

import pytest

from aldis._static import MISSING
from aldis.mypy import _names


def names() -> Iterator[str]:
    for constant, value in vars(_names).items():
        if constant.isupper():
            yield from [value] if isinstance(value, str) else value


NAMES = sorted({name for name in names() if name.startswith(("aldis.", "blinker."))})
KINDS = {_names.CONNECTABLE: "", _names.ONE_SENDER: "Bound", _names.EVENT_IDENTITY: "Event"}
METHODS = [
    (owner, method)
    for owner in (*KINDS, *_names.UNTYPED_SIGNALS)
    for method in _names.CONNECTING
    if owner in KINDS or method != "subscribe"  # which blinker has not
]
# type checkers see classes of their own there, whose `connect` and `send` differ
SEEN_BY_CHECKERS = {
    _names.VIEW: "aldis.blinker._view.View",
    _names.ASYNC_VIEW: "aldis.blinker._view.AsyncView",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_can_be_resolved(name: str) -> None:
    found = pkgutil.resolve_name(name)
    expected = SEEN_BY_CHECKERS.get(name, name)
    assert inspect.ismodule(found) or f"{found.__module__}.{found.__qualname__}" == expected


@pytest.mark.parametrize(("owner", "method"), METHODS)
def test_a_callee_has_the_parameters_of_the_method_that_it_stands_for(
    owner: str, method: str
) -> None:
    callees = importlib.import_module(_names.CALLEES_MODULE)
    kind = KINDS.get(owner, "Blinker")
    name = "".join(part.title() for part in method.split("_"))
    callee = getattr(callees, kind + name, None) or getattr(callees, name)
    real = inspect.signature(getattr(pkgutil.resolve_name(owner), method)).parameters.values()
    seen = inspect.signature(callee.__call__).parameters.values()
    assert [(each.name, each.kind) for each in seen] == [(each.name, each.kind) for each in real]
    required = (Parameter.empty, MISSING)  # whoever leaves a receiver out is told how to give it
    assert [each.default in required for each in seen] == [
        each.default in required for each in real
    ]
