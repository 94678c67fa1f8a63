"""Flask: the settings, the customer loader, the error policy, the app's own templates."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
import threading
import weakref
from pathlib import Path

import pytest
from flask import Blueprint, Flask, current_app, g, render_template, render_template_string, request
from support import page
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT
from werkzeug.middleware.proxy_fix import ProxyFix

from nosto_tagging import Customer, Settings, Tagger, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging, MissingExtra, UndefinedName
from nosto_tagging.integrations.flask import Nosto

JANE_TAGGED = Customer(**JANE)
NO_LOADER = "customer must be given: no @nosto.customer_loader says who the visitor is"


def shop(folder: Path | None = None, **config) -> Flask:
    app = Flask("shop", template_folder=str(folder or "templates"))
    app.config.update({"TESTING": True, **config})
    return app


def rendered(app: Flask, source: str, **context) -> str:
    with app.test_request_context():
        return render_template_string(source, **context)


# --- what a page prints


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{% nosto_customer %}", JANE_BLOCK),
        ("{% nosto_customer_snippet %}", JANE_SCRIPT),
        ("{% nosto_customer_snippet nonce='r4nd0m' %}", JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)),
        ("{% from 'nosto/customer.html' import customer_block %}{{ customer_block() }}", JANE_BLOCK),
        ("{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet() }}", JANE_SCRIPT),
        # Who is given goes before who is loaded.
        ("{% nosto_customer other %}", block(Customer(customer_reference="7"))),
        ("{% nosto_customer customer_reference=7 %}", block(Customer(customer_reference="7"))),
        ("{% nosto_customer none %}", ""),
        ("{{ nosto_block(other) }}", block(Customer(customer_reference="7"))),
        ("{{ nosto_snippet(other) }}", snippet(Customer(customer_reference="7"))),
        ("{{ nosto_client_script('shop') }}", client_script("shop")),
    ],
)
def test_a_page_prints(source: str, printed: str) -> None:
    app = shop()
    nosto = Nosto(app)
    nosto.customer_loader(lambda: JANE_TAGGED)
    assert rendered(app, source, other=Customer(customer_reference="7")) == printed


@pytest.mark.parametrize(
    ("visitor", "printed"),
    [
        (JANE_TAGGED, JANE_BLOCK),
        (JANE, JANE_BLOCK),
        (None, ""),
    ],
    ids=["customer", "mapping", "nobody"],
)
def test_the_loader_gives_a_customer_or_its_fields_or_nobody(visitor, printed: str) -> None:
    app = shop()
    nosto = Nosto(app)
    nosto.customer_loader(lambda: visitor)
    assert rendered(app, "{% nosto_customer %}") == printed


def test_the_loader_is_a_decorator_that_leaves_the_function_what_it_is() -> None:
    nosto = Nosto(shop())

    def visitor() -> Customer:
        return JANE_TAGGED

    assert nosto.customer_loader(visitor) is visitor


def test_a_loader_may_be_declared_before_or_after_the_app_is_there() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda: JANE_TAGGED)
    app = shop()
    nosto.init_app(app)
    assert rendered(app, "{% nosto_customer %}") == JANE_BLOCK
    nosto.customer_loader(lambda: None)
    assert rendered(app, "{% nosto_customer %}") == ""


def test_each_request_gets_its_own_visitor() -> None:
    app = shop()
    nosto = Nosto(app)

    @nosto.customer_loader
    def visitor() -> Customer | None:
        reference = request.args.get("reference")
        return None if reference is None else Customer(customer_reference=reference)

    @app.get("/")
    def index() -> str:
        return render_template_string("{% nosto_customer %}")

    client = app.test_client()
    assert [client.get(address).text for address in ("/?reference=1", "/", "/?reference=2")] == [
        block(Customer(customer_reference="1")),
        "",
        block(Customer(customer_reference="2")),
    ]


def test_requests_in_two_threads_get_their_own_visitors() -> None:
    app = shop()
    nosto = Nosto(app)
    nosto.customer_loader(lambda: Customer(customer_reference=request.args["reference"]))

    @app.get("/")
    def index() -> str:
        return render_template_string("{% nosto_customer %}{% nosto_customer_snippet %}")

    barrier = threading.Barrier(2)
    strays: list[str] = []

    def visit(reference: str) -> None:
        who = Customer(customer_reference=reference)
        client = app.test_client()
        barrier.wait()
        for _ in range(200):
            made = client.get(f"/?reference={reference}").text
            if made != block(who) + snippet(who):
                strays.append(made)

    threads = [threading.Thread(target=visit, args=(reference,)) for reference in ("1", "2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert strays == []


# --- settings


@pytest.mark.parametrize(
    ("config", "options", "settings"),
    [
        ({}, {}, Settings()),
        (
            {
                "NOSTO_ACCOUNT_ID": "shop",
                "NOSTO_HOST": "staging",
                "NOSTO_ENABLED": False,
                "NOSTO_NONCE": "r4nd0m",
                "NOSTO_ERRORS": "log",
                "NOSTO_LEAVE_OUT_EMAIL": True,
            },
            {},
            Settings(
                account_id="shop", host="staging", enabled=False, nonce="r4nd0m", errors="log", leave_out_email=True
            ),
        ),
        # As from_prefixed_env() and environment variables give them.
        (
            {"NOSTO_ENABLED": "false", "NOSTO_LEAVE_OUT_EMAIL": "1"},
            {},
            Settings(enabled=False, leave_out_email=True),
        ),
        ({"NOSTO_ACCOUNT_ID": "", "NOSTO_NONCE": None}, {}, Settings()),
        ({"NOSTO_ACCOUNT_ID": "shop"}, {"account_id": "other"}, Settings(account_id="other")),
        ({"NOSTO_HOST": "staging"}, {"account_id": "other"}, Settings(account_id="other", host="staging")),
        # Somebody else's.
        ({"NOSTO_SECRET_OF_OURS": "x"}, {}, Settings()),
    ],
)
def test_settings_come_from_the_arguments_then_the_configuration_then_the_defaults(config, options, settings) -> None:
    app = shop(**config)
    nosto = Nosto(app, **options)
    with app.app_context():
        assert nosto.tagger.settings == settings


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        (
            {"NOSTO_HOST": "live"},
            {},
            "Settings.host must be 'production' or 'staging', got text of 4 characters",
        ),
        (
            {"NOSTO_ACCOUNT_ID": "a/b"},
            {},
            "Settings.account_id must be the account's id as it stands in a URL path (letters, digits and -._~), "
            "got text of 3 characters",
        ),
        (
            {},
            {"acount_id": "shop"},
            "Settings has no field 'acount_id', must be one of: account_id, host, enabled, nonce, errors, "
            "leave_out_email, consent, visitor_url, session_on_server, check_ignore",
        ),
    ],
)
def test_settings_that_do_not_validate_are_refused_when_the_app_is_made(config, options, message: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        Nosto(shop(**config), **options)
    assert str(caught.value) == message


def test_a_nonce_of_the_request_reaches_tags_globals_and_imported_macros() -> None:
    app = shop(NOSTO_NONCE=lambda: g.csp_nonce, NOSTO_ACCOUNT_ID="shop")
    nosto = Nosto(app)
    nosto.customer_loader(lambda: JANE_TAGGED)
    source = (
        "{% nosto_customer_snippet %}{{ nosto_snippet(jane) }}{{ nosto_client_script() }}"
        "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet() }}"
        "{% from 'nosto/script.html' import client_script %}{{ client_script() }}"
    )
    for nonce in ("first", "second"):
        with app.test_request_context():
            g.csp_nonce = nonce
            made = render_template_string(source, jane=JANE_TAGGED)
        assert [node.attributes["nonce"] for node in page.elements(made, "script")] == [nonce] * 7


def test_views_have_the_verbs_under_the_apps_settings() -> None:
    app = shop(NOSTO_LEAVE_OUT_EMAIL=True)
    nosto = Nosto(app)
    with app.app_context():
        assert nosto.tagger.snippet(JANE_TAGGED) == Tagger(Settings(leave_out_email=True)).snippet(JANE_TAGGED)
        assert nosto.tagger is app.extensions["nosto_tagging"]
        assert nosto.tagger is app.jinja_env.nosto_tagging


def test_one_extension_object_serves_two_apps_with_settings_of_their_own() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda: JANE_TAGGED)
    apps = [shop(NOSTO_NONCE="first"), shop(NOSTO_NONCE="second")]
    for app in apps:
        nosto.init_app(app)
    assert [rendered(app, "{% nosto_customer_snippet %}") for app in apps] == [
        snippet(JANE_TAGGED, nonce="first"),
        snippet(JANE_TAGGED, nonce="second"),
    ]
    for app in apps:
        with app.app_context():
            assert nosto.tagger.settings.nonce == app.config["NOSTO_NONCE"]


def test_the_one_loader_of_two_apps_is_asked_in_the_context_of_the_app_that_renders() -> None:
    nosto = Nosto()
    apps = [shop(), shop()]
    for name, app in zip(("first", "second"), apps, strict=True):
        nosto.init_app(app)
        app.config["VISITOR"] = name
    nosto.customer_loader(lambda: pytest.fail("asked, though another one has been set since"))
    nosto.customer_loader(lambda: Customer(customer_reference=current_app.config["VISITOR"]))
    assert [rendered(app, "{% nosto_customer %}") for app in apps] == [
        block(Customer(customer_reference="first")),
        block(Customer(customer_reference="second")),
    ]


def test_two_apps_with_an_extension_object_each_have_loaders_of_their_own() -> None:
    apps = []
    for name in ("first", "second"):
        app = shop()
        Nosto(app).customer_loader(lambda name=name: Customer(customer_reference=name))
        apps.append(app)
    assert [rendered(app, "{% nosto_customer %}") for app in apps] == [
        block(Customer(customer_reference="first")),
        block(Customer(customer_reference="second")),
    ]


def test_each_app_of_a_factory_keeps_the_loader_that_was_declared_for_it() -> None:
    # The last loader served them all: the second shop's customers in the first shop's pages.
    nosto = Nosto()

    def create_app(name: str) -> Flask:
        app = shop()
        nosto.init_app(app)

        @nosto.customer_loader
        def visitor() -> Customer:
            return Customer(customer_reference=name)

        return app

    apps = {name: create_app(name) for name in ("first", "second")}
    for name, app in apps.items():
        assert rendered(app, "{% nosto_customer %}") == block(Customer(customer_reference=name))


@pytest.mark.parametrize(
    ("steps", "served"),
    [
        (["1", "app", "app"], ["1", "1"]),
        (["app", "app", "1"], ["1", "1"]),
        (["app", "1", "app"], ["1", "1"]),
        (["app", "1", "2"], ["2"]),  # declared again
        (["app", "1", "app", "2"], ["1", "2"]),
        (["app", "1", "app", "2", "3"], ["1", "3"]),
        (["1", "app", "2", "app", "app", "3"], ["2", "3", "3"]),
    ],
    ids=" ".join,
)
def test_a_loader_is_for_the_apps_since_the_last_and_for_those_to_come(steps: list[str], served: list[str]) -> None:
    nosto = Nosto()
    apps: list[Flask] = []
    for step in steps:
        if step == "app":
            apps.append(shop())
            nosto.init_app(apps[-1])
        else:
            nosto.customer_loader(lambda reference=step: Customer(customer_reference=reference))
    assert [rendered(app, "{% nosto_customer %}") for app in apps] == [
        block(Customer(customer_reference=reference)) for reference in served
    ]


def test_an_extension_object_keeps_no_app_alive() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda: None)
    app = shop()
    nosto.init_app(app)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


# --- errors


@pytest.mark.parametrize(
    ("flags", "raises"),
    [
        ({"TESTING": False, "DEBUG": False}, False),
        ({"TESTING": True, "DEBUG": False}, True),
        ({"TESTING": False, "DEBUG": True}, True),
        ({"TESTING": True, "DEBUG": True}, True),
        # What is said goes before what is guessed.
        ({"TESTING": False, "DEBUG": False, "NOSTO_ERRORS": "raise"}, True),
        ({"TESTING": True, "DEBUG": True, "NOSTO_ERRORS": "log"}, False),
    ],
)
def test_errors_raise_under_debug_and_testing_and_are_logged_in_production(
    flags, *, raises: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop(**flags)
    Nosto(app)
    source = "<p>1</p>{% nosto_customer custmer %}<p>2</p>"
    message = "custmer is undefined; where it may be missing, write |default(none) after it"
    if raises:
        with pytest.raises(UndefinedName) as caught:
            rendered(app, source)
        assert str(caught.value) == message
        assert caplog.record_tuples == []
    else:
        assert rendered(app, source) == "<p>1</p><p>2</p>"
        assert caplog.record_tuples == [
            ("nosto_tagging", logging.ERROR, f"Left out of <template>, line 1: {message}"),
        ]


def test_errors_as_an_argument_go_before_debug_and_testing() -> None:
    app = shop(TESTING=True)
    Nosto(app, errors="log")
    assert rendered(app, "{% nosto_customer custmer %}") == ""


def test_an_app_that_becomes_a_tested_one_after_the_extension_is_there_raises() -> None:
    app = shop(TESTING=False)
    Nosto(app)
    app.testing = True
    with pytest.raises(UndefinedName):
        rendered(app, "{% nosto_customer custmer %}")


def fails() -> Customer:
    raise LookupError("jane.doe@example.com")


@pytest.mark.parametrize(
    ("loader", "error", "message"),
    [
        (None, InvalidArgument, NO_LOADER),
        (
            lambda: {"email": "jane.doe"},
            InvalidTagging,
            "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters",
        ),
        (
            lambda: "jane.doe@example.com",
            InvalidArgument,
            "customer must be a Customer, a mapping of its fields, or None, got text of 20 characters; "
            "Customer.from_object() makes one from an object with attributes",
        ),
        (fails, LookupError, "raised LookupError"),
    ],
    ids=["none", "invalid", "wrong-type", "failing"],
)
def test_what_is_wrong_with_the_loader_takes_no_page_down_in_production(
    loader, error: type[Exception], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop()
    nosto = Nosto(app)
    if loader is not None:
        nosto.customer_loader(loader)
    with pytest.raises(error):
        rendered(app, "{% nosto_customer %}")
    app.testing = False
    assert rendered(app, "<p>1</p>\n{% nosto_customer %}{% nosto_customer_snippet %}<p>2</p>") == "<p>1</p>\n<p>2</p>"
    assert (
        caplog.record_tuples
        == [
            ("nosto_tagging", logging.ERROR, f"Left out of <template>, line 2: {message}"),
        ]
        * 2
    )


def test_the_loader_is_not_asked_when_tagging_is_off() -> None:
    app = shop(NOSTO_ENABLED=False)
    nosto = Nosto(app)
    nosto.customer_loader(lambda: pytest.fail("asked"))
    assert rendered(app, "{% nosto_customer %}{% nosto_customer_snippet %}") == ""


def test_a_record_names_the_apps_own_template_and_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tmp_path.joinpath("page.html").write_text("\n\n{% nosto_customer custmer %}", encoding="utf-8")
    app = shop(tmp_path, TESTING=False)
    Nosto(app)
    with app.test_request_context():
        assert render_template("page.html") == "\n\n"
    assert [record.getMessage() for record in caplog.records] == [
        "Left out of page.html, line 3: custmer is undefined; where it may be missing, write |default(none) after it"
    ]


# --- templates


def test_the_apps_own_macros_win_over_the_bundled_ones(tmp_path: Path) -> None:
    folder = tmp_path / "nosto"
    folder.mkdir()
    own = "{% macro customer_block() %}<b>own</b>{% nosto_customer %}{% endmacro %}"
    folder.joinpath("customer.html").write_text(own, encoding="utf-8")
    app = shop(tmp_path)
    nosto = Nosto(app)
    nosto.customer_loader(lambda: JANE_TAGGED)
    source = "{% from 'nosto/customer.html' import customer_block %}{{ customer_block() }}"
    assert rendered(app, source) == f"<b>own</b>{JANE_BLOCK}"
    # The file that it does not have is still the bundled one.
    assert rendered(app, "{% from 'nosto/script.html' import client_script %}{{ client_script('shop') }}") == (
        client_script("shop")
    )


def test_a_blueprints_templates_are_still_found(tmp_path: Path) -> None:
    tmp_path.joinpath("part.html").write_text("{% nosto_customer %}", encoding="utf-8")
    app = shop()
    nosto = Nosto(app)
    nosto.customer_loader(lambda: JANE_TAGGED)
    app.register_blueprint(Blueprint("part", "part", template_folder=str(tmp_path)))
    with app.test_request_context():
        assert render_template("part.html") == JANE_BLOCK


@pytest.mark.parametrize("name", ["page.html", "page.txt"])  # Flask escapes the first only
def test_a_page_prints_the_same_whether_flask_escapes_it_or_not(name: str, tmp_path: Path) -> None:
    source = (
        "{% nosto_customer %}{{ nosto_snippet(jane) }}"
        "{% from 'nosto/customer.html' import customer_block %}{{ customer_block() }}"
    )
    tmp_path.joinpath(name).write_text(source, encoding="utf-8")
    app = shop(tmp_path)
    nosto = Nosto(app)
    nosto.customer_loader(lambda: JANE_TAGGED)
    with app.test_request_context():
        assert render_template(name, jane=JANE_TAGGED) == JANE_BLOCK + JANE_SCRIPT + JANE_BLOCK


def test_options_of_jinja_that_are_set_before_are_kept() -> None:
    app = shop()
    app.jinja_options = {"variable_start_string": "[[", "variable_end_string": "]]"}
    Nosto(app)
    assert rendered(app, "[[ nosto_block(jane) ]]{{ nosto }}", jane=JANE_TAGGED) == f"{JANE_BLOCK}{{{{ nosto }}}}"


# --- deferred


@pytest.mark.parametrize(
    ("root", "asked"),
    [
        ("/shop", "/shop/nosto/visitor"),
        ("", "/nosto/visitor"),
        ("//evil.example", "/evil.example/nosto/visitor"),
        ("/\\evil.example", "/evil.example/nosto/visitor"),
        ("/\t/evil.example", "/evil.example/nosto/visitor"),
        ("https://evil.example", "/https://evil.example/nosto/visitor"),
    ],
)
def test_a_deferred_page_asks_its_own_site_wherever_a_proxy_says_that_it_is(root: str, asked: str) -> None:
    app = shop()
    Nosto(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    app.add_url_rule("/", "page", lambda: render_template_string("{% nosto_deferred %}"))
    headers = {"X-Forwarded-Prefix": root} if root else {}
    assert f'nostoTagging.ask("{asked}")' in app.test_client().get("/", headers=headers).text


# --- the extra


def test_without_flask_a_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.flask")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.flask")
    assert str(caught.value) == (
        "nosto_tagging.integrations.flask needs the 'flask' extra: install nosto-tagging[flask]"
    )
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
