"""The two hashes, against Python's own `hmac` and `hashlib` and against what OpenSSL says."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from nosto_tagging import Customer, customer_reference, hcid
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.text import as_carried

SECRET = "a secret of thirty-two bytes ..."
KEY = bytes(range(32))


class Lying(str):
    """Prints and encodes itself as somebody else."""

    __slots__ = ()

    def __str__(self) -> str:
        return "2"

    def encode(self, *_: object) -> bytes:
        return b"2" * 32

    def strip(self, *_: object) -> str:
        return ""

    def __len__(self) -> int:
        return 0


class Pretender:
    @property
    def __class__(self):
        return str

    def __str__(self) -> str:
        return "1"


# --- customer_reference ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer_id", "secret", "reference"),
    [
        # printf 1 | openssl dgst -sha256 -hmac 'a secret of thirty-two bytes ...'
        ("1", SECRET, "d6b88490f9bffcf7c480084d95572088c722772a0220f0185f34499502e53ded"),
        # printf customer-4711 | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102...1f
        ("customer-4711", KEY, "47427009f311956255acb561e21c96fb9e3f15b46d981663a2f0820c7a444de0"),
        # the same with printf 'Jan\xc3\xa9'
        ("Jané", KEY, "07b4a90582823699a6b04fd21bfc09ac6d3897527bb4e95a5c176cc7b7ff9cbf"),
    ],
)
def test_a_reference_is_what_openssl_makes_of_id_and_secret(customer_id: str, secret: str | bytes, reference: str):
    assert customer_reference(customer_id, secret=secret) == reference


@given(
    st.text().filter(as_carried) | st.integers(-(2**512) + 1, 2**512 - 1),
    st.binary(min_size=32) | st.text(min_size=32),
)
@settings(deadline=None)
def test_a_reference_is_the_hmac_sha256_of_the_id_under_the_secret(customer_id: str | int, secret: str | bytes):
    key = secret if isinstance(secret, bytes) else secret.encode()
    expected = hmac.new(key, str(customer_id).encode(), hashlib.sha256).hexdigest()
    assert customer_reference(customer_id, secret=secret) == expected


@pytest.mark.parametrize("number", [0, 1, -1, 4711, 2**63, 2**512 - 1, -(2**512) + 1])
def test_a_number_and_its_text_give_the_same_reference(number: int):
    assert customer_reference(number, secret=SECRET) == customer_reference(str(number), secret=SECRET)


def test_a_secret_and_its_bytes_give_the_same_reference():
    assert customer_reference(1, secret="п" * 16) == customer_reference(1, secret=("п" * 16).encode())


@pytest.mark.parametrize("other", ["1 ", " 1", "01", "1.0", "1\0", "\uff11", "+1"])
def test_ids_that_differ_at_all_give_other_references(other: str):
    # An id is the shop's own and is not cleaned: two customers must never become one.
    assert customer_reference(other, secret=SECRET) == hmac.new(SECRET.encode(), other.encode(), "sha256").hexdigest()


def test_an_id_with_a_lone_surrogate_has_a_reference_too():
    expected = hmac.new(KEY, b"\xed\xa0\x80", "sha256").hexdigest()
    assert customer_reference("\ud800", secret=KEY) == expected


def test_a_secret_with_a_lone_surrogate_is_as_good_as_any():
    expected = hmac.new(b"\xed\xa0\x80" * 11, b"1", "sha256").hexdigest()
    assert customer_reference(1, secret="\ud800" * 11) == expected


@pytest.mark.parametrize("claims", [Markup, Lying])
def test_texts_that_claim_to_be_something_else_are_what_is_there(claims: type):
    plain = "d6b88490f9bffcf7c480084d95572088c722772a0220f0185f34499502e53ded"
    assert customer_reference(claims("1"), secret=SECRET) == plain
    assert customer_reference("1", secret=claims(SECRET)) == plain


def test_a_reference_is_a_customers_reference():
    reference = customer_reference(4711, secret=SECRET)
    assert Customer(customer_reference=reference).customer_reference == reference


NO_ID = "customer_id must be text or a whole number of at most 512 bits, got "


@pytest.mark.parametrize(
    ("customer_id", "message"),
    [
        (True, NO_ID + "bool"),
        (False, NO_ID + "bool"),
        (None, NO_ID + "None"),
        (1.0, NO_ID + "float"),
        (b"1", NO_ID + "bytes"),
        (["1"], NO_ID + "list"),
        (object(), NO_ID + "object"),
        pytest.param(Pretender(), NO_ID + "Pretender", id="pretender"),
        (2**512, NO_ID + "int"),
        pytest.param(10**5000, NO_ID + "int", id="longer than Python is willing to write down"),
        ("", "customer_id must not be blank, got text of 0 characters"),
        (" ", "customer_id must not be blank, got text of 1 character"),
        ("\t\r\n", "customer_id must not be blank, got text of 3 characters"),
        ("\u3000\xa0", "customer_id must not be blank, got text of 2 characters"),
        ("\ufeff", "customer_id must not be blank, got text of 1 character"),  # blank in every field of a customer
    ],
)
def test_what_names_no_customer_is_refused(customer_id: object, message: str):
    with pytest.raises(InvalidArgument) as caught:
        customer_reference(customer_id, secret=SECRET)
    assert str(caught.value) == message
    assert caught.value.argument == "customer_id"


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("", "secret must hold at least 32 bytes, got 0"),
        (b"", "secret must hold at least 32 bytes, got 0"),
        ("s" * 31, "secret must hold at least 32 bytes, got 31"),
        (b"s" * 31, "secret must hold at least 32 bytes, got 31"),
        ("п" * 15, "secret must hold at least 32 bytes, got 30"),  # bytes are counted, not characters
        (None, "secret must be text or bytes, got None"),
        (1, "secret must be text or bytes, got int"),
        (2**512, "secret must be text or bytes, got int"),
        (["s" * 32], "secret must be text or bytes, got list"),
        (bytearray(32), "secret must be text or bytes, got bytearray"),
        pytest.param(Pretender(), "secret must be text or bytes, got Pretender", id="pretender"),
    ],
)
def test_a_secret_that_is_none_or_too_short_is_refused(secret: object, message: str):
    with pytest.raises(InvalidArgument) as caught:
        customer_reference(1, secret=secret)
    assert str(caught.value) == message
    assert caught.value.argument == "secret"


@pytest.mark.parametrize("secret", ["s" * 32, b"s" * 32, "п" * 16, b"\0" * 32])
def test_a_secret_of_thirty_two_bytes_is_enough(secret: str | bytes):
    key = secret if isinstance(secret, bytes) else secret.encode()
    assert customer_reference(1, secret=secret) == hmac.new(key, b"1", "sha256").hexdigest()


def test_a_secret_is_given_by_name_so_that_nobody_takes_it_for_the_id():
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        customer_reference("1", SECRET)


# --- hcid ------------------------------------------------------------------------------------------------------------


def test_a_checksum_is_what_openssl_makes_of_the_cookie():
    # printf 5f2a9c0e1b7d4836a2c4e6f8 | openssl dgst -sha256
    expected = "c40e2d8343d60d335ec960e23b9b41c3014bef4a0f0c9950bba611c560579c1b"
    assert hcid("5f2a9c0e1b7d4836a2c4e6f8") == expected


@given(st.text().filter(as_carried))
@settings(deadline=None)
def test_a_checksum_is_the_sha256_of_the_cookie_and_a_customer_takes_it(cookie: str):
    checksum = hcid(cookie)
    assert checksum == hashlib.sha256(cookie.encode()).hexdigest()
    assert Customer(customer_reference="1", hcid=checksum).hcid == checksum


@pytest.mark.parametrize("blank", [None, "", " ", "\t\r\n", "\u3000\xa0"])
def test_no_cookie_has_no_checksum(blank: str | None):
    assert hcid(blank) is None


@pytest.mark.parametrize("claims", [Markup, Lying])
def test_a_cookie_that_claims_to_be_something_else_is_what_is_there(claims: type):
    assert hcid(claims("1")) == hashlib.sha256(b"1").hexdigest()


def test_a_cookie_with_a_lone_surrogate_has_a_checksum_too():
    # WSGI servers hand over bytes that are no UTF-8 like that.
    assert hcid("\udcff") == hashlib.sha256(b"\xed\xb3\xbf").hexdigest()


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        (1, "int"),
        (False, "bool"),
        (b"5f2a", "bytes"),
        (["5f2a"], "list"),
        pytest.param(Pretender(), "Pretender", id="pretender"),
    ],
)
def test_a_cookie_that_is_no_text_is_refused(cookie: object, told: str):
    with pytest.raises(InvalidArgument) as caught:
        hcid(cookie)
    assert str(caught.value) == f"cookie_value must be text or None, got {told}"
    assert caught.value.argument == "cookie_value"
