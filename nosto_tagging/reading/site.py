"""What shows across the pages of a site only: whether they call one product by one id."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple, TypeVar

from selectolax.lexbor import LexborNode

from nosto_tagging.models import LineItem, Product
from nosto_tagging.reading.findings import Finding, Rule, docs_of, rules
from nosto_tagging.reading.given import given_in
from nosto_tagging.reading.literals import items, members
from nosto_tagging.reading.page import masked
from nosto_tagging.reading.positions import Place, Places
from nosto_tagging.reading.rules.scripts import is_client_script
from nosto_tagging.reading.seen import Seen, SeenBlock
from nosto_tagging.reading.written import Spot, offsets

__all__ = ["SITE_RULES", "Site"]

Key = TypeVar("Key")
Kept = TypeVar("Kept")

SITE_RULES = (
    Rule(
        "id-differs",
        "error",
        "Across pages: a line of a cart or of an order has another product id than the product's own page.",
    ),
    Rule(
        "account-differs",
        "error",
        "Across pages: the client script of this page is another account's than the first page's.",
    ),
    Rule("client-script-missing", "note", "Across pages: this one does not load the client script, and others do."),
)
rules.update({rule.code: rule for rule in SITE_RULES})

_MOST = 100_000
"""So many products and lines are kept in mind: what is past them is not compared."""
_MOST_PLACES = 50
"""So many lines of a page have a place; there are as many findings of one rule on a page."""
_LONGEST = 1_000
"""Characters: as many as an identifier has in the models."""
_PSEUDO = "-1"


class _Where(NamedTuple):
    """A page, and a place on it."""

    page: str
    line: int | None = None
    column: int | None = None


class Site:
    """What is kept of the pages that were gone through: a few characters for each product, and none of its page."""

    def __init__(self) -> None:
        self._products: set[str] = set()
        self._skus: dict[str, str] = {}
        self._alike: dict[str, str] = {}
        self._named: dict[bytes, str] = {}
        self._lines: dict[tuple[str, bytes], _Where] = {}
        self._accounts: dict[str, str] = {}
        self._without: list[str] = []
        self._loaded = 0

    def add(self, name: str, seen: Seen, ignored: frozenset[str]) -> None:
        """Keep what a page says of its products, but for the rules that it ignores."""
        if "id-differs" not in ignored:
            self._add_products(seen)
            self._add_lines(name, seen)
        accounts = [script.src or "" for script in seen.scripts if is_client_script(script)]
        self._loaded += bool(accounts)
        if accounts and "account-differs" not in ignored and len(self._accounts) < _MOST:
            self._accounts.setdefault(_account(accounts[0])[:_LONGEST], name)
        elif not accounts and "client-script-missing" not in ignored and len(self._without) < _MOST:
            self._without.append(name)

    def _add_products(self, seen: Seen) -> None:
        for product, called, skus in _products_in(seen):
            if not product or len(self._products) >= _MOST:
                continue
            self._products.add(product)
            self._alike.setdefault(_alike(product), product)
            if called and len(self._named) < _MOST:
                # Two products of one name: it tells neither.
                digest = _digest(called)
                self._named[digest] = product if self._named.get(digest, product) == product else ""
            for sku in skus:
                if sku and len(self._skus) < _MOST:
                    self._skus.setdefault(sku, product)

    def _add_lines(self, name: str, seen: Seen) -> None:
        new: dict[tuple[str, bytes], _Line] = {}
        for line in _lines_in(seen):
            key = line.identifier, _digest(line.called)
            # What is a product's own id is none that differs, whatever is still to come.
            if (
                line.identifier not in ("", _PSEUDO)
                and line.identifier not in self._products
                and key not in self._lines
            ):
                new.setdefault(key, line)
        kept = dict(islice(new.items(), _room(self._lines)))
        self._lines.update(dict.fromkeys(kept, _Where(name)))
        placed = dict(islice(kept.items(), _MOST_PLACES))
        for key, place in zip(placed, _places(seen, [*placed.values()]), strict=True):
            self._lines[key] = _Where(name, *(place or (None, None)))

    def merge(self, later: Site) -> None:
        """Keep what another kept of the pages that come after these."""
        self._products.update(islice(later._products - self._products, _room(self._products)))
        _add(self._skus, later._skus)
        _add(self._alike, later._alike)
        _add(self._accounts, later._accounts)
        _add(self._lines, later._lines)
        for digest in later._named.keys() & self._named.keys():
            if self._named[digest] != later._named[digest]:
                self._named[digest] = ""
        _add(self._named, later._named)
        self._without += later._without[: _room(self._without)]
        self._loaded += later._loaded

    def findings(self) -> Iterator[Finding]:
        """What differs, page by page."""
        for (identifier, called), where in self._lines.items():
            if identifier not in self._products and (product := self._meant(identifier, called)):
                message = "The product_id of a line_item is another than that on the product's own page."
                yield _finding("id-differs", message, masked(identifier), masked(product), where)
        first, *others = self._accounts or [""]
        for account in others:
            message = "The client script is another account's than on other pages."
            yield _finding("account-differs", message, masked(account), masked(first), _Where(self._accounts[account]))
        for page in self._without if self._loaded else ():
            message = "The page does not load the client script, which other pages do."
            yield _finding("client-script-missing", message, None, "the client script on every page", _Where(page))

    def _meant(self, identifier: str, called: bytes) -> str:
        return self._skus.get(identifier) or self._alike.get(_alike(identifier)) or self._named.get(called, "")


# What a page says of products -----------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A line of a cart or an order: which product that is of, and where its id stands."""

    identifier: str
    called: str
    node: LexborNode
    spot: Spot | None = None


