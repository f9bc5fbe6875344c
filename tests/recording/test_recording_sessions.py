"""Recordings of whole processes: with those that they fork and start, in one file."""

from __future__ import annotations

import atexit
import importlib
import json
import multiprocessing.spawn
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import aldis.blinker
from aldis._core._observing import is_observed
from aldis._recording import _grammar
from aldis._recording._children import Order
from aldis._recording._reading import read_one
from aldis._recording._session import CannotRecordError, Session, begun_by_parent, told
from helpers import untyped
from recording.conftest import Bench

BLINKER = ("blinker", "blinker.base", "blinker._utilities")


@pytest.fixture(autouse=True)
def no_blinker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it seem that nobody has imported blinker yet."""
    for name in BLINKER:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delenv("ALDIS_RECORD", raising=False)
    yield
    assert not is_observed()
    assert "ALDIS_RECORD" not in os.environ
    assert not [name for name in BLINKER if name in sys.modules]


@pytest.fixture
def begin(tmp_path: Path) -> Callable[..., Session]:
    def begins(file: str = "r.json", *, is_part: bool = False) -> Session:
        return Session(Path(file), tmp_path, is_part=is_part)

    return begins


@pytest.fixture
def shop(bench: Bench) -> Any:
    return bench.load("shop", "from aldis.blinker import Signal\nsold = Signal()\n")


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if "json" in path.name)


def counts(path: Path) -> dict[str, int]:
    signals = read_one(path).signals.items()
    return {symbol: sum(send.count for send in signal.sends) for symbol, signal in signals}


def denied(path: object, mode: int) -> bool:
    return False


# -- one process


def test_what_is_sent_until_the_end_is_in_the_file(
    begin: Callable[..., Session], shop: Any, tmp_path: Path
) -> None:
    session = begin()
    assert importlib.import_module("blinker") is aldis.blinker
    shop.sold.send("me")
    whole = session.finish()
    shop.sold.send("nobody sees this")
    assert whole is not None
    assert whole == read_one(tmp_path / "r.json")
    assert counts(tmp_path / "r.json") == {"shop.sold": 1}
    assert session.finish() is None
    assert told(whole, Path("r.json")) == "recorded 1 send of 1 signal at 1 line in r.json"
    assert files_in(tmp_path) == ["r.json"]


def test_a_recording_that_is_dropped_writes_nothing(
    begin: Callable[..., Session], shop: Any, tmp_path: Path
) -> None:
    session = begin()
    shop.sold.send("me")
    session.drop()
    assert files_in(tmp_path) == []


def test_a_program_without_blinker_is_given_none(
    begin: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", {"blinker": None}.get)
    session = begin()
    assert "blinker" not in sys.modules
    session.finish()


def test_the_adapter_that_somebody_has_installed_stays(begin: Callable[..., Session]) -> None:
    aldis.blinker.install()
    begin().finish()
    assert sys.modules["blinker"] is aldis.blinker
    aldis.blinker.uninstall()


def test_blinker_that_is_loaded_already_is_told_with_a_way_out(
    begin: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    importlib.import_module("blinker")
    with pytest.raises(CannotRecordError) as refused:
        begin()
    text = str(refused.value)
    assert text.startswith("its signals cannot be recorded: blinker is loaded already, and held by")
    assert "\n" not in text
    for name in BLINKER:
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("", "it is a folder"),
        ("nowhere/r.json", "there is no folder {folder}/nowhere"),
        ("kept.json", "that is not allowed"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_before_the_program_runs(
    begin: Callable[..., Session],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    reason: str,
) -> None:
    monkeypatch.setattr(os, "access", denied)
    with pytest.raises(CannotRecordError) as refused:
        begin(file)
    said = f"{tmp_path / file} cannot be written: {reason.format(folder=tmp_path)}"
    assert str(refused.value) == said


def test_a_file_that_cannot_be_written_at_the_end_is_told(
    begin: Callable[..., Session], tmp_path: Path
) -> None:
    session = begin()
    (tmp_path / "r.json").mkdir()
    with pytest.raises(CannotRecordError, match=r"r\.json cannot be written: Is a directory"):
        session.finish()


# -- parts


def test_the_parts_of_other_processes_are_merged_and_removed(
    begin: Callable[..., Session], shop: Any, tmp_path: Path
) -> None:
    (tmp_path / "r.json.1-old.part").write_text("left by another run")
    whole = begin()
    part = begin(is_part=True)
    shop.sold.send("me")
    assert part.finish() is None
    assert [name.split(".")[-1] for name in files_in(tmp_path)] == ["part"]
    whole.finish()
    assert counts(tmp_path / "r.json") == {"shop.sold": 2}
    assert files_in(tmp_path) == ["r.json"]


def test_a_part_without_sends_is_not_written(begin: Callable[..., Session], tmp_path: Path) -> None:
    begin(is_part=True).finish()
    assert files_in(tmp_path) == []


def test_a_part_that_cannot_be_read_is_told_and_the_rest_is_merged(
    begin: Callable[..., Session], shop: Any, tmp_path: Path
) -> None:
    session = begin()
    shop.sold.send("me")
    (tmp_path / "r.json.1-broken.part").write_text("{")
    session.finish()
    (problem,) = session.problems
    assert "r.json.1-broken.part is not a recording of aldis" in problem
    assert counts(tmp_path / "r.json") == {"shop.sold": 1}


def test_a_forked_process_records_what_it_sends_itself(
    begin: Callable[..., Session], shop: Any, tmp_path: Path
) -> None:
    from aldis._recording._children import _begin_in_child  # noqa: PLC0415

    session = begin()
    shop.sold.send("sent before")
    _begin_in_child()  # as after a fork
    shop.sold.send("sent by the child")
    del os.environ["ALDIS_RECORD"]
    session.finish()
    (part,) = files_in(tmp_path)
    assert counts(tmp_path / part) == {"shop.sold": 1}


def test_a_process_that_ends_at_once_has_recorded(
    begin: Callable[..., Session], shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []
    leave: Any = codes.append  # which, unlike the real one, returns
    monkeypatch.setattr(os, "_exit", leave)
    begin()
    begin("other.json")
    shop.sold.send("me")
    untyped(os)._exit(3)
    assert codes == [3]
    assert files_in(tmp_path) == ["other.json", "r.json"]
    assert untyped(os)._exit == leave


def test_a_process_that_is_started_anew_is_told_to_record(
    begin: Callable[..., Session], shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    session = begin()
    data = multiprocessing.spawn.get_preparation_data("child")
    message = pickle.dumps(data["aldis"])
    session.drop()
    assert "aldis" not in multiprocessing.spawn.get_preparation_data("child")
    pickle.loads(message)  # as the child does
    shop.sold.send("me")
    at_exit.pop()()
    (part,) = files_in(tmp_path)
    assert counts(tmp_path / part) == {"shop.sold": 1}


def test_a_process_that_is_started_anew_may_have_no_aldis_or_blinker(
    begin: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begin()
    message = pickle.dumps(Order(session))
    session.drop()
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "aldis._recording._session", None)
        pickle.loads(message)
    importlib.import_module("blinker")
    assert sys.modules["blinker"] is not aldis.blinker
    pickle.loads(message)
    for name in BLINKER:
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_only_a_child_is_a_part_of_its_parents_recording(
    begin: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert begun_by_parent() is None
    session = begin()
    file, folder = tmp_path / "r.json", tmp_path
    assert json.loads(os.environ["ALDIS_RECORD"]) == [os.getpid(), str(file), str(folder)]
    assert begun_by_parent() is None
    monkeypatch.setattr(os, "getppid", os.getpid)
    assert begun_by_parent() is None  # it is recorded already
    variable = os.environ["ALDIS_RECORD"]
    session.finish()
    monkeypatch.setenv("ALDIS_RECORD", variable)
    assert begun_by_parent() == (file, folder)
    monkeypatch.delenv("ALDIS_RECORD")


def test_nothing_is_loaded_for_a_program_that_is_not_recorded() -> None:
    program = "import sys, aldis, aldis.blinker; print('aldis._recording' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.split() == [b"False"]


# -- processes of their own

FAMILY = """
    import multiprocessing
    import os
    import signal
    import sys
    from concurrent.futures import ProcessPoolExecutor

    import blinker

    sold = blinker.Signal()

    class Order:
        pass

    def sell(what):
        sold.send(Order(), what=what)

    def wait_for(pid):
        os.waitpid(pid, 0)

    if __name__ == "__main__":
        sell(1)
        child = os.fork()
        if not child:
            sell("forked")
            os._exit(0)
        wait_for(child)
        killed = os.fork()
        if not killed:
            sell(b"is lost")
            os.kill(os.getpid(), signal.SIGKILL)
        wait_for(killed)
        for method in ("fork", "spawn"):
            process = multiprocessing.get_context(method).Process(target=sell, args=(2.0,))
            process.start()
            process.join()
            assert process.exitcode == 0, process.exitcode
        print("done", len(sys.argv))
    """


def test_a_family_of_processes_has_one_recording_without_what_was_killed(tmp_path: Path) -> None:
    (tmp_path / "family.py").write_text(dedent(FAMILY))
    command = [sys.executable, "-m", "aldis", "record", "-o", "r.json", "family.py", "-o"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "done 2\n"), done.stderr
    assert done.stderr == "aldis: recorded 4 sends of 1 signal at 1 line in r.json\n"
    assert files_in(tmp_path) == ["r.json"]
    (send,) = read_one(tmp_path / "r.json").signals["family.sold"].sends
    assert send.sender == ("family.Order",)
    assert send.payload["what"] == ("builtins.float", "builtins.int", "builtins.str")
    assert (send.path, send.function) == ("family.py", "family.sell")


TESTS = """
    from unittest.mock import Mock

    import pytest
    import shop

    class Fake(shop.Order):
        pass

    @pytest.mark.parametrize("value", [1, "a", None, Fake(), Mock(), shop.Order()])
    def test_selling(value):
        assert shop.sell(value) == [1]
    """
TESTED = """
    from blinker import Namespace

    class Order:
        pass

    signals = Namespace()
    sold = signals.signal("item-sold")

    @sold.connect
    def hear(sender, *, what):
        return 1

    def sell(what):
        return [result for _, result in sold.send(Order(), what=what)]
    """
RUNS = {
    "option": ["pytest", "--aldis-record", "r.json"],
    "option, workers": ["pytest", "--aldis-record", "r.json", "-n", "2"],
    "command, workers": ["aldis", "record", "-o", "r.json", "-m", "pytest", "-n", "2"],
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    """Run one test suite in several ways; return what it says, and what is recorded."""
    found: dict[str, tuple[str, bytes]] = {}
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name, arguments in RUNS.items():
        folder = tmp_path_factory.mktemp("run")
        (folder / "test_shop.py").write_text(dedent(TESTS))
        (folder / "shop.py").write_text(dedent(TESTED))
        (folder / "conftest.py").write_text("import blinker\n")
        plugins = ["-p", "aldis.pytest_plugin", "-p", "xdist", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [sys.executable, "-m", *arguments, *plugins],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert files_in(folder) == ["r.json"]
        found[name] = (done.stdout + done.stderr, (folder / "r.json").read_bytes())
    return found


@pytest.mark.parametrize("run", RUNS)
def test_runs_of_tests_record_the_same_with_workers_and_without(
    runs: dict[str, tuple[str, bytes]], run: str, tmp_path: Path
) -> None:
    said, recorded = runs[run]
    assert recorded == runs["option"][1]
    assert "aldis: recorded 6 sends of 1 signal at 1 line in " in said
    (tmp_path / "r.json").write_bytes(recorded)
    signal = read_one(tmp_path / "r.json").signals["shop.sold"]
    (send,) = signal.sends
    assert (signal.name, signal.namespace_name, send.count) == ("item-sold", "shop.signals", 6)
    # the double is told by its base, and the mock is left out
    assert send.payload["what"] == ("None", "builtins.int", "builtins.str", "shop.Order")
    assert [receiver.name for receiver in send.receivers] == ["shop.hear"]


PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "recording.md").read_text(encoding="utf-8")


def block_of_page(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(text)


def test_the_page_shows_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(block_of_page("py"), encoding="utf-8")
    command = [sys.executable, "-m", "aldis", "record", "-o", "sends.json", "shop.py"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    written = (tmp_path / "sends.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(block_of_page("json"))


def test_the_page_shows_the_grammar_of_types() -> None:
    rules = [line.split() for line in block_of_page("text").splitlines()]
    documented = [line.split() for line in (_grammar.__doc__ or "").splitlines()]
    assert [rule for rule in rules if rule not in documented] == []
