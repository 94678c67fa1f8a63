"""What `check` finds, and the register of the rules that find it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from nosto_tagging.reading.page import Page, Value
    from nosto_tagging.reading.written import Spot

__all__ = ["Finding", "Hit", "Look", "Rule", "Severity", "docs_of", "rule", "rules"]

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a page: ``found`` is shortened, and holds no person's data.

    ``docs`` is where the rule is documented: a path in the source distribution of this library, and a heading there.
    """

    code: str
    severity: Severity
    line: int | None
    column: int | None
    message: str
    found: str | None
    expected: str | None
    docs: str
    page: str | None = None


class Hit(NamedTuple):
    """What a rule found: a sentence, and where; ``offset`` counts characters in the script that ``node`` is."""

    message: str
    found: str | None = None
    expected: str | None = None
    node: LexborNode | None = None
    offset: int | None = None
    spot: Spot | None = None
    """The literal in a call that it is said of."""
    value: Value | None = None
    """What it is said of, where that is one value."""

    @classmethod
    def of(cls, value: Value, message: str, expected: str | None = None, found: str | None = None) -> Hit:
        """What is said of one value, where that is; ``found`` is what may be shown of it, unless something else is."""
        return cls(message, value.shown if found is None else found, expected, value.node, None, value.spot, value)


Look: TypeAlias = "Callable[[Page], Iterable[Hit]]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: ``look`` goes through a page; the rules across pages have none, `check_site` knows them."""

    code: str
    severity: Severity
    sentence: str
    """What is wrong where it finds something; docs/checks.md begins with the same, and gives the reason."""
    look: Look | None = None


rules: dict[str, Rule] = {}
"""Each rule by its code, in the order in which they were registered."""


def docs_of(code: str) -> str:
    """Where a rule is documented."""
    return f"docs/checks.md#{code}"


def rule(code: str, severity: Severity, sentence: str) -> Callable[[Look], Look]:
    """Register a function as the rule of `code`."""

    def register(look: Look) -> Look:
        if code in rules:
            raise ValueError(f"There is a rule of the code {code!r} already")
        rules[code] = Rule(code, severity, sentence, look)
        return look

    return register
