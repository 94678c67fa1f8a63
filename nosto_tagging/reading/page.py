"""What the rules of `check` see: a page's blocks and calls as one list of values, and what was said about the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from nosto_tagging.models import Customer, PageTagging
from nosto_tagging.models.order import Buyer
from nosto_tagging.models.tagging import printed
from nosto_tagging.reading.seen import Seen, SeenBlock, SeenCall
from nosto_tagging.reading.told import PROVIDES, told_in
from nosto_tagging.reading.written import Spot, Way

# Not before `seen`, which says which extra is missing.
if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = [
    "CONSENT",
    "PROVIDERS",
    "Page",
    "Told",
    "Value",
    "address",
    "is_email",
    "masked",
    "page_of",
    "sources_of",
    "told_of",
    "values_of",
]

Origin: TypeAlias = Literal["block", "provider", "call"]

CONSENT = frozenset(("marketing_permission", "newsletter"))
"""The two names of a customer's consent."""
PROVIDERS = {
    "pageType": "nosto_page_type",
    "customer": "nosto_customer",
    "cart": "nosto_cart",
    "restoreLink": "nosto_cart",
    "products": "nosto_product",
    "order": "nosto_purchase_order",
    "searchTerms": "nosto_search_term",
    "categories": "nosto_category",
    "brands": "nosto_brand",
    "categoryIds": "",
    "parentCategoryIds": "",
    "tags": "nosto_tag",
    "customFields": "nosto_custom_field",
    "variation": "nosto_variation",
    "affinitySignals": "nosto_affinity_signals",
    "elements": "nosto_element",
    "sortOrder": "nosto_sort_order",
    "pluginVersion": "",
}
"""The keys of a tagging provider, and the class of the elements that say the same."""
_CALLED = {field: PROVIDERS[key] or key for field, key, _ in printed(PageTagging, "provider")}
"""The same by their fields; the key, where there is no such class."""
_PARTS = {"items": "line_item", "skus": "nosto_sku", "variations": "variation", "info": "buyer"}
# What they hold has names of the shop's own.
_NAMED = frozenset(("custom_fields", "nosto_custom_field", "nosto_affinity_signals"))
# They are about one visitor: of a cart and an order, all but what was put in.
_PERSONAL = frozenset(("nosto_cart", "nosto_purchase_order", "buyer"))
_PERSONAL_FIELDS = frozenset(
    (
        *(called for model in (Customer, Buyer) for _, called, _ in printed(model, "block")),
        "birth_date",
        "phone",
        "post_code",
        "country",
        "restore_link",
        "order_number",
        "external_order_ref",
    )
)
_PERSONAL_BLOCKS = frozenset(("nosto_customer", "nosto_search_term"))
# What may be told of a personal field, because it is nobody's: what stands there in place of a value.
_TELLING = frozenset(
    (
        "true",
        "false",
        "True",
        "False",
        "TRUE",
        "FALSE",
        "1",
        "0",
        "yes",
        "no",
        "on",
        "off",
        "None",
        "null",
        "NULL",
        "undefined",
        "NaN",
        "nil",
    )
)
# In an e-mail address, as it is, in a URL, in a script, and after some escapes too many.
_at = re.compile(
    r"[@\ufe6b\uff20]|%(?:25)*(?:40|EF%(?:25)*BC%(?:25)*A0)"
    r"|&(?:amp;|#0*38;|#x0*26;)*(?:#0*64|#x0*40|commat)\b|\\(?:u00|u\{0*|x)40",
    re.IGNORECASE,
).search
_query = re.compile(r"[^\s?#]*[?#](?=\S)").match
_name = re.compile(r"[a-z][A-Za-z0-9_]{0,63}").fullmatch
_SHOWN = 60


class Value(NamedTuple):
    """One value that a page tells, by an element of a block or by a literal in a call."""

    block: str
    """The class of the block, or of the element itself."""
    part: str
    """The part of the block that it stands in: the block itself, ``line_item``, ``nosto_sku``, …"""
    name: str
    """What the field is called; the class again for an element that holds nothing but a text."""
    text: str
    given: object
    """The text, or what the literal is."""
    origin: Origin
    node: LexborNode
    spot: Spot | None = None
    """Where the literal is written, of a call."""
    listed: bool = False
    """Whether it stands in an array of a call."""

    @property
    def personal(self) -> bool:
        """Whether it is about one visitor."""
        return self.block in _PERSONAL_BLOCKS or self.part in _PERSONAL or self.name in _PERSONAL_FIELDS

    @property
    def shown(self) -> str:
        """What may be told of it: shortened, and no person's data."""
        return masked(self.text, personal=self.personal)

    @property
    def called(self) -> str:
        """What it is called in a message."""
        if self.name in (self.block, self.part):
            return self.name
        name = masked(self.name)
        # Where a visitor's data stands in for the name of a field, or what steers a terminal, it is none.
        named = _name(name) or (name.isprintable() and not self.personal)
        return f"{name if named else 'unnamed field'} in {self.part}"


