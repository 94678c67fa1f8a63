"""Customers, their markup, settings, nonces, identities and calls, from any values: what must hold, whatever they are."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, TypeVar, cast

from fuzz.given import Own, fields, text, value
from fuzz.reading import BLOCK, SCRIPT, STATEMENTS, calls, tells_no_data
from support import page
from support.expected import called, in_block, provided

from nosto_tagging import (
    Customer,
    NostoTaggingError,
    Settings,
    Tagger,
    api,
    block,
    customer_reference,
    hcid,
    snippet,
    statement,
    statement_attribute,
)
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging
from nosto_tagging.models.text import as_carried

__all__ = ["arrives", "customer_from", "customers", "door", "identities", "past_validation", "settings"]

T = TypeVar("T")
HARMLESS = Customer(email="jane.doe@example.com")
_UNPRINTABLE = object()
_NOBODY = "nostojs(api => api.defaultSession().setCustomer({}).viewCart().update())"


def door(give: Callable[[], T], *allowed: type[NostoTaggingError]) -> T | None:
    """What `give` gives; ``None`` where it raises an error that it may, with a message that tells no data."""
    try:
        return give()
    except Own:
        return None
    except allowed as caught:
        error = caught
    assert tells_no_data(str(error)), str(error)
    # What these held would travel along with it, to wherever errors are sent.
    assert (error.__cause__, error.__context__) == (None, None)
    return None


def customer_from(given: dict[object, object]) -> Customer | None:
    """The customer that fields make, if they make one."""
    return door(lambda: Customer.model_validate(given), InvalidTagging)


def customers(given: list[bytes]) -> None:
    """Every way to validate takes what the others take, says what is wrong without the data, and what it takes arrives."""
    found = fields(given)
    made = customer_from(found)
    if all(type(name) is str for name in found):
        named = cast("dict[str, Any]", found)
        assert door(lambda: Customer(**named), InvalidTagging) == made
    strings = door(lambda: Customer.model_validate_strings(found), InvalidTagging)
    if all(type(each) is str for each in found.values()):
        assert strings == made
    all_made = [made, strings]
    for ascii_only in (True, False):
        written = json.dumps(found, default=str, ensure_ascii=ascii_only, skipkeys=True)
        all_made.append(door(lambda written=written: Customer.model_validate_json(written), InvalidTagging))
    raw = given[0]
    all_made.append(door(lambda: Customer.model_validate_json(raw), InvalidTagging))
    all_made.append(door(lambda: Customer.model_validate_json(text(raw)), InvalidTagging))
    if not isinstance(held := value(raw), Customer):  # an instance is given back as it is
        all_made.append(door(lambda: Customer.model_validate(held), InvalidTagging))
    seen: list[Customer] = []
    for customer in all_made:
        if customer is not None and customer not in seen:
            seen.append(customer)
            _stays(customer)
            arrives(customer)


def _stays(customer: Customer) -> None:
    """Validated once more it is the same, and it tells nothing of what it holds."""
    assert Customer(**customer.model_dump()) == customer
    assert Customer.model_validate_json(customer.model_dump_json()) == customer
    held = ", ".join(f"{name}=..." for name, each in customer if each is not None)
    assert repr(customer) == f"Customer({held})", repr(customer)


def arrives(customer: Customer) -> None:
    """A customer's every form holds what the customer holds, and nothing else stands in the page than for any other."""
    html = _page(customer, Tagger())
    assert page.outline(html) == _outline(tuple(name for name, each in customer if each is not None))
    assert page.block(html) == in_block(customer)
    _calls_arrive(html, customer)
    without = customer.without_email()
    tagger = Tagger(Settings(leave_out_email=True))
    assert tagger.block(customer) == ("" if without is None else block(without))
    told = "" if without is None else statement(without, *_calls_of(without))
    assert tagger.statement(customer, *_calls_of(customer)) == told


