"""Mutation testing: whatever is changed in the library, a test fails. ``make mutation``; docs/mutation.md tells more."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from pathlib import Path

from mutation.mutants import ROOT, mutants
from mutation.trial import NEAR, SURVIVED, tried

LIST = Path(__file__).with_name("survivors.toml")
PAGE = ROOT / "docs/mutation.md"
REPORT = ROOT / "build/mutation-report.json"
BEGIN, END = "<!-- written by make mutation -->", "<!-- until here -->"
ENOUGH = 95  # percent


def run(files: list[str], jobs: int, *, again: bool) -> None:
    """Try the mutants of `files`, and put what became of them into the report in place of what it had of them.

    `again` tries those only that survived the last time: what died once is dead.
    """
    folders = [path for name in ("models", "markup") for path in (ROOT / "nosto_tagging" / name).glob("*.py")]
    if new := [path.name for path in folders if path.relative_to(ROOT).as_posix() not in NEAR and mutants(path)]:
        sys.exit(f"Not in tests/mutation/trial.py: {', '.join(new)}")
    todo = [mutant for file in files for mutant in mutants(ROOT / file)]
    if again:
        alive = {name for name, code in _report() if code == SURVIVED}
        todo = [mutant for mutant in todo if mutant.name in alive]
    results = tried(todo, jobs)
    names = {mutant.name for mutant in todo} if again else set()
    kept = [each for each in _report() if each[0] not in names and (again or not each[0].startswith(tuple(files)))]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps([*kept, *((mutant.name, results[mutant]) for mutant in todo)]), encoding="utf-8")


def known() -> dict[str, str]:
    """The survivors that are known, each with the reason why it cannot matter."""
    groups = tomllib.loads(LIST.read_text(encoding="utf-8"))["survivors"]
    return {name: group["reason"] for group in groups for name in group["mutants"]}


def judged(files: list[str]) -> int:
    """What the report says of `files`, held against the list; the page, where it has all of them and nothing is wrong."""
    report = [(name, code) for name, code in _report() if name.startswith(tuple(files))]
    reasons = {name: reason for name, reason in known().items() if name.startswith(tuple(files))}
    survivors = [name for name, code in report if code == SURVIVED]
    died, late = len(report) - len(survivors), sum(code is None for _, code in report)
    figures = f"{len(report)} mutants: {died} died ({late} by taking too long), {len(survivors)} survived. "
    figures += f"{100 * died / len(report):.1f} % died."
    wrong = [
        f"Survived, and is not listed: {json.dumps(each, ensure_ascii=False)}"
        for each in survivors
        if each not in reasons
    ]
    wrong += [f"Is listed, and did not survive: {each}" for each in reasons if each not in survivors]
    sys.stdout.write("\n".join([figures, *wrong, ""]))
    if wrong or died < len(report) * ENOUGH / 100:
        return 1
    if files == list(NEAR):
        PAGE.write_text(_page(figures, reasons), encoding="utf-8")
    return 0


def _report() -> list[tuple[str, int | None]]:
    return json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else []


def _page(figures: str, reasons: dict[str, str]) -> str:
    lines = [BEGIN, "", figures]
    for reason in dict.fromkeys(reasons.values()):
        lines += ["", reason, ""]
        for name in [name for name in reasons if reasons[name] == reason]:
            place, _, change = name.partition(": ")
            was, _, becomes = change.rpartition(" → ")
            lines.append(f"* {place}: `` {was} `` → `` {becomes} ``")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + "\n".join([*lines, "", END]) + rest.partition(END)[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes at a time")
    parser.add_argument("--judge", action="store_true", help="hold the last report against the list, and run nothing")
    parser.add_argument("--again", action="store_true", help="only those that survived the last time")
    parser.add_argument("files", nargs="*", default=list(NEAR), help="some of them only, as nosto_tagging/api.py")
    options = parser.parse_args()
    if not options.judge:
        run(options.files, options.jobs, again=options.again)
    return judged(options.files)


if __name__ == "__main__":
    sys.exit(main())
