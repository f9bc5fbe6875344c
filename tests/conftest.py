"""Shared by tests: profiles of Hypothesis, short-lived senders, threads that switch often.

And their order, which `--order-seed 7` makes another one: no test may need those before it.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import random
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

HERE = Path(__file__).parent
# the runtime tests on other Pythons are run without mypy, by which `aldis migrate` finds types
collect_ignore = [] if importlib.util.find_spec("mypy") else ["migrate"]
# there is no wheel of msgspec for each of them
ABSENT = [each for each in ("msgspec", "redis") if importlib.util.find_spec(each) is None]
collect_ignore_glob = ["relay/*"] if ABSENT else []
# These take longest. They begin first, so that no worker is left with one when the others are done.
LONG = [
    HERE / name
    for name in [
        "stubs/test_library_stubs.py",
        "editors/test_editors.py",
        "built_site/test_types_of_pages.py",
        "built_site/test_site.py",
        "typing/test_cases.py",
        "typing/test_scale.py",
        "applications/test_whole_programs.py",
        "mypy_plugin/test_edits.py",
        "mypy_plugin/test_type_cases.py",
        "testing/test_launchers.py",
    ]
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--order-seed", type=int, help="run the files, and the tests of each, in another order"
    )
    parser.addoption("--relay", action="store_true", help="run the long tests of the relay, too")


def pytest_report_header() -> str | None:
    """Say what is left out."""
    return f"tests/relay is left out: {' and '.join(ABSENT)} not installed" if ABSENT else None


def pytest_configure(config: pytest.Config) -> None:
    """Let coverage be measured in this process and in workers of xdist, and in no other."""
    starts_workers = getattr(config.option, "numprocesses", None) and not is_worker(config)
    if not starts_workers:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long files first; or shuffle the files, and the tests in each."""
    seed: int | None = config.getoption("--order-seed")
    if seed is None:
        items.sort(key=lambda item: item.path not in LONG)
        return
    chance = random.Random(seed)
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    chance.shuffle(files)
    for tests in files:
        chance.shuffle(tests)
    items[:] = [test for tests in files for test in tests]


@pytest.fixture(autouse=True, scope="module")
def _leave_it_out_of_collections() -> None:
    """Let collections pass over all that is there before the tests of a file.

    Imported libraries, and what type checkers leave in this process, take hundreds of milliseconds
    to look through, and many tests collect garbage.
    """
    _search()
    gc.collect()
    gc.freeze()


@settings(max_examples=1, database=None)
@given(strategies.none())
def _search(_: None) -> None:
    """Let Hypothesis make what its first search makes.

    It warns if it sees nothing that refers to that, and it does not see what is frozen.
    """


class Sender:
    """An ordinary sender: compared by identity, and it can be weakly referenced."""


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def tiny_switch_interval() -> Iterator[None]:
    """Let threads switch after every few steps during a test."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
