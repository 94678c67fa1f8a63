"""What the safety suite tried and saw: as data, as a page for people, as a table for the documentation."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from safety.places import Place

__all__ = ["Report", "Row", "row_of", "table"]

_HERE = Path(__file__).parent


@dataclass
class Row:
    """One place in one engine: for each trick, how many values were tried and how many failed."""

    engine: str
    place: str
    output: str
    holds: str
    why: str
    tricks: dict[str, tuple[int, int]]


@dataclass
class Report:
    """All that one run tried."""

    speed: str
    engines: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    characters: dict[str, int] = field(default_factory=dict)
    """How many characters were read back, by engine and form."""
    models: dict[str, int] = field(default_factory=dict)
    """How many customers that Hypothesis made were read back, by engine."""
    failed: list[str] = field(default_factory=list)
    """The tests that failed, of whatever kind."""
    skipped: list[str] = field(default_factory=list)
    """What could not be tried, with the reason."""
    control: dict[str, list[str]] = field(default_factory=dict)
    """The rows in which an unsafe renderer was seen to be unsafe, by engine."""
    seconds: float = 0
    date: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    started: float = field(default_factory=time.monotonic)

    def add(self, engine: str, place: Place, tried: Iterable[str], failed: Iterable[str]) -> None:
        """A row's outcome: `tried` and `failed` have a trick for each value."""
        wrong = Counter(failed)
        tricks = {trick: (count, wrong[trick]) for trick, count in Counter(tried).items()}
        holds, why = place.elsewhere.get(engine, (place.holds, place.why))
        self.rows.append(Row(engine, place.name, place.output, holds, why, tricks))

    def write(self, folder: Path) -> None:
        """``safety-report.json`` and ``safety-report.html`` into `folder`."""
        folder.mkdir(exist_ok=True)
        data = {name: value for name, value in asdict(self).items() if name != "started"}
        folder.joinpath("safety-report.json").write_text(json.dumps(data, indent=1))
        folder.joinpath("safety-report.html").write_text(_page(data))


def _page(data: dict[str, Any]) -> str:
    """`data` through the template beside this file."""
    env = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    rows = data["rows"]
    return env.get_template("report.html").render(
        data,
        places=list(dict.fromkeys((row["place"], row["output"]) for row in rows)),
        by_place={(row["engine"], row["place"], row["output"]): row for row in rows},
        every_trick=list(dict.fromkeys(trick for row in rows for trick in row["tricks"])),
        **_counts(rows),
    )


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many values were tried in all rows, and how many failed."""
    outcomes = [outcome for row in rows for outcome in row["tricks"].values()]
    return {"checks": sum(tried for tried, _ in outcomes), "failures": sum(failed for _, failed in outcomes)}


def table(data: dict[str, Any]) -> str:
    """The documentation's copy of a report, in Markdown: a line for each place."""
    rows = {(row["place"], row["output"]): row for row in reversed(data["rows"])}
    elsewhere = {
        place: {
            row["engine"]: (row["holds"], row["why"])
            for row in data["rows"]
            if (row["place"], row["output"]) == place and row["holds"] != first["holds"]
        }
        for place, first in rows.items()
    }
    lines = [_line(*place, row["holds"], row["why"], elsewhere[place]) for place, row in reversed(rows.items())]
    return "\n".join(["| place | output | holds | |", "|---|---|---|---|", *lines])


def row_of(place: Place) -> str:
    """The line of the documentation's table for a place."""
    return _line(place.name, place.output, place.holds, place.why, place.elsewhere)


def _line(name: str, output: str, holds: str, why: str, elsewhere: Mapping[str, tuple[str, str]]) -> str:
    others = [f"{engine}: {there}, {reason}" for engine, (there, reason) in elsewhere.items()]
    return f"| {' | '.join(_cell(each) for each in (name, output, holds, ' '.join([why, *others])))} |"


def _cell(text: str) -> str:
    for sign in "\\`*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("<", "&lt;").strip()


def _document(data: dict[str, Any]) -> str:
    counts = _counts(data["rows"])
    engines = ", ".join(f"{name} {version}" for name, version in data["engines"].items())
    characters = "; ".join(f"{form}: {count:,}" for form, count in data["characters"].items())
    control = "; ".join(f"{engine}: {len(rows)}" for engine, rows in data["control"].items())
    models = "; ".join(f"{engine}: {count:,}" for engine, count in data["models"].items())
    if data["failed"] or data["skipped"]:
        sys.exit(f"Not written, for it was not a whole run: {data['failed'] + data['skipped']}")
    return f"""# Where the output may be dropped

Written by `tests/safety/report.py` from what a run saw, on {data["date"]}; not by hand.

* Engines: {engines}.
* Values: {"every one in Chromium, the chosen ones elsewhere" if data["speed"] == "full" else "the chosen ones"}.
* {len(data["rows"]):,} rows of place and engine, {counts["checks"]:,} values in them, {counts["failures"]:,} failures, {data["seconds"]:,.0f} seconds.
* Characters read back. {characters}.
* Whole customers, made by Hypothesis and read back. {models}.
* Rows in which a renderer that escapes nothing is seen to be unsafe. {control}.

*arrives*: what the customer holds comes out, to the last character. *inert*: nothing runs, nothing is told, and the page
is the one that a harmless value gives. *known*: nothing runs, but values come out wrong, as the last column says.

{table(data)}
"""


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(_document(json.loads(source.read_text())))
