"""`Tagger`: what a site's settings do to the verbs."""

from __future__ import annotations

import logging
import pickle

import pytest
from markupsafe import Markup
from support import engine, page
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT, JANE_STATEMENT, ROOT
from werkzeug.local import LocalProxy

import nosto_tagging
from nosto_tagging import Customer, Settings, Tagger, api, block, snippet
from nosto_tagging.api.chain import Step
from nosto_tagging.errors import InvalidArgument, InvalidTagging

JANE_TAGGED = Customer(**JANE)
GUEST = Customer(email="jane.doe@example.com", first_name="Jane")
SEVEN = Customer(customer_reference="7")
UNSENT = "The session chain is never sent by Nosto's client script; end it with .update() or .load()"
UNPRINTABLE = Customer.model_construct(
    **dict.fromkeys(Customer.model_fields) | {"email": "jane.doe@example.com", "first_name": 7}
)
NOT_VALIDATED = "Customer.first_name cannot be printed, got int: the model was made without validation"

# Every verb with something to print, and what it prints under the default settings.
VERBS = {
    "block": lambda tagger: tagger.block(JANE_TAGGED),
    "snippet": lambda tagger: tagger.snippet(JANE_TAGGED),
    "snippet-nonce": lambda tagger: tagger.snippet(JANE_TAGGED, nonce="r4nd0m"),
    "statement": lambda tagger: tagger.statement(JANE_TAGGED),
    "statement-attribute": lambda tagger: tagger.statement_attribute(JANE_TAGGED),
    "client-script": lambda tagger: tagger.client_script("shop"),
}
each_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)


# --- the module's functions


def test_the_functions_of_the_package_are_the_verbs_under_default_settings() -> None:
    verbs = [
        nosto_tagging.block,
        nosto_tagging.snippet,
        nosto_tagging.statement,
        nosto_tagging.statement_attribute,
        nosto_tagging.client_script,
    ]
    assert [verb.__name__ for verb in verbs] == [
        "block",
        "snippet",
        "statement",
        "statement_attribute",
        "client_script",
    ]
    assert {verb.__self__.settings == Settings() for verb in verbs} == {True}


@each_verb
def test_a_tagger_without_settings_prints_what_the_functions_print(verb) -> None:
    assert verb(Tagger()) == verb(nosto_tagging)
    assert verb(Tagger(Settings())) == verb(nosto_tagging)


# --- enabled


@each_verb
def test_nothing_is_printed_anywhere_when_tagging_is_off(verb) -> None:
    made = verb(Tagger(Settings(enabled=False, nonce="r4nd0m", account_id="shop")))
    assert made == ""
    assert type(made) is Markup


@pytest.mark.parametrize("thing", [api.session, UNPRINTABLE, "jane.doe@example.com"], ids=["chain", "model", "text"])
def test_what_is_wrong_is_no_error_when_tagging_is_off(thing) -> None:
    tagger = Tagger(Settings(enabled=False))
    assert [tagger.block(thing), tagger.snippet(thing), tagger.statement(thing), tagger.client_script()] == [""] * 4


def test_the_nonce_is_not_asked_for_when_there_is_nothing_to_print() -> None:
    def nonce() -> str:
        pytest.fail("asked")

    assert Tagger(Settings(enabled=False, nonce=nonce)).snippet(JANE_TAGGED) == ""
    assert Tagger(Settings(nonce=nonce)).snippet(None) == ""


# --- leave_out_email

WITHOUT_EMAIL = (
    '{"first_name":"Jane","last_name":"Doe","marketing_permission":true,'
    '"customer_reference":"5e3d4a9c-cf58-11ea-87d0-0242ac130003"}'
)
PROVIDED_WITHOUT_EMAIL = WITHOUT_EMAIL.replace("marketing_permission", "newsletter")


