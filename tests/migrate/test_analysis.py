"""The analysis of a program that has every form: one run of mypy serves all claims."""

from __future__ import annotations

import pytest
from migrating import cache
from program_of_all_forms import FILES

from aldis._migrate._analysis import analyse
from aldis._migrate._model import Declaration, Parameter, Program, Receiver, Send, Use

pytest.importorskip("mypy", reason="without it, types are not known")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    top = tmp_path_factory.mktemp("all_forms")
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return analyse([top], cache=cache())


def declared(program: Program, symbol: str) -> Declaration:
    found = [each for each in program.declarations if each.symbol == symbol]
    assert len(found) == 1, sorted(each.symbol for each in program.declarations)
    return found[0]


def sends(program: Program, symbol: str | None) -> list[Send]:
    return [each for each in program.sends if each.symbol == symbol]


def receivers(program: Program, symbol: str | None) -> dict[str, Receiver]:
    return {each.name: each for each in program.receivers if each.symbol == symbol}


def uses(program: Program, code: str) -> list[Use]:
    return [each for each in program.uses if each.code == code]


def text_at(program: Program, each: Send | Use) -> str:
    lines = program.files[each.span.path].split("\n")
    return lines[each.span.line - 1].strip()


def test_nothing_is_wrong_with_it(program: Program) -> None:
    assert program.findings == []


def test_a_module_below_src_is_named_without_it(program: Program) -> None:
    assert "shop.signals" in program.modules.values()
    assert "shop" in program.modules.values()


@pytest.mark.parametrize(
    ("symbol", "form", "name", "namespace"),
    [
        ("shop.signals.created", "module", "user-created", "shop.signals._signals"),
        ("shop.signals.moved", "module", "moved", "shop.signals._signals"),
        ("shop.signals.plain", "module", None, None),
        ("shop.signals.annotated", "module", "annotated", "blinker.default_namespace"),
        ("shop.signals.by_class", "module", "by_class", None),
        ("shop.signals.of_module", "module", "of_module", "blinker.default_namespace"),
        ("shop.signals.of_alias", "module", None, None),
        ("shop.signals.made", "module", "made", "shop.signals._signals"),
        ("shop.signals.of_default", "module", "of_default", "blinker.default_namespace"),
        ("shop.more.Window.closed", "class", None, None),
        ("shop.more.Window.named", "class", "window-named", "blinker.default_namespace"),
        ("shop.more.Window.shifted", "instance", None, None),
        ("shop.more.Window.opened", "instance", None, None),
        ("shop.more.function_form.<locals>.once", "function", None, None),
        ("blinker.default_namespace['nowhere']", "lookup", "nowhere", "blinker.default_namespace"),
        ("shop.uses.spaced", "module", "spaced", "shop.uses.spaces"),
        ("shop.cycle_a.first", "module", "first", "blinker.default_namespace"),
        ("shop.more.in_space", "module", "in_space", "shop.more.spaces"),
        ("shop.more.obtained", "module", "obtained", "obtain_space()"),
        ("shop.clash.clash", "module", None, None),
        ("shop.starred.starred", "module", None, None),
    ],
)
def test_a_form_of_declaration_is_known(
    program: Program, symbol: str, form: str, name: str | None, namespace: str | None
) -> None:
    found = declared(program, symbol)
    assert (found.form, found.name, found.namespace) == (form, name, namespace)
    assert found.obstacle is None
    assert found.library == "blinker"


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        ("shop.signals.twice", "M15"),
        ("shop.signals.again", "M15"),
        ("shop.signals.sometimes", "M15"),
        ("shop.signals.perhaps", "M15"),
        ("shop.signals.later", "M15"),
        ("shop.signals.doubled", "M15"),
        ("shop.more.doubled_again", "M15"),
        ("shop.signals.computed", "M16"),
        ("shop.more.Window.unsure", "M15"),
        ("shop.more.Window.late", "M15"),
        ("shop.data.Model.changed", "M15"),
        ("shop.uses.special", "M10"),
        ("shop.of_django.paid", "M18"),
        ("shop.of_django.item_seen", "M18"),
    ],
)
def test_a_declaration_that_must_stay_says_why(program: Program, symbol: str, code: str) -> None:
    found = [each for each in program.declarations if each.symbol == symbol]
    assert found
    for each in found:
        assert each.obstacle is not None
        assert each.obstacle[0] == code
        assert each.obstacle[1]


