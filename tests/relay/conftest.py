from __future__ import annotations

import importlib.util
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engines import Engine

if importlib.util.find_spec("msgspec") is None:  # no wheel of it is for 3.13t
    collect_ignore_glob = ["test_*.py"]
else:
    from engines import ENGINES

    @pytest.fixture(params=ENGINES)
    def engine(request: pytest.FixtureRequest) -> Generator[Engine]:
        with ENGINES[request.param]() as opened:
            yield opened
