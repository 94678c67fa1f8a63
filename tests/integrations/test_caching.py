"""What caches are told, header by header; and the caches inside an application, which are told nothing."""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import flask
import pytest
from flask_caching import Cache
from support.shops.shop import WHO, customer

from nosto_tagging import PageTagging, block
from nosto_tagging.errors import PublicResponse
from nosto_tagging.integrations.caching import private, public, with_cookie
from nosto_tagging.integrations.flask import Nosto


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (None, "private, no-cache"),
        ("", "private, no-cache"),
        ("max-age=60", "private, no-cache"),
        ("private", "private, no-cache"),
        ("private, max-age=60", "private, no-cache"),
        ("no-cache", "private, no-cache"),
        # With a list of names, both are about those headers only.
        ('private="Set-Cookie", no-cache="Set-Cookie"', "private, no-cache"),
        ('no-cache="a, no-store, private"', "private, no-cache"),
        ("must-revalidate, max-age=60, no-transform", "private, no-cache, must-revalidate, no-transform"),
        # As strict already.
        ("no-store", "no-store"),
        ("NO-STORE, max-age=0", "NO-STORE, max-age=0"),
        ("private, no-cache, max-age=0", "private, no-cache, max-age=0"),
        ("no-cache,private", "no-cache,private"),
    ],
)
def test_cache_control_is_made_as_strict_and_no_looser(said: str | None, made: str):
    assert private(said) == made


@pytest.mark.parametrize(
    ("headers", "keeper"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=60"}, None),
        ({"Cache-Control": "private, no-cache"}, None),
        ({"Cache-Control": "public"}, "Cache-Control"),
        ({"Cache-Control": "PUBLIC, max-age=60"}, "Cache-Control"),
        ({"Cache-Control": "s-maxage=60"}, "Cache-Control"),
        ({"Cache-Control": "s-maxage=0, private"}, "Cache-Control"),
        ({"Cache-Control": "no-store, public"}, None),
        ({"Cache-Control": 'private="public"'}, None),
        ({"CDN-Cache-Control": "max-age=60"}, "CDN-Cache-Control"),
        ({"CDN-Cache-Control": "no-store"}, None),
        ({"Surrogate-Control": "max-age=60"}, "Surrogate-Control"),
        ({"Cloudflare-CDN-Cache-Control": "private"}, None),
        ({"Netlify-CDN-Cache-Control": "max-age=60"}, "Netlify-CDN-Cache-Control"),
        ({"Vercel-CDN-Cache-Control": "s-maxage=60"}, "Vercel-CDN-Cache-Control"),
        ({"Akamai-Cache-Control": "max-age=60"}, "Akamai-Cache-Control"),
        ({"Edge-Control": "cache-maxage=60"}, "Edge-Control"),
        ({"X-LiteSpeed-Cache-Control": "public,max-age=60"}, "X-LiteSpeed-Cache-Control"),
        ({"Cache-Control": "private", "X-Accel-Expires": "60"}, "X-Accel-Expires"),
        ({"X-Accel-Expires": "@4102444800"}, "X-Accel-Expires"),
        ({"X-Accel-Expires": "0"}, None),
        ({"X-Accel-Expires": "off"}, None),
    ],
)
def test_a_public_page_is_known_by_its_headers(headers: dict[str, str | None], keeper: str | None):
    assert public(headers) == keeper


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (None, "Cookie"),
        ("Accept-Encoding", "Accept-Encoding, Cookie"),
        ("accept-encoding, COOKIE", "accept-encoding, COOKIE"),
        ("*", "*"),
        ("Cookies", "Cookies, Cookie"),
    ],
)
def test_vary_has_cookie_once(said: str | None, made: str):
    assert with_cookie(said) == made


# --- caches inside the application