@pytest.mark.parametrize(
    ("thing", "printed"),
    [
        (JANE_TAGGED, f"nostojs(api => api.customer({WITHOUT_EMAIL}))"),
        (api.customer(JANE_TAGGED), f"nostojs(api => api.customer({WITHOUT_EMAIL}))"),
        (
            api.set_tagging_provider("customer", JANE_TAGGED),
            f'nostojs(api => api.setTaggingProvider("customer",{PROVIDED_WITHOUT_EMAIL}))',
        ),
        (
            api.session.set_customer(JANE_TAGGED).view_cart().update(),
            f"nostojs(api => api.defaultSession().setCustomer({PROVIDED_WITHOUT_EMAIL}).viewCart().update())",
        ),
        # Nobody's e-mail stands in these.
        (SEVEN, 'nostojs(api => api.customer({"customer_reference":"7"}))'),
        (
            api.session.set_customer({}).view_cart().load(),
            "nostojs(api => api.defaultSession().setCustomer({}).viewCart().load())",
        ),
        # Without a reference nothing says who it is.
        (GUEST, ""),
        (api.customer("jane.doe@example.com"), ""),
        (api.set_tagging_provider("customer", GUEST), ""),
        (api.session.set_customer(GUEST).view_cart().update(), ""),
        (None, ""),
    ],
)
def test_the_email_is_left_out_of_every_form(thing, printed: str) -> None:
    tagger = Tagger(Settings(leave_out_email=True))
    assert tagger.statement(thing) == printed
    assert tagger.snippet(thing) == (f"<script>{printed}</script>" if printed else "")
    assert page.attribute(f'<a onclick="{tagger.statement_attribute(thing)}">', "a", "onclick") == printed


def test_the_email_is_left_out_of_a_block_and_a_customer_without_a_reference_with_it() -> None:
    tagger = Tagger(Settings(leave_out_email=True))
    assert tagger.block(JANE_TAGGED) == JANE_BLOCK.replace('<span class="email">jane.doe@example.com</span>', "")
    assert tagger.block(GUEST) == ""
    assert tagger.block(None) == ""


def test_of_several_things_those_without_a_reference_are_left_out() -> None:
    tagger = Tagger(Settings(leave_out_email=True))
    assert tagger.snippet(GUEST, SEVEN, api.customer("john.doe@example.com")) == (
        '<script>nostojs(api => api.customer({"customer_reference":"7"}))</script>'
    )


def test_leaving_the_email_out_changes_no_customer() -> None:
    jane = Customer(**JANE)
    Tagger(Settings(leave_out_email=True)).snippet(jane)
    assert jane == Customer(**JANE)
    assert nosto_tagging.snippet(jane) == JANE_SCRIPT


@pytest.mark.parametrize("thing", ["jane.doe@example.com", {"email": "jane.doe@example.com"}, 7])
def test_what_cannot_be_printed_is_refused_when_emails_are_left_out_too(thing) -> None:
    tagger = Tagger(Settings(leave_out_email=True))
    with pytest.raises(InvalidArgument):
        tagger.snippet(thing)
    with pytest.raises(InvalidArgument):
        tagger.block(thing)


# --- nonce


@pytest.mark.parametrize(
    ("site", "own", "printed"),
    [
        (None, None, ""),
        ("s1te", None, ' nonce="s1te"'),
        (lambda: "s1te", None, ' nonce="s1te"'),
        (lambda: None, None, ""),
        ("s1te", "own", ' nonce="own"'),
        (lambda: "s1te", "own", ' nonce="own"'),
        (None, "own", ' nonce="own"'),
        (None, lambda: "own", ' nonce="own"'),
        ("s1te", "", ""),  # given, and none
        ("s1te", lambda: None, ""),
    ],
)
def test_the_nonce_at_the_call_goes_before_the_sites(site, own, printed: str) -> None:
    tagger = Tagger(Settings(nonce=site, account_id="shop"))
    assert tagger.snippet(SEVEN, nonce=own) == (
        f'<script{printed}>nostojs(api => api.customer({{"customer_reference":"7"}}))</script>'
    )
    assert page.outline(tagger.client_script(nonce=own)) == page.outline(
        f"<script{printed}></script><script{printed} src='' async></script>"
    )


