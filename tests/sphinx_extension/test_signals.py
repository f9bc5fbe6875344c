"""`aldis.sphinx`: a signal is documented as a signal."""

from __future__ import annotations

import zlib

import pytest

from sphinx_extension.conftest import Project

# what napoleon of Sphinx 9 itself asks for
pytestmark = pytest.mark.filterwarnings("ignore:The mapping interface for autodoc options")

SHOP = '''
"""A shop."""

from __future__ import annotations

from aldis import AsyncSignal, Namespace, Signal


class App:
    """An application."""


@Signal
def user_created(
    sender: App, /, *, user_id: int, name: str = "nobody", parent: App | None = None
) -> None:
    """Sent after a new account is stored.

    Args:
        name: What they call themselves,
            in any script.
        sender: The shop that they joined.

    Raises:
        OSError: A receiver could not write.
    """


class Processor:
    """It works."""

    def start(self) -> None:
        """Begin."""

    @Signal.method
    def done(self, *, status: str) -> None:
        """Sent when the work is over."""

    def stop(self) -> None:
        """End."""


@AsyncSignal
async def stored(sender: App, /, *, key: str) -> list[int]:
    """Ask where a value is stored."""


@Signal
def untold(sender: App, /) -> None: ...


moved = Signal[App, [int, list[str]]]()
"""Sent when something moved."""

anything = Signal[App](doc="Sent for whatever there is.")

processor = Processor()
bound = processor.done
number = 3
'''


@pytest.fixture
def shop(project: Project) -> Project:
    project.module("shop", SHOP)
    return project


def test_a_signal_shows_name_sender_payload_defaults_and_docstring(shop: Project) -> None:
    assert shop.described(".. autosignal:: shop.user_created") == (
        "signal shop.user_created(sender: App, /, *, user_id: int, name: str = 'nobody',"
        """ parent: App | None = None) -> None

   Sent after a new account is stored.

   Sender:
      **sender** (*App*) -- The shop that they joined.

   Payload:
      * **user_id** (*int*)

      * **name** (*str*) -- What they call themselves, in any script.

      * **parent** (*App** | **None*)

   Raises:
      **OSError** -- A receiver could not write."""
    )