def test_a_signal_without_a_name_of_its_own_stays(program: Program) -> None:
    amid = [each for each in program.declarations if not each.target and each.form != "lookup"]
    assert {each.obstacle[0] for each in amid if each.obstacle} == {"M16"}
    # one in a dictionary and one in a list, two in a tuple, two set from outside, one looked up
    assert len(amid) == 7


@pytest.mark.parametrize(
    ("symbol", "kind", "text"),
    [
        ("shop.signals.created", "comment", "A person was made.\nWith care."),
        ("shop.signals.moved", "argument", "Moved away.\n\n`where` is the place."),
        ("shop.signals.removed", "string", "Removed for good."),
        ("shop.signals.annotated", "argument", "In words."),
        ("shop.signals.of_alias", "argument", "What it is."),
        ("shop.more.Window.closed", "string", "When it is closed."),
        ("shop.more.Window.shifted", "comment", "It was moved."),
    ],
)
def test_documentation_is_found(program: Program, symbol: str, kind: str, text: str) -> None:
    (found,) = declared(program, symbol).documentation
    assert (found.kind, found.text) == (kind, text)


def test_a_comment_that_stands_apart_is_no_documentation(program: Program) -> None:
    assert declared(program, "shop.signals.plain").documentation == ()


def test_an_annotation_is_found(program: Program) -> None:
    assert declared(program, "shop.signals.plain").annotation is not None
    assert declared(program, "shop.signals.created").annotation is None


@pytest.mark.parametrize(
    ("symbol", "count"),
    [
        ("shop.more.Window.closed", 8),
        ("shop.more.Window.shifted", 4),
        ("shop.signals.of_alias", 2),
        ("shop.signals.left", 0),
        ("shop.signals.annotated", 1),
        ("blinker.default_namespace['nowhere']", 1),
        ("shop.signals.by_class", 1),
        ("shop.signals.of_module", 1),
        ("shop.cycle_a.first", 2),
        ("shop.cycle_b.second", 1),
        ("shop.signals.made", 1),
        ("shop.clash.clash", 1),
        ("shop.more.Unpacked.one", 1),
        ("shop.signals.of_default", 1),
    ],
)
def test_sends_are_told_by_symbol(program: Program, symbol: str, count: int) -> None:
    assert len(sends(program, symbol)) == count, [text_at(program, x) for x in program.sends]


def test_what_only_sounds_like_a_signal_is_listed_as_unknown(program: Program) -> None:
    assert any("other.send" in text_at(program, each) for each in sends(program, None))


def test_a_send_of_something_that_may_be_a_signal_is_listed(program: Program) -> None:
    assert "unknown_signal.send(None)" in [text_at(program, x) for x in sends(program, None)]
    shown = {text_at(program, each) for each in program.sends}
    assert "unknown_thing.send(None)" not in shown
    assert 'kw.client.send("x")' not in shown