def test_a_sites_nonce_is_asked_for_once_for_every_element() -> None:
    numbers = iter(range(9))
    tagger = Tagger(Settings(nonce=lambda: f"n{next(numbers)}"))
    made = [page.attribute(tagger.snippet(SEVEN, JANE_TAGGED), "script", "nonce") for _ in range(3)]
    assert made == ["n0", "n1", "n2"]


def test_a_sites_nonce_that_turns_out_wrong_is_refused_without_telling_it() -> None:
    with pytest.raises(InvalidArgument) as caught:
        Tagger(Settings(nonce=lambda: '"><script>')).snippet(SEVEN)
    assert str(caught.value) == (
        "nonce must be base64 text as a Content-Security-Policy has it, got text of 10 characters"
    )


def test_what_a_nonces_own_code_raises_comes_through() -> None:
    def nonce() -> str:
        raise KeyError("csp_nonce")

    with pytest.raises(KeyError, match="csp_nonce"):
        Tagger(Settings(nonce=nonce)).snippet(SEVEN)


def test_a_value_error_of_a_nonces_own_code_is_not_taken_for_one_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    # int() quotes what it was given, and a message of ours must not.
    with pytest.raises(ValueError, match="invalid literal"):
        Tagger(Settings(nonce=lambda: int("jane.doe@example.com"))).snippet(SEVEN)
    assert Tagger(Settings(errors="log", nonce=lambda: int("jane.doe@example.com"))).snippet(SEVEN) == ""
    assert caplog.record_tuples == [
        ("nosto_tagging", logging.ERROR, "Left out of Python: raised ValueError"),
    ]


# --- account and host


@pytest.mark.parametrize(
    ("settings", "given", "source"),
    [
        ({"account_id": "shop"}, {}, "https://connect.nosto.com/include/shop"),
        ({"account_id": "shop", "host": "staging"}, {}, "https://connect.staging.nosto.com/include/shop"),
        ({"account_id": "shop"}, {"account_id": "other"}, "https://connect.nosto.com/include/other"),
        ({"account_id": "shop", "host": "staging"}, {"host": "production"}, "https://connect.nosto.com/include/shop"),
        ({"host": "staging"}, {"account_id": "other"}, "https://connect.staging.nosto.com/include/other"),
    ],
)
def test_the_account_and_the_host_at_the_call_go_before_the_sites(settings, given, source: str) -> None:
    made = Tagger(Settings(**settings)).client_script(**given)
    assert page.attribute(made, "script[src]", "src") == source


# --- errors


