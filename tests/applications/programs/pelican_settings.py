"""The settings of a small site, which is built with a plugin that hears every signal."""

from pathlib import Path

AUTHOR = "The crew"
SITENAME = "Harbour log"
SITEURL = "https://example.org"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE = (2020, 1, 1)
LOCALE = ("C",)
STATIC_PATHS = ["images"]
DEFAULT_PAGINATION = 2
PLUGIN_PATHS = [str(Path(__file__).parent / "plugins")]
PLUGINS = ["harbour"]
