"""The report says what was seen, and the documentation's copy has every row of the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safety.places import PLACES, Place
from safety.report import Report, row_of, table
from selectolax.lexbor import LexborHTMLParser

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "places.md"
HERE = Place("<x> | here", "block", str, "inert", "It is *text*.", elsewhere={"webkit": ("arrives", "It reads it.")})
THERE = Place("there", "snippet", str)


@pytest.fixture
def report() -> Report:
    made = Report(speed="quick", date="2026-01-31", seconds=1.5)
    made.engines = {"chromium": "1.2", "webkit": "3.4"}
    made.add("chromium", HERE, ["words", "words", "urls"], [])
    made.add("webkit", HERE, ["words", "words", "urls"], ["words"])
    made.add("chromium", THERE, ["words"], [])
    made.characters = {"chromium, block, alone": 1234}
    made.models = {"chromium": 20}
    made.failed, made.skipped = ["test_x[webkit]"], ["test_y: Firefox is absent"]
    made.control = {"chromium": ["<x> | here: block"]}
    return made


def test_the_data_is_all_that_was_seen(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path)
    assert json.loads((tmp_path / "safety-report.json").read_text()) == {
        "speed": "quick",
        "engines": {"chromium": "1.2", "webkit": "3.4"},
        "rows": [
            {
                "engine": "chromium",
                "place": "<x> | here",
                "output": "block",
                "holds": "inert",
                "why": "It is *text*.",
                "tricks": {"words": [2, 0], "urls": [1, 0]},
            },
            {
                "engine": "webkit",
                "place": "<x> | here",
                "output": "block",
                "holds": "arrives",
                "why": "It reads it.",
                "tricks": {"words": [2, 1], "urls": [1, 0]},
            },
            {
                "engine": "chromium",
                "place": "there",
                "output": "snippet",
                "holds": "arrives",
                "why": "",
                "tricks": {"words": [1, 0]},
            },
        ],
        "characters": {"chromium, block, alone": 1234},
        "models": {"chromium": 20},
        "failed": ["test_x[webkit]"],
        "skipped": ["test_y: Firefox is absent"],
        "control": {"chromium": ["<x> | here: block"]},
        "seconds": 1.5,
        "date": "2026-01-31",
    }


def test_the_page_has_a_line_for_each_place_and_shows_what_failed(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path)
    page = LexborHTMLParser((tmp_path / "safety-report.html").read_text())
    lines = [[" ".join(cell.text().split()) for cell in row.css("td, th")] for row in page.css("tr")]
    assert lines == [
        ["place", "output", "chromium", "webkit", "reason"],
        ["<x> | here", "block", "inert 3", "arrives 1 of 3 failed", "It is *text*. webkit: It reads it."],
        ["there", "snippet", "arrives 1", "not tried", ""],
        ["place", "words", "urls"],
        ["<x> | here: block", "1/4", "2"],
        ["there: snippet", "1", "0"],
        ["form", "characters read back"],
        ["chromium, block, alone", "1,234"],
        ["whole customers made by Hypothesis, chromium", "20 customers"],
    ]
    assert [node.text() for node in page.css(".bad")] == [
        "1 of 7 values failed",
        "Failed: test_x[webkit]",
        "1",
        "arrives 1 of 3 failed",
        "1/4",
    ]


def test_the_documentations_table_has_a_line_for_each_place(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path)
    assert table(json.loads((tmp_path / "safety-report.json").read_text())) == (
        "| place | output | holds | |\n"
        "|---|---|---|---|\n"
        "| &lt;x> \\| here | block | inert | It is \\*text\\*. webkit: arrives, It reads it. |\n"
        "| there | snippet | arrives |  |"
    )


def test_the_documentations_copy_has_the_rows_of_today() -> None:
    # Where this fails, make test-safety writes the copy anew.
    assert [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")][1:] == [
        row_of(place) for place in PLACES
    ]
