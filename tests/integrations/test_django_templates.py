"""``{% load nosto %}``: each tag of Django's own templates prints what Jinja's does, and undefined is not blank."""

from __future__ import annotations

import gc
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Engine, Node, TemplateSyntaxError
from django.template.loaders.locmem import Loader
from django.test import override_settings
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from support.django_project import from_string, urlconf
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT, JANE_STATEMENT
from support.statements import CART, EVERYTHING, ORDER, PRODUCT

from nosto_tagging import Customer, PageTagging, Settings, Tagger, api, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, UndefinedName
from nosto_tagging.integrations.django import nosto
from nosto_tagging.integrations.django.templatetags.nosto import register
from nosto_tagging.jinja import NostoExtension
from nosto_tagging.topics import TOPICS

JANE_TAGGED = Customer(**JANE)
VIP = api.add_segment_code_to_visit("vip")
MODELS: dict[str, Any] = {
    "customer": JANE_TAGGED,
    "cart": CART,
    "order": ORDER,
    "product": PRODUCT,
    "page": EVERYTHING,
}
VALUES: dict[str, tuple[Any, PageTagging]] = {
    "search": ("a & b", PageTagging(search_terms=["a & b"])),
    "variation": ("EUR", PageTagging(variation="EUR")),
    "placement": ("front-1", PageTagging(elements=["front-1"])),
}


def rendered(source: str, **names: Any) -> str:
    return str(from_string(source, using="django").render(names))


def raised(source: str, **names: Any) -> Exception:
    with override_settings(DEBUG=True), pytest.raises(Exception) as caught:
        rendered(source, **names)
    return caught.value


# --- what a tag prints


def test_there_is_a_tag_for_each_of_jinjas_tags_and_globals():
    verbs = {"block", "client_script", "snippet", "statement", "statement_attribute", "tell", "visitor_script"}
    assert set(register.tags) == NostoExtension.tags | {f"nosto_{name}" for name in verbs}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_as_a_model_and_by_its_fields(topic: str):
    value, model = VALUES.get(topic) or (MODELS[topic], MODELS[topic])
    assert rendered(f"{{% nosto_{topic} value %}}", value=value) == block(model)
    assert rendered(f"{{% nosto_{topic}_snippet value %}}", value=value) == snippet(model)
    assert rendered(f"{{% nosto_{topic}_snippet value nonce='r4nd0m' %}}", value=value) == snippet(
        model, nonce="r4nd0m"
    )
    if topic in MODELS:
        row = dict(model)
        fields = " ".join(f"{name}=row.{name}" for name in row)
        assert rendered(f"{{% nosto_{topic} {fields} %}}", row=row) == block(model)
        assert rendered(f"{{% nosto_{topic}_snippet {fields} nonce='r4nd0m' %}}", row=row) == snippet(
            model, nonce="r4nd0m"
        )
        assert rendered(f"{{% nosto_{topic} row %}}", row=row) == block(model)
        assert rendered(f"{{% nosto_{topic} nobody %}}{{% nosto_{topic}_snippet None %}}", nobody=None) == ""


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{% nosto_block jane %}", JANE_BLOCK),
        ("{% nosto_block None %}", ""),
        ("{% nosto_snippet jane %}", JANE_SCRIPT),
        ("{% nosto_snippet jane call nonce='r4nd0m' %}", snippet(JANE_TAGGED, VIP, nonce="r4nd0m")),
        ("{% nosto_snippet %}", ""),
        ("<script>{% nosto_statement jane %}</script>", f"<script>{JANE_STATEMENT}</script>"),
        ("{% nosto_statement_attribute jane call %}", Tagger().statement_attribute(JANE_TAGGED, VIP)),
        ("{% nosto_tell jane call %}", Tagger().tell(JANE_TAGGED, VIP)),
        ("{% nosto_visitor_script nonce='r4nd0m' %}", Tagger().visitor_script(nonce="r4nd0m")),
        ("{% nosto_deferred %}", Tagger().deferred()),
        ("{% nosto_deferred url='/who' nonce='r4nd0m' %}", Tagger().deferred(url="/who", nonce="r4nd0m")),
        ("{% nosto_client_script 'shop' %}", client_script("shop")),
        ("{% nosto_client_script 'shop' host='staging' autoload=False %}", client_script("shop", host="staging", autoload=False)),
        ("{% nosto_client_script account_id='shop' run_async=False do_not_track=True %}", client_script("shop", run_async=False, do_not_track=True)),
        ("{% nosto_client_script 'shop' nonce='r4nd0m' waits_for='data-consent=yes' %}", client_script("shop", nonce="r4nd0m", waits_for="data-consent=yes")),
    ],
)  # fmt: skip
def test_a_verb_is_printed(source: str, printed: str):
    with override_settings(ROOT_URLCONF=urlconf()):
        assert rendered(source, jane=JANE_TAGGED, call=VIP) == printed


