from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("msgspec", reason="the extra `relay` needs it")

import engines


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[engines.Engine]:
    with engines.ENGINES[request.param]() as opened:
        yield opened
