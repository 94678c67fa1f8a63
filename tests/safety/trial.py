"""One trial: values put into one place of one page, opened in one engine, and what came of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from browser.engines import Engine
from browser.server import Answer, Site
from safety.pages import Page
from safety.places import Output, Place
from support.expected import FREE_TEXT, called, in_block

from nosto_tagging import Customer, block, snippet, statement, statement_attribute

__all__ = ["Found", "Renderer", "Trials", "customer", "harmless", "look", "ours"]

_BROWSER = Path(__file__).parent.parent / "browser"
_RECORDER = Answer((_BROWSER / "recorder.js").read_bytes(), "text/javascript; charset=utf-8")
_JUDGE = (_BROWSER / "judge.js").read_text()
# The fields of the customers here that hold the value: in both forms, and in blocks only. In a script it stands once:
# twice, the second may disarm the first.
FIELDS = ("first_name", "city")
EMAIL = "jane.doe@example.com"

Renderer = Callable[[Output, Customer, str | None], str]
"""An output of a customer, with a nonce where it is a script element."""


def ours(output: Output, who: Customer, nonce: str | None) -> str:
    """What the library prints."""
    match output:
        case "block":
            return block(who)
        case "snippet":
            return snippet(who, nonce=nonce)
        case "statement":
            return statement(who)
        case "attribute":
            return statement_attribute(who)


class Found(NamedTuple):
    """What became of a page."""

    ran: bool
    recorded: bool
    calls: list[Any]
    blocks: list[Any]
    outline: list[tuple[str, str]]
    text: str
    violations: list[str]


def customer(value: str) -> Customer:
    """Somebody with that value wherever it is tried."""
    return Customer(email=EMAIL, marketing_permission=True, **dict.fromkeys(FIELDS, value))


def harmless(who: Customer) -> Customer:
    """The same with a harmless text wherever there is one."""
    return who.model_copy(update={name: "Jane" for name in FREE_TEXT if getattr(who, name)})


@cache
def _harmless(*, held: bool) -> Customer:
    return customer("Jane" if held else "")


def look(engine: Engine, site: Site, page: Page, act: str = "", *, patience: int = 20) -> Found:
    """What becomes of `page`, `act` done and `patience` milliseconds waited."""
    site.answers.update({"/": page.answer, "/recorder.js": _RECORDER, **page.others})
    engine.open(f"{site.address}/")
    judge = _JUDGE.replace("PATIENCE", str(patience))
    found = json.loads(engine.ask(f"(async () => {{ await {act or 'null'}; return await ({judge}); }})()"))
    return Found(**found | {"outline": [tuple(each) for each in found["outline"]]})


class Trials:
    """Trials of one renderer in one engine."""

    def __init__(self, engine: Engine, site: Site, render: Renderer = ours) -> None:
        self._engine = engine
        self._site = site
        self._render = render
        self._outlines: dict[tuple[str, tuple[bool, ...]], Any] = {}

    def culprits(self, place: Place, values: Sequence[str]) -> list[str]:
        """Those of `values` for which the row does not hold, found by halving; empty if it holds for all together."""
        if self.holds(place, values):
            return []
        if len(values) == 1:
            return list(values)
        half = len(values) // 2
        found = [*self.culprits(place, values[:half]), *self.culprits(place, values[half:])]
        return found or list(values)  # only together

    def holds(self, place: Place, values: Sequence[str]) -> bool:
        """Whether what must hold in `place` does, for all `values` in one page."""
        customers = [customer(value) for value in values]
        found = self.look(place, customers)
        if found.ran or self._structure(place, found) != self._harmless_structure(place, customers):
            return False
        if place.unseen and EMAIL in found.text:
            return False
        match place.holds_in(self._engine.name):
            case "arrives":
                return self._arrived(place, customers, found)
            case "inert":
                return not found.calls
            case "known":
                return self._arrived(place, customers, found, as_known=True)

    def look(self, place: Place, customers: Sequence[Customer]) -> Found:
        """What becomes of these customers in one page."""
        cells = "\n".join(place.cell(self._render(place.output, each, place.nonce)) for each in customers)
        return look(self._engine, self._site, place.page(cells), place.act)

    def _arrived(self, place: Place, customers: Sequence[Customer], found: Found, *, as_known: bool = False) -> bool:
        become = place.becomes if as_known else str
        if place.output == "block":
            blocks = [[(name, become(value)) for name, value in in_block(each)] for each in customers]
            return _same(found.blocks, blocks) and not found.calls
        told = [
            {name: become(it) if isinstance(it, str) else it for name, it in called(each).items()} for each in customers
        ]
        return _same(found.calls, [["api.customer", [each]] for each in told])

    def _harmless_structure(self, place: Place, customers: Sequence[Customer]) -> Any:
        held = tuple(each.first_name is not None for each in customers)
        known = self._outlines.get((str(place), held))
        if known is None:
            harmless = [_harmless(held=each) for each in held]
            found = self.look(place, harmless)
            # A page where nothing can go wrong has to be as it should be, or what follows says nothing.
            assert not found.ran
            assert found.recorded == place.recorded, f"{place}: nobody writes down what Nosto is told"
            holds = place.holds_in(self._engine.name)
            if holds == "arrives":
                assert self._arrived(place, harmless, found), f"{place}: not even harmless values arrive, but {found}"
            elif holds == "inert":
                assert not found.calls, f"{place}: harmless values are told, {found}"
            known = self._outlines[str(place), held] = self._structure(place, found)
        return known

    def _structure(self, place: Place, found: Found) -> Any:
        """All that stands in the page, and what its policy kept from it."""
        match place.compares:
            case "all":
                return found.outline, found.violations
            case "valued attributes":
                return [valued for valued, _ in found.outline], found.violations
            case "nothing":
                return None


def _same(found: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Whether these are the same, in whatever order the browser came to them (frames have one of their own)."""
    return Counter(json.dumps(each, sort_keys=True) for each in found) == Counter(
        json.dumps(each, sort_keys=True) for each in expected
    )
