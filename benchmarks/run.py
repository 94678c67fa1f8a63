"""How long our way takes beside what one would write instead: ``make bench``.

Both are timed in turn within one run, many times over, and what counts is the ratio of their medians; the bars are the
project's promises. Exits with 1 where one does not hold.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import checking
import django
import reading
import topics
from django.conf import settings as django_settings
from django.utils.html import json_script
from jinja2 import Environment, FileSystemLoader
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from pydantic import ConfigDict, create_model

from nosto_tagging import Customer, block, snippet
from nosto_tagging.jinja import install
from nosto_tagging.static import read_records, render

PAGES = Path(__file__).parent / "pages"
ROUNDS = 41
ROW: dict[str, Any] = {
    "email": "jane.doe@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "marketing_permission": True,
    "customer_reference": "5e3d4a9c-cf58-11ea-87d0-0242ac130003",
}
HOSTILE = {
    "quotes and <": {"first_name": 'Jane "J" <b>', "last_name": "D'Oe & <i>"},
    "Japanese": {"first_name": "ジェーン", "last_name": "ドウ"},
    "emoji": {"first_name": "Jane 😀😀", "last_name": "Doe 🎉"},
}


class Bar(NamedTuple):
    """A promise: `ours` takes at most `limit` times what `theirs` does, each less what `without` takes."""

    name: str
    ours: str
    theirs: str
    limit: float
    without: tuple[str, str] | None = None


def main() -> int:
    """Run everything; the exit code."""
    kept = [in_process(), linear(), start_up(), static_pages(), folder()]
    return 0 if all(kept) else 1


# In one process -------------------------------------------------------------------------------------------------------


def in_process() -> bool:
    """Markup, templates and validation."""
    functions, bars = candidates()
    for topic in (topics, reading, checking):
        more, promises = topic.candidates()
        functions.update(more)
        bars += [Bar(*promise) for promise in promises]
    medians = timed(functions)
    print(f"{'microseconds, median of ' + str(ROUNDS):60}")
    for name, median in medians.items():
        print(f"  {name:58}{median * 1e6:8.2f}")
    print("\nratios of medians")
    kept = True
    for name, ours, theirs, limit, without in bars:
        base = (medians[without[0]], medians[without[1]]) if without else (0.0, 0.0)
        kept &= told(name, (medians[ours] - base[0]) / (medians[theirs] - base[1]), limit)
    return kept


def candidates() -> tuple[dict[str, Callable[[], object]], list[Bar]]:
    """What is timed, by name, and the promises about it."""
    jane = Customer(**ROW)
    values = (*list(ROW.values())[:3], "true", ROW["customer_reference"])
    block_by_hand = Markup(str(block(jane)).replace("%", "%%"))
    for value in values:
        block_by_hand = Markup(str(block_by_hand).replace(f">{value}<", ">%s<", 1))
    assert block_by_hand % values == block(jane)
    script_by_hand = Markup("<script>nostojs(api => api.customer({}))</script>")

    functions: dict[str, Callable[[], object]] = {
        "snippet(customer)": lambda: snippet(jane),
        "f-string with json.dumps (unsafe)": lambda: (
            f"<script>nostojs(api => api.customer({json.dumps(ROW)}))</script>"
        ),
        "Markup.format(htmlsafe_json_dumps)": lambda: script_by_hand.format(htmlsafe_json_dumps(ROW)),
        "Django's json_script": lambda: json_script(ROW, "customer"),
        "block(customer)": lambda: block(jane),
        "the same block by Markup % …": lambda: block_by_hand % values,
    }
    bars = [
        Bar("snippet / f-string", "snippet(customer)", "f-string with json.dumps (unsafe)", 1.0),
        Bar("snippet / htmlsafe_json_dumps", "snippet(customer)", "Markup.format(htmlsafe_json_dumps)", 0.4),
        Bar("block / Markup %", "block(customer)", "the same block by Markup % …", 0.35),
    ]
    for kind, names in HOSTILE.items():
        customer = Customer(**{**ROW, **names})
        limit = 2.5 if "quotes" in kind else 2.0
        functions[f"snippet, {kind}"] = partial(snippet, customer)
        functions[f"block, {kind}"] = partial(block, customer)
        bars += [
            Bar(f"snippet, {kind} / clean", f"snippet, {kind}", "snippet(customer)", limit),
            Bar(f"block, {kind} / clean", f"block, {kind}", "block(customer)", limit),
        ]
    functions.update(pages(jane))
    for topic in ("snippet", "block"):
        by_hand, bare = f"page, macro by hand, {topic}", ("page of ours, bare", "page by hand, bare")
        bars += [
            Bar(f"page, our tag / macro by hand, {topic}", f"page, our tag, {topic}", by_hand, 0.5, bare),
            Bar(f"page, our macro / macro by hand, {topic}", f"page, our macro, {topic}", by_hand, 0.7, bare),
        ]
    plain = create_model(
        "Plain",
        __config__=ConfigDict(frozen=True, extra="forbid"),
        **dict.fromkeys(Customer.model_fields, (str | None, None)),  # type: ignore[call-overload]  # by name
    )
    texts = {**ROW, "marketing_permission": "true"}
    functions["Customer(**row)"] = lambda: Customer(**texts)
    functions["the same with plain str fields"] = lambda: plain(**texts)
    bars.append(Bar("Customer / plain str fields", "Customer(**row)", "the same with plain str fields", 3.0))
    return functions, bars


def pages(jane: Customer) -> dict[str, Callable[[], object]]:
    """The page with and without tagging; one by hand in an environment that has never heard of us."""
    by_hand = Environment(loader=FileSystemLoader(PAGES), autoescape=True)
    ours = Environment(loader=FileSystemLoader(PAGES), autoescape=True)
    install(ours)
    source = (PAGES / "page.html").read_text(encoding="utf-8")
    data = {"title": "My account", "items": ["orders", "addresses", "wishes"]}

    def page(env: Environment, tagging: str, customer: object) -> Callable[[], object]:
        template = env.from_string(source.replace("{# the tagging goes here #}", tagging))
        return lambda: template.render(customer=customer, **data)

    made = {"page of ours, bare": page(ours, "", jane), "page by hand, bare": page(by_hand, "", ROW)}
    for topic, tag in (("snippet", "nosto_customer_snippet"), ("block", "nosto_customer")):
        used = f"import customer_{topic} %}}{{{{ customer_{topic}(customer) }}}}"
        made[f"page, our tag, {topic}"] = page(ours, f"{{% {tag} customer %}}", jane)
        made[f"page, our macro, {topic}"] = page(ours, f"{{% from 'nosto/customer.html' {used}", jane)
        made[f"page, macro by hand, {topic}"] = page(by_hand, f"{{% from 'hand.html' {used}", ROW)
    return made


def timed(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds that each takes, all of them in turn."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    numbers = {name: max(10, int(0.002 / once(function, 100))) for name, function in functions.items()}
    gc.disable()
    for _ in range(ROUNDS):
        for name, function in functions.items():
            times[name].append(once(function, numbers[name]))
    gc.enable()
    return {name: statistics.median(taken) for name, taken in times.items()}


def once(function: Callable[[], object], number: int) -> float:
    begin = time.perf_counter()
    for _ in range(number):
        function()
    return (time.perf_counter() - begin) / number


def linear() -> bool:
    """A thousand times the lines in a thousand times the time: two carts in turn, each taken as long."""
    functions, small, large = topics.growth()
    # What is printed takes megabytes. In a fresh process the C library gives them back each time, and the kernel clears
    # them anew; after one large piece was given back, as in any process that has worked for a while, it keeps them.
    bytearray(16 << 20)
    times: dict[str, list[float]] = {name: [] for name in functions}
    gc.disable()
    for _ in range(15):
        times[small].append(once(functions[small], 1000))
        times[large].append(once(functions[large], 1))
        gc.collect()
    gc.enable()
    ratio = statistics.median(times[large]) / (1000 * statistics.median(times[small]))
    print("\nthe cost of a line in a cart of 10,000, beside one in a cart of 10")
    return told("10,000 lines / 1,000 x 10 lines", ratio, 1.1)


# As whole processes ---------------------------------------------------------------------------------------------------

OURS = "import nosto_tagging; nosto_tagging.Customer(email='jane.doe@example.com')"
THEIRS = (
    "from typing import Annotated\nimport jinja2.ext\nfrom pydantic import BaseModel, Field\n"
    "class Customer(BaseModel):\n"
    + "".join(f"    f{number}: Annotated[str | None, Field(max_length=1000)] = None\n" for number in range(16))
    + "Customer(f0='jane.doe@example.com')\n"
)


def start_up() -> bool:
    """The import and the first customer, beside a script that has Jinja and a model of as many fields."""
    assert len(Customer.model_fields) == THEIRS.count("max_length")
    # What our customer does not need is loaded all the same by a page that is rendered.
    ours, theirs = f"import jinja2.ext\n{OURS}", THEIRS
    taken: dict[str, list[float]] = {ours: [], theirs: []}
    with tempfile.TemporaryDirectory() as compiled:
        # As after an installation, which compiles every module: the first run here does, whatever the shell's settings.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for _ in range(16):
            for script, times in taken.items():
                begin = time.perf_counter()
                subprocess.run([sys.executable, "-c", script], check=True, env=environment)
                times.append(time.perf_counter() - begin)
    difference = (statistics.median(taken[ours][1:]) - statistics.median(taken[theirs][1:])) * 1e3
    print("\nstart-up, milliseconds above a script with jinja2.ext and one model of 16 fields")
    return told("import and first Customer", difference, 15.0)


RECORDS = 100_000


def static_pages() -> bool:
    """Pages of a data file into one stream, beside a loop by hand; and the memory that it takes."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "customers.jsonl")
        write_records(data, RECORDS)
        source = (PAGES / "page.html").read_text(encoding="utf-8")
        page = Path(folder, "page.html")
        page.write_text(source.replace("{# the tagging goes here #}", "{% nosto_customer_snippet customer %}"))
        Path(folder, "by_hand.html").write_text(
            source.replace(
                "{# the tagging goes here #}",
                "{% from 'hand.html' import customer_snippet %}{{ customer_snippet(customer) }}",
            )
        )
        Path(folder, "hand.html").write_text((PAGES / "hand.html").read_text(encoding="utf-8"))

        def ours() -> None:
            with read_records(data) as records, Path(os.devnull).open("w", encoding="utf-8") as stream:
                render(page, records, stream=stream)

        def by_hand() -> None:
            env = Environment(loader=FileSystemLoader(folder), autoescape=True)
            template = env.get_template("by_hand.html")
            with data.open(encoding="utf-8") as lines, Path(os.devnull).open("w", encoding="utf-8") as stream:
                for line in lines:
                    stream.write(template.render(customer=json.loads(line)))

        taken: dict[Callable[[], None], list[float]] = {ours: [], by_hand: []}
        for _ in range(5):
            for function, times in taken.items():
                times.append(once(function, 1))
        seconds, beside = statistics.median(taken[ours]), statistics.median(taken[by_hand])
        print(f"\n{RECORDS:,} records into one stream: {seconds:.2f} s, by hand {beside:.2f} s")
        kept = told("render / loop by hand", seconds / beside, 1.0)

        small = Path(folder, "small.jsonl")
        write_records(small, RECORDS // 10)
        grown = peak(page, data) - peak(page, small)
        print("\nmemory that ten times the records take, MiB")
        return told("peak of 100,000 less peak of 10,000", grown, 2.0) and kept


def folder() -> bool:
    """The pages of a folder, checked on two cores, beside the same on one."""
    with tempfile.TemporaryDirectory() as name:
        checking.write_folder(Path(name))
        command = [sys.executable, "-m", "nosto_tagging", "check", name, "--jobs"]
        taken: dict[str, list[float]] = {"1": [], "2": []}
        for _ in range(3):
            for jobs, times in taken.items():
                begin = time.perf_counter()
                subprocess.run([*command, jobs], check=True, capture_output=True)
                times.append(time.perf_counter() - begin)
    one, two = map(statistics.median, taken.values())
    print(f"\n{checking.PAGES:,} pages of 50 kB: {one:.2f} s on one core, {two:.2f} s on two")
    return told("check on two cores / on one", two / one, 0.6)


def write_records(path: Path, number: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for each in range(number):
            file.write(json.dumps({**ROW, "customer_reference": f"{each:064x}"}) + "\n")


def peak(page: Path, data: Path) -> float:
    """The most memory that rendering takes, in MiB."""
    # What getrusage() tells begins with the memory of the process that started this one.
    script = (
        "import sys\nfrom nosto_tagging.static import read_records, render\n"
        "with read_records(sys.argv[2]) as records, open('/dev/null', 'w') as stream:\n"
        "    render(sys.argv[1], records, stream=stream)\n"
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", script, page, data], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def told(name: str, figure: float, limit: float) -> bool:
    kept = figure <= limit
    print(f"  {name:58}{figure:8.2f}   at most {limit:5.2f}   {'kept' if kept else 'MISSED'}")
    return kept


if __name__ == "__main__":
    django_settings.configure()
    django.setup()
    sys.exit(main())
