"""A Redis server for tests: of its own, on a free port of this machine, in a temporary folder."""

from __future__ import annotations

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis

from helpers import untyped

BINARY = shutil.which("redis-server")
# The system gives none of these away, so nobody takes one while its server is down.
PORTS = range(10_000, 30_000)
ABSENT = "redis-server is not installed: `apt-get install redis-server` lets these tests run"


def require() -> str:
    """Return the server's program; a developer's run skips without it, and CI fails."""
    if BINARY is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    return BINARY


class PortTakenError(Exception):
    """A port is not free."""


def free_port() -> int:
    """Return a port that nobody has at the moment."""
    while True:
        port = random.SystemRandom().choice(PORTS)  # no seed of a test gives two workers the same
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """A running server, which can be killed, stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        while True:
            self.port = free_port()
            self.ask = redis.Redis(port=self.port, socket_timeout=10, protocol=2)
            self.ask.response_callbacks.clear()  # answers as they come
            try:
                self.start()
            except PortTakenError:
                continue
            self.url = f"redis://127.0.0.1:{self.port}/0"
            return

    def start(self) -> None:
        """Start it, with what it kept in its folder; return when it answers.

        Raises:
            PortTakenError: Somebody else has taken its port, perhaps the server of other tests.
        """
        command = f"{require()} --port {self.port} --bind 127.0.0.1 --appendonly yes"
        command += " --hz 100 --save"  # it looks ten times as often whether a wait is over
        self.process = subprocess.Popen(
            [*command.split(), "", "--dir", str(self.folder), "--logfile", "log"]
        )
        while self.process.poll() is None:
            with suppress(redis.RedisError):
                said = self.info()
                # another server may have the port; and this one answers while it reads its folder
                if f"process_id:{self.process.pid}\r" in said and "\nloading:0\r" in said:
                    return
            time.sleep(0.01)  # between two questions, as there is no event to wait for
        self.ask.close()
        log = (self.folder / "log").read_text()
        assert "bind" in log, log
        raise PortTakenError

    def info(self) -> str:
        """Return what it says of itself."""
        found = self.say("INFO")
        assert isinstance(found, bytes)
        return found.decode()

    def say(self, *command: str | bytes | int) -> object:
        """Send a command, and return the answer."""
        answer: object = untyped(self.ask).execute_command(*command)
        return answer

    def kill(self) -> None:
        """End it as the kernel does that has no memory left."""
        self.ask.close()
        self.process.kill()
        self.process.wait()

    @contextmanager
    def stopped(self) -> Generator[None]:
        """Let it answer nothing for a while, and keep its connections."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def drop_connections(self) -> None:
        """Close all connections but that of the test."""
        self.say("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


@contextmanager
def running() -> Generator[Server]:
    require()
    with TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.ask.close()
            server.process.kill()
            server.process.wait()


@cache
def shared() -> Server:
    """Return a server that all tests of this process may use, and none stops."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(running())