def shop(debug: bool) -> flask.Flask:
    app = flask.Flask("shop")
    app.debug = debug
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = Cache(app)
    nosto = Nosto(app)
    nosto.customer_loader(lambda: customer(flask.request.cookies.get(WHO)))

    @app.get("/view")
    @cache.cached(timeout=60)
    def view() -> Any:
        return flask.render_template_string("<p>{% nosto_customer %}</p>")

    @app.get("/fragment")
    def fragment() -> Any:
        return flask.render_template_string("{% cache 60, 'part' %}<p>{% nosto_customer %}</p>{% endcache %}")

    @app.get("/beside")
    def beside() -> Any:
        return flask.render_template_string("{% cache 60, 'other' %}<b></b>{% endcache %}{% nosto_customer %}")

    @cache.memoize()
    def total() -> int:
        return 7

    @app.get("/memoized")
    def memoized() -> Any:
        return flask.render_template_string("{{ total() }}{% nosto_customer %}", total=total)

    @app.get("/async")
    @cache.cached(timeout=60)
    async def later() -> Any:
        return flask.render_template_string("<p>{% nosto_customer %}</p>")

    @app.get("/thread")
    @cache.cached(timeout=60)
    def elsewhere() -> Any:
        made = flask.copy_current_request_context(lambda: flask.render_template_string("<p>{% nosto_customer %}</p>"))
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(made).result()

    return app


CACHED = {"/view": "Flask-Caching", "/fragment": "Flask-Caching's {% cache %}"}
if importlib.util.find_spec("asgiref") is not None:  # which Flask's async views need
    CACHED["/async"] = "Flask-Caching"
CACHED["/thread"] = "Flask-Caching"


@pytest.mark.parametrize(("path", "keeper"), CACHED.items())
def test_what_the_application_itself_keeps_raises_under_debug(path: str, keeper: str):
    browser = shop(debug=True).test_client()
    browser.set_cookie(WHO, "jane")
    with pytest.raises(PublicResponse) as caught:
        browser.get(path)
    assert caught.value.keeper == keeper


@pytest.mark.parametrize(("path", "keeper"), CACHED.items())
def test_what_the_application_itself_keeps_goes_without_the_visitor_in_production(path: str, keeper: str, caplog):
    app = shop(debug=False)
    told: list[str] = []
    for who in ("jane", "john"):
        browser = app.test_client()
        browser.set_cookie(WHO, who)
        with caplog.at_level(logging.ERROR, "nosto_tagging"):
            assert browser.get(path).text == "<p></p>"
        told += [record.getMessage() for record in caplog.records]
        caplog.clear()
    # The second visitor got what was kept.
    assert told == [f"Left out of <template>, line 1: {PublicResponse(keeper)}"]


@pytest.mark.parametrize(("path", "before"), [("/beside", "<b></b>"), ("/memoized", "7")])
def test_what_stands_beside_something_kept_is_printed(path: str, before: str):
    app = shop(debug=True)
    for who in ("jane", "john"):
        browser = app.test_client()
        browser.set_cookie(WHO, who)
        assert browser.get(path).text == f"{before}{block(customer(who))}"


def test_a_template_that_jinja_keeps_for_all_has_no_visitor_in_it():
    app = shop(debug=True)
    app.jinja_loader = app.create_global_jinja_loader()
    from jinja2 import DictLoader

    app.jinja_env.loader = DictLoader(
        {
            "part.html": "{% nosto_customer %}{% macro m() %}{% nosto_customer %}{% endmacro %}",
            "macros.html": "{% macro m() %}{% nosto_customer %}{% endmacro %}",
            "page.html": "{% import 'part.html' as part %}{{ part }}",
            "macro.html": "{% from 'macros.html' import m %}{{ m() }}",
            "include.html": "{% include 'part.html' %}",
        }
    )

    @app.get("/<name>.html")
    def page(name: str) -> Any:
        return flask.render_template(f"{name}.html")

    browser = app.test_client()
    browser.set_cookie(WHO, "jane")
    with pytest.raises(PublicResponse) as caught:
        browser.get("/page.html")
    assert caught.value.keeper == "Jinja, which keeps a template that is imported without context"
    assert browser.get("/macro.html").text == browser.get("/include.html").text == block(customer("jane"))


# --- a public page whose text is not what was printed


def changed(body: str, **headers: str) -> flask.Flask:
    app = flask.Flask("shop")
    nosto = Nosto(app)
    nosto.customer_loader(lambda: customer("jane"))

    @app.get("/")
    def page() -> Any:
        printed = flask.render_template_string("<p>{% nosto_customer %}</p>")
        response = flask.make_response(body.replace("{}", printed.upper()).replace("[]", printed))
        response.headers.update({"Cache-Control": "public, max-age=60", **headers})
        return response

    @app.get("/data")
    def data() -> Any:
        response = flask.jsonify(nosto.payload(customer("jane")))
        response.headers.update({"Cache-Control": "public, max-age=60", **headers})
        return response

    return app


