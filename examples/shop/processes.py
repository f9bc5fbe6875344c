"""The shop as three processes on Redis: the packer is killed, and another one takes over.

`python -m examples.shop.processes PROGRAM URL PREFIX` is one of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from typing import IO, Any
from uuid import uuid4

import redis

from aldis.relay import RedisStreams

from .mailer import write
from .output import say
from .packer import pack
from .web import ORDERS, sell

IDLE = 1.0  # seconds after which another packer takes over the message of one that was killed


def run(url: str) -> None:
    """Start all three, start the packer again when it is killed, and end when all was mailed.

    Raises:
        ConnectionError: There is no server.
    """
    prefix = f"shop-{uuid4().hex[:8]}"  # each run has streams of its own
    RedisStreams(url, prefix=prefix).subscribe(["any"], None).close()  # is the server there?
    read, write_end = os.pipe()
    with os.fdopen(read, encoding="utf-8") as lines, os.fdopen(write_end, "w") as output:
        start = partial(_start, url, prefix, output)
        packer, mailer, web = start("packer"), start("mailer"), start("web")
        mails = 0
        while mails < len(ORDERS):
            line = lines.readline()
            print(line, end="", flush=True)
            mails += line.startswith("mailer")
            if "explodes" in line:
                code = packer.wait()
                say("shop", f"the packer was ended by signal {-code}; another one starts")
                packer = start("packer")
        packer.terminate()
        mailer.terminate()
        codes = [process.wait() for process in (web, packer, mailer)]
    _delete(url, prefix)
    say("shop", f"all have ended, with the exit codes {codes}")


def _start(url: str, prefix: str, output: IO[str], program: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "examples.shop.processes", program, url, prefix]
    return subprocess.Popen(command, stdout=output)  # noqa: S603  # this very module


def _delete(url: str, prefix: str) -> None:
    """Delete the streams, which `RedisStreams` keeps."""
    client: Any = redis.Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType]  # its options have no types
    with client:
        client.delete(*client.scan_iter(f"{prefix}:*"))


def _be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _main(program: str, url: str, prefix: str) -> None:
    engine = RedisStreams(url, prefix=prefix, idle=IDLE)
    if program == "web":
        sell(engine)
    elif program == "packer":
        pack(engine, _be_killed)
    else:
        write(engine)


if __name__ == "__main__":
    _main(*sys.argv[1:])
