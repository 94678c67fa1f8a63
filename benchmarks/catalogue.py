"""A catalogue into a folder, beside a loop by hand: ``make catalogue``, or ``make catalogue RECORDS=1000000``.

Every run is a process of its own, whose time and peak of memory are taken. The loop by hand reads the same lines with
``json``, checks nothing, renders the same text with Jinja and writes it where it belongs. Exits with 1 where a bar is
missed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader

from nosto_tagging.static import Summary, read_records, render

RECORDS = 100_000
ROUNDS = 3
NAME = "{product_id}.html"
PAGE = """<!doctype html>
<html lang="en">
<head><title>{{ product.name }}</title></head>
<body>
<h1>{{ product.name }}</h1>
<p>{{ product.description }}</p>
<p>{{ product.price }} {{ product.price_currency_code }}</p>
#
</body>
</html>
"""
BY_HAND = (
    '<div class="nosto_product notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" '
    'ng-non-bindable="">'
    "{%- for field in fields %}"
    "{%- if field == 'category' %}{% for each in product.category %}"
    '<span class="category">{{ each }}</span>{% endfor %}'
    '{%- elif product[field] is defined %}<span class="{{ field }}">{{ product[field] }}</span>{% endif %}'
    "{%- endfor %}</div>"
)
FIELDS = [
    "product_id",
    "name",
    "url",
    "image_url",
    "availability",
    "price",
    "price_currency_code",
    "category",
    "brand",
    "description",
    "list_price",
]


class Taken(NamedTuple):
    """What a run took, in seconds, in those of the processor, and in MiB; and what it said."""

    seconds: float
    processor: float
    peak: float
    summary: Summary


def main(records: int) -> int:
    """Run everything; the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, records)
        taken: dict[str, list[Taken]] = {"by hand": [], "first run": [], "again": []}
        for _ in range(ROUNDS if records <= RECORDS else 1):
            for out in ("by hand", "site"):
                shutil.rmtree(folder / out, ignore_errors=True)
            taken["by hand"].append(run(folder, "by_hand", "products.jsonl", "by hand"))
            taken["first run"].append(run(folder, "ours", "products.jsonl", "site"))
            taken["again"].append(run(folder, "ours", "products.jsonl", "site"))
        assert same(folder / "by hand", folder / "site")
        taken["again, with --prune"] = [run(folder, "pruned", "products.jsonl", "site")]
        taken["a hundredth new, one gone"] = [run(folder, "pruned", "changed.jsonl", "site")]
        small = [run(folder, how, "small.jsonl", "small") for how in ("ours", "pruned")]
        kept = reported(records, taken, small)  # before so many files are removed, which takes its time
    return 0 if kept else 1


def reported(records: int, taken: dict[str, list[Taken]], small: list[Taken]) -> bool:
    print(f"{records:,} products, a page each")
    seconds = {name: statistics.median(each.seconds for each in runs) for name, runs in taken.items()}
    for name, median in seconds.items():
        summary = taken[name][-1].summary
        removed = f", {summary.removed:,} removed" if summary.removed else ""
        print(f"  {name:40}{median:8.1f} s{records / median:10,.0f} a second   {summary}{removed}")
    # Disks differ, and what else goes on there: what counts is what is asked of the processor, the system's part of it
    # included.
    print("seconds of the processor, medians")
    asked = {name: statistics.median(each.processor for each in runs) for name, runs in taken.items()}
    for name, median in asked.items():
        print(f"  {name:40}{median:8.1f} s")
    kept = told("first run / by hand", asked["first run"] / asked["by hand"], 1.8)
    kept &= told("again / by hand", asked["again"] / asked["by hand"], 1.4)
    print("peaks of memory, MiB")
    most = {name: max(each.peak for each in runs) for name, runs in taken.items()}
    print(f"  {'by hand':40}{most['by hand']:8.2f}")
    for name, few in zip(("first run", "a hundredth new, one gone"), small, strict=True):
        print(f"  {name:40}{most[name]:8.2f}   of {records // 10:,}: {few.peak:.2f}")
        kept &= told("  grown with ten times the records", most[name] - few.peak, 6.0)
    return kept


