"""What `check` finds, and the register of the rules that find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Finding", "Rule", "Severity", "registered", "rule", "rules"]

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a page: ``found`` is shortened, and holds no person's data."""

    code: str
    severity: Severity
    line: int | None
    column: int | None
    message: str
    found: str | None
    expected: str | None
    docs: str
    page: str | None = None


Rule: TypeAlias = Callable[..., Any]
"""Takes what `check` gives to each rule, and gives what it found."""
rules: dict[str, Rule] = {}
"""Each rule by its code, in the order in which they were registered."""


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of `code`."""

    def register(found: Rule) -> Rule:
        if rules.get(code, found) is not found:
            raise ValueError(f"There is a rule of the code {code!r} already")
        rules[code] = found
        return found

    return register


def registered(code: str) -> bool:
    """Whether there is a rule of that code."""
    return code in rules
