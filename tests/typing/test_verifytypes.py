"""Every public name has a type that all checkers read alike, by pyright's own count."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from harness import PATIENCE, PYRIGHT, environment


@pytest.fixture(scope="module")
def completeness(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the report of `pyright --verifytypes` about the installed aldis.

    It looks for the package by the `python` of the search path, whatever `--pythonpath` says, and
    follows an editable install as long as that is a `.pth` file with a folder in it.
    """
    if PYRIGHT.missing:
        pytest.skip("pyright is not installed beside this interpreter")
    ran = subprocess.run(
        [PYRIGHT.program, "--verifytypes", "aldis", "--ignoreexternal", "--outputjson"],
        capture_output=True,
        check=False,
        # away from the repository, whose configuration would put the source tree first
        cwd=tmp_path_factory.mktemp("elsewhere"),
        encoding="utf-8",
        env=environment(),
        timeout=PATIENCE,
    )
    found: dict[str, Any] = json.loads(ran.stdout)["typeCompleteness"]
    return found


def test_the_package_is_found_with_its_marker(completeness: dict[str, Any]) -> None:
    assert completeness["pyTypedPath"].endswith("py.typed")
    assert completeness["exportedSymbolCounts"]["withKnownType"] > 0


def test_every_public_type_is_known(completeness: dict[str, Any]) -> None:
    unknown = [
        f"{symbol['name']}: {diagnostic['message']}"
        for symbol in completeness["symbols"]
        for diagnostic in symbol["diagnostics"]
        if not (symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"])
    ]
    assert completeness["completenessScore"] == 1, "\n".join(unknown)


def test_every_public_class_and_function_is_documented(completeness: dict[str, Any]) -> None:
    assert completeness["missingClassDocStringCount"] == 0
    assert completeness["missingFunctionDocStringCount"] == 0