def payload(program: Program) -> dict[str, tuple[str, str]]:
    (send,) = [each for each in sends(program, "shop.signals.created") if len(each.payload) > 9]
    return {each.name: (each.type.text, each.type.known) for each in send.payload}


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("user", "shop.people.User", "fully"),
        ("maybe", "shop.people.User | None", "fully"),
        ("hidden", "shop.people._Hidden", "fully"),
        ("box", "shop.people.Box", "fully"),
        ("opts", "shop.people.Options", "fully"),
        ("checkers", "shop.people.User", "fully"),
        ("alone", "typing.Any", "not"),
        ("proxy", "shop.people.User", "fully"),
        ("raw", "typing.Any", "not"),
        ("call", "collections.abc.Callable[[builtins.int], builtins.str]", "fully"),
        ("rest", "collections.abc.Callable[..., builtins.int]", "fully"),
        ("lit", "builtins.str", "fully"),
        ("unknown", "typing.Any", "not"),
        ("anything", "typing.Any", "not"),
        ("some", "builtins.list[typing.Any]", "partly"),
        ("cls", "builtins.type[shop.people.User]", "fully"),
        ("either", "typing.Any", "not"),
        ("pair", "builtins.tuple[builtins.int, builtins.str]", "fully"),
        ("empty", "builtins.tuple[()]", "fully"),
        ("many", "builtins.tuple[builtins.int, ...]", "fully"),
        ("text", "typing.TextIO", "fully"),
        ("klass", "builtins.type[shop.people.User]", "fully"),
        ("module", "types.ModuleType", "fully"),
        ("local", "shop.people.User", "fully"),
        ("further", "shop.people.User", "fully"),
        ("inner_list", "builtins.list[builtins.int]", "fully"),
        ("cur", "shop.people.User", "fully"),
        ("tup2", "builtins.tuple[typing.Any, builtins.int]", "partly"),
        ("bars", "builtins.list[builtins.int | builtins.str] | builtins.int | None", "fully"),
        ("of_values", "collections.abc.Callable[[builtins.int | builtins.str], None]", "fully"),
        ("proxies", "shop.people.User | shop.people.Box | None", "fully"),
        ("symbol", "typing.Any", "not"),
        ("nowhere", "typing.Any", "not"),
        ("inner", "builtins.type[shop.people.User]", "fully"),
        ("point", "shop.people.Point", "fully"),
        ("colour", "shop.people.Colour", "fully"),
        ("age", "builtins.int", "fully"),
        ("string", "builtins.str", "fully"),
        ("number", "builtins.int", "fully"),
        ("none", "None", "fully"),
        ("flag", "builtins.bool", "fully"),
        ("items", "builtins.list[builtins.int]", "fully"),
        ("mixed", "builtins.list[builtins.int | builtins.str | None]", "fully"),
        ("nested", "builtins.dict[builtins.str, builtins.list[builtins.int]]", "fully"),
        ("tup", "builtins.tuple[builtins.int, shop.people.User]", "fully"),
        ("sets", "builtins.set[builtins.int]", "fully"),
        ("nothing", "builtins.list[typing.Any]", "partly"),
        ("partly", "builtins.list[builtins.list[typing.Any]]", "partly"),
        ("proxied", "shop.people.User", "fully"),
        ("open_file", "io.TextIOWrapper", "fully"),
        ("generic", "shop.people.User", "fully"),
        ("bytes_", "builtins.bytes", "fully"),
    ],
)
def test_a_type_is_written_so_that_it_can_be_imported(
    program: Program, name: str, text: str, known: str
) -> None:
    assert payload(program)[name] == (text, known)


def test_a_type_variable_is_its_bound(program: Program) -> None:
    texts = {
        each.sender.type.text
        for each in sends(program, "shop.signals.removed")
        if each.sender is not None and each.span.path.stem == "sends"
    }
    assert texts == {"shop.people.User", "typing.Any"}


def test_a_class_tells_its_bases(program: Program) -> None:
    (send,) = [each for each in sends(program, "shop.signals.created") if len(each.payload) > 9]
    hidden = next(each for each in send.payload if each.name == "hidden")
    assert hidden.type.bases == ("shop.people._Hidden", "shop.people.User", "builtins.object")
    assert hidden.type.origin == "stated"
    assert hidden.text == "hidden"


@pytest.fixture
def ways(program: Program) -> dict[str, Send]:
    return {text_at(program, each): each for each in sends(program, "shop.signals.moved")}


def test_the_ways_of_a_send_are_told(ways: dict[str, Send]) -> None:
    assert ways["signals.moved.send(None, **kw)"].spreads
    assert ways["signals.moved.send(1, 2, where=3)"].more_positional
    starred = ways["signals.moved.send(*args)"]
    assert starred.more_positional
    assert starred.sender is None
    wrapped = ways["signals.moved.send(None, _async_wrapper=ways, _sync_wrapper=ways, where=1)"]
    assert [each.name for each in wrapped.options] == ["_async_wrapper", "_sync_wrapper"]
    assert [each.name for each in wrapped.payload] == ["where"]
    assert wrapped.result == "dropped"
    assert wrapped.function == "shop.sends.ways"
    assert ways["results = signals.moved.send(None)"].result == "read"
    assert ways["for each in signals.moved.send(None):"].result == "read"
    assert ways["await signals.moved.send_async(None)"].result == "dropped"
    assert ways["x = await signals.moved.send_async(None)"].result == "read"
    assert ways["x = await signals.moved.send_async(None)"].method == "send_async"


def test_a_send_without_a_sender_has_none(program: Program) -> None:
    assert [each.sender for each in sends(program, "shop.signals.removed")].count(None) == 2


def shown(parameters: tuple[Parameter, ...] | None) -> list[str] | None:
    if parameters is None:
        return None
    return [f"{each.name} {each.kind} {each.default} {each.type.text}" for each in parameters]


def test_what_a_decorated_function_takes_is_told(program: Program) -> None:
    found = receivers(program, "shop.signals.created")["on_created"]
    assert found.how == "decorator"
    assert found.function is not None
    assert shown(found.parameters) == [
        "sender either None typing.Any",
        'name keyword "x" builtins.str',
        "user keyword None typing.Any",
        "rest stars None typing.Any",
    ]
    assert found.returns is not None
    assert found.returns.text == "builtins.int"


