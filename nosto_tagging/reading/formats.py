"""Findings as text for people, and as JSON, SARIF and JUnit for machines."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from nosto_tagging.markup.escape import text
from nosto_tagging.reading.findings import Finding, Severity, docs_of

__all__ = [
    "SEVERITIES",
    "Checked",
    "as_bad_as",
    "counted",
    "json_text",
    "junit_text",
    "sarif_text",
    "sentence",
    "several",
    "shown",
]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""


class Checked(NamedTuple):
    """A page, by its path or its URL, and what was found on it."""

    page: str
    findings: tuple[Finding, ...]


def as_bad_as(finding: Finding, severity: Severity) -> bool:
    """Whether a finding is as bad as `severity`, or worse."""
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(severity)


def counted(pages: Sequence[Checked]) -> str:
    """How many pages, and how many findings of each severity.

    >>> counted([Checked("index.html", ())])
    '1 page: 0 errors, 0 warnings, 0 notes'
    """
    of = dict.fromkeys(SEVERITIES, 0)
    for _, findings in pages:
        for finding in findings:
            of[finding.severity] += 1
    each = ", ".join(several(number, severity) for severity, number in of.items())
    return f"{several(len(pages), 'page')}: {each}"


def sentence(finding: Finding) -> str:
    """A finding in one line, without the page that it is of: place, severity, code, and what it says."""
    place = "" if finding.line is None else f"{finding.line}:{finding.column or 1} "
    return f"{place}{finding.severity} {finding.code}: {shown(finding.message)}{detail(finding)}"


def detail(finding: Finding) -> str:
    """What was found, and what is expected, where a finding knows: `` (found …, expected …)``."""
    pairs = (("found", finding.found), ("expected", finding.expected))
    known = ", ".join(f"{name} {shown(value)}" for name, value in pairs if value is not None)
    return f" ({known})" if known else ""


def shown(value: str) -> str:
    r"""Text of a page as a terminal may have it: what steers one, or is invisible, as an escape.

    >>> shown("a\x1b[2Jb\u202ec")
    'a\\x1b[2Jb\\u202ec'
    """
    if value.isprintable():
        return value
    return "".join([each if each.isprintable() else ascii(each)[1:-1] for each in value])


def json_text(pages: Sequence[Checked]) -> str:
    """All findings as one JSON object: ``{"pages": 2, "findings": [{"page": …, "code": …, …}]}``."""
    findings = [{**asdict(each), "page": each.page or page} for page, found in pages for each in found]
    return json.dumps({"pages": len(pages), "findings": findings}, indent=2)


# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
def sarif_text(pages: Sequence[Checked], version: str) -> str:
    """All findings as a SARIF 2.1.0 log, which GitHub and editors show beside the code."""
    codes = sorted({each.code for _, found in pages for each in found})
    driver = {"name": "nosto-tagging", "version": version, "rules": [_described(code) for code in codes]}
    results = [_result(page, each) for page, found in pages for each in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _described(code: str) -> dict[str, Any]:
    from nosto_tagging.reading.check import rules  # noqa: PLC0415 - for this form only

    rule = rules[code]
    told = {"text": rule.sentence}
    return {
        "id": code,
        "shortDescription": told,
        "fullDescription": told,
        "help": {"text": f"{rule.sentence} See {docs_of(code)} in the source distribution of nosto-tagging."},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(page: str, finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.page or page)}}
    if finding.line is not None:
        place["region"] = {"startLine": finding.line, "startColumn": finding.column or 1}
    return {
        "ruleId": finding.code,
        "level": finding.severity,
        "message": {"text": f"{finding.message}{detail(finding)}"},
        "locations": [{"physicalLocation": place}],
    }


def _uri(page: str) -> str:
    from pathlib import PurePath  # noqa: PLC0415 - for this form only
    from urllib.parse import quote  # noqa: PLC0415 - the same

    if page.lower().startswith(("http://", "https://")):
        return quote(page, safe="%:/?#[]@!$&'()*+,;=~", errors="replace")
    return quote(PurePath(page).as_posix(), errors="replace")


def junit_text(pages: Sequence[Checked], fails: Severity | None, seconds: Mapping[str, float]) -> str:
    """A JUnit report, a test case for each page; one with findings as bad as `fails` has failed.

    `seconds` is how long each page took, by its name.
    """
    failed = 0
    cases: list[str] = []
    for page, findings in pages:
        bad = [each for each in findings if fails is not None and as_bad_as(each, fails)]
        failed += bool(bad)
        lines = "\n".join(sentence(each) for each in findings)
        inside = f"<system-out>{_xml(lines)}</system-out>" if lines else ""
        if bad:
            message = f"{several(len(bad), 'finding')}: {', '.join(sorted({each.code for each in bad}))}"
            inside = f'<failure message="{_xml(message)}">{_xml(lines)}</failure>'
        took = f'time="{seconds[page]:.6f}"'
        cases.append(f'<testcase classname="nosto-tagging" name="{_xml(page)}" {took}>{inside}</testcase>')
    took = f'time="{sum(seconds[each.page] for each in pages):.6f}"'
    suite = f'<testsuite name="nosto-tagging" tests="{len(pages)}" failures="{failed}" errors="0" {took}>'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', suite, *cases, "</testsuite>"])


def _xml(value: str) -> str:
    """Escaped, without what XML 1.0 cannot write: most control characters, half a surrogate pair, and two more."""
    kept = [each if _in_xml(each) else "\N{REPLACEMENT CHARACTER}" for each in value]
    return text("".join(kept))


def _in_xml(character: str) -> bool:
    if character in "\t\n\r":
        return True
    return character not in "\ufffe\uffff" and (character >= " " and unicodedata.category(character) != "Cs")


def several(number: int, what: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