def test_the_settings_hold():
    with override_settings(NOSTO={"ACCOUNT_ID": "shop", "NONCE": "r4nd0m", "LEAVE_OUT_EMAIL": True}):
        assert rendered("{% nosto_client_script %}") == client_script("shop", nonce="r4nd0m")
        assert rendered("{% nosto_customer jane %}", jane=JANE_TAGGED) == Tagger(Settings(leave_out_email=True)).block(
            JANE_TAGGED
        )
    with override_settings(NOSTO={"ENABLED": False}, DEBUG=True):
        assert rendered("{% nosto_customer jane %}{% nosto_customer x %}{% nosto_client_script %}") == ""


@pytest.mark.parametrize(
    "source",
    [
        "{% autoescape off %}{}{% endautoescape %}",
        "{% autoescape on %}{}{% endautoescape %}",
        "{% with a=1 %}{}{% endwith %}",
    ],
)
def test_escaping_makes_no_difference(source: str):
    made = source.replace("{}", "{% nosto_customer jane %}{% nosto_customer_snippet jane %}")
    assert rendered(made, jane=JANE_TAGGED) == JANE_BLOCK + JANE_SCRIPT


# --- what stands in a tag


@pytest.mark.parametrize(
    ("source", "reference"),
    [
        ("{% nosto_customer customer_reference='a' %}", "a"),
        ("{% nosto_customer customer_reference=7 %}", "7"),
        ("{% nosto_customer customer_reference=user.name %}", "Jane"),
        ("{% nosto_customer customer_reference=user.name|lower %}", "jane"),
        ("{% nosto_customer customer_reference=user.name|default:'b'|upper %}", "JANE"),
        ("{% nosto_customer customer_reference=user.nam|default:'b' %}", "b"),
        ("{% nosto_customer customer_reference=user.nam|default:user.name %}", "Jane"),
        ("{% nosto_customer customer_reference=user.get_name %}", "called 1"),
        ("{% nosto_customer customer_reference=user.get_name|upper %}", "CALLED 1"),
        ("{% nosto_customer customer_reference=_('Yes') %}", "Yes"),
        # A text that is translated when it is printed, one that says of itself that it is safe, one behind a proxy.
        ("{% nosto_customer customer_reference=lazy %}", "Yes"),
        ("{% nosto_customer customer_reference=safe %}", "<b>"),
        ("{% nosto_customer proxy %}", "proxied"),
    ],
)  # fmt: skip
def test_a_value_is_what_django_makes_of_it(source: str, reference: str):
    calls: list[str] = []

    def get_name() -> str:
        calls.append("")
        return f"called {len(calls)}"

    made = rendered(
        source,
        user=SimpleNamespace(name="Jane", get_name=get_name),
        lazy=gettext_lazy("Yes"),
        safe=mark_safe("<b>"),
        proxy=SimpleLazyObject(lambda: Customer(customer_reference="proxied")),
    )
    assert made == block(Customer(customer_reference=reference))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{% nosto_customer custmer %}", "custmer"),
        ("{% nosto_customer_snippet user.emial %}", "user.emial"),
        ("{% nosto_customer email=user.emial %}", "user.emial"),
        ("{% nosto_customer email=user.email first_name=user.emial|lower %}", "user.emial"),
        ("{% nosto_customer email=user.email first_name=user.emial|default_if_none:'x' %}", "user.emial"),
        ("{% nosto_customer_snippet jane nonce=csp_nonce %}", "csp_nonce"),
        ("{% nosto_snippet jane custmer %}", "custmer"),
        ("{% nosto_client_script account %}", "account"),
        ("{% nosto_deferred nonce=csp_nonce %}", "csp_nonce"),
    ],
)
def test_what_is_undefined_is_left_to_the_error_policy(source: str, name: str, caplog):
    names = {"user": SimpleNamespace(email="jane.doe@example.com"), "jane": JANE_TAGGED}
    error = raised(source, **names)
    assert isinstance(error, UndefinedName)
    assert (error.name, error.spelling) == (name, "|default:None")
    message = f"{name} is undefined; where it may be missing, write |default:None after it"
    assert str(error) == message
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert rendered(f"<p>1</p>\n{source}<p>2</p>", **names) == "<p>1</p>\n<p>2</p>"
    assert caplog.messages == [f"Left out of <template>, line 2: {message}"]


