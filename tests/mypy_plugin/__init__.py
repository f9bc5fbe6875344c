"""The mypy plugin: a package, since its `conftest` and helpers have names that others have, too."""