def test_the_sender_of_a_signal_of_instances_is_their_class(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.Processor.done")
    assert text.startswith("signal Processor.done(self: Processor, *, status: str) -> None\n")
    assert "**self** (*Processor*)" in text


def test_an_async_signal_says_so_and_what_its_receivers_return(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.stored")
    assert text.startswith("async signal shop.stored(sender: App, /, *, key: str) -> list[int]\n")
    assert text.endswith("Type of a result:\n      list[int]")


def test_a_signal_without_a_function_shows_its_types_and_its_comment(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.moved")
    assert text.startswith("signal shop.moved(sender: App, arg1: int, arg2: list[str], /)\n")
    assert "Sent when something moved." in text


def test_an_open_signal_shows_its_sender(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.anything")
    assert text.startswith("signal shop.anything(sender: App, /, *args, **kwargs)\n")
    assert "Sent for whatever there is." in text


def test_what_the_author_adds_stands_below(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.untold\n   :no-index:\n\n   It never failed.")
    assert text.endswith("**sender** (*App*)\n\n   It never failed.")


def test_a_signal_is_found_in_the_current_module(shop: Project) -> None:
    page = ".. py:currentmodule:: shop\n\n.. autosignal:: untold\n\n.. autosignal:: shop.moved"
    text = shop.described(page)
    assert "signal shop.untold(" in text
    assert "signal shop.moved(" in text


def test_automodule_describes_the_signals_of_modules_and_classes_in_their_place(
    shop: Project,
) -> None:
    text = shop.described(".. automodule:: shop\n   :members:\n   :member-order: bysource")
    shown = [
        line.strip().partition("(")[0].removesuffix(":")
        for line in text.splitlines()
        if "(" in line or line.startswith("class")
        if not line.strip().startswith("*")
    ]
    assert shown == [
        "class shop.App",
        "signal shop.user_created",
        "class shop.Processor",
        "start",
        "signal done",
        "stop",
        "async signal shop.stored",
        "signal shop.moved",
        "signal shop.anything",
    ]


def test_members_without_documentation_are_described_where_they_are_wanted(shop: Project) -> None:
    text = shop.described(".. automodule:: shop\n   :members:\n   :undoc-members:")
    assert "signal shop.untold(sender: App, /) -> None" in text


def test_a_signal_that_is_imported_is_described_where_it_is_declared(shop: Project) -> None:
    shop.module("facade", "'''A facade.'''\nfrom shop import moved, user_created\n")
    assert shop.described(".. automodule:: facade\n   :members:") == "A facade."
    shop.module(
        "public", "'''Public.'''\nfrom shop import user_created\n__all__ = ('user_created',)\n"
    )
    assert "signal public.user_created(" in shop.described(".. automodule:: public\n   :members:")


def test_modules_and_classes_without_source_are_no_failure(shop: Project) -> None:
    assert "class _random.Random" in shop.described(".. autoclass:: _random.Random")
    assert shop.described(".. automodule:: _thread").startswith("This module provides primitive")


def test_autoclass_describes_signals_that_are_inherited(shop: Project) -> None:
    shop.module("batch", "from shop import Processor\nclass Batch(Processor):\n    '''Many.'''\n")
    only_own = shop.described(".. autoclass:: batch.Batch\n   :members:")
    assert "signal" not in only_own
    text = shop.described(".. autoclass:: batch.Batch\n   :members:\n   :inherited-members:")
    assert "signal done(self: Processor, *, status: str) -> None" in text


# what `import absent` raises: since CPython 3.15 its repr has the name
ABSENT = ModuleNotFoundError("No module named 'absent'", name="absent")

CALLS = '''
"""Calls."""

from aldis import Namespace, Signal

signals = Namespace()


@signals.signal
def saved(sender: object, /, *, path: str) -> None:
    """Sent when a document is saved."""


def declare() -> None:
    @signals.signal
    def closed(sender: object, /) -> None:
        """Sent when a document is closed."""

    @signals.async_signal
    async def synced(sender: object, /) -> None: ...


declare()
'''


def test_a_namespace_lists_its_signals_and_describes_those_of_no_other_name(
    project: Project,
) -> None:
    project.module("calls", CALLS)
    text = project.described(".. automodule:: calls\n   :members:")
    assert 'calls.signals = <Namespace of saved, closed, synced>\n\n   * ""saved"": "saved"' in text
    assert 'signal signals["closed"](sender: object, /) -> None\n\n      Sent when a doc' in text
    assert 'async signal signals["synced"](sender: object, /) -> None' in text
    assert text.count("Sent when a document is saved.") == 1
    alone = project.described(".. autosignal:: calls.signals.closed")
    assert alone.startswith('signal signals["closed"](sender: object, /) -> None')


NAMED = '''
from aldis import Namespace

signals = Namespace()


@signals.signal(name="user-created")
def user_created(sender: object, /, *, user_id: int) -> None:
    """Sent after a new account is stored."""


def declare():
    @signals.signal(name="user-left")
    def user_left(sender: object, /) -> None:
        """Sent after somebody left."""

    @signals.event(name="menu.items")
    def menu_items(menu: str) -> None:
        """Sent when a menu is made."""


declare()
'''


def test_a_namespace_refers_to_signals_of_another_name_than_their_function(
    project: Project,
) -> None:
    project.module("named", NAMED)
    text = project.described(".. automodule:: named\n   :members:")
    assert '* ""user-created"": "user_created"' in text
    assert "signal named.user_created(sender: object, /, *, user_id: int) -> None" in text
    assert text.count("Sent after a new account is stored.") == 1
    assert 'signal signals["user-left"](sender: object, /) -> None' in text
    assert "Sent after somebody left." in text
    assert 'event signals["menu.items"](menu: str) -> None' in text
    alone = project.described(".. autosignal:: named.signals.menu.items")
    assert alone.startswith('event signals["menu.items"](menu: str) -> None')
    with_html = project.build(".. autosignal:: named.signals.user-left", builder="html")
    assert 'id="named.signals.user-left"' in with_html
    assert project.warnings == []


def test_a_namespace_does_not_show_what_its_class_says_of_itself(project: Project) -> None:
    project.module("calls", CALLS)
    page = ".. autodata:: calls.signals\n\n.. autosignal:: calls.saved"
    text = project.described(page)
    assert "thread-safe" not in text
    assert '""saved"": "saved"' in text


def test_types_refer_to_where_they_are_described(shop: Project) -> None:
    page = ".. automodule:: shop\n   :members:\n"
    html = shop.build(page, builder="html", nitpicky=True)
    assert shop.warnings == []
    assert html.count('href="#shop.App"') >= 8  # in signatures, and in the fields below
    assert 'class="sig-name descname"><span class="pre">user_created' in html
    assert '<dl class="py signal">' in html


def test_signals_are_referred_to_by_their_role_and_by_those_of_data(shop: Project) -> None:
    page = """
See :py:signal:`shop.user_created`, :py:signal:`~shop.Processor.done`, :py:obj:`shop.stored`,
:py:data:`shop.moved` and :py:attr:`shop.Processor.done`.

.. automodule:: shop
   :members:
"""
    html = shop.build(page, builder="html", nitpicky=True)
    assert shop.warnings == []
    for name in ("user_created", "Processor.done", "stored", "moved"):
        assert f'<a class="reference internal" href="#shop.{name}" title="shop.{name}">' in html
    assert ">done</span>" in html
    shop.build(page.replace("shop.stored", "shop.stare"), builder="html", nitpicky=True)
    assert shop.warnings == ["index.rst:2: WARNING: py:obj reference target not found: shop.stare"]


def test_the_inventory_and_the_index_hold_signals_as_signals(shop: Project) -> None:
    shop.build(".. automodule:: shop\n   :members:", builder="html")
    packed = (shop.folder / "out" / "html" / "objects.inv").read_bytes().split(b"\n", 4)[4]
    inventory = zlib.decompress(packed).decode().splitlines()
    signals = [line.split()[0] for line in inventory if line.split()[1] == "py:signal"]
    assert sorted(signals) == [
        "shop.Processor.done",
        "shop.anything",
        "shop.moved",
        "shop.stored",
        "shop.user_created",
    ]
    index = (shop.folder / "out" / "html" / "genindex.html").read_text(encoding="utf-8")
    assert "user_created (signal in shop)" in index
    assert "done (signal in shop.Processor)" in index


def test_one_may_describe_a_signal_by_hand(project: Project) -> None:
    text = project.described(
        """.. py:signal:: heard(sender: str, /, *, times: int = 1) -> None
   :async:

   Sent when something is heard.

   :sender sender: Whoever made a noise.
   :payload times: How many times.
   :paytype times: int
   :returns: Nothing.
"""
    )
    assert text == (
        """async signal heard(sender: str, /, *, times: int = 1) -> None

   Sent when something is heard.

   Sender:
      **sender** -- Whoever made a noise.

   Payload:
      **times** (*int*) -- How many times.

   Receivers return:
      Nothing."""
    )


def test_data_and_attributes_that_are_no_signals_stay_what_they_are(shop: Project) -> None:
    shop.module("plain", 'number = 3\n"""A number."""\n')
    page = ".. autodata:: plain.number\n\n.. py:attribute:: Shop.size\n   :type: int"
    assert shop.described(page) == "plain.number = 3\n\n   A number.\n\nShop.size: int"


def test_fields_that_are_written_in_the_docstring_are_kept(project: Project) -> None:
    project.module(
        "written",
        '''
from aldis import Signal

@Signal
def changed(sender: object, /, *, old: "int", new: int, **rest: object) -> bool:
    """Sent when it changed.

    :param int old: what it was
    :param new: what it is
    :type new: a number
    :param \\\\*\\\\*rest: what else there is
    :returns: whether to go on
    :rtype: a boolean

    That was all.
    """
'''.replace("\\\\", "\\\\"),
    )
    assert project.described(".. autosignal:: written.changed") == (
        """signal written.changed(sender: object, /, *, old: int, new: int, **rest: object) -> bool

   Sent when it changed.

   That was all.

   Sender:
      **sender** (*object*)

   Payload:
      * **old** (*int*) -- what it was

      * **new** (*a number*) -- what it is

      * ****rest** (*object*) -- what else there is

   Receivers return:
      whether to go on

   Type of a result:
      a boolean"""
    )


def test_types_are_left_out_where_autodoc_leaves_them_out(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.stored", autodoc_typehints="none")
    assert text == (
        "async signal shop.stored(sender, /, *, key)\n\n   Ask where a value is stored.\n\n"
        "   Sender:\n      **sender**\n\n   Payload:\n      **key**"
    )


def test_types_are_qualified_where_autodoc_qualifies_them(shop: Project) -> None:
    text = shop.described(".. autosignal:: shop.untold", autodoc_typehints_format="fully-qualified")
    assert text.startswith("signal shop.untold(sender: shop.App, /) -> None")


def test_types_that_cannot_be_found_are_shown_as_written(project: Project) -> None:
    project.module(
        "hinted",
        "from __future__ import annotations\nfrom aldis import Signal\n\n"
        "@Signal\ndef hinted(sender: Nowhere, /, *, there: Else_where) -> None: ...\n",
    )
    text = project.described(".. autosignal:: hinted.hinted")
    assert text.startswith("signal hinted.hinted(sender: Nowhere, /, *, there: Else_where) -> None")
    assert "**there** (*Else_where*)" in text


def test_a_sender_of_no_type_has_none(project: Project) -> None:
    project.module("free", "from aldis import Signal\n\n@Signal\ndef heard(sender, /): ...\n")
    text = project.described(".. autosignal:: free.heard")
    assert text == "signal free.heard(sender, /)\n\n   Sender:\n      **sender**"


def test_the_sender_of_a_plain_signal_in_a_class_is_not_its_class(project: Project) -> None:
    project.module(
        "kept",
        "from aldis import Signal\n\nclass Kept:\n    @Signal\n    @staticmethod\n"
        "    def heard(sender, /) -> None:\n        '''Heard.'''\n",
    )
    text = project.described(".. autosignal:: kept.Kept.heard")
    assert text.startswith("signal Kept.heard(sender, /) -> None")
    assert "**sender**" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "nowhere.such",
            (
                "there is no module 'nowhere'; use the full name, as in `package.module.name`,"
                " and check that it is on `sys.path` in conf.py"
            ),
        ),
        (
            "shop",
            "it is a module; name a signal in it, or use `.. automodule:: shop` with `:members:`",
        ),
        (
            "shop.user_craeted",
            "shop has no 'user_craeted'; it has anything, moved, stored, untold, user_created",
        ),
        ("shop.App.done", "shop.App has no 'done'; it has no signals"),
        (
            "shop.App",
            (
                "expected a signal or an event, got an object of type 'type'; use autodata, "
                "autoclass or another directive"
            ),
        ),
        (
            "shop.bound",
            "it is the signal of one instance; name that of the class, shop.Processor.done",
        ),
        ("shop.number.real.such", "shop.number.real has no 'such'; it has no signals"),
        ("calls.signals.opened", "calls.signals has no 'opened'; it has saved, closed, synced"),
        (
            "needy.signal",
            f"importing 'needy' raised {ABSENT!r}; fix that first",
        ),
        ("broken.signal", "importing 'broken' raised ValueError('no'); fix that first"),
    ],
)
def test_a_name_that_is_none_of_a_signal_is_told_of_with_the_way_out(
    shop: Project, name: str, said: str
) -> None:
    shop.module("calls", CALLS)
    shop.module("needy", "import absent\n")
    shop.module("broken", "raise ValueError('no')\n")
    shop.build(f"Page\n====\n\n.. autosignal:: {name}\n")
    assert shop.warnings == [f"index.rst:4: WARNING: autosignal:: {name}: {said}"]