def told(name: str, figure: float, limit: float) -> bool:
    kept = figure <= limit
    print(f"  {name:40}{figure:8.2f}   at most {limit:5.2f}   {'kept' if kept else 'MISSED'}")
    return kept


# What is rendered -----------------------------------------------------------------------------------------------------


def prepare(folder: Path, records: int) -> None:
    """The templates and the data: all of it, a tenth of it, and all of it on another day."""
    (folder / "ours.html").write_text(PAGE.replace("#", "{% nosto_product product %}"), encoding="utf-8")
    (folder / "by_hand.html").write_text(PAGE.replace("#", BY_HAND), encoding="utf-8")
    written(folder / "products.jsonl", products(records))
    written(folder / "small.jsonl", products(records // 10))
    # Every hundredth has another price, and the first is gone.
    days = (
        {**row, "price": "1.50"} if number % 100 == 0 else row for number, row in enumerate(products(records)) if number
    )
    written(folder / "changed.jsonl", days)


def products(records: int) -> Iterator[dict[str, Any]]:
    for number in range(records):
        yield {
            "product_id": f"{number:07}",
            "name": f"Acme Canoe & paddle, no. {number}",
            "url": f"https://shop.example.com/products/{number:07}",
            "image_url": f"https://shop.example.com/images/{number:07}.jpg",
            "availability": "InStock",
            "price": f"{number % 1000}.95",
            "price_currency_code": "EUR",
            "category": ["/Boats", "/Boats/Canoes"],
            "brand": "Acme",
            "description": f"A canoe for {number % 3 + 1}. "
            + ("It floats, whatever is in it, and dries. " * 7).strip(),
            "list_price": f"{number % 1000 + 10}.95",
        }


def written(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)


def same(one: Path, other: Path) -> bool:
    """Whether the first hundred pages say the same: we write more characters as numbers than Jinja does."""
    names = sorted(path.name for path in one.iterdir())[:100]
    return [unescape((one / each).read_text()) for each in names] == [
        unescape((other / each).read_text()) for each in names
    ]


# The runs -------------------------------------------------------------------------------------------------------------


def run(folder: Path, how: str, data: str, out: str) -> Taken:
    """One of the functions below, in a process of its own."""
    arguments = [sys.executable, __file__, "--run", how, str(folder), data, str(folder / out)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    seconds, processor, peak, *summary = json.loads(done.stdout)
    return Taken(seconds, processor, peak, Summary(*summary))


def peak() -> float:
    """The most memory that this process had, in MiB: getrusage() begins with what the process had that started it."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


def by_hand(folder: Path, data: Path, out: Path) -> Summary:
    env = Environment(loader=FileSystemLoader(folder), autoescape=True, keep_trailing_newline=True)
    template = env.get_template("by_hand.html")
    out.mkdir(parents=True)
    number = 0
    with data.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):  # noqa: B007 - it is told behind the loop
            row = json.loads(line)
            page = template.render(product=row, fields=FIELDS)
            (out / f"{row['product_id']}.html").write_text(page, encoding="utf-8")
    return Summary(number, 0)


def ours(folder: Path, data: Path, out: Path, *, prune: bool = False) -> Summary:
    with read_records(data) as records:
        return render(folder / "ours.html", records, model="product", out=out, name=NAME, prune=prune)


def pruned(folder: Path, data: Path, out: Path) -> Summary:
    return ours(folder, data, out, prune=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        how, home, data, out = sys.argv[2:]
        begin, asked = time.perf_counter(), time.process_time()
        summary = {"by_hand": by_hand, "ours": ours, "pruned": pruned}[how](Path(home), Path(home, data), Path(out))
        print(json.dumps([time.perf_counter() - begin, time.process_time() - asked, peak(), *summary]))
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else RECORDS))
