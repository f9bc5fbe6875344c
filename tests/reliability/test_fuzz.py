"""Any declaration, any receiver and any payload either works or is refused in words of aldis."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fuzzing import try_out
from hypothesis import given, settings
from hypothesis import strategies as st


class Drawn:
    """The choices of Hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def choose(self, options: list[Any]) -> Any:
        return options[self._data.draw(st.integers(0, len(options) - 1))]


@pytest.fixture(autouse=True)
def silent() -> Any:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@settings(max_examples=600)
@given(st.data())
def test_whatever_is_declared_connected_and_sent_works_or_is_refused(data: st.DataObject) -> None:
    """And nothing half connected remains; a text that became code would stop the process."""
    try_out(Drawn(data))
