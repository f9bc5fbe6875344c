"""Inspection of objects without running their code."""

from __future__ import annotations

import pytest

from aldis import _static
from aldis._cli._modules import inner_names
from aldis._recording._classes import Classes
from aldis._recording._owners import Owners
from aldis.sphinx._telling import _signals_of_class


def test_a_class_that_nobody_has_used_yet_has_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    # some classes that are written in C get their dict when they are first used
    def no_dict(_: type) -> None: ...

    monkeypatch.setattr(_static, "_namespace", no_dict)
    assert _static.namespace_of(int) == {}
    assert inner_names(int) == {}
    assert [*_signals_of_class(int)] == []
    assert Classes().name_of(int) == "builtins.int"
    assert Owners().owner_of(object(), 1, None, anywhere=False) is None
