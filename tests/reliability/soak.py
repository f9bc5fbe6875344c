"""The long form of the reliability tests: `make soak`, or `soak.py --help`.

Each part is one that the tests have in a short form: growth, histories of threads, a fuzzer, and
the state machine against blinker.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import growing
import histories
from hypothesis import HealthCheck, seed, settings, stateful
from test_adapter_machine import Machine

from helpers import untyped

HERE = Path(__file__).parent
CHUNKS = 20
EXAMPLES = 200  # of each seed


def say(text: str) -> None:
    """Report, also where the output is a file."""
    print(f"soak: {text}", flush=True)  # noqa: T201


def growth(options: argparse.Namespace) -> None:
    """Do as many operations with fresh senders and receivers, and look at what is held.

    Raises:
        AssertionError: Something grew.
    """
    growing_thing = growing.Growth(options.seed)
    chunk = max(1, options.operations // CHUNKS)
    growing_thing.run(chunk)
    before = growing.Held.now()
    say(f"growth: after {growing_thing.operations:,} operations {before}")
    while growing_thing.operations < options.operations:
        growing_thing.run(chunk)
        after = growing.Held.now()
        say(f"growth: after {growing_thing.operations:,} operations {after}")
        found = growing.grown(before, after)
        assert not found, found


def threads(options: argparse.Namespace) -> None:
    """Check histories for a quarter of the time."""
    sys.setswitchinterval(1e-6)
    ends = time.monotonic() + 60 * options.minutes / 4
    made = 0
    while time.monotonic() < ends:
        histories.check(options.seed + made, 300)
        made += 1
    sys.setswitchinterval(0.005)
    say(f"threads: {made:,} histories of {histories.THREADS} threads, 300 operations each")


def differential(options: argparse.Namespace) -> None:
    """Compare with blinker, one seed after another, for as long as it was asked for."""
    ends = time.monotonic() + 60 * options.minutes
    counts = {"examples": 0, "steps": 0}
    compare: Callable[..., None] = vars(stateful)["run_state_machine_as_test"]

    class Counted(Machine):
        def __init__(self) -> None:
            super().__init__()
            counts["examples"] += 1

        def check_invariants(self, *arguments: Any, **keywords: Any) -> Any:
            counts["steps"] += 1
            return untyped(super()).check_invariants(*arguments, **keywords)

    long = settings(
        max_examples=EXAMPLES,
        stateful_step_count=100,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    for number in itertools.count(options.seed):
        if time.monotonic() > ends:
            break
        one: Any = seed(number)(type(f"Seed{number}", (Counted,), {}))
        compare(one, settings=long)
        if not number % 20:
            say(f"differential: seed {number}, {counts['examples']:,} examples so far")
    say(f"differential: {counts['examples']:,} examples, {counts['steps']:,} steps compared")


def fuzz(options: argparse.Namespace) -> None:
    """Let atheris search for a quarter of the time, where it is installed.

    Raises:
        AssertionError: It found something; the last lines say what.
    """
    if importlib.util.find_spec("atheris") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        say(f"fuzz: left out, since there is no atheris for this interpreter, CPython {version}")
        return
    seconds = max(10, int(60 * options.minutes / 4))
    command = [sys.executable, str(HERE / "fuzzing.py"), str(seconds), str(options.seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    told = [line for line in done.stderr.splitlines() if line.startswith("Done")]
    say(f"fuzz: {told[-1] if told else 'done'}")


PARTS = {"growth": growth, "threads": threads, "fuzz": fuzz, "differential": differential}


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description="The long form of the reliability tests.")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default: 1)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=60,
        help="how long to compare with blinker; threads and fuzzer have a quarter (default: 60)",
    )
    parser.add_argument(
        "--operations",
        type=int,
        default=10_000_000,
        help="how many to do with fresh senders and receivers (default: 10,000,000)",
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, if none is named")
    options = parser.parse_args()
    for name in options.parts or PARTS:
        started = time.monotonic()
        say(f"{name}, from seed {options.seed}")
        PARTS[name](options)
        say(f"{name} took {time.monotonic() - started:.0f} s")
    say("everything held")


if __name__ == "__main__":
    main()
