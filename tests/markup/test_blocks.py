"""`block`: the hidden block, whole."""

from __future__ import annotations

import pickle
from datetime import date
from uuid import UUID

import pytest
from markupsafe import Markup, escape
from support import page
from support.expected import JANE, JANE_BLOCK, ROOT

from nosto_tagging import Customer, block
from nosto_tagging.errors import InvalidArgument, InvalidTagging, Problem

REFERENCE = '<span class="customer_reference">7</span>'


def test_the_documented_customer_makes_this_block() -> None:
    assert block(Customer(**JANE)) == JANE_BLOCK


def test_a_block_is_markup_that_no_engine_escapes_again() -> None:
    made = block(Customer(**JANE))
    assert type(made) is Markup
    assert escape(made) == JANE_BLOCK


def test_all_that_a_block_carries_is_printed_in_the_declared_order_whatever_order_it_was_given_in() -> None:
    fields = {
        "source_id": "s1",
        "source": "s",
        "order_number": "1001",
        "street": "Main Street 1",
        "city": "Helsinki",
        "region": "Uusimaa",
        "date_of_birth": date(2011, 12, 31),
        "gender": "Female",
        "customer_group": "General",
        "type": "loggedin",
        "hcid": "0" * 64,
        "customer_reference": "7",
        "marketing_permission": False,
        "last_name": "Doe",
        "first_name": "Jane",
        "email": "jane.doe@example.com",
    }
    assert block(Customer(**fields)) == (
        f'{ROOT}<span class="email">jane.doe@example.com</span><span class="first_name">Jane</span>'
        '<span class="last_name">Doe</span><span class="marketing_permission">false</span>'
        f'<span class="customer_reference">7</span><span class="hcid">{"0" * 64}</span>'
        '<span class="customer_group">General</span><span class="gender">Female</span>'
        '<span class="date_of_birth">2011-12-31</span><span class="region">Uusimaa</span>'
        '<span class="city">Helsinki</span><span class="street">Main Street 1</span></div>'
    )


@pytest.mark.parametrize(
    ("fields", "printed"),
    [
        ({"customer_reference": "7"}, REFERENCE),
        ({"customer_reference": 7}, REFERENCE),
        (
            {"customer_reference": UUID("5e3d4a9c-cf58-11ea-87d0-0242ac130003")},
            '<span class="customer_reference">5e3d4a9c-cf58-11ea-87d0-0242ac130003</span>',
        ),
        ({"email": "jane.doe@example.com"}, '<span class="email">jane.doe@example.com</span>'),
        # Not given is not printed: no empty element, and consent that nobody gave is not 'false'.
        ({"customer_reference": "7", "first_name": None}, REFERENCE),
        ({"customer_reference": "7", "first_name": ""}, REFERENCE),
        ({"customer_reference": "7", "first_name": " \t\n\u3000"}, REFERENCE),
        ({"customer_reference": "7", "marketing_permission": None}, REFERENCE),
        ({"customer_reference": "7", "marketing_permission": ""}, REFERENCE),
        (
            {"customer_reference": "7", "marketing_permission": "1"},
            '<span class="marketing_permission">true</span>' + REFERENCE,
        ),
        (
            {"customer_reference": "7", "marketing_permission": 0},
            '<span class="marketing_permission">false</span>' + REFERENCE,
        ),
        ({"customer_reference": "7", "city": "0"}, REFERENCE + '<span class="city">0</span>'),
        (
            {"customer_reference": "7", "date_of_birth": " 0999-01-01 "},
            REFERENCE + '<span class="date_of_birth">0999-01-01</span>',
        ),
        # What a block does not carry is left out of it.
        ({"customer_reference": "7", "type": "loggedin"}, REFERENCE),
        ({"customer_reference": "7", "order_number": "1001"}, REFERENCE),
        ({"customer_reference": "7", "source": "s"}, REFERENCE),
        ({"customer_reference": "7", "source_id": "s1"}, REFERENCE),
        # What claims to be safe is text as any other.
        (
            {"customer_reference": "7", "first_name": Markup("<b>Jane</b>")},
            '<span class="first_name">&#60;b&#62;Jane&#60;/b&#62;</span>' + REFERENCE,
        ),
    ],
)
def test_a_field_is_printed_where_it_was_given_and_the_block_carries_it(fields, printed: str) -> None:
    assert block(Customer(**fields)) == f"{ROOT}{printed}</div>"


