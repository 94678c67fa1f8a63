"""What the rules of `check` see: a page's blocks and calls as one list of values, and what was said about the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from nosto_tagging.reading.seen import Seen, SeenBlock, SeenCall

# Not before `seen`, which says which extra is missing.
if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = [
    "CONSENT",
    "PROVIDERS",
    "PROVIDES",
    "Page",
    "Value",
    "is_email",
    "masked",
    "page_of",
    "sources_of",
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
PROVIDES = frozenset(("setTaggingProvider", "internal.setTaggingProvider"))
"""The methods that set a tagging provider: the second is the older name, which Nosto's own modules still call."""
_CALLS = {
    "customer": "nosto_customer",
    "setCustomer": "nosto_customer",
    "resendCartContent": "nosto_cart",
    "setCart": "nosto_cart",
    "addOrder": "nosto_purchase_order",
}
_PARTS = {"items": "line_item", "skus": "nosto_sku", "variations": "variation", "info": "buyer"}
# What they hold has names of the shop's own.
_NAMED = frozenset(("custom_fields", "nosto_custom_field", "nosto_affinity_signals"))
# Whole or in part, they are about one visitor.
_PERSONAL = frozenset(("nosto_customer", "buyer"))
_PERSONAL_FIELDS = frozenset(("hcid", "restore_link", "order_number", "external_order_ref", "customer_reference"))
_PERSONAL_TEXTS = frozenset(("nosto_search_term",))
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
    offset: int | None = None

    @property
    def personal(self) -> bool:
        """Whether it is about one visitor."""
        return self.block in _PERSONAL or self.part in _PERSONAL or self.name in _PERSONAL_FIELDS | _PERSONAL_TEXTS

    @property
    def shown(self) -> str:
        """What may be told of it: shortened, and no person's data."""
        return masked(self.text, personal=self.personal)

    @property
    def called(self) -> str:
        """What it is called in a message."""
        return self.name if self.name in (self.block, self.part) else f"{masked(self.name)} in {self.part}"


def masked(text: str, *, personal: bool = False) -> str:
    """`text` as a finding may hold it.

    >>> masked("jane.doe@example.com"), masked("Jane", personal=True), masked("1,299.00")
    ('an e-mail address of 20 characters', 'a text of 4 characters', '1,299.00')
    """
    text = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    if is_email(text):
        return f"an e-mail address of {len(text)} characters"
    if "@" in text or (personal and text and text not in _TELLING):
        return f"a text of {len(text)} character{'' if len(text) == 1 else 's'}"
    if "?" in text and ("://" in text or text.startswith("/")):  # what follows may be somebody's key to something
        text = f"{text.partition('?')[0]}?…"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


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
    policies: tuple[str, ...] = ()
    """The Content-Security-Policies that hold for it."""
    leave_out_email: bool = False

    @property
    def page_type(self) -> Value | None:
        """What the page says it is; a provider's word goes before an element's."""
        found = [each for each in self.values if each.name == "nosto_page_type" and each.text]
        return next((each for each in found if each.origin == "provider"), found[0] if found else None)

    def tells(self, block: str) -> bool:
        """Whether there is such a block, text, provider or call, with anything in it or not."""
        return bool(self.seen.blocks_of(block) or self.seen.texts_of(block)) or any(
            _CALLS.get(method) == block
            or (method in PROVIDES and bool(given) and PROVIDERS.get(_word(given[0])) == block)
            for call in self.seen.calls
            for method, given in call.steps
        )


def page_of(seen: Seen, *, headers: Mapping[str, str] | None, policy: str | None, leave_out_email: bool) -> Page:
    """What the rules see of a page that was `looked` at."""
    lowered = {str(name).lower(): str(value) for name, value in (headers or {}).items()}
    policies = [policy, lowered.get("content-security-policy"), *_policies_in(seen)]
    return Page(seen, tuple(values_of(seen)), lowered, tuple([each for each in policies if each]), leave_out_email)


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
        yield from _in_call(call)


def _in_block(name: str, block: SeenBlock) -> Iterator[Value]:
    for field in block.fields:
        # A custom field may be called anything, and is no price for being called one.
        part, called = (
            (name, f"custom field {field.name}") if block.name == "custom_fields" else (block.name, field.name)
        )
        yield Value(name, part, called, field.text, field.text, "block", field.node)
    for each in block.parts:
        yield from _in_block(name, each)


def _in_call(call: SeenCall) -> Iterator[Value]:
    for method, given in call.steps:
        if method in PROVIDES and len(given) > 1:
            key = _word(given[0])
            called = PROVIDERS.get(key)
            if not called:
                continue
            name = "restore_link" if key == "restoreLink" else called
            yield from _in_literal(call, "provider", called, name, given[1])
        elif method in _CALLS and given:
            yield from _in_literal(call, "call", _CALLS[method], _CALLS[method], given[0])


def _in_literal(call: SeenCall, origin: Origin, block: str, name: str, literal: object) -> Iterator[Value]:
    """The leaves of a literal of any depth, in no set order."""
    stack = [(block, name, literal)]
    while stack:
        part, name, given = stack.pop()
        if isinstance(given, Mapping):
            for key, each in cast("Mapping[object, object]", given).items():
                word = _word(key)
                if name in _NAMED:
                    stack.append((part, f"custom field {word}", each))
                else:
                    stack.append((_PARTS.get(word, part), word, each))
        elif isinstance(given, list | tuple):
            stack += [(part, name, each) for each in cast("list[object]", given)]
        elif given is True or given is False:
            yield Value(block, part, name, "true" if given else "false", given, origin, call.script.node, call.offset)
        elif given is None or isinstance(given, str | int | float):
            text = "null" if given is None else str(given)[:100_000]
            yield Value(block, part, name, text, given, origin, call.script.node, call.offset)


def _word(given: object) -> str:
    return given if isinstance(given, str) else ""
