"""A small site that Pelican builds in the current folder."""

from pathlib import Path

import declared
from capturing import Capture
from pelican import Pelican
from pelican.generators import Generator
from pelican.settings import read_settings
from pelican.writers import Writer

CONTENT = {
    "departure.rst": "Departure\n#########\n\n:date: 2020-02-01\n:category: voyages\n\nWe left.\n",
    "pages/crew.rst": "Crew\n####\n\nAda and Ben.\n",
    "images/anchor.txt": "no picture",
}
for name, text in CONTENT.items():
    path = Path("content") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
made = []


class One(Generator):
    def generate_output(self, writer):
        made.append((type(self).__name__, type(writer).__name__))


class Two(One):
    pass


class Stamping(Writer):
    pass


capture = Capture("pelican.plugins.signals")
# what is returned here is read: it has to be what the stub allows, and to have its effect
results = {
    "get_generators": [One, (Two, None), None],
    "get_writer": [Stamping, None],
}
for name, values in results.items():
    for value in values:
        capture.signals[name].connect(lambda sender, value=value: value, weak=False)
settings = read_settings(
    override={
        "PATH": "content",
        "OUTPUT_PATH": "output",
        "STATIC_PATHS": ["images"],
        "PLUGINS": [],
        "TIMEZONE": "UTC",
        "SITEURL": "https://example.org",
    }
)
Pelican(settings).run()
capture.report(
    made=made,
    allowed={
        name: [declared.fits(value, capture.declarations[name].result) for value in values]
        for name, values in results.items()
    },
    refused={
        name: [declared.fits(value, capture.declarations[name].result) for value in (3, 3.0)]
        for name in results
    },
)
