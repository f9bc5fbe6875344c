"""The stubs for libraries that send signals, installed as a wheel beside the real libraries.

`cases/` holds what each checker has to report of them, marked as in `tests/typing`. That a case
file begins with a line that only the stubs make wrong shows that they are in use.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from declared import STUBS, names
from environments import HERE, STUBTEST, TYPINGS, build_wheel, make
from harness import CHECKERS, Case, Checker, Line, Verdict, judge, judge_all, read_case, read_cases

LIBRARIES = sorted({module.partition(".")[0] for module in STUBS})


def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _has_module(library: str, module: str) -> bool:
    """Tell whether a library has a module, without an import of it: Pelican changes blinker."""
    spec = importlib.util.find_spec(library)
    folders = (spec and spec.submodule_search_locations) or []
    paths = [Path(folder, *module.split(".")) for folder in folders]
    return any(path.is_dir() or path.with_suffix(".py").is_file() for path in paths)


def _imported(case: Case) -> set[str]:
    """Return the libraries that a case file needs."""
    words = (re.match(r"(?:import|from) (\w+)", line) for line in case.source)
    return {word[1] for word in words if word} & set(LIBRARIES)


ALL_CASES = read_cases(HERE / "cases")
# Flask-Security is not there for every Python that aldis supports
CASES = tuple(case for case in ALL_CASES if all(map(installed, _imported(case))))
INSTALLED = [checker for checker in CHECKERS if not checker.missing]

for_each_checker = pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
for_each_stub = pytest.mark.parametrize("module", STUBS)

# what is asked of names that are not signals, beside all that each `__init__` gives on
_DEEPER = {
    "flask": ["request.args", "Flask('x').config", "json.provider", "testing.FlaskClient"],
    "quart": ["request.args", "Quart('x').config", "testing.QuartClient"],
    "flask_login": ["current_user.name", "utils.login_user", "login_manager.LoginManager()"],
    "flask_security": ["core.Security", "UserMixin().is_active"],
    "flask_sqlalchemy": ["SQLAlchemy().session", "SQLAlchemy.Model"],
    "mongoengine": ["fields.StringField", "queryset.QuerySet", "base.BaseDocument"],
    "pelican": ["contents.Article", "readers.Readers({})", "plugins._utils.load_plugins"],
}

# As mypy, zuban knows no type of a library that is not marked as typed. With a stub for a part of
# it, it reads the sources of the rest, as it does without `--mode=mypy`.
_LEARNING = {"zuban"}


def _given_on(library: str) -> list[str]:
    """Return what the stub of a package gives on from its modules, less the signals."""
    stub = next(iter(TYPINGS.glob(f"**/{library}-stubs/__init__.pyi")))
    signals = {module.rpartition(".")[2] for module in STUBS}
    return [
        alias.asname
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and str(node.module).rpartition(".")[2] not in signals
        for alias in node.names
        if alias.asname and not alias.asname.startswith("_") and alias.asname not in signals
    ]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not installed("hatchling"):
        pytest.skip("hatchling, which builds the wheel, is not installed beside this interpreter")
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def with_stubs(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The interpreter of an environment that has the wheel."""
    return make(tmp_path_factory.mktemp("with"), wheel)


