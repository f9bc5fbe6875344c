"""Migrate real libraries, and compare their tests, checkers and declarations before and after.

    python tests/migrate/real_libraries.py [NAME ...] [--baseline] [--again]

For each library: its tests run on blinker and are recorded, and must give what `real_baseline.json`
says; mypy and pyright read it. Then at each level a copy is migrated with the recording, its tests
must give what they gave before, what the checkers newly say must have a verdict in `verdicts.json`,
and so must every declaration that contradicts the stubs in `typings/`. `typings` checks those stubs
against the installed libraries, with recordings of programs that use them. `by-hand` migrates what
`by_hand.json` was written about, with `--unsafe`, `--second pyright` and, of Indico, its recording;
most of it in an environment that has what gives the types, and could not run.

Every step keeps what it found in `build/migrate`, so a run that was interrupted goes on from there.
A line is printed for each thing that differs, and the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import real_typings
from real_checkers import CHECKERS, Report, judged, keyed, load, new
from real_comparing import by_hand, enough, saved, types_of, with_hand, with_stubs
from real_declarations import declared_under
from real_sources import BUILD, LIBRARIES, ROOT, Library, fetched
from real_suites import (
    Outcomes,
    baseline_differences,
    counts,
    differences,
    environment,
    run_suite,
    write_baseline,
)

LEVELS = ("typed", "own")
HAND, TYPINGS = "by-hand", "typings"
PYTHON = ROOT / ".venv-migrate-by-hand" / "bin" / "python"  # what `by-hand` asks of libraries
_WRITTEN = {0, 3}  # exit codes of `aldis migrate --write`: nothing to do, all written, and a person


def main() -> None:
    arguments = _arguments()
    named = {each.name: each for each in LIBRARIES}
    chosen = arguments.names or [*named, TYPINGS, HAND]
    findings: list[str] = []
    for name in chosen:
        if name == HAND:
            lines = list(_by_hand())
        elif name == TYPINGS:
            lines = judged(real_typings.checked(), "typings ")
        else:
            library = named[name]
            if arguments.again:
                _forget(library)
            lines = list(_baseline(library) if arguments.baseline else _checked(library))
        print(*lines, sep="\n", end="\n" if lines else "", flush=True)
        print(f"{name}: {len(lines)} findings", flush=True)
        findings += lines
    raise SystemExit(bool(findings))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = [*(each.name for each in LIBRARIES), TYPINGS, HAND]
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all, unless named"
    )
    parser.add_argument("--baseline", action="store_true", help="measure real_baseline.json anew")
    parser.add_argument("--again", action="store_true", help="forget what was found before")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return arguments


def _forget(library: Library) -> None:
    """Remove what was found, and keep what was fetched."""
    for each in library.folder.glob("*"):
        if each.name != "source" and each.suffix not in {".whl", ".gz"}:
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def _baseline(library: Library) -> Iterator[str]:
    """Measure what the tests give on blinker, without any of ours."""
    outcomes = run_suite(library, _copied(library, "blinker"))
    write_baseline(library, outcomes)
    print(f"{library.name}: {counts(outcomes)}", flush=True)
    yield from ()


def _checked(library: Library) -> Iterator[str]:
    before = _outcomes(library, "before")
    yield from baseline_differences(library, before)
    for level in LEVELS:
        if fault := _migrated(library, level):
            yield fault
            continue
        yield from differences(library.name, level, before, _outcomes(library, level))
        findings: dict[str, str] = {}
        for checker in CHECKERS:
            said = new(_reports(library, "before", checker), _reports(library, level, checker))
            findings |= keyed(said, f"{library.key} {level} {checker}")
        declared = declared_under(library.folder / level, *library.paths)
        findings |= with_stubs(library, level, declared)
        yield from judged(findings, f"{library.key} {level} ")


def _kept(path: Path, make: Callable[[], object]) -> Path:
    """Return a file, which is made unless an earlier run has."""
    if not path.exists():
        text = json.dumps(make())
        path.write_text(text, encoding="utf-8")
    return path


def _outcomes(library: Library, what: str) -> Outcomes:
    def make() -> Outcomes:
        print(f"{library.name}: the tests, {what}", flush=True)
        if what != "before":
            return run_suite(library, library.folder / what)
        return run_suite(library, _copied(library, what), record=library.recording)

    found: Outcomes = json.loads(_kept(library.folder / f"{what}.json", make).read_text("utf-8"))
    return found


def _reports(library: Library, what: str, checker: str) -> list[Report]:
    def make() -> list[dict[str, object]]:
        print(f"{library.name}: {checker}, {what}", flush=True)
        return [asdict(each) for each in CHECKERS[checker](library, library.folder / what)]

    return load(_kept(library.folder / f"{what}-{checker}.json", make))


def _copied(library: Library, what: str) -> Path:
    """Return a fresh copy of the sources."""
    source = fetched(library.project, library.version, library.folder, is_wheel=library.is_wheel)
    target = library.folder / what
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    if not any((target / each).exists() for each in ("pytest.ini", "setup.cfg")):
        # or pytest would take the configuration of this repository
        (target / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return target


def _migrated(library: Library, level: str) -> str | None:
    """Migrate a copy, unless an earlier run has, and return what went wrong."""
    log = library.folder / f"{level}-migrate.txt"
    if log.exists():
        return None
    print(f"{library.name}: migrated, {level}", flush=True)
    folder = _copied(library, level)
    code, said = migrate(library.python, folder, level, *library.paths, record=library.recording)
    if code not in _WRITTEN:
        last = said.strip().splitlines()[-1:] or ["nothing was said"]
        return f"{library.name} {level}: aldis migrate ended with {code}: {last[0]}"
    log.write_text(said, encoding="utf-8")
    return None


def migrate(
    python: Path,
    folder: Path,
    level: str,
    *paths: str,
    record: Path | None = None,
    unsafe: bool = False,
    second: bool = False,
) -> tuple[int, str]:
    """Run the command on paths in a folder, and return its exit code and what it says."""
    given = ["--record", str(record)] if record else []
    given += ["--unsafe"] if unsafe else []
    given += ["--second", "pyright"] if second else []
    done = subprocess.run(
        [python, "-m", "aldis", "migrate", *paths, "--level", level, "--write", "--force", *given],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _by_hand() -> Iterator[str]:
    """Migrate what was judged by hand, and compare the types."""
    right = total = 0
    lines: list[str] = []
    for each in by_hand():
        project, version, package = each["library"], each["version"], each["package"]
        folder = BUILD / HAND / project
        source = fetched(project, version, folder, is_wheel=True)
        # at `typed`, what is something else where blinker is missing stays
        level = each.get("level", "typed")
        target = folder / level
        if not (folder / f"{level}.txt").exists():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
            print(f"{project}: migrated, {level}", flush=True)
            python = LIBRARIES[-1].python if project == "indico" else PYTHON
            # what only some sends give was judged, too; a recording there is if the tests were run
            recording = LIBRARIES[-1].recording
            record = recording if project == "indico" and recording.exists() else None
            paths = [package, *each.get("beside", ())]
            code, said = migrate(
                python, target, level, *paths, record=record, unsafe=True, second=True
            )
            if code not in _WRITTEN:
                yield f"{project}: aldis migrate ended with {code}"
                continue
            (folder / f"{level}.txt").write_text(said, encoding="utf-8")
        here, differ = with_hand(each["signals"], declared_under(target, package))
        right, total = right + here, total + types_of(each["signals"])
        print(f"{project}: {here} of {types_of(each['signals'])} types as by hand", flush=True)
        lines += differ
    BUILD.mkdir(parents=True, exist_ok=True)
    saved(lines, BUILD / HAND / "differ.txt")
    print(f"{HAND}: {right} of {total} types as written; the others in differ.txt", flush=True)
    if not enough(right, total):
        yield f"{HAND}: {right} of {total} types are as written, which is less than 70 %"


if __name__ == "__main__":
    main()