def test_stacked_decorators_are_told_one_by_one(program: Program) -> None:
    first = receivers(program, "shop.signals.created")["stacked"]
    second = receivers(program, "shop.signals.moved")["stacked"]
    assert first.function == second.function
    assert (first.how, second.how) == ("decorator", "connect_via")
    assert first.is_async
    assert second.sender is not None
    assert second.sender.text == "None"
    assert shown(second.parameters) == [
        "sender positional None typing.Any",
        "where either None builtins.list[builtins.int]",
        "args star None typing.Any",
    ]


def test_methods_are_told_without_self(program: Program) -> None:
    found = receivers(program, "shop.more.Window.closed")
    assert shown(found["on_closed"].parameters) == [
        "sender either None typing.Any",
        "force either False typing.Any",
    ]
    assert [each.name for each in found["on_static"].parameters or ()] == ["sender", "kw"]
    assert [each.name for each in found["on_class"].parameters or ()] == ["sender", "kw"]
    assert found["on_class"].sender is not None
    assert found["on_closed"].returns is not None
    assert found["on_closed"].returns.known == "not"
    assert found["on_class"].returns is not None
    assert found["on_class"].returns.text == "None"


def test_what_is_no_function_is_told_too(program: Program) -> None:
    found = receivers(program, "shop.signals.created")
    assert [each.name for each in found["<lambda>"].parameters or ()] == ["sender", "kw"]
    assert found["<lambda>"].returns is not None
    assert found["<lambda>"].returns.text == "builtins.int"
    assert [each.name for each in found["Listener"].parameters or ()] == ["sender", "only"]
    assert found["unknown"].parameters is None
    assert found["Window"].parameters == ()
    partials = [each for each in program.receivers if each.name == "plain"]
    assert ["sender"] in [[p.name for p in each.parameters or ()] for each in partials]
    assert shown(found["kept"].parameters) == [
        "sender either None builtins.int",
        "a keyword None builtins.int",
        "b keyword ... builtins.int",
    ]
    assert found["async_one"].is_async
    assert found["async_one"].returns is not None
    assert found["async_one"].returns.text == "builtins.str"


def test_the_ways_to_connect_are_told(program: Program) -> None:
    hows = {each.how for each in program.receivers if each.name == "plain"}
    assert hows == {"connect", "connect_via", "connected_to"}


def test_a_receiver_of_a_signal_that_its_name_alone_tells_is_found(program: Program) -> None:
    assert "plain" in receivers(program, "shop.more.Window.shifted")


@pytest.mark.parametrize(
    ("code", "symbol", "sentence"),
    [
        ("M10", None, "inherits from blinker's Signal"),
        ("M10", "shop.signals.created", "NamedSignal"),
        ("M10", None, "its class is compared: Signal"),
        ("M10", "shop.signals.created", "its receivers is used"),
        ("M10", "shop.signals.created", "its set_class is used"),
        (
            "M10",
            "shop.signals.created",
            "its has_receivers_for gets blinker's ANY; pass aldis's once",
        ),
        ("M11", "shop.signals.annotated", "'annotated'"),
        ("M12", "shop.signals.moved", "passed on to handed"),
        ("M12", "shop.signals.moved", "as an argument"),
        ("M12", "shop.signals.removed", "collection"),
        ("M12", "shop.signals.removed", "its send is passed on"),
        ("M12", "shop.signals.removed", "returned"),
        ("M12", "shop.signals.moved", "returned"),
        ("M18", "django.core.signals.request_finished", "from-django"),
        ("M18", "shop.of_django.item_seen", "PyDispatcher"),
        ("M18", "scrapy.signals.spider_opened", "PyDispatcher"),
        ("M20", "shop.signals.moved", "copied"),
    ],
)
def test_a_use_that_matters_is_told(
    program: Program, code: str, symbol: str | None, sentence: str
) -> None:
    assert any(
        each.symbol == symbol and sentence in each.sentence for each in uses(program, code)
    ), uses(program, code)


def test_harmless_uses_are_not_told(program: Program) -> None:
    told = {text_at(program, each) for each in program.uses}
    assert "created.name; created.disconnect(uses)" not in told
    assert "print(moved)" not in told
    assert "bool(moved)" not in told
    assert "if moved: pass" not in told