def test_what_may_be_missing_is_nobody():
    with override_settings(DEBUG=True):
        assert rendered("{% nosto_customer custmer|default:None %}{% nosto_snippet x|default:None %}") == ""


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% nosto_customer 7 %}", "customer must be a Customer, a mapping of its fields, or None, got int; Customer.from_object() makes one from an object with attributes"),
        ("{% nosto_order %}", "order must be given"),
        ("{% nosto_block 7 %}", None),
        ("{% nosto_client_script 'shop' nonce='\"' %}", "nonce must be base64 text as a Content-Security-Policy has it, got text of 1 character"),
        ("{% nosto_pushed %}", "pushed() needs a request with the framework's session"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_left_to_the_error_policy(source: str, message: str | None, caplog):
    error = raised(source)
    assert isinstance(error, InvalidArgument)
    assert message in (None, str(error))
    assert rendered(source) == ""
    assert caplog.messages == [f"Left out of <template>, line 1: {error}"]


def test_what_a_property_raises_is_left_to_the_error_policy(caplog):
    class Broken:
        @property
        def email(self) -> str:
            raise LookupError("jane.doe@example.com")

    source = "{% nosto_customer email=broken.email %}"
    assert rendered(source, broken=SimpleNamespace(email=lambda: 1 / 0)) == ""
    assert isinstance(raised(source, broken=SimpleNamespace(email=lambda: 1 / 0)), ZeroDivisionError)
    assert rendered(source, broken=Broken()) == ""
    assert "jane" not in caplog.text


def test_settings_that_are_wrong_take_no_page_down():
    assert rendered("{% nosto_deferred url='no path' %}") == ""
    assert isinstance(raised("{% nosto_deferred url='no path' %}"), InvalidSettings)


def test_the_log_names_the_template_and_the_line(caplog):
    files = {
        "page.html": "{% load nosto %}\n\n{% nosto_customer custmer %}{% include 'part.html' %}",
        "part.html": "{% load nosto %}\n{% nosto_block custmer %}",
    }
    libraries = {"nosto": "nosto_tagging.integrations.django.templatetags.nosto"}
    engine = Engine(loaders=[(f"{Loader.__module__}.Loader", files)], libraries=libraries)
    engine.get_template("page.html").render(Context())
    what = "custmer is undefined; where it may be missing, write |default:None after it"
    assert caplog.messages == [f"Left out of page.html, line 3: {what}", f"Left out of part.html, line 2: {what}"]


def test_the_log_names_no_template_for_what_is_in_none(caplog):
    class ByHand(Node):
        def render(self, context: Any) -> str:
            return str(nosto.tagger.block(JANE_TAGGED.payload()))  # type: ignore[arg-type]  # the point of it

    assert ByHand().render_annotated(Context()) == ""
    assert [message.partition(":")[0] for message in caplog.messages] == ["Left out of Python"]


# --- what cannot be compiled


FIELDS = ", ".join(Customer.model_fields)


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("nosto_customer emial=x", f"nosto_customer has no 'emial', must be one of: {FIELDS}"),
        ("nosto_customer nonce='x'", f"nosto_customer has no 'nonce', must be one of: {FIELDS}"),
        ("nosto_customer_snippet emial=x", f"nosto_customer_snippet has no 'emial', must be one of: {FIELDS}, nonce"),
        ("nosto_customer email=x email=y", "nosto_customer has 'email' twice"),
        ("nosto_customer a b", "nosto_customer takes one customer, and it stands first"),
        ("nosto_customer email=a b", "nosto_customer takes one customer, and it stands first"),
        ("nosto_customer a email=b", "nosto_customer takes a customer or fields, got both (a customer and email)"),
        ("nosto_order a items=b buyer=c", "nosto_order takes an order or fields, got both (an order and items, buyer)"),
        ("nosto_search a b", "nosto_search takes one value, and it stands first"),
        ("nosto_search terms=a", "nosto_search has no 'terms', takes no fields"),
        ("nosto_search_snippet terms=a", "nosto_search_snippet has no 'terms', must be one of: nonce"),
        ("nosto_block a b", "nosto_block takes one value, and it stands first"),
        ("nosto_block nonce=a", "nosto_block has no 'nonce', takes no fields"),
        ("nosto_snippet nonce=a b", "nosto_snippet takes values, and they stand first"),
        ("nosto_deferred a", "nosto_deferred takes no value"),
        ("nosto_pushed url=a", "nosto_pushed has no 'url', must be one of: nonce"),
        ("nosto_client_script acount='shop'", "nosto_client_script has no 'acount', must be one of: account_id, host, autoload, run_async, nonce, waits_for, do_not_track"),
    ],
)  # fmt: skip
def test_a_tag_that_cannot_be_meant_is_refused_when_the_template_is_compiled(tag: str, message: str):
    with pytest.raises(TemplateSyntaxError) as caught:
        from_string(f"{{% {tag} %}}", using="django")
    assert str(caught.value) == message


# --- what is left behind


def test_one_template_prints_each_page_its_own():
    template = from_string("{% nosto_customer customer_reference=who.name|lower %}", using="django")
    for name in ("Jane", "John"):
        made = template.render({"who": SimpleNamespace(name=name)})
        assert made == block(Customer(customer_reference=name.lower()))


def test_no_customer_outlives_its_page():
    def customers() -> int:
        gc.collect()
        return sum(issubclass(type(each), Customer) for each in gc.get_objects())

    template = from_string(
        "{% nosto_customer customer %}{% nosto_customer_snippet customer nonce=wrong %}{% nosto_block wrong %}"
        "{% nosto_snippet customer wrong %}{% nosto_customer customer|lower %}{% nosto_customer email=wrong %}",
        using="django",
    )
    template.render({"customer": JANE_TAGGED, "wrong": "x"})
    before = customers()
    for number in range(10):
        template.render({"customer": Customer(customer_reference=number), "wrong": f"no address {number}"})
    assert customers() == before