def test_under_raise_an_error_is_raised_by_every_verb() -> None:
    tagger = Tagger(Settings(errors="raise"))
    for verb in (tagger.block, tagger.snippet, tagger.statement, tagger.statement_attribute):
        with pytest.raises(InvalidTagging) as caught:
            verb(UNPRINTABLE)
        assert str(caught.value) == NOT_VALIDATED


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        (lambda tagger: tagger.block(UNPRINTABLE), NOT_VALIDATED),
        (
            lambda tagger: tagger.block("jane.doe@example.com"),
            "block() takes a model such as Customer, or None, got text of 20 characters",
        ),
        (lambda tagger: tagger.snippet(UNPRINTABLE), NOT_VALIDATED),
        (lambda tagger: tagger.snippet(api.customer(UNPRINTABLE)), NOT_VALIDATED),
        (lambda tagger: tagger.snippet(api.session.set_customer(GUEST).view_cart()), UNSENT),
        (
            lambda tagger: tagger.snippet({"email": "jane.doe@example.com"}),
            "snippet() takes models such as Customer, calls of nosto_tagging.api, and None, got dict",
        ),
        (
            lambda tagger: tagger.snippet(GUEST, nonce=7),
            "nonce must be text, a callable that gives text, or None, got int",
        ),
        (lambda tagger: tagger.statement(UNPRINTABLE), NOT_VALIDATED),
        (lambda tagger: tagger.statement_attribute(UNPRINTABLE), NOT_VALIDATED),
        (
            lambda tagger: tagger.client_script(),
            "account_id must be given, here or in the settings (NOSTO_ACCOUNT_ID)",
        ),
        (
            lambda tagger: tagger.client_script("a/b"),
            "Settings.account_id must be the account's id as it stands in a URL path (letters, digits and -._~), "
            "got text of 3 characters",
        ),
        (
            lambda tagger: tagger.client_script("shop", nonce=7),
            "nonce must be text, a callable that gives text, or None, got int",
        ),
        # What others raise may quote the visitor's data.
        (lambda tagger: tagger.snippet(GUEST, nonce=lambda: {}["jane.doe@example.com"]), "raised KeyError"),
    ],
)
def test_under_log_an_error_is_one_record_and_nothing_is_printed(
    verb, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = verb(Tagger(Settings(errors="log")))
    assert made == ""
    assert type(made) is Markup
    assert caplog.record_tuples == [
        ("nosto_tagging", logging.ERROR, f"Left out of Python: {message}"),
    ]


def test_a_record_holds_no_personal_data_in_any_of_its_parts(caplog: pytest.LogCaptureFixture) -> None:
    tagger = Tagger(Settings(errors="log"))
    tagger.snippet(UNPRINTABLE)
    tagger.snippet(GUEST, nonce=lambda: {}["jane.doe@example.com"])
    tagger.block("jane.doe@example.com")
    assert len(caplog.records) == 3
    for record in caplog.records:
        assert record.exc_info is None
        assert record.stack_info is None
        assert "jane" not in logging.Formatter().format(record).lower()
        assert "jane" not in repr(record.__dict__).lower()
        assert b"jane" not in pickle.dumps(record.__dict__).lower()


@pytest.mark.parametrize(
    ("things", "printed", "messages"),
    [
        ((UNPRINTABLE, JANE_TAGGED), JANE_STATEMENT, [NOT_VALIDATED]),
        ((JANE_TAGGED, UNPRINTABLE), JANE_STATEMENT, [NOT_VALIDATED]),
        (
            (UNPRINTABLE, JANE_TAGGED, api.session.view_cart(), JANE_TAGGED),
            f"{JANE_STATEMENT};{JANE_STATEMENT}",
            [NOT_VALIDATED, UNSENT],
        ),
        ((UNPRINTABLE, None, UNPRINTABLE), "", [NOT_VALIDATED, NOT_VALIDATED]),
    ],
)
def test_under_log_the_others_of_several_things_are_still_printed(
    things, printed: str, messages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    tagger = Tagger(Settings(errors="log"))
    assert tagger.snippet(*things) == (f"<script>{printed}</script>" if printed else "")
    assert [record.getMessage() for record in caplog.records] == [
        f"Left out of Python: {message}" for message in messages
    ]
    assert tagger.statement(*things) == printed
    assert engine.calls(
        page.attribute(f'<a onclick="{tagger.statement_attribute(*things)}">', "a", "onclick") or ""
    ) == (engine.calls(printed))


def test_under_raise_one_bad_thing_of_several_is_an_error() -> None:
    with pytest.raises(InvalidTagging) as caught:
        Tagger().snippet(JANE_TAGGED, UNPRINTABLE)
    assert str(caught.value) == NOT_VALIDATED


# --- customers as templates and loaders give them


@pytest.mark.parametrize(
    ("given", "customer"),
    [
        (None, None),
        (JANE_TAGGED, JANE_TAGGED),
        (JANE, JANE_TAGGED),
        ({"customer_reference": 7}, SEVEN),
    ],
)
def test_a_customer_is_taken_as_an_object_or_as_its_fields(given, customer: Customer | None) -> None:
    assert Tagger().model(Customer, given) == customer


@pytest.mark.parametrize(
    ("given", "kind"), [("jane.doe@example.com", "text of 20 characters"), (7, "int"), ([JANE_TAGGED], "list")]
)
def test_what_is_no_customer_is_refused_with_the_way_to_make_one(given, kind: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Tagger().model(Customer, given)
    assert str(caught.value) == (
        f"customer must be a Customer, a mapping of its fields, or None, got {kind}; "
        "Customer.from_object() makes one from an object with attributes"
    )


def test_a_mapping_that_does_not_validate_is_refused_with_its_fields() -> None:
    with pytest.raises(InvalidTagging) as caught:
        Tagger().model(Customer, {"email": "jane.doe"})
    assert str(caught.value) == (
        "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters"
    )


def test_a_plain_tagger_knows_no_current_customer() -> None:
    with pytest.raises(InvalidArgument) as caught:
        Tagger().current("customer")
    assert str(caught.value) == "customer must be given: this environment has no customer loader"


def test_the_settings_of_one_tagger_are_not_those_of_another() -> None:
    quiet, loud = Tagger(Settings(enabled=False)), Tagger(Settings(nonce="r4nd0m"))
    assert quiet.block(SEVEN) == ""
    assert loud.block(SEVEN) == f'{ROOT}<span class="customer_reference">7</span></div>'


class TestProxies:
    """Flask and Django hand the current object over behind one."""

    def test_a_customer_behind_a_proxy_is_that_customer(self) -> None:
        jane = Customer(email="jane.doe@example.com")
        proxy = LocalProxy(lambda: jane)
        assert block(proxy) == block(jane)
        assert snippet(proxy) == snippet(jane)
        assert snippet(api.customer(proxy)) == snippet(jane)
        provider = api.set_tagging_provider("customer", jane)
        assert snippet(api.set_tagging_provider("customer", proxy)) == snippet(provider)
        assert Tagger().model(Customer, proxy) == jane

    def test_nobody_behind_a_proxy_is_nobody(self) -> None:
        nobody = LocalProxy(lambda: None)
        assert block(nobody) == ""
        assert snippet(nobody) == ""
        assert Tagger().model(Customer, nobody) is None

    def test_anything_else_behind_a_proxy_is_refused_as_the_proxy_that_it_is(self) -> None:
        row = LocalProxy(lambda: 7)
        with pytest.raises(InvalidArgument) as caught:
            snippet(row)
        assert str(caught.value) == (
            "snippet() takes models such as Customer, calls of nosto_tagging.api, and None, got LocalProxy"
        )
        with pytest.raises(InvalidArgument) as caught:
            Tagger().model(Customer, row)
        assert str(caught.value) == (
            "customer must be a Customer, a mapping of its fields, or None, got LocalProxy; "
            "Customer.from_object() makes one from an object with attributes"
        )


def test_a_customer_that_cannot_say_who_it_is_without_an_email_is_left_out_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Customer):
        def without_email(self) -> Customer:
            raise LookupError("jane.doe@example.com")

    broken = Broken(**JANE)
    with pytest.raises(LookupError):
        Tagger(Settings(leave_out_email=True)).snippet(broken)
    tagger = Tagger(Settings(leave_out_email=True, errors="log"))
    assert tagger.statement(broken, SEVEN) == 'nostojs(api => api.customer({"customer_reference":"7"}))'
    assert caplog.record_tuples == [("nosto_tagging", logging.ERROR, "Left out of Python: raised LookupError")]


def test_a_model_that_lacks_a_field_has_it_not_given() -> None:
    jane = Customer(email="jane.doe@example.com")
    old = Customer(email="jane.doe@example.com")
    del old.__dict__["hcid"], old.__dict__["source_id"]  # as unpickled from a release that had neither
    assert block(old) == block(jane)
    assert snippet(old) == snippet(jane)


def test_a_text_with_ideas_of_its_own_is_written_as_what_it_holds() -> None:
    class Evil(str):
        __slots__ = ()

        def __format__(self, _: str) -> str:
            return "<script>"

    settings = Settings().model_copy(update={"account_id": Evil("shop")})
    assert 'src="https://connect.nosto.com/include/shop"' in Tagger(settings).client_script()
    assert snippet(api.Call(Step("setTaggingProvider", (Evil("customer"),)))) == (
        '<script>nostojs(api => api.setTaggingProvider("customer"))</script>'
    )


def test_a_client_script_with_nothing_said_of_it_loads_by_itself_and_lets_the_page_go_on() -> None:
    assert Tagger().client_script("shop") == (
        "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"
        '<script src="https://connect.nosto.com/include/shop" async=""></script>'
    )
