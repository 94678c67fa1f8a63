"""The library against Nosto's own types: every statement as the compiler sees it, and every member that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nosto.documented import EXAMPLES
from nosto.typescript import Disagreement, disagreements, members
from support.statements import ALL, CUSTOMER

from nosto_tagging import Customer, api, statement
from nosto_tagging.api.chain import Chain

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "api.md"

# What more the compiler sees: the customer's forms that the documentation has, and the types have not.
STATEMENTS = {
    **{name: str(statement(thing)) for name, thing in ALL.items()},
    **{f"documented, {example.id}": str(statement(example.made)) for example in EXAMPLES},
    "customer, a reference alone": str(statement(Customer(customer_reference="5e3d4a9c"))),
    "provider, a reference alone": str(statement(api.set_tagging_provider("customer", {"customer_reference": "5e3d"}))),
}
CONTROL = {
    "an unknown method": "nostojs(api => api.customers({}))",
    "a text for a number": (
        'nostojs(api => api.resendCartContent({"items":[{"product_id":"1","name":"x","quantity":"1","unit_price":1,'
        '"price_currency_code":"EUR"}]}))'
    ),
    "an unknown key": 'nostojs(api => api.setTaggingProvider("searchTerm",["x"]))',
    "an unknown page type": 'nostojs(api => api.setTaggingProvider("pageType","home"))',
    "a date as text": (
        'nostojs(api => api.setTaggingProvider("products",[{"product_id":"1","date_published":"2026-05-01"}]))'
    ),
}

# The only disagreements that there may be, each for its reason; the first in api.customer alone.
CONSENT = (2353, "'\"marketing_permission\"' does not exist in type 'PushedCustomer'")
KNOWN = {
    CONSENT: "The documentation of api.customer spells consent so, and the types newsletter.",
    (2739, "from type 'OrderCustomer': country, phone, post_code"): (
        "No documented order has them, and a page has no business to tell them."
    ),
    (2741, "Property 'email' is missing in type '{ customer_reference: string; }'"): (
        "The documentation has the reference stand in for the address."
    ),
    (2345, "'{ customer_reference: string; }' is not assignable to parameter of type 'MaybeProvider<\"customer\">'"): (
        "The same, for a tagging provider."
    ),
    (2741, "Property 'email' is missing in type '{}' but required in type 'PushedCustomer'"): (
        "The documentation forgets a customer with {}."
    ),
    (2741, "Property 'items' is missing in type '{}' but required in type 'Cart'"): (
        "The documentation forgets a cart with {}."
    ),
}


# The compiler stops at its first disagreement with an object: what it would say of the rest, where that is put right.
PUT_RIGHT = [
    (r'^(nostojs\(api => api\.customer\(\{.*)"marketing_permission":', r'\1"newsletter":'),
    (r'"info":\{', r'"info":{"country":"","phone":"","post_code":"",'),
    (r'\{("customer_reference":"[^"]*")\}', r'{"email":"",\1}'),
    (r"\.setCustomer\(\{\}\)", ".setCustomer(undefined)"),
    (r"\.setCart\(\{\}\)", ".setCart(undefined)"),
]


def put_right(statement: str) -> str:
    for wrong, right in PUT_RIGHT:
        statement = re.sub(wrong, right, statement)
    return statement


@pytest.fixture(scope="module")
def found() -> list[Disagreement]:
    return disagreements({**STATEMENTS, **CONTROL})


def is_known(found: Disagreement) -> bool:
    if found.code == CONSENT[0] and CONSENT[1] in found.message:
        return STATEMENTS[found.statement].startswith("nostojs(api => api.customer({")
    return any(found.code == code and part in found.message for code, part in KNOWN)


def test_the_compiler_sees_what_is_wrong(found) -> None:
    assert {each.statement for each in found} >= set(CONTROL)


def test_every_statement_is_what_the_types_ask_for_but_for_the_known_disagreements(found) -> None:
    assert [each for each in found if each.statement not in CONTROL and not is_known(each)] == []


def test_every_known_disagreement_is_still_one(found) -> None:
    gone = [part for code, part in KNOWN if not any(code == each.code and part in each.message for each in found)]
    assert gone == []


def test_with_the_known_disagreements_put_right_there_is_none() -> None:
    assert disagreements({name: put_right(statement) for name, statement in STATEMENTS.items()}) == []


def test_a_statement_that_cannot_be_read_fails_by_its_name() -> None:
    with pytest.raises(AssertionError, match="unreadable, and so"):
        disagreements({"unreadable, and so": "nostojs(api => api.customer({)"})


def test_a_comment_hides_nothing_behind_it() -> None:
    statements = {"a comment": "nostojs(api => api.listen('prerequests', () => {} // nothing\n, 1))"}
    assert [each.statement for each in disagreements(statements)] == ["a comment"]


# --- members ---------------------------------------------------------------------------------------------------------


def tables() -> tuple[dict[str, str], dict[str, str]]:
    """What docs/api.md says is here, and what it says is left out: by member."""
    here, _, left_out = DOCUMENT.read_text(encoding="utf-8").partition("## What is left out")
    rows = re.compile(r"^\| `([\w.]+)` \| (.*) \|$", re.MULTILINE)
    return dict(rows.findall(here)), dict(rows.findall(left_out))


def test_every_member_of_the_types_has_a_function_here_or_a_line_in_the_list_of_what_is_left_out() -> None:
    here, left_out = tables()
    there = {f"{owner}.{member}" for owner, names in members().items() for member in names}
    assert there - {"api.visit", "api.placements"} == here.keys() | left_out.keys()
    assert here.keys() & left_out.keys() == set()
    assert all(reason for reason in left_out.values())


def test_what_the_document_says_is_here_makes_that_call() -> None:
    here, _ = tables()
    made = {step.method for thing in ALL.values() if isinstance(thing, Chain) for step in thing.steps}
    assert {member.partition(".")[2] for member in here} - made == set()
    for member, written in here.items():
        name = written.strip("`")
        owner = {
            "session": api.Session,
            "action": api.Action,
            "request": api.RecommendationRequest,
            "attribution": api.Attribution,
        }.get(member.split(".")[0], api)
        assert hasattr(owner, name.removeprefix("api.").split("(")[0].split(".")[-1]), member


def test_every_public_function_is_in_the_document() -> None:
    here, _ = tables()
    written = {name.strip("`") for name in here.values()}
    functions = {name for name in api.__all__ if name[0].islower()}
    assert {name.removeprefix("api.") for name in written if name.startswith("api.")} == functions


def test_a_customer_is_told_whole() -> None:
    """The table of statements has every field that a script can have."""
    assert set(CUSTOMER.payload()) == set(Customer.names("call").values())
