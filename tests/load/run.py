"""``make load``: both apps under the whole load, and their controls; a report, the documentation's copy, and a table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from load.serving import Control
from load.trial import APPS, MOST_GROWTH, Trial, trial

__all__ = ["CONTROL_REQUESTS", "EVERY"]

REQUESTS, CONNECTIONS, SECONDS = 200_000, 64, 1800
EVERY = 20_000
"""How many responses warm a server up, and then lie between two looks at its memory."""
CONTROL_REQUESTS: dict[Control, tuple[int, int]] = {"leaky": (500, 0), "hoarding": (1200, 200)}
"""How many requests each control gets, and after how many its memory is read: enough for it to be caught."""


def row(seen: Trial) -> dict[str, Any]:
    """A trial as the report has it; memory in bytes, and how many of them each response adds."""
    tally = seen.tally
    every = [EVERY * index for index in range(len(seen.memory))]
    return {
        "app": seen.app,
        "packages": {name: version(name) for name in ("jinja2", *APPS[seen.app])},
        "connections": CONNECTIONS,
        "requests": seen.requests,
        "responses": tally.responses,
        "mismatches": tally.mismatches,
        "leaks": tally.leaks,
        "errors": tally.errors,
        "statuses": dict(tally.statuses),
        "seconds": round(tally.seconds, 1),
        "per_second": round(sum(tally.statuses.values()) / tally.seconds),
        **seen.left._asdict(),
        "memory": seen.memory,
        "per_response": round(statistics.linear_regression(every, seen.memory).slope, 2) if len(every) > 1 else None,
        "findings": seen.findings,
        "examples": tally.examples,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """What the terminal and the documentation show of a report, in Markdown."""
    heads = ["app", "responses", "mismatches", "errors", "seconds", "responses/s", "MiB before", "MiB after"]
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1)]
    for each in rows:
        before, after = (f"{each['memory'][index] / (1 << 20):.2f}" if each["memory"] else "-" for index in (0, -1))
        counts = [f"{each[name]:,}" for name in ("responses", "mismatches", "errors")]
        lines.append([each["app"], *counts, f"{each['seconds']:,.0f}", f"{each['per_second']:,}", before, after])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def document(data: dict[str, Any]) -> str:
    packages = {name: version for each in data["rows"] for name, version in each["packages"].items()}
    used = ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))
    caught = "\n".join(f"* {name}: {'; '.join(findings)}." for name, findings in data["controls"].items())
    growth = ", ".join(f"{each['app']} {each['per_response']}" for each in data["rows"])
    return f"""# Under load

Written by `make load`, on {data["date"]}; not by hand. Python {data["python"]} with {data["cores"]} cores, client
included, and whatever else ran on them; {used}. {CONNECTIONS} connections, each response for another customer, its whole
text compared with one written by hand. Memory is what is resident after the first {EVERY:,} responses, and at the end.

{table(data["rows"])}

Memory may grow by {MOST_GROWTH >> 20} MiB in between, {MOST_GROWTH // (REQUESTS - EVERY)} bytes a response: no object of Python's
is so small, so that one kept for each response would be seen. What was seen, in bytes a
response over all looks at the memory: {growth}.

The same client against the same apps with a fault put in, a visitor kept where other requests find it (leaky) and pages
kept for ever (hoarding):

{caught}
"""


def main() -> None:
    report, documentation = map(Path, sys.argv[1:])
    rows = [row(trial(app, requests=REQUESTS, connections=CONNECTIONS, seconds=SECONDS, every=EVERY)) for app in APPS]
    controls = {
        f"{app}, {control}": trial(app, requests=requests, seconds=SECONDS, every=every, control=control).findings
        for app in APPS
        for control in get_args(Control)
        for requests, every in [CONTROL_REQUESTS[control]]
    }
    data = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the reader's day
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": rows,
        "controls": controls,
    }
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps(data, indent=1))
    sys.stdout.write(f"{table(rows)}\n")
    wrong = [f"{each['app']}: {finding}" for each in rows for finding in each["findings"]]
    wrong += [f"{name}: was not caught" for name, findings in controls.items() if not findings]
    if wrong:
        sys.exit("\n".join(wrong))
    documentation.write_text(document(data))


if __name__ == "__main__":
    main()
