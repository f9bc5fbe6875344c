"""What `make bench` does with what it measured: ratios, tables, plots, the figures to reach."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import figures
import goals
import plots
import pytest
from _measure import Candidate, Case, compare, timer
from _results import RESULTS, Report

ROOT = Path(__file__).parents[1]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "goals.py", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def measured(name: str, *times: float) -> Candidate:
    return Candidate(name, timer("pass", nothing=None), times=[*times])


def test_the_empty_loop_is_subtracted_after_the_minima_and_their_ratio_counts() -> None:
    case = Case("case", [measured("one", 30.0, 14.0, 22.0), measured("two", 26.0, 46.0, 34.0)])
    one, two = compare(case, loop=10.0)
    assert (one.nanoseconds, two.nanoseconds) == (4.0, 16.0)
    assert two.against["one"].least == 4.0
    # of the rounds: 16 / 20, 36 / 4, 24 / 12
    assert two.against["one"].median == 2.0
    assert (two.against["one"].lower, two.against["one"].upper) == (0.8, 9.0)


def test_all_are_compared_with_each_of_the_references_that_took_part() -> None:
    candidates = [measured(name, 2.0, 2.0) for name in ("a", "b", "c")]
    for outcome in compare(Case("case", candidates, ("b", "c", "absent"))):
        assert list(outcome.against) == ["b", "c"]


def test_what_is_timed_is_done_as_often_as_was_asked() -> None:
    done: list[int] = []
    assert timer("done.append(1)", done=done)(7) > 0
    assert len(done) == 7


def test_a_ratio_of_minima_that_no_round_had_is_told() -> None:
    steady = Case("case", [measured("a", *5 * [10.0]), measured("b", *5 * [20.0])])
    often, once = [20.0] * 4, [21.0] * 4
    jumpy = Case("case", [measured("a", 10.0, *often), measured("b", *once, 20.0)])
    assert all(outcome.settled() for outcome in compare(steady))
    assert not all(outcome.settled() for outcome in compare(jumpy))


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    case = Case("case", [measured("a", 1.0, 2.0), measured("b", 4.0, 4.0)])
    report = Report({"python": "some"}, "somehow", compare(case))
    path = tmp_path / "new" / "topic.json"
    report.write(path)
    assert Report.read(path) == report
    assert report.ratio("case", "b", "a") == 4.0
    with pytest.raises(KeyError):
        report.outcome("case", "c")


def test_the_pages_show_the_figures_that_were_measured_last() -> None:
    assert not figures.outdated(), "run `python benchmarks/figures.py`"


def test_every_table_is_shown_and_a_page_that_shows_another_is_outdated() -> None:
    shown = [
        name
        for page in figures.PAGES
        for name in re.findall(r"<!-- figures: ([\w ]+) -->", page.read_text())
    ]
    assert sorted(set(shown)) == sorted(figures.TABLES)
    page = (ROOT / "README.md").read_text()
    changed = page.replace("| **aldis** | **", "| **aldis** | **0", 1)
    assert changed != page
    assert figures.filled(changed, figures.Figures()) == page


def test_the_plots_are_drawn_from_the_figures_that_were_measured_last() -> None:
    drawn = plots.plots()
    assert {path.stem for path in plots.FOLDER.glob("*.svg")} == {plot.name for plot in drawn}
    for plot in drawn:
        text = (plots.FOLDER / f"{plot.name}.svg").read_text()
        assert plot.digest() in text, f"{plot.name}: run `python benchmarks/plots.py`"
        assert all(f">{name}<" in text for row in plot.rows for p in row for name in p.lines)
    assert len({plot.digest() for plot in drawn}) == len(drawn)


def test_labels_that_would_meet_are_moved_apart_and_stay_in_order() -> None:
    moved = plots._apart([(0.50, "b"), (0.49, "a"), (0.9, "c")])
    (low, first), (high, second), last = moved
    assert (first, second, last) == ("a", "b", (0.9, "c"))
    assert high - low == pytest.approx(plots._GAP)
    assert (low + high) / 2 == pytest.approx(0.495)


def results() -> Iterator[Path]:
    yield from sorted(RESULTS.glob("*-3.*.json"))


def test_a_result_tells_versions_and_no_name_of_a_machine_and_no_path() -> None:
    assert {path.stem.partition("-")[0] for path in results()} >= {"send", "memory", "imports"}
    for path in results():
        about = json.loads(path.read_bytes())["about"]
        assert about["python"].startswith(f"CPython {path.stem.partition('-')[2]}.")
        assert {"machine", "compiler", "aldis", "blinker"} <= about.keys()
        text = path.read_text()
        assert "/" not in "".join(about.values())
        assert len(platform.node()) < 4 or platform.node() not in text


@pytest.fixture
def reached(tmp_path: Path) -> Path:
    """Make up results in which aldis is so fast and small that every figure is reached."""
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*-3.*.json"):
        document = json.loads(path.read_bytes())
        for outcome in document.get("outcomes", []):
            among = "same sender" in outcome["case"]
            if outcome["candidate"] == "aldis, plain" or among:
                outcome["nanoseconds"] = 100.0
            elif outcome["candidate"].startswith("aldis"):
                outcome["nanoseconds"] = 0.01
        for size in document.get("sizes", []):
            size["resident"] = [10.0]
        path.write_text(json.dumps(document))
    return tmp_path


def change(folder: Path, topic: str, case: str, candidate: str, nanoseconds: float) -> None:
    for path in folder.glob(f"{topic}-3.*.json"):
        document = json.loads(path.read_bytes())
        for outcome in document["outcomes"]:
            if (outcome["case"], outcome["candidate"]) == (case, candidate):
                outcome["nanoseconds"] = nanoseconds
        path.write_text(json.dumps(document))


def missed(folder: Path) -> list[str]:
    """Return which figures are not reached, on any version of Python."""
    versions = goals.pythons(folder)
    assert versions
    found = [goal for v in versions for goal in goals.goals(goals.Measured(folder, v))]
    return sorted({goal.what for goal in found if not goal.reached()})


def test_the_check_passes_where_every_figure_is_reached(reached: Path) -> None:
    told = run("--check", "--results", reached)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "NO" not in told.stdout
    assert not missed(reached)


@pytest.mark.parametrize(
    ("topic", "case", "candidate", "what"),
    [
        ("send", "1 function", "aldis", "1 function"),
        ("send", "3 methods of one sender", "aldis", "3 methods of one sender"),
        ("send", "3 functions, bound signal", "aldis", "3 functions, bound signal"),
        ("send", "0 functions", "aldis", "no receivers"),
        ("async_send", "send, 10 functions", "aldis", "AsyncSignal.send, 10 coroutine functions"),
        ("senders", "aldis: the same sender", "among 1,000,000", "a send among 10 and"),
        ("imports", "import", "aldis", "import aldis"),
        ("adapter", "100 methods", "aldis.blinker", "adapter, 3 or more receivers"),
    ],
)
def test_a_figure_that_is_not_reached_fails_the_check_and_is_named(
    reached: Path, topic: str, case: str, candidate: str, what: str
) -> None:
    change(reached, topic, case, candidate, 1e9)
    assert any(name.startswith(what) for name in missed(reached))
    if topic == "send":  # once for all of them is enough
        assert run("--results", reached).returncode == 0
        told = run("--check", "--results", reached)
        assert told.returncode == 1
        assert re.search(rf"\| {re.escape(what)} .*\| NO ", told.stdout)


def test_any_send_that_a_peer_does_faster_is_told_with_that_peer(reached: Path) -> None:
    change(reached, "send", "3 partials", "pyee", 0.005)
    assert missed(reached) == ["any send, every other library"]
    told = run("--check", "--results", reached).stdout
    assert "3 partials (pyee); slower in 1 of " in told
    change(reached, "send", "100 methods", "psygnal", 0.0095)  # for which 1.1 times are allowed
    assert "slower in 1 of " in run("--results", reached).stdout
    assert missed(reached) == ["any send, every other library"]


def test_a_version_of_which_some_results_are_missing_is_left_out(reached: Path) -> None:
    versions = goals.pythons(reached)
    (reached / f"memory-{versions[0]}.json").unlink()
    assert goals.pythons(reached) == versions[1:]


def test_results_of_nothing_are_an_error(tmp_path: Path) -> None:
    told = run("--check", "--results", tmp_path)
    assert told.returncode == 2
    assert "nothing was measured yet" in told.stderr