def _products_in(seen: Seen) -> Iterator[tuple[str, str, list[str]]]:
    """The products, each with its name and the ids of its SKUs."""
    for block in seen.blocks_of("nosto_product"):
        skus = [_first(sku, "id") for sku in block.parts_of("nosto_sku")]
        yield _first(block, "product_id"), _first(block, "name"), skus
    for call in seen.calls:
        for given in given_in(call):
            if given.kind is Product:
                skus = [_text(members(sku).get("id")) for sku in items(members(given.literal).get("skus"))]
                yield _text(members(given.literal).get("product_id")), _text(members(given.literal).get("name")), skus


def _lines_in(seen: Seen) -> Iterator[_Line]:
    for block in (*seen.blocks_of("nosto_cart"), *seen.blocks_of("nosto_purchase_order")):
        for line in block.parts_of("line_item"):
            if (identifier := line.first("product_id")) is not None:
                yield _Line(identifier.text[:_LONGEST], _first(line, "name"), identifier.node)
    for call in seen.calls:
        for given in given_in(call):
            if given.kind is LineItem:
                held, spot = members(given.literal), given.spot.inside("product_id")
                yield _Line(_text(held.get("product_id")), _text(held.get("name")), call.script.node, spot)


def _first(block: SeenBlock, name: str) -> str:
    field = block.first(name)
    return "" if field is None else field.text[:_LONGEST]


def _text(literal: object) -> str:
    """A text, or a whole number as one."""
    return str(literal)[:_LONGEST].strip() if isinstance(literal, str | int) else ""


def _places(seen: Seen, lines: list[_Line]) -> Iterator[Place | None]:
    """Where their ids stand."""
    starts = iter(offsets([line.spot for line in lines if line.spot is not None]))
    places = Places(seen.source, seen.tree, [line.node for line in lines])
    for line in lines:
        yield places.place(line.node, None if line.spot is None else next(starts))


# What is kept of it ---------------------------------------------------------------------------------------------------


def _room(kept: Sized) -> int:
    """How many more may be kept."""
    return max(_MOST - len(kept), 0)


def _add(mine: dict[Key, Kept], theirs: dict[Key, Kept]) -> None:
    """Keep what is not known yet, as long as there is room."""
    mine.update(islice([(key, value) for key, value in theirs.items() if key not in mine], _room(mine)))


def _finding(code: str, message: str, found: str | None, expected: str | None, where: _Where) -> Finding:
    page, line, column = where
    return Finding(code, rules[code].severity, line, column, message, found, expected, docs_of(code), page)


def _account(src: str) -> str:
    return src.partition("://")[2] or src.removeprefix("//")


def _alike(identifier: str) -> str:
    """The same for identifiers that differ in case, in blanks, or in zeros before them."""
    return "".join(identifier.split()).casefold().lstrip("0")


def _digest(text: str) -> bytes:
    return blake2b(" ".join(text.split()).encode("utf-8", "replace"), digest_size=12).digest()