def test_the_root_is_hidden_twice_and_out_of_reach_of_translators_search_snippets_and_frameworks() -> None:
    made = page.PAGE.format(block(Customer(customer_reference="7")))
    assert {
        name: page.attribute(made, ".nosto_customer", name)
        for name in ("class", "style", "hidden", "translate", "data-nosnippet", "v-pre", "ng-non-bindable")
    } == {
        "class": "nosto_customer notranslate",
        "style": "display:none",
        "hidden": "",
        "translate": "no",
        "data-nosnippet": "",
        "v-pre": "",
        "ng-non-bindable": "",
    }


def test_none_makes_no_block() -> None:
    made = block(None)
    assert made == ""
    assert type(made) is Markup


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ("jane.doe@example.com", "text of 20 characters"),
        ({"email": "jane.doe@example.com"}, "dict"),
        (7, "int"),
        (Customer, "ModelMetaclass"),
        (object(), "object"),
    ],
)
def test_what_is_no_model_is_refused_and_named_by_its_kind(thing, kind: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        block(thing)
    assert str(caught.value) == f"block() takes a model such as Customer, or None, got {kind}"


class Liar(str):
    """Prints itself as something else, and claims that this is safe."""

    __slots__ = ()

    def __str__(self) -> str:
        return "<script>window.canary=1</script>"

    def __html__(self) -> str:
        return str(self)

    def __format__(self, spec: str) -> str:
        return str(self)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Markup("<b>Jane</b>"), "&#60;b&#62;Jane&#60;/b&#62;"),
        (Liar("Jane"), "Jane"),
        ("Ja\0ne", "Jane"),  # not cleaned by validation, and what values of one pass are joined with
        (date(2011, 12, 31), "2011-12-31"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_a_model_made_past_validation_is_escaped_all_the_same(value, printed: str) -> None:
    made = Customer.model_construct(
        **dict.fromkeys(Customer.model_fields) | {"customer_reference": "7", "first_name": value}
    )
    assert block(made) == f'{ROOT}<span class="first_name">{printed}</span>{REFERENCE}</div>'


@pytest.mark.parametrize(
    ("value", "kind"),
    [(7, "int"), (b"Jane", "bytes"), (["Jane"], "list"), (7.5, "float"), (object(), "object")],
)
def test_a_model_made_past_validation_of_what_is_no_text_is_refused_with_the_field(value, kind: str) -> None:
    made = Customer.model_construct(
        **dict.fromkeys(Customer.model_fields) | {"customer_reference": "7", "first_name": value}
    )
    with pytest.raises(InvalidTagging) as caught:
        block(made)
    message = f"cannot be printed, got {kind}: the model was made without validation"
    assert caught.value.problems == (Problem("first_name", message),)
    assert str(caught.value) == f"Customer.first_name {message}"


def test_a_copy_and_an_unpickled_customer_make_the_same_block() -> None:
    jane = Customer(**JANE)
    assert block(jane.model_copy()) == JANE_BLOCK
    assert block(pickle.loads(pickle.dumps(jane))) == JANE_BLOCK  # noqa: S301 - our own


def test_a_customer_of_a_subclass_makes_the_same_block() -> None:
    class Buyer(Customer):
        pass

    assert block(Buyer(**JANE)) == JANE_BLOCK


def test_a_customer_without_anything_that_a_block_carries_makes_an_empty_one() -> None:
    # Only past validation, which asks for an e-mail or a reference.
    made = Customer.model_construct(**dict.fromkeys(Customer.model_fields) | {"type": "loggedin"})
    assert block(made) == f"{ROOT}</div>"
