"""What is done with one input: the letter that it begins with picks the target, and the pieces are the target's."""

from __future__ import annotations

from collections.abc import Callable

from fuzz.given import pieces
from fuzz.page_targets import pages
from fuzz.python_targets import customers, identities, past_validation, settings
from fuzz.tag_targets import tags
from fuzz.topic_targets import topics

__all__ = ["TARGETS", "check"]

TARGETS: dict[int, Callable[[list[bytes]], None]] = {
    ord("c"): customers,
    ord("h"): pages,
    ord("i"): identities,
    ord("m"): topics,
    ord("p"): past_validation,
    ord("s"): settings,
    ord("t"): tags,
}


def check(data: bytes) -> None:
    """Hand one input to its target, which raises where something is not as it must be."""
    if data:
        # Tags have the most to find, and so they get what no target is named after.
        TARGETS.get(data[0], tags)(pieces(data[1:]))
