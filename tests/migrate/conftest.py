"""The command finds types by mypy."""

from __future__ import annotations

import importlib.util

# the runtime tests on other versions of Python are run without mypy
collect_ignore_glob = ["*.py"] if importlib.util.find_spec("mypy") is None else []
