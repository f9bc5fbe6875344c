"""The YAML cases are run by pytest-mypy-plugins, in this process and with one cache for all.

In this process coverage sees the plugin, and from a warm cache a case takes a tenth of a second.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

HERE = Path(__file__).parent
HAS_MYPY = importlib.util.find_spec("mypy") is not None
if HAS_MYPY:
    pass  # it stays loaded from one case to the next

# the runtime tests on other versions of Python are run without mypy
collect_ignore_glob = [] if HAS_MYPY else ["*.py", "*.yml"]

_CACHE = pytest.StashKey["TemporaryDirectory[str]"]()


def _cache(config: pytest.Config) -> str:
    """Return a folder for as long as the session lasts."""
    if _CACHE not in config.stash:
        folder = TemporaryDirectory(prefix="aldis-mypy-")
        config.stash[_CACHE] = folder
        config.add_cleanup(folder.cleanup)
    return config.stash[_CACHE].name


def _is_case(item: pytest.Item) -> bool:
    return item.path.parent == HERE and item.path.suffix == ".yml"


def pytest_itemcollected(item: pytest.Item) -> None:
    # its options are options of pytest, which fails at those of a tool that is missing
    if _is_case(item):
        case: Any = item
        case.same_process = True
        case.base_ini_fpath = str(HERE / "mypy.ini")
        case.root_directory = _cache(item.config)
        # options of its own would make the cache of the others useless
        options = zlib.crc32((case.additional_mypy_config or "").encode())
        case.incremental_cache_dir = str(Path(_cache(item.config), f"cache-{options}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Lead a case to this environment, and clear up after it.

    The tool wants a `mypy` in the path, though it does not run it. And it leaves a copy of
    `sys.modules` in its place, which the interpreter does not look at.
    """
    path, modules = os.environ.get("PATH", ""), sys.modules
    if _is_case(item):
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        yield
    finally:
        if _is_case(item):
            os.environ["PATH"] = path
            sys.modules = modules


@pytest.fixture(scope="session")
def cache_for(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what gives a cache that knows the library, for a configuration; each is made once.

    From scratch mypy takes more than a second, and from a copy of it a tenth.
    """
    from mypy_plugin.running import mypy  # noqa: PLC0415  # there may be no mypy

    @functools.cache
    def made(ini: str) -> Path:
        folder = tmp_path_factory.mktemp("library")
        (folder / "mypy.ini").write_text(ini, encoding="utf-8")
        mypy(folder, "--cache-dir=cache", "-c", "import aldis")
        return folder / "cache"

    return made


@pytest.fixture(scope="session")
def cache(cache_for: Callable[[str], Path]) -> Path:
    """A cache for the configuration of most tests."""
    from mypy_plugin.running import INI  # noqa: PLC0415  # as above

    return cache_for(INI)
