"""`make bench` turns figures into ratios, tables, plots and goals."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import figures
import plots
import pytest
from _drawing import INK, LABEL, PAPER, STYLES, WIDTH, Plot, apart, drawn
from _figures import SHOWN, Figures
from _goals import A_SIGNAL, MAKING, Goal, goals
from _measure import Candidate, Case, Outcome, Ratio, compare, timer
from _measured import Measured, pythons
from _names import ALONE, AT, EVENT, LOOP, METHOD, ONE_SIGNAL, TOGETHER, TWO_SIGNALS, WEAK_LOOP
from _older import NoHistoryError, older
from _results import RESULTS, Report
from _tables import TABLES
from added import added, with_these

import aldis

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


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


@pytest.mark.parametrize(
    ("least", "median", "believed"),
    [(1.08, 1.03, 1.03), (1.02, 1.09, 1.02), (1.08, 0.99, 1.0), (0.9, 0.96, 0.96), (0.9, 1.1, 1.0)],
)
def test_of_a_difference_as_much_is_believed_as_both_the_minima_and_the_rounds_say(
    least: float, median: float, believed: float
) -> None:
    assert Ratio(least, 0.5, median, 2.0).believed() == believed


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
    assert sorted(set(shown)) == sorted(TABLES)
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    changed = page.replace("| **aldis** | **", "| **aldis** | **0", 1)
    assert changed != page
    assert figures.filled(changed, Figures()) == page


def test_targets_stand_in_the_page_for_developers_and_in_no_page_for_users() -> None:
    *for_users, for_developers = figures.PAGES
    assert for_developers.parent.name == "benchmarks"
    assert "**missed**" in for_developers.read_text()
    for page in for_users:
        assert not re.search(r"missed|figures: reached|target", page.read_text(), re.IGNORECASE)


def test_the_plots_are_drawn_from_the_figures_that_were_measured_last() -> None:
    shown = plots.plots()
    assert {path.stem for path in plots.FOLDER.glob("*.svg")} == {plot.name for plot in shown}
    for plot in shown:
        text = (plots.FOLDER / f"{plot.name}.svg").read_text()
        assert text == drawn(plot, plots.digest(plot)), "run `python benchmarks/plots.py`"
        assert all(f">{name}<" in text for panel in plot.panels for name in panel.lines)
    assert len({plots.digest(plot) for plot in shown}) == len(shown)


def texts_of(plot: Plot) -> Iterator[tuple[str, float, float]]:
    """Yield each text of a drawing with the places where it begins and ends."""
    for text in ET.fromstring(drawn(plot, "")).iter(f"{SVG}text"):
        x, words = float(text.attrib["x"]), text.text or ""
        width = 6.6 * len(words)  # of a letter of 12 pixels, on average, with some room
        begin = x - {"end": width, "middle": width / 2}.get(text.get("class", ""), 0)
        yield words, begin, begin + width


def test_a_plot_says_what_is_better_and_fits_the_width_of_a_phone() -> None:
    for plot in plots.plots():
        texts = list(texts_of(plot))
        assert any("lower is better" in words for words, _, _ in texts)
        for words, begin, end in texts:
            assert begin >= 0, words
            assert end <= WIDTH, words
    assert WIDTH <= 390


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_name_of_a_plot_can_be_read_in_either_theme(theme: str) -> None:
    paper = luminance(getattr(PAPER, theme))
    for name, style in {**STYLES, "ink": INK}.items():
        low, high = sorted([luminance(getattr(style, theme)), paper])
        assert (high + 0.05) / (low + 0.05) >= 4.5, name  # what WCAG asks of text


def test_a_plot_takes_its_colours_from_the_theme_of_the_reader() -> None:
    (plot, *_) = plots.plots()
    text = drawn(plot, "")
    light, _, dark = text.partition("@media (prefers-color-scheme:dark)")
    for name, style in STYLES.items():
        assert style.light in light, name
        assert style.dark in dark, name
    _, _, body = text.partition("</style>")
    assert not re.search(r"#[0-9a-f]{6}", body), "a colour that no theme changes"


def test_each_picture_of_a_plot_is_a_link_to_the_file() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    shown = re.findall(r"!\[[^\]]+\]\(plots/(\w+)\.svg\)", page)
    linked = re.findall(r"\[!\[[^\]]+\]\(plots/(\w+)\.svg\)\]\(plots/\1\.svg\)", page)
    assert sorted(shown) == sorted(linked) == sorted(plot.name for plot in plots.plots())


def test_labels_that_would_meet_are_moved_apart_and_stay_in_order() -> None:
    moved = apart([(50.0, "b"), (49.0, "a"), (90.0, "c")], LABEL)
    (low, first), (high, second), last = moved
    assert (first, second, last) == ("a", "b", (90.0, "c"))
    assert high - low == pytest.approx(LABEL)
    assert (low + high) / 2 == pytest.approx(49.5)


def kept_of(*found: tuple[str, str, float]) -> Report:
    outcomes = [
        Outcome(case, name, time, time, {LOOP: Ratio(1, 1, 1, 1)}) for case, name, time in found
    ]
    return Report({}, "", outcomes)


def test_a_library_is_added_by_its_ratio_to_the_reference_that_is_kept() -> None:
    kept = kept_of(("one", LOOP, 10.0), ("one", "blinker", 70.0), ("two", LOOP, 40.0))
    # measured again, on a machine that is half as fast
    ratio = Ratio(3.0, 2.5, 3.0, 3.5)
    measured = [
        Outcome("one", LOOP, 20.0, 22.0, {LOOP: Ratio(1, 1, 1, 1)}),
        Outcome("one", "ezpubsub", 60.0, 66.0, {LOOP: ratio}),
    ]
    report = added(kept, measured, ["ezpubsub"])
    assert report.candidates("one") == [LOOP, "blinker", "ezpubsub"]
    assert report.outcome("one", "ezpubsub") == Outcome(
        "one", "ezpubsub", 30.0, 33.0, {LOOP: ratio}
    )
    assert report.nanoseconds("one", LOOP) == 10.0
    assert report.candidates("two") == [LOOP]
    assert added(report, measured, ["ezpubsub"]) == report


def test_a_library_cannot_be_added_to_a_case_that_was_never_measured() -> None:
    measured = [Outcome("new", "ezpubsub", 60.0, 66.0, {LOOP: Ratio(3.0, 2.5, 3.0, 3.5)})]
    with pytest.raises(KeyError, match="new"):
        added(kept_of(("one", LOOP, 10.0)), measured, ["ezpubsub"])


def test_only_cases_with_a_new_library_are_measured_and_with_what_they_are_compared_with() -> None:
    names = ("blinker", LOOP, "Django", "ezpubsub", "aldis")
    cases = [
        Case("with", [measured(name) for name in names], (LOOP,)),
        Case("without", [measured("blinker"), measured("aldis")]),
    ]
    (case,) = with_these(cases, ["ezpubsub"])
    # the first one is what others are compared with by default
    assert [each.name for each in case.candidates] == ["blinker", LOOP, "ezpubsub", "aldis"]


def results() -> Iterator[Path]:
    yield from sorted(RESULTS.glob("*-3.*.json"))


def interpreter(path: Path) -> str:
    return path.stem.partition("-")[2]


def test_a_result_tells_versions_and_no_name_of_a_machine_and_no_path() -> None:
    assert {path.stem.partition("-")[0] for path in results()} >= {"send", "memory", "imports"}
    for path in results():
        about = json.loads(path.read_bytes())["about"]
        python = interpreter(path)
        assert about["python"].startswith(f"CPython {python.removesuffix('t')}.")
        assert about["python"].endswith(", free-threaded") == python.endswith("t")
        assert {"machine", "compiler", "aldis", "blinker"} <= about.keys()
        text = path.read_text()
        assert "/" not in "".join(about.values())
        assert len(platform.node()) < 4 or platform.node() not in text


def outcome(case: str, candidate: str, nanoseconds: float, of: str = "") -> dict[str, object]:
    against = {of: [nanoseconds / 100.0] * 4} if of else {}
    times = {"nanoseconds": nanoseconds, "median": nanoseconds}
    return {"case": case, "candidate": candidate, **times, "against": against}


def made_up(folder: Path, topic: str, python: str) -> list[dict[str, object]]:
    """Make up what the results that are kept may not have yet."""
    if topic == "send":
        unheard = "0 functions, bound signal"
        return [outcome(unheard, METHOD, 100.0), outcome(unheard, "aldis", 0.01)]
    if topic == "connect":
        return [outcome("make a signal", "aldis, by types", 0.01)]
    if topic == "threads":
        return [
            each
            for who in (LOOP, WEAK_LOOP, "blinker", "aldis", "aldis, undeclared", "aldis.blinker")
            for signals, alone in ((TWO_SIGNALS, 170.0), (ONE_SIGNAL, 120.0))
            for case in (f"{who}, 2 threads, {signals}",)
            for each in (outcome(case, ALONE, alone, TOGETHER), outcome(case, TOGETHER, 100.0))
        ]
    return []


@pytest.fixture
def reached(tmp_path: Path) -> Path:
    """Make up results in which aldis is so fast and small that every figure is reached.

    They are of the interpreters of which there are results, and of one that is free-threaded.
    """
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*-3.13.json"):
        shutil.copy(path, tmp_path / f"{path.stem}t.json")
    for path in tmp_path.glob("*-3.*.json"):
        topic, _, python = path.stem.partition("-")
        document = json.loads(path.read_bytes())
        document.get("outcomes", []).extend(made_up(tmp_path, topic, python))
        for each in document.get("outcomes", []):
            among = "same sender" in each["case"]
            if each["candidate"] in {"aldis, plain", "the loop"} or among:
                each["nanoseconds"] = 100.0
            elif each["candidate"].startswith("aldis") or each["candidate"] == EVENT:
                each["nanoseconds"] = 0.01
        for size in document.get("sizes", []):
            size["resident"] = [10.0]
        if topic == "memory":
            sizes = {"case": A_SIGNAL, "number": 100_000, "resident": [10.0], "traced": 10.0}
            document["sizes"] += [{**sizes, "candidate": name} for name in MAKING.values()]
        path.write_text(json.dumps(document))
    for python in pythons(tmp_path):
        before = [
            each
            for case in ("send: 1 function", "send: has receivers: 3 functions", "connect: a pair")
            for each in (outcome(case, AT, 100.0), outcome(case, "aldis", 100.0, AT))
        ]
        document = {"about": {"python": "CPython"}, "method": "", "outcomes": before}
        (tmp_path / f"before-{python}.json").write_text(json.dumps(document))
    return tmp_path


def change(folder: Path, topic: str, case: str, candidate: str, nanoseconds: float) -> None:
    for path in folder.glob(f"{topic}-3.*.json"):
        document = json.loads(path.read_bytes())
        for outcome in document["outcomes"]:
            if (outcome["case"], outcome["candidate"]) == (case, candidate):
                outcome["nanoseconds"] = nanoseconds
                outcome["against"] = {
                    name: [nanoseconds / 100.0] * 4 for name in outcome["against"]
                }
        path.write_text(json.dumps(document))


def found(folder: Path) -> list[Goal]:
    """Return all figures, of all interpreters."""
    assert pythons(folder)
    return [goal for python in pythons(folder) for goal in goals(Measured(folder, python))]


def missed(folder: Path) -> list[str]:
    """Return which figures are not reached, with any interpreter."""
    return sorted({goal.what for goal in found(folder) if not goal.reached()})


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
        (
            "adapter",
            "connect and disconnect, strongly",
            "aldis.blinker",
            "adapter, connect and disconnect",
        ),
        ("send", "0 functions, bound signal", "aldis", "0 functions, bound signal"),
        (
            "connect",
            "connect and disconnect, a function of a str",
            "aldis",
            "connect and disconnect, any",
        ),
        (
            "connect",
            "connect and disconnect, a function of a new sender",
            "aldis",
            "connect and disconnect, a new sender",
        ),
        ("connect", "make a signal", "aldis, by types", "`Signal[object, [int]]()`"),
        ("before", "send: 1 function", "aldis", "any send"),
        ("before", "send: has receivers: 3 functions", "aldis", "has_receivers_for"),
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


def test_what_was_not_measured_is_not_reached_and_says_so(reached: Path) -> None:
    for path in reached.glob("before-*.json"):
        path.unlink()
    assert missed(reached) == ["any send", "has_receivers_for"]
    told = run("--check", "--results", reached)
    assert told.returncode == 1
    assert re.search(r"\| any send .*\| not measured +\| NO ", told.stdout)


def test_connecting_may_take_longer_than_it_did_before(reached: Path) -> None:
    change(reached, "before", "connect: a pair", "aldis", 1e9)
    assert not missed(reached)


def test_more_than_one_case_that_is_over_is_counted_and_the_worst_is_named(reached: Path) -> None:
    for kind, nanoseconds in (("function", 1e8), ("method", 1e9)):
        case = f"connect and disconnect, a {kind} of every sender"
        change(reached, "connect", case, "aldis", nanoseconds)
    (goal, *_) = (goal for goal in found(reached) if goal.what == "connect and disconnect")
    assert goal.where.startswith("a method of every sender; more in 2 of ")


def test_two_threads_are_judged_where_no_lock_is_around_the_interpreter(reached: Path) -> None:
    judged = {python: [*goals(Measured(reached, python))] for python in pythons(reached)}
    assert {
        python: any("threads" in goal.what for goal in judged[python]) for python in judged
    } == {python: python.endswith("t") for python in judged}
    assert not any("the loop" in goal.of for goal in judged["3.13t"])


@pytest.mark.parametrize(
    ("who", "signals", "alone", "is_reached"),
    [
        ("aldis", TWO_SIGNALS, 161.0, True),
        ("aldis", TWO_SIGNALS, 159.0, False),
        ("aldis", ONE_SIGNAL, 98.0, True),
        ("aldis", ONE_SIGNAL, 96.0, False),
        ("aldis.blinker", ONE_SIGNAL, 111.0, True),
        ("aldis.blinker", ONE_SIGNAL, 109.0, False),
    ],
)
def test_two_threads_must_do_at_least_so_many_times_as_much_as_one(
    reached: Path, who: str, signals: str, alone: float, is_reached: bool
) -> None:
    case = f"{who}, 2 threads, {signals}"
    change(reached, "threads", case, ALONE, alone)
    change(reached, "threads", case, TOGETHER, 100.0)
    assert (case not in missed(reached)) == is_reached
    told = run("--results", reached).stdout
    assert re.search(rf"\| {re.escape(case)} +\| one thread +\| at least [\d.]+ \|", told)


def test_on_one_signal_two_threads_need_not_do_more_than_the_loop_on_one_list(
    reached: Path,
) -> None:
    for who, alone in (("the loop", 80.0), ("aldis", 81.0)):
        change(reached, "threads", f"{who}, 2 threads, {ONE_SIGNAL}", ALONE, alone)
        change(reached, "threads", f"{who}, 2 threads, {ONE_SIGNAL}", TOGETHER, 100.0)
    assert not missed(reached)


def test_a_newer_python_is_held_to_what_sends_take_on_3_13(reached: Path) -> None:
    for path in [*reached.glob("*-3.13.json")]:
        shutil.copy(path, reached / path.name.replace("3.13", "3.15"))
    path = reached / "send-3.15.json"
    document = json.loads(path.read_bytes())
    for each in document["outcomes"]:
        if (each["case"], each["candidate"]) == ("10 methods", "aldis"):
            each["nanoseconds"] *= 1.2
    path.write_text(json.dumps(document))
    assert missed(reached) == ["these sends, times the loop"]
    told = run("--results", reached).stdout
    assert "CPython 3.11 | CPython 3.13 | CPython 3.13t | CPython 3.15 |" in told


def test_interpreters_are_in_the_order_of_their_versions(tmp_path: Path) -> None:
    for python in ("3.13t", "3.9", "3.15", "3.13", "3.14"):
        for path in RESULTS.glob("*-3.13.json"):
            shutil.copy(path, tmp_path / path.name.replace("3.13", python))
    assert pythons(tmp_path) == ["3.9", "3.13", "3.13t", "3.14", "3.15"]
    assert Figures(tmp_path).pythons == [python for python in SHOWN if python != "3.11"]


def test_the_tables_have_room_for_a_free_threaded_interpreter(reached: Path) -> None:
    shown = Figures(reached)
    assert all(table(shown) for table in TABLES.values())
    assert "| CPython 3.13t | **aldis** | **1.70, 1.70 - 1.70** |" in TABLES["side by side"](shown)
    assert "| at least 1.60 | - |" in TABLES["reached"](shown)


def test_any_send_that_a_peer_does_faster_is_told_with_that_peer(reached: Path) -> None:
    change(reached, "send", "3 partials", "pyee", 0.005)
    assert missed(reached) == ["any send, every other library"]
    told = run("--check", "--results", reached).stdout
    assert "3 partials (pyee); slower in 1 of " in told
    change(reached, "send", "100 methods", "psygnal", 0.0095)  # for which 1.1 times are allowed
    assert "slower in 1 of " in run("--results", reached).stdout
    assert missed(reached) == ["any send, every other library"]


def test_a_version_of_which_some_results_are_missing_is_left_out(reached: Path) -> None:
    versions = pythons(reached)
    (reached / f"memory-{versions[0]}.json").unlink()
    assert pythons(reached) == versions[1:]


def test_results_of_nothing_are_an_error(tmp_path: Path) -> None:
    told = run("--check", "--results", tmp_path)
    assert told.returncode == 2
    assert "nothing was measured yet" in told.stderr


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Make a repository with one commit, of an aldis that imports itself in several ways."""
    package = tmp_path / "clone" / "src" / "aldis"
    (package / "blinker").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "import aldis.late\n\ndef ask() -> object:\n"
        "    from aldis._inside import ANSWER\n    return ANSWER\n"
    )
    (package / "_inside.py").write_text('ANSWER = "aldis._inside", __name__')
    (package / "late.py").write_text("")
    (package / "blinker" / "__init__.py").write_text("from aldis import late")
    root = tmp_path / "clone"
    who = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-C", root, *arguments], check=True)
    return root


def forget_older() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "aldis_before"]:
        del sys.modules[name]


def test_an_older_aldis_stands_beside_this_one_and_imports_itself_whenever_it_does(
    history: Path,
) -> None:
    (history / "src" / "aldis" / "late.py").write_text("raise ImportError")  # not committed
    try:
        with older("HEAD", history) as before:
            assert isinstance(before, ModuleType)
            assert before is not aldis
            assert before.ask() == ("aldis_before._inside", "aldis_before._inside")
        assert before.ask() == ("aldis_before._inside", "aldis_before._inside")
        assert sys.modules["aldis"] is aldis
        assert before.blinker is not aldis
    finally:
        forget_older()


def test_a_commit_that_is_not_in_the_history_is_told(history: Path, tmp_path: Path) -> None:
    for root in (history, tmp_path / "nowhere"):
        with pytest.raises(NoHistoryError, match="8080c35"), older("8080c35", root):
            pass
