"""What Nosto needs of a Content-Security-Policy, joined to policies as packages have them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import flask
import pytest
from flask_talisman import Talisman
from secure import ContentSecurityPolicy

from nosto_tagging import Customer, block, csp_sources, snippet
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.integrations.flask import Nosto

NOSTO = "https://*.nosto.com"
STYLE = ("'unsafe-hashes'", "'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='")
DIRECTIVES = ("script-src", "connect-src", "img-src", "style-src", "frame-src", "form-action")


def test_the_sources_are_those_of_nostos_own_module():
    assert csp_sources() == {"style-src-attr": STYLE, **dict.fromkeys(DIRECTIVES, (NOSTO,))}


def test_the_hash_is_that_of_the_blocks_style():
    style = str(block(Customer(email="jane.doe@example.com"))).partition('style="')[2].partition('"')[0]
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" == STYLE[1]


@pytest.mark.parametrize(
    ("policy", "made"),
    [
        # Unless given, what a page of its own alone would have.
        (
            None,
            {
                "default-src": ["'self'"],
                "style-src-attr": ["'self'", *STYLE],
                **{name: ["'self'", NOSTO] for name in DIRECTIVES if name != "form-action"},
            },
        ),
        # What is free stays free.
        ({}, {}),
        ({"script-src": "'self'"}, {"script-src": ["'self'", NOSTO]}),
        ({"script-src": ["'self'", "'strict-dynamic'"]}, {"script-src": ["'self'", "'strict-dynamic'", NOSTO]}),
        ({"form-action": ("'none'",)}, {"form-action": [NOSTO]}),
        ({"img-src": f"data: {NOSTO}"}, {"img-src": ["data:", NOSTO]}),
        ({"child-src": "'self'"}, {"child-src": ["'self'"], "frame-src": ["'self'", NOSTO]}),
        (
            {"script-src": "'self'", "script-src-elem": "'none'"},
            {"script-src": ["'self'", NOSTO], "script-src-elem": [NOSTO]},
        ),
        ({"object-src": "'none'"}, {"object-src": ["'none'"]}),
        (
            {"style-src": "'self'"},
            {"style-src": ["'self'", NOSTO], "style-src-attr": ["'self'", *STYLE]},
        ),
        # Beside a hash, 'unsafe-inline' would be nothing.
        ({"style-src": "'unsafe-inline'"}, {"style-src": ["'unsafe-inline'", NOSTO]}),
        ({"style-src-attr": "'none'"}, {"style-src-attr": [*STYLE]}),
    ],
)
def test_a_policy_lets_nosto_through_and_nothing_else(policy: Any, made: dict[str, list[str]]):
    assert csp_sources().talisman(policy) == made
    assert csp_sources().django_csp(policy) == made
    assert csp_sources().secure(policy) == "; ".join(" ".join([name, *sources]) for name, sources in made.items())


def test_what_is_no_policy_is_refused():
    with pytest.raises(InvalidArgument) as caught:
        csp_sources().talisman({"script-src": 7})
    assert str(caught.value) == "script-src must be a list of sources or a text of them, got int"


def test_the_policy_that_was_given_is_left_as_it_was():
    policy = {"script-src": ["'self'"]}
    csp_sources().talisman(policy)
    assert policy == {"script-src": ["'self'"]}


def test_talisman_takes_it_and_its_nonce_is_taken_by_itself():
    app = flask.Flask("shop")
    app.testing = True
    Talisman(
        app,
        content_security_policy=csp_sources().talisman({"default-src": "'self'", "script-src": "'self'"}),
        content_security_policy_nonce_in=["script-src"],
        force_https=False,
    )
    Nosto(app)
    jane = Customer(email="jane.doe@example.com")
    source = (
        "{% nosto_customer_snippet jane %}{% from 'nosto/customer.html' import customer_snippet as s %}{{ s(jane) }}"
    )
    app.add_url_rule("/", "page", lambda: flask.render_template_string(source, jane=jane))
    seen: set[str] = set()
    for _ in range(2):
        answer = app.test_client().get("/")
        policy = answer.headers["Content-Security-Policy"]
        nonce = policy.partition("'nonce-")[2].partition("'")[0]
        assert answer.text == snippet(jane, nonce=nonce) * 2
        assert f"script-src 'self' {NOSTO} 'nonce-{nonce}'" in policy
        seen.add(nonce)
    assert len(seen) == 2


def test_secure_takes_it():
    policy = csp_sources().secure({"default-src": "'self'"})
    assert ContentSecurityPolicy().set(policy).header_value == policy