@pytest.fixture(scope="session")
def without_stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of one that has not."""
    return make(tmp_path_factory.mktemp("without"))


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, ...]:
    """A file for each library that asks for the type of all that is not a signal.

    Each line is wrong, and the message says what the type is.
    """
    folder = tmp_path_factory.mktemp("kept")
    cases: list[Case] = []
    for library in filter(installed, LIBRARIES):
        modules = {deeper.rpartition(".")[0] for deeper in _DEEPER[library]}
        imports = {
            f"import {library}.{module}"
            for module in modules
            if module.isidentifier() or re.fullmatch(r"\w+\.\w+", module)
            if _has_module(library, module)
        }
        asked = [*_given_on(library), *_DEEPER[library]]
        path = folder / f"kept_{library}.py"
        path.write_text(
            "\n".join(
                [
                    "from typing_extensions import assert_type",
                    f"import {library}",
                    *sorted(imports),
                    "class Witness: ...",
                    *(f"assert_type({library}.{name}, Witness)" for name in asked),
                ]
            ),
            encoding="utf-8",
        )
        cases.append(read_case(path))
    return tuple(cases)


@pytest.fixture(scope="session")
def found(with_stubs: Path, kept: tuple[Case, ...]) -> Mapping[str, Verdict]:
    """What each checker says of all files, with the wheel; each is run once for all tests."""
    return judge_all([checker.seeing(with_stubs) for checker in INSTALLED], (*CASES, *kept))


@pytest.fixture(scope="session")
def found_without(without_stubs: Path, kept: tuple[Case, ...]) -> Mapping[str, Verdict]:
    """What each checker says without the wheel."""
    return judge_all([checker.seeing(without_stubs) for checker in INSTALLED], (*CASES, *kept))


def _verdict(checker: Checker, verdicts: Mapping[str, Verdict]) -> Verdict:
    if checker.name not in verdicts:
        pytest.skip(f"{checker.name} is not installed beside this interpreter")
    return verdicts[checker.name]


# --- wrong receivers are errors, and correct programs have none ---


@for_each_checker
def test_every_checker_reports_exactly_the_marked_lines(
    checker: Checker, found: Mapping[str, Verdict]
) -> None:
    all_of_it = _verdict(checker, found)
    findings = tuple(each for each in all_of_it.findings if not each.line.file.startswith("kept_"))
    verdict = Verdict(checker.name, checker.version, CASES, findings, all_of_it.seconds)
    assert verdict.agrees, verdict.differences()


@for_each_checker
def test_without_the_stubs_a_file_does_not_begin_with_that_error(
    checker: Checker, found: Mapping[str, Verdict], found_without: Mapping[str, Verdict]
) -> None:
    canaries = [Line(case.name, _canary(case)) for case in CASES]
    with_them, without = (
        {each for each in _verdict(checker, verdicts).findings if each.line in canaries}
        for verdicts in (found, found_without)
    )
    assert {each.line for each in with_them} == set(canaries)
    # a strict checker may say there that it knows nothing of a library
    assert not with_them & without


def _canary(case: Case) -> int:
    """Return the number of the first line that every checker is to report."""
    return min(number for number, mark in case.marks.items() if not mark.disputed)


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_every_case_says_what_shows_that_the_stubs_are_in_use(case: Case) -> None:
    line = _canary(case)
    assert "were this line not an error" in case.source[line - 2]


@for_each_stub
def test_every_signal_has_a_line_that_is_wrong_and_one_that_is_right(module: str) -> None:
    lines = {
        right: "\n".join(
            case.source[number - 1]
            for case in ALL_CASES
            for number in (case.right if right else case.marks)
            if module.partition(".")[0] in _imported(case)
        )
        for right in (True, False)
    }
    public = [name for name in names(STUBS[module]) if not name.startswith("_")]
    wanting = {
        (name, right)
        for name in public
        for right, text in lines.items()
        if not re.search(rf"\b{name}\b", text)
    }
    assert wanting == set()


# --- all else stays as it was ---


@for_each_checker
def test_what_is_no_signal_has_the_type_that_it_has_without_the_stubs(
    checker: Checker,
    found: Mapping[str, Verdict],
    found_without: Mapping[str, Verdict],
    kept: tuple[Case, ...],
) -> None:
    with_them = _messages(_verdict(checker, found), kept)
    without = _messages(_verdict(checker, found_without), kept)
    assert len(without) > 150  # `assert_type` says a type on every line
    changed = {
        line: (without.get(line), with_them.get(line))
        for line in without.keys() | with_them.keys()
        if without.get(line) != with_them.get(line)
        if not (checker.name in _LEARNING and _is_any(without[line]))
    }
    assert changed == {}


def _is_any(messages: list[str]) -> bool:
    return all('of type "Any"' in message for message in messages)


def _messages(verdict: Verdict, cases: tuple[Case, ...]) -> dict[str, list[str]]:
    """Return what is said of each line that asks for a type."""
    said: dict[str, list[str]] = {}
    for case in cases:
        for finding in verdict.findings:
            if finding.line.file == case.name:
                line = case.source[finding.line.number - 1]
                if line.startswith("assert_type("):
                    # some name the file of a class, which is another one in each environment
                    message = re.sub(r"/\S+?/site-packages/", "", finding.message)
                    said.setdefault(line, []).append(message)
    return {line: sorted(messages) for line, messages in said.items()}


# --- the stubs agree with what is there at run time ---


def test_stubtest_finds_no_difference(with_stubs: Path, tmp_path: Path) -> None:
    if not installed("mypy"):
        pytest.skip("mypy is not installed for this interpreter")
    modules = [module for module in STUBS if installed(module.partition(".")[0])]
    modules += filter(installed, LIBRARIES)
    done = subprocess.run(
        [with_stubs, "-c", STUBTEST, *modules],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == f"compared {len(modules)}\n", done.stdout + done.stderr


# --- the wheel ---


def test_the_wheel_holds_every_stub_and_each_is_partial(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
        markers = {opened.read(name) for name in held if name.endswith("py.typed")}
        (pth,) = (opened.read(name).decode() for name in held if name.endswith(".pth"))
    stubs = [path for path in TYPINGS.rglob("*") if path.suffix == ".pyi"]
    assert markers == {b"partial\n"}
    assert {Path(*Path(name).parts[-2:]) for name in held if name.endswith(".pyi")} == {
        Path(*path.parts[-2:]) for path in stubs
    }
    roots = {path.relative_to(TYPINGS).parts[0] for path in stubs}
    assert {name.partition("/")[0] for name in held} == (roots - {"of-untyped"}) | {
        pth.strip(),
        f"{pth.strip()}.pth",
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_stub_lies_beside_its_library_only_where_that_is_marked_as_typed(library: str) -> None:
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        pytest.skip(f"{library} is not installed")
    typed = (Path(spec.origin).parent / "py.typed").exists()
    assert (TYPINGS / f"{library}-stubs" / "__init__.pyi").exists() == typed
    assert (TYPINGS / "of-untyped" / f"{library}-stubs" / "__init__.pyi").exists() != typed


def test_mypy_reads_the_sources_of_an_unmarked_library_whose_stub_lies_beside_it(
    with_stubs: Path, wheel: Path, tmp_path: Path
) -> None:
    """Why those stubs lie apart. The day that mypy does not, they may move."""
    mypy = next(checker for checker in CHECKERS if checker.name == "mypy")
    if mypy.missing or not installed("mongoengine"):
        pytest.skip("mypy or mongoengine is not installed beside this interpreter")
    case = tmp_path / "unmarked.py"
    case.write_text(
        "import mongoengine\n"
        "class User(mongoengine.Document):  # E: it is Any\n"
        "    name = mongoengine.StringField()\n"
        'User().name = "ada"\n',
        encoding="utf-8",
    )
    beside = make(tmp_path / "beside", wheel)
    (apart,) = (tmp_path / "beside").glob("lib/*/site-packages/aldis-stubs-of-untyped")
    for stubs in [*apart.iterdir()]:
        stubs.rename(apart.parent / stubs.name)
    checkers = (mypy.seeing(with_stubs), mypy.seeing(beside))
    verdicts = [judge(checker, [read_case(case)]) for checker in checkers]
    assert [verdict.agrees for verdict in verdicts] == [True, False]
    assert any("Incompatible types in assignment" in f.message for f in verdicts[1].findings)


@pytest.mark.parametrize("name", ["ty", "pyrefly", "zuban"])  # the quick ones
def test_an_editable_install_is_as_good_as_the_wheel(name: str, tmp_path: Path) -> None:
    checker = next(checker for checker in CHECKERS if checker.name == name)
    if checker.missing:
        pytest.skip(f"{name} is not installed beside this interpreter")
    settings = (TYPINGS / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dev-mode-dirs = (\[.+\])$", settings, re.MULTILINE)
    assert listed is not None
    folders = [TYPINGS / folder for folder in ast.literal_eval(listed[1])]
    python = make(tmp_path)
    (packages,) = tmp_path.glob("lib/*/site-packages")
    text = "".join(f"{folder}\n" for folder in folders)
    (packages / "editable.pth").write_text(text, encoding="utf-8")
    verdict = judge(checker.seeing(python), CASES)
    assert verdict.agrees, verdict.differences()
