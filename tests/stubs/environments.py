"""Environments in which the real libraries are installed, with the stubs' wheel or without."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

HERE = Path(__file__).parent
TYPINGS = HERE.parents[1] / "typings"

# compares the stubs of the modules that it is given with what is there at run time
STUBTEST = """
import sys
import warnings
from mypy import stubtest
from mypy.options import Options

warnings.simplefilter("ignore")
options = Options()
options.incremental = False
options.ignore_missing_imports = True  # of the libraries that are not marked as typed
modules = sys.argv[1:]
# not as a command: it would judge the sources of every library, too
stubtest.build_stubs(modules, options)
for module in modules:
    for error in stubtest.test_module(module):
        print(error.get_description(concise=True))
print("compared", len(modules))
"""


def build_wheel(folder: Path) -> Path:
    """Build the distribution with nothing but what is installed, hatchling among it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=TYPINGS,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def make(folder: Path, *wheels: Path) -> Path:
    """Make an environment with all that is installed here, less what is ours, and these wheels.

    Returns:
        Its interpreter.
    """
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    python = folder / "bin" / "python"
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        # editable installs are `.pth` files: of aldis, and of these very stubs
        if entry.suffix != ".pth" and not entry.name.startswith(("aldis", "__pycache__")):
            (packages / entry.name).symlink_to(entry)
    if wheels:
        pip = f"-m pip --python {python} install --quiet --disable-pip-version-check".split()
        offline = ("--no-deps", "--no-index")
        subprocess.run([sys.executable, *pip, *offline, *wheels], check=True, capture_output=True)
    return python