def masked(text: str, *, personal: bool = False) -> str:
    """`text` as a finding may hold it.

    >>> masked("jane.doe@example.com"), masked("Jane", personal=True), masked("1,299.00")
    ('an e-mail address of 20 characters', 'a text of 4 characters', '1,299.00')
    """
    if personal and text and text not in _TELLING and ("://" in text or not is_email(text)):
        return _of_length(text)
    text = address(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def address(url: str) -> str:
    """`url` as a finding may hold it, as long as it may be.

    >>> address("https://shop.example.com/cart?token=5e3d4a9c"), address("/unsubscribe/jane.doe@example.com")
    ('https://shop.example.com/cart?…', 'an e-mail address of 33 characters')
    >>> address("https://shop.example.com/login?email=jane.doe@example.com")
    'https://shop.example.com/login?…'
    """
    text = url.encode("utf-8", "replace").decode() if not url.isascii() else url
    query = _query(text)
    told = text if query is None else text[: query.end()]  # what follows may be somebody's key to something
    # No address of a person has this in it.
    looked_at = told if "://" in told else text
    if is_email(looked_at):
        return f"an e-mail address of {len(text)} characters"
    if _at(looked_at):
        return _of_length(text)
    return told if query is None else f"{told}…"


def _of_length(text: str) -> str:
    return f"a text of {len(text)} character{'' if len(text) == 1 else 's'}"


def is_email(text: str) -> bool:
    """Whether `text` looks like an e-mail address and nothing else."""
    mailbox, at, domain = text.partition("@")
    return bool(mailbox and at and domain) and "@" not in domain and not any(map(str.isspace, text))


@dataclass(frozen=True, slots=True)
class Page:
    """A page, as the rules see it."""

    seen: Seen
    values: tuple[Value, ...]
    headers: Mapping[str, str]
    """By their names in lower case."""
    policy: str | None = None
    """A Content-Security-Policy that neither the headers nor the page say."""
    leave_out_email: bool = False

    @property
    def page_type(self) -> Value | None:
        """What the page says it is; a provider's word goes before an element's."""
        found = [each for each in self.values if each.name == "nosto_page_type" and each.text]
        return next((each for each in found if each.origin == "provider"), found[0] if found else None)

    def policies(self) -> list[str]:
        """The Content-Security-Policies that hold for it."""
        # Those of a header have commas between them.
        sent = f"{self.policy or ''},{self.headers.get('content-security-policy', '')}".split(",")
        return [each for each in (*sent, *_policies_in(self.seen)) if each.strip()]

    def tells(self, block: str) -> bool:
        """Whether there is such a block, text, provider or call, with anything in it or not."""
        return bool(self.seen.blocks_of(block) or self.seen.texts_of(block)) or any(
            told is not None and _CALLED[told[0]] == block
            for call in self.seen.calls
            for told in starmap(told_in, call.steps)
        )


def page_of(seen: Seen, *, headers: Mapping[str, str], policy: str | None, leave_out_email: bool) -> Page:
    """What the rules see of a page that was `looked` at; `headers` are `joined`."""
    return Page(seen, tuple(values_of(seen)), headers, policy, leave_out_email)


def _policies_in(seen: Seen) -> list[str]:
    return [
        node.attributes.get("content") or ""
        for node in seen.tree.css("meta[http-equiv][content]")
        if (node.attributes.get("http-equiv") or "").strip().lower() == "content-security-policy"
    ]


def sources_of(policy: str, *names: str) -> list[str] | None:
    """The sources of the first of these directives that the policy has; ``None`` where it has none of them."""
    directives: dict[str, list[str]] = {}
    for each in policy.split(";"):
        name, *sources = each.split() or [""]
        directives.setdefault(name.lower(), sources)
    return next((directives[name] for name in names if name in directives), None)


def values_of(seen: Seen) -> Iterator[Value]:
    """Every value of a page: those of its elements, and then those of its calls."""
    for text in seen.texts:
        yield Value(text.name, text.name, text.name, text.text, text.text, "block", text.node)
    for block in seen.blocks:
        yield from _in_block(block.name, block)
    for call in seen.calls:
        for told in told_of(call):
            yield from _in_literal(told)


def _in_block(name: str, block: SeenBlock) -> Iterator[Value]:
    for field in block.fields:
        # A custom field may be called anything, and is no price for being called one.
        part, called = (
            (name, f"custom field {field.name}") if block.name == "custom_fields" else (block.name, field.name)
        )
        yield Value(name, part, called, field.text, field.text, "block", field.node)
    for each in block.parts:
        yield from _in_block(name, each)


class Told(NamedTuple):
    """What a call tells for a field of a `PageTagging`."""

    field: str
    block: str
    """The class of the block or the element that says the same."""
    name: str
    origin: Origin
    literal: object
    spot: Spot


def told_of(call: SeenCall) -> Iterator[Told]:
    """What a call tells, step by step."""
    for step, (method, given) in enumerate(call.steps):
        if (told := told_in(method, given)) is not None:
            field, argument = told
            name = field if field == "restore_link" else _CALLED[field]
            origin: Origin = "provider" if method in PROVIDES else "call"
            way: Way = (None, step)
            literal, way = (list(given), way) if argument is None else (given[argument], (way, argument))
            yield Told(field, _CALLED[field], name, origin, literal, Spot(call, way))


def _in_literal(told: Told) -> Iterator[Value]:
    """The leaves of a literal of any depth, in no set order."""
    call, way = told.spot
    stack = [(told.block, told.name, told.literal, False, way)]
    while stack:
        part, name, given, listed, way = stack.pop()
        if isinstance(given, Mapping):
            for key, each in cast("Mapping[object, object]", given).items():
                word = _word(key)
                if name in _NAMED:
                    stack.append((part, f"custom field {word}", each, False, (way, key)))
                else:
                    stack.append((_PARTS.get(word, part), word, each, False, (way, key)))
        elif isinstance(given, list | tuple):
            stack += [(part, name, each, True, (way, at)) for at, each in enumerate(cast("list[object]", given))]
        elif given is None or isinstance(given, str | int | float):
            text = _SPELLED[given] if given is None or isinstance(given, bool) else str(given)[:100_000]
            yield Value(told.block, part, name, text, given, told.origin, call.script.node, Spot(call, way), listed)


_SPELLED = {True: "true", False: "false", None: "null"}


def _word(given: object) -> str:
    return given if isinstance(given, str) else ""