@pytest.mark.parametrize("path", ["/", "/data"])
def test_a_public_page_that_the_visitor_cannot_be_taken_out_of_is_kept_by_nobody(path: str):
    answer = changed("{}", **{"CDN-Cache-Control": "max-age=60", "Vary": "Accept"}).test_client().get(path)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["CDN-Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Accept, Cookie"


def test_nginx_is_told_in_its_own_header():
    answer = changed("{}", **{"Cache-Control": "private", "X-Accel-Expires": "60"}).test_client().get("/")
    assert (answer.headers["X-Accel-Expires"], answer.headers["Cache-Control"]) == ("0", "private, no-store")


def test_a_page_that_has_it_twice_is_left_with_none():
    answer = changed("[][]").test_client().get("/")
    assert answer.text == "<p></p><p></p>"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_what_another_after_request_says_of_caches_is_heard():
    app = flask.Flask("shop")
    Nosto(app).customer_loader(lambda: customer("jane"))

    @app.after_request
    def public_for_all(response: flask.Response) -> flask.Response:
        response.headers["Cache-Control"] = "public"
        return response

    app.add_url_rule("/", "page", lambda: flask.render_template_string("{% nosto_customer %}"))
    answer = app.test_client().get("/")
    assert (answer.text, answer.headers["Cache-Control"]) == ("", "public")


# --- the client script, which only those have who agreed


STUB = "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"


def asking(debug: bool = False, **options: Any) -> flask.Flask:
    app = flask.Flask("shop")
    app.debug = debug
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["CACHE_TYPE"] = "SimpleCache"
    cache = Cache(app)
    Nosto(app, **{"account_id": "shop", "consent": lambda: WHO in flask.request.cookies, **options})
    source = "<head>{{ nosto_client_script() }}</head>"

    @app.get("/")
    def page() -> Any:
        return flask.render_template_string(source)

    @app.get("/public")
    def for_all() -> Any:
        response = flask.make_response(flask.render_template_string(source))
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    @app.get("/kept")
    @cache.cached(timeout=60)
    def kept() -> Any:
        return flask.render_template_string(source)

    @app.get("/waits")
    @cache.cached(timeout=60)
    def waits() -> Any:
        return flask.render_template_string("{{ nosto_client_script(waits_for='data-category=marketing') }}")

    @app.get("/streamed")
    def streamed() -> Any:
        return flask.stream_template_string(source)

    return app


def seen(app: flask.Flask, path: str, *, agrees: bool) -> Any:
    browser = app.test_client()
    if agrees:
        browser.set_cookie(WHO, "jane")
    return browser.get(path)


def test_a_page_that_loads_the_client_script_by_consent_is_for_who_gave_it():
    app = asking()
    answer = seen(app, "/", agrees=True)
    assert "connect.nosto.com" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("private, no-cache", "Cookie")
    answer = seen(app, "/", agrees=False)
    assert answer.text == f"<head>{STUB}</head>"
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize("path", ["/public", "/kept", "/streamed"])
def test_nobody_who_did_not_agree_gets_the_client_script_out_of_a_cache(path: str):
    app = asking()
    for agrees in (True, False):
        assert seen(app, path, agrees=agrees).text == f"<head>{STUB}</head>"


@pytest.mark.parametrize("path", ["/public", "/kept"])
def test_to_load_it_by_consent_in_a_page_for_all_raises_under_debug(path: str):
    with pytest.raises(PublicResponse):
        seen(asking(debug=True), path, agrees=True)


def test_what_waits_in_the_page_may_be_kept():
    app = asking(debug=True)
    assert seen(app, "/waits", agrees=True).text == seen(app, "/waits", agrees=False).text
    assert "Cache-Control" not in seen(app, "/waits", agrees=True).headers


def test_where_nobody_is_asked_the_client_script_is_for_all():
    app = asking(debug=True, consent=None)
    for path in ("/public", "/kept", "/streamed"):
        answer = seen(app, path, agrees=True)
        assert "connect.nosto.com" in answer.text
        assert "private" not in answer.headers.get("Cache-Control", "")


# --- what others do with a response


@pytest.mark.parametrize("said", ["public, max-age=60", "max-age=60"])
@pytest.mark.parametrize(
    ("who", "site", "status"), [("jane", "none", 200), (None, "none", 204), ("jane", "same-site", 403)]
)
def test_what_is_said_for_all_responses_does_not_open_the_endpoint(said: str, who: str | None, site: str, status: int):
    app = flask.Flask("shop")
    app.debug = True
    Nosto(app).customer_loader(lambda: customer(flask.request.cookies.get(WHO)))

    @app.after_request
    def for_all(response: flask.Response) -> flask.Response:  # as Flask-CORS does
        response.headers["Access-Control-Allow-Origin"] = "https://evil.example"
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Cache-Control"] = said
        return response

    browser = app.test_client()
    if who is not None:
        browser.set_cookie(WHO, who)
    answer = browser.get("/nosto/visitor", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def test_a_page_with_another_applications_part_in_it_is_marked_too():
    one, other = flask.Flask("one"), flask.Flask("other")
    for app in (one, other):
        Nosto(app).customer_loader(lambda: customer("jane"))

    @other.get("/")
    def page() -> Any:
        with one.app_context():
            return flask.render_template_string("{% nosto_customer %}")

    @other.get("/public")
    def for_all() -> Any:
        part = one.jinja_env.from_string("{% nosto_customer %}").render()
        return flask.Response(f"<p>{part}</p>", headers={"Cache-Control": "public"})

    answer = other.test_client().get("/")
    assert answer.text == block(customer("jane"))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert other.test_client().get("/public").text == "<p></p>"


def test_a_response_that_makes_no_text_of_its_parts_is_marked_and_left_as_it_is():
    class Parts(flask.Response):
        implicit_sequence_conversion = False

    app = flask.Flask("shop")
    Nosto(app).customer_loader(lambda: customer("jane"))

    @app.get("/")
    def page() -> Any:
        return Parts(deque([flask.render_template_string("{% nosto_customer %}").encode()]))

    answer = app.test_client().get("/", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"


# --- what is taken out of a public page


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<p>{% nosto_customer %}{% nosto_customer %}</p>", "<p></p>"),
        ("<script>x;{{ nosto_statement(jane) }}</script>{{ nosto_snippet(jane) }}", "<script>x;</script>"),
        # What was made of it is in there still.
        ("{% nosto_customer %}{{ nosto.customer()|striptags }}", None),
        ("{{ nosto_snippet(jane) }}{{ nosto_statement(jane)|upper }}", None),
    ],
)
def test_all_that_was_printed_is_taken_out_or_nobody_keeps_it(source: str, left: str | None):
    app = flask.Flask("shop")
    Nosto(app).customer_loader(lambda: customer("jane"))

    @app.get("/")
    def page() -> Any:
        response = flask.make_response(flask.render_template_string(source, jane=customer("jane")))
        response.headers["Cache-Control"] = "public"
        return response

    answer = app.test_client().get("/")
    if left is None:
        assert answer.headers["Cache-Control"] == "private, no-store"
    else:
        assert (answer.text, answer.headers["Cache-Control"]) == (left, "public")


@pytest.mark.parametrize("said", ["public", None])
def test_parts_that_are_rendered_at_the_same_time_are_each_noted(said: str | None):
    app = flask.Flask("shop")
    inside, beside = threading.Event(), threading.Event()

    def nonce() -> None:
        # The visitor's own has been let in, and is not printed yet: another part is, which has nobody in it.
        if threading.current_thread() is not waiting[0]:
            return
        inside.set()
        beside.wait(10)

    nosto = Nosto(app, nonce=nonce)
    waiting: list[threading.Thread] = []

    @app.get("/")
    def page() -> Any:
        made: list[str] = []
        first = threading.Thread(
            target=flask.copy_current_request_context(lambda: made.append(nosto.tagger.snippet(customer("jane"))))
        )
        waiting.append(first)
        # A part that is begun before and ends in between.
        visit = nosto.tagger.visit()
        assert visit is not None

        def other() -> None:
            nosto.tagger.block(PageTagging(page_type="front"))
            beside.set()
            first.join(10)

        first.start()
        inside.wait(10)
        nosto.tagger._noted(other)
        response = flask.make_response(f"<p>{made[0]}</p>")
        if said is not None:
            response.headers["Cache-Control"] = said
        return response

    answer = app.test_client().get("/")
    if said is None:
        assert answer.headers["Cache-Control"] == "private, no-cache"
    else:
        assert "jane" not in answer.text