def _page(customer: Customer, tagger: Tagger) -> str:
    printed = tagger.block(customer)
    assert BLOCK(printed), printed
    several = tagger.snippet(customer, *_calls_of(customer))
    assert SCRIPT(several), several
    stated = tagger.statement(customer)
    assert STATEMENTS(stated), stated
    attribute = tagger.statement_attribute(customer)
    assert attribute.isascii()
    return page.PAGE.format(
        f"{printed}<p>1</p>{several}<p>2</p><script>{stated}</script><p>3</p>"
        f"""<a onclick="{attribute}">4</a><a onclick='{attribute}'>5</a>"""
    )


def _calls_of(customer: Customer) -> list[api.Call]:
    return [
        api.customer(customer),
        api.set_tagging_provider("customer", customer),
        api.session.set_customer(customer).view_cart().load(),
    ]


def _calls_arrive(html: str, customer: Customer) -> None:
    once: list[tuple[str, list[object]]] = [("customer", [called(customer)])]
    several, stated = page.scripts(html)
    assert calls(several) == [
        *once,
        *once,
        ("setTaggingProvider", ["customer", provided(customer)]),
        ("defaultSession", []),
        ("setCustomer", [provided(customer)]),
        ("viewCart", []),
        ("load", []),
    ], several
    assert calls(stated) == once, stated
    double, single = (element.attributes["onclick"] or "" for element in page.elements(html, "a"))
    assert calls(double) == calls(single) == once, (double, single)


@cache
def _outline(given: tuple[str, ...]) -> object:
    return page.outline(_page(Customer.model_construct(**dict.fromkeys(given, "Jane")), Tagger()))


def past_validation(given: list[bytes]) -> None:
    """What was never validated is printed all the same, or refused; nothing that it holds gets out of its place."""
    found = {name: each for name, each in fields(given).items() if name in Customer.model_fields}
    constructed = Customer.model_construct(**cast("dict[str, Any]", found))
    copied = HARMLESS.model_copy(update=cast("dict[str, Any]", found))
    for customer in (constructed, copied):
        settled = Customer.model_construct(**{name: _settled(each) for name, each in customer})
        if any(each is _UNPRINTABLE for _, each in settled):
            _refused(
                customer,
                by_block=any(each is _UNPRINTABLE for _, each in in_block(settled)),
                by_scripts=any(each is _UNPRINTABLE for each in called(settled).values()),
            )
            continue
        html = _page(customer, Tagger())
        assert page.outline(html) == _outline(tuple(name for name, each in settled if each is not None))
        # A page cannot carry what validation drops or replaces; only the rest is there to be compared.
        if all(as_carried(each) == str.__str__(each) for _, each in customer if isinstance(each, str)):
            assert page.block(html) == in_block(settled)
        _calls_arrive(html, settled)


def _settled(held: object) -> object:
    """What stands for a value in JSON: no NUL, and pairs of surrogates as the character that they are."""
    if held is None or isinstance(held, bool):
        return held
    if type(held) is date:
        return held.isoformat()
    if isinstance(held, str) and issubclass(type(held), str):
        plain = str.__str__(held).replace("\0", "")
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _UNPRINTABLE


def _refused(customer: Customer, *, by_block: bool, by_scripts: bool) -> None:
    tagger = Tagger()
    assert (door(lambda: tagger.block(customer), InvalidTagging) is None) == by_block
    for verb in (tagger.snippet, tagger.statement, tagger.statement_attribute):
        assert (door(lambda verb=verb: verb(customer), InvalidTagging) is None) == by_scripts


