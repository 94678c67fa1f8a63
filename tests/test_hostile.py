"""Every hostile value, in every text field, through every output of every path: it arrives, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask, render_template_string
from jinja2 import Environment, Template
from support import engine, page
from support.django_project import from_string
from support.expected import FREE_TEXT, called, in_block, provided
from support.hostile import ADDRESSES, HOSTILE

from nosto_tagging import Customer, api, block, snippet, statement, statement_attribute
from nosto_tagging.integrations.flask import Nosto
from nosto_tagging.jinja import install

# A page with one of everything; what follows each output would show what got out of it.
SKELETON = page.PAGE.format(
    "<section id='block'>{block}</section><p>1</p>"
    "<section id='snippet'>{snippet}</section><p>2</p>"
    "<section id='several'>{several}</section><p>3</p>"
    "<section id='statement'><script>{statement}</script></section><p>4</p>"
    "<section id='provider'>{provider}</section><p>5</p>"
    "<section id='session'>{session}</section><p>6</p>"
    '<button id="double" onclick="{attribute}">7</button>'
    "<button id='single' onclick='{attribute}'>8</button>"
)
FIELDS = ", ".join(f"{name}=row.{name}" for name in Customer.model_fields)
FROM = "{% from 'nosto/customer.html' import customer_block, customer_snippet %}"
VERBS = {
    "block": "{{ nosto_block(customer) }}",
    "snippet": "{{ nosto_snippet(customer) }}",
    "several": "{{ nosto_snippet(customer, customer) }}",
    "statement": "{{ nosto_statement(customer) }}",
    "provider": "{{ nosto_snippet(provider) }}",
    "session": "{{ nosto_snippet(session) }}",
    "attribute": "{{ nosto_statement_attribute(customer) }}",
}
# What the other ways print; the rest of the page comes from the globals.
TEMPLATES = {
    "global": VERBS,
    "tag": VERBS | {"block": "{% nosto_customer customer %}", "snippet": "{% nosto_customer_snippet customer %}"},
    "tag-fields": VERBS
    | {"block": f"{{% nosto_customer {FIELDS} %}}", "snippet": f"{{% nosto_customer_snippet {FIELDS} %}}"},
    "macro": VERBS | {"block": "{{ customer_block(customer) }}", "snippet": "{{ customer_snippet(customer) }}"},
    "macro-fields": VERBS
    | {"block": f"{{{{ customer_block({FIELDS}) }}}}", "snippet": f"{{{{ customer_snippet({FIELDS}) }}}}"},
}
FLASK = VERBS | {"block": "{% nosto_customer %}", "snippet": "{% nosto_customer_snippet %}"}


def calls(customer: Customer) -> dict[str, api.Call]:
    return {
        "provider": api.set_tagging_provider("customer", customer),
        "session": api.session.set_customer(customer).view_cart().update(),
    }


def from_python(customer: Customer) -> str:
    return SKELETON.format(
        block=block(customer),
        snippet=snippet(customer),
        several=snippet(customer, customer),
        statement=statement(customer),
        attribute=statement_attribute(customer),
        **{name: snippet(call) for name, call in calls(customer).items()},
    )


@cache
def template(path: str, *, autoescape: bool) -> Template:
    env = Environment(autoescape=autoescape)
    install(env)
    return env.from_string(FROM + SKELETON.format(**TEMPLATES[path]))


def from_template(path: str, *, autoescape: bool) -> Callable[[Customer], str]:
    def render(customer: Customer) -> str:
        return template(path, autoescape=autoescape).render(customer=customer, row=dict(customer), **calls(customer))

    return render


def from_flask(customer: Customer) -> str:
    app, nosto = flask_app()
    nosto.customer_loader(lambda: customer)
    with app.test_request_context():
        return render_template_string(SKELETON.format(**FLASK), customer=customer, **calls(customer))


@cache
def flask_app() -> tuple[Flask, Nosto]:
    app = Flask("shop")
    app.testing = True
    return app, Nosto(app)


DJANGO = {
    "block": f"{{% nosto_customer {FIELDS.replace(',', '')} %}}",
    "snippet": f"{{% nosto_customer_snippet {FIELDS.replace(',', '')} %}}",
    "several": "{% nosto_snippet customer customer %}",
    "statement": "{% nosto_statement customer %}",
    "provider": "{% nosto_snippet provider %}",
    "session": "{% nosto_snippet session %}",
    "attribute": "{% nosto_statement_attribute customer %}",
}


@cache
def django_template() -> Any:
    return from_string("{% autoescape off %}" + SKELETON.format(**DJANGO) + "{% endautoescape %}", using="django")


def from_django(customer: Customer) -> str:
    return str(django_template().render({"customer": customer, "row": dict(customer), **calls(customer)}))


WAYS: dict[str, Callable[[Customer], str]] = {
    "python": from_python,
    **{path: from_template(path, autoescape=True) for path in TEMPLATES},
    **{f"{path}-unescaped": from_template(path, autoescape=False) for path in TEMPLATES},
    "flask": from_flask,
    "django": from_django,
}


def check(way: Callable[[Customer], str], customer: Customer, harmless: Customer) -> None:
    html = way(customer)
    assert html.isascii()
    assert page.outline(html) == page.outline(way(harmless))
    (told,) = page.blocks(html)
    assert told == in_block(customer)
    scripts = {
        name: page.text(html, f"#{name} script") for name in ("snippet", "several", "statement", "provider", "session")
    }
    scripts |= {name: page.attribute(html, f"#{name}", "onclick") or "" for name in ("double", "single")}
    once = [["api.customer", [called(customer)]]]
    assert dict(zip(scripts, engine.calls_of_each(list(scripts.values())), strict=True)) == {
        "snippet": once,
        "several": once * 2,
        "statement": once,
        "provider": [["api.setTaggingProvider", ["customer", provided(customer)]]],
        "session": [
            ["api.defaultSession", []],
            ["api.defaultSession().setCustomer", [provided(customer)]],
            ["api.defaultSession().setCustomer().viewCart", []],
            ["api.defaultSession().setCustomer().viewCart().update", []],
        ],
        "double": once,
        "single": once,
    }


each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def test_the_table_is_long_and_repeats_nothing() -> None:
    assert len(HOSTILE) > 250
    assert len({name for name, _ in HOSTILE}) == len({value for _, value in HOSTILE}) == len(HOSTILE)


@each_way
@pytest.mark.parametrize("value", [value for _, value in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_a_hostile_text_arrives_in_every_field_and_changes_nothing_around_it(
    way: Callable[[Customer], str], value: str
) -> None:
    customer = Customer(
        **dict.fromkeys(FREE_TEXT, value), email="jane.doe@example.com", hcid="0" * 64, marketing_permission=False
    )
    # A value of which nothing is left has no elements; one that stays is as good as any other.
    harmless = Customer(**{name: held if held is None else _harmless(name, held) for name, held in customer})
    check(way, customer, harmless)


def _harmless(name: str, held: object) -> object:
    return "Jane" if name in FREE_TEXT else held


@each_way
@pytest.mark.parametrize("address", [address for _, address in ADDRESSES], ids=[name for name, _ in ADDRESSES])
def test_a_hostile_email_arrives_and_changes_nothing_around_it(way: Callable[[Customer], str], address: str) -> None:
    assert Customer(email=address).email == address
    check(way, Customer(email=address), Customer(email="jane.doe@example.com"))


def test_neighbours_with_different_hostile_values_keep_them_apart() -> None:
    customers = [
        Customer(
            **{name: HOSTILE[(start + place) % len(HOSTILE)][1] for place, name in enumerate(FREE_TEXT)},
            email="jane.doe@example.com",
        )
        for start in range(len(HOSTILE))
    ]
    assert page.blocks("".join(map(block, customers))) == [in_block(customer) for customer in customers]
    assert engine.calls(page.script(snippet(*customers))) == [
        ["api.customer", [called(customer)]] for customer in customers
    ]


@pytest.mark.parametrize("field", FREE_TEXT)
def test_each_field_alone_holds_every_hostile_value(field: str) -> None:
    customers = [Customer(**{field: value, "email": "jane.doe@example.com"}) for _, value in HOSTILE]
    assert page.blocks("".join(map(block, customers))) == [in_block(customer) for customer in customers]
    assert engine.calls(page.script(snippet(*customers))) == [
        ["api.customer", [called(customer)]] for customer in customers
    ]
