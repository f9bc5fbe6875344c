"""Run mypy over installed libraries, with the plugin and without, and compare what it reports.

    python tests/mypy_plugin/libraries.py [LIBRARY ...]

None of them uses aldis, some use blinker. The plugin must not fail, must take nothing back, and
what it adds is what `libraries.txt` lists, each with a verdict. They are checked as a program of
one's own would be, from copies.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
LIBRARIES = (
    "attr",
    "blinker",
    "flask",
    "flask_login",
    "flask_sqlalchemy",
    "hypothesis",
    "mypy",
    "pelican",
    "pip",
    "quart",
    "sphinx",
)
_INI = "[mypy]\nstrict = True\nignore_missing_imports = True\nshow_traceback = True\n"
_PLUGIN = """\
plugins = aldis.mypy
[aldis-mypy]
strict_names = true
disallow_untyped_signals = true
"""
# another program than the library itself, or another mypy than the one that runs
_NOT_OURS = shutil.ignore_patterns("typeshed", "test", "tests", "*.so", "__pycache__")


def listed() -> Counter[str]:
    """Return what was looked at: `file code: verdict`, a line for each report."""
    lines = (HERE / "libraries.txt").read_text(encoding="utf-8").splitlines()
    return Counter(line.partition(": ")[0] for line in lines if line and not line.startswith("#"))


def reports(folder: Path, library: str, name: str, ini: str) -> Counter[str]:
    """Return what mypy reports of a library."""
    (folder / name).write_text(ini, encoding="utf-8")
    ran = subprocess.run(
        [
            Path(sys.executable).parent / "mypy",
            f"--config-file={name}",
            "--cache-dir=/dev/null",
            "--no-error-summary",
            library,
        ],
        cwd=folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if ran.returncode not in {0, 1} or ran.stderr:
        raise SystemExit(f"{library}: {ran.stdout}{ran.stderr}")
    return Counter(ran.stdout.splitlines())


def compare(library: str) -> tuple[Counter[str], Counter[str]]:
    """Return what the plugin takes back, and what it adds."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{library} is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(Path(spec.origin).parent, folder / library, ignore=_NOT_OURS)
        plain = reports(folder, library, "plain.ini", _INI)
        ours = reports(folder, library, "ours.ini", _INI + _PLUGIN)
    return plain - ours, ours - plain


def main() -> None:
    chosen = sys.argv[1:] or LIBRARIES
    found: Counter[str] = Counter()
    failed = False
    for library in chosen:
        taken, added = compare(library)
        own = Counter[str]()
        for line, times in added.items():
            report = re.fullmatch(r"(\S+?):\d+: error: .*  \[(aldis-\w+)\]", line)
            if report is None:
                taken[line] += times  # what is not ours to say
            else:
                own[f"{report[1]} {report[2]}"] += times
        print(f"{library}: {own.total()} reports added, {taken.total()} others differ")
        failed |= bool(taken)
        print(*taken, sep="\n", end="\n" if taken else "")
        found += own
    expected = Counter({n: t for n, t in listed().items() if n.partition("/")[0] in chosen})
    for difference, what in ((found - expected, "not listed"), (expected - found, "missing")):
        for each, times in sorted(difference.items()):
            failed = True
            print(f"{what}: {each} ({times} times)")
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