def settings(given: list[bytes]) -> None:
    """Settings are refused or work; a nonce of any kind stays in its attribute, an account id in its address."""
    names = ("NOSTO_ACCOUNT_ID", "NOSTO_HOST", "NOSTO_ENABLED", "NOSTO_NONCE", "NOSTO_ERRORS", "NOSTO_LEAVE_OUT_EMAIL")
    environ = {names[piece[0] % len(names)]: text(piece[1:]) for piece in given if piece}
    found = door(lambda: Settings.from_env(environ), InvalidSettings)
    if found is not None:
        Settings.from_env(environ, errors="log")
        _prints(Tagger(found), None)
        printed = door(Tagger(found).client_script, InvalidArgument)
        if printed and found.account_id is not None:
            _loads(printed, found.account_id)
    for each in [value(piece[1:]) for piece in given[:3] if piece]:
        for name in Settings.model_fields:
            door(lambda name=name, each=each: Settings(**{name: each}), InvalidSettings)
        _prints(Tagger(), each)
        account = door(lambda each=each: Tagger().client_script(cast("str", each)), InvalidSettings, InvalidArgument)
        if account:
            _loads(account, str.__str__(cast("str", each)))
        door(
            lambda each=each: Tagger().client_script("shop", host=cast("Any", each), nonce=cast("Any", each)),
            InvalidSettings,
            InvalidArgument,
        )


def _loads(printed: str, account: str) -> None:
    stub, client = page.elements(page.PAGE.format(printed), "script")
    assert set(stub.attributes) <= {"nonce"}
    assert set(client.attributes) <= {"nonce", "src", "async"}
    assert (client.attributes["src"] or "").rpartition("/include/")[2] == account, printed


def _prints(tagger: Tagger, nonce: Any) -> None:
    printed = door(lambda: tagger.snippet(HARMLESS, nonce=nonce), InvalidArgument)
    if not printed:
        return
    assert SCRIPT(printed), printed
    (element,) = page.elements(page.PAGE.format(printed), "script")
    assert element.text() == statement(HARMLESS)
    assert page.outline(page.PAGE.format(printed)) == page.outline(
        page.PAGE.format(snippet(HARMLESS, nonce="x" if "nonce" in element.attributes else None))
    )
    given = tagger.settings.nonce if nonce is None else nonce
    if type(given) is str:
        assert element.attributes.get("nonce", "") == given.strip(), printed


def identities(given: list[bytes]) -> None:
    """References, checksums and calls are what they are by their definition, or refused without a word of the data."""
    values = [value(piece) for piece in given[:4]] or [None]
    first, last = values[0], values[-1]
    if door(lambda: hcid(cast("Any", first)), InvalidArgument) is not None:
        held = str.__str__(cast("str", first))
        assert hcid(held) == hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()
    made = door(lambda: customer_reference(cast("Any", first), secret=cast("Any", last)), InvalidArgument)
    if made is not None:
        key = (
            bytes(last) if isinstance(last, bytes) else str.__str__(cast("str", last)).encode("utf-8", "surrogatepass")
        )
        who = str(first) if type(first) is int else str.__str__(cast("str", first))
        assert made == hmac.new(key, who.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    for each in values:
        call = door(lambda each=each: api.customer(cast("Any", each)), InvalidTagging, InvalidArgument)
        if call is not None and not isinstance(each, Customer):
            address = str.__str__(cast("str", each))
            assert calls(statement(call)) == [("customer", [{"email": as_carried(address)}])]
        door(
            lambda each=each: Customer.from_object(each, fields=Customer.model_fields), InvalidTagging, InvalidArgument
        )
        door(lambda each=each: Customer.from_object(HARMLESS, fields=cast("Any", [each])), InvalidArgument)
        door(lambda each=each: api.set_tagging_provider(cast("Any", each), HARMLESS), InvalidArgument)
        door(lambda each=each: api.set_tagging_provider("customer", cast("Any", each)), InvalidTagging, InvalidArgument)
        session = door(lambda each=each: api.session.set_customer(cast("Any", each)), InvalidArgument)
        if session is not None and each is not None and not isinstance(each, Customer):
            assert statement(session.view_cart().update()) == _NOBODY
        door(lambda each=each: statement(cast("Any", each)), InvalidTagging, InvalidArgument)
        door(lambda each=each: statement_attribute(cast("Any", each)), InvalidTagging, InvalidArgument)
        door(lambda each=each: Tagger().block(cast("Any", each)), InvalidTagging, InvalidArgument)
        door(lambda each=each: Tagger().model(Customer, cast("Any", each)), InvalidTagging, InvalidArgument)
