"""`check` of a shop's page, with nothing to find and with much, beside what the parsers alone take for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import tree_sitter_javascript
from reading import CODE, PLAIN, SCRIPTED, TAGGING, page
from tree_sitter import Language, Parser

from nosto_tagging import block, snippet
from nosto_tagging.reading.check import check
from nosto_tagging.reading.seen import parsed

__all__ = ["candidates", "write_folder"]

STUB = "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"
LIMIT = 2.5


def candidates() -> tuple[dict[str, Callable[[], object]], list[tuple[str, str, str, float, None]]]:
    """What is timed, by name, and the promises about it."""
    plain = page(str(block(TAGGING)))
    # Something in each block, far from the page's end and at it.
    wrong = page(
        str(block(TAGGING)).replace(">true<", ">1<").replace(">799.00<", ">799,00<").replace("/Boats", "Boats /")
    ) + str(block(TAGGING)).replace("jane.doe", "john.doe")
    code = "".join([CODE.format(number) for number in range(SCRIPTED // len(CODE.format(100)))])
    script = f"{code}\n{snippet(TAGGING).striptags().replace('&lt;', '<')}"
    scripted = page(f"{block(TAGGING)}{STUB}<script>{script}</script>")
    assert check(plain) == check(scripted) == []
    assert len(check(wrong)) > 10
    assert len(plain) >= PLAIN
    parser = Parser(Language(tree_sitter_javascript.language()))
    functions: dict[str, Callable[[], object]] = {
        "check, a page of 200 kB": lambda: check(plain),
        "check, the same with findings": lambda: check(wrong),
        "its parser alone, for check": lambda: parsed(plain.encode()),
        "the parser alone, for that with findings": lambda: parsed(wrong.encode()),
        "check, with 50 kB of scripts": lambda: check(scripted),
        "both parsers alone, for check": lambda: (parsed(scripted.encode()), parser.parse(script.encode())),
    }
    alone = "its parser alone, for check"
    wrong_alone = "the parser alone, for that with findings"
    both = "both parsers alone, for check"
    return functions, [
        ("check / parser", "check, a page of 200 kB", alone, LIMIT, None),
        ("check with findings / parser", "check, the same with findings", wrong_alone, LIMIT, None),
        ("check with scripts / both parsers", "check, with 50 kB of scripts", both, LIMIT, None),
    ]


PAGES, ALIKE, SMALL = 10_000, 10, 50_000


def write_folder(folder: Path) -> None:
    """Fill a folder with 10,000 pages of 50 kB of 1,000 products: each page has ten names, for the disk's sake."""
    for number in range(PAGES // ALIKE):
        tagging = str(block(TAGGING)).replace("Kayak7", f"Kayak{number}")
        first = folder / f"{number}-0.html"
        first.write_text(page(tagging, SMALL - len(tagging)), encoding="utf-8")
        for name in range(1, ALIKE):
            (folder / f"{number}-{name}.html").hardlink_to(first)
