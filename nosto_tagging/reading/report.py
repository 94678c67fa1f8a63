"""The report as one HTML file: each page's tagging drawn as cards, and what was found beside it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any, cast

from nosto_tagging.markup.escape import text
from nosto_tagging.models.page import PageTagging
from nosto_tagging.models.tagging import TaggingPart
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.formats import SEVERITIES, Checked, counted, shown
from nosto_tagging.reading.leaves import members
from nosto_tagging.reading.tagging import read

__all__ = ["Html", "element", "html_text", "pages_shown", "seen_and_found", "sheet", "tally"]

_FOOTER = (
    "Made by nosto-tagging check. It may hold a visitor's data: keep it as you keep the page.",
    "The paths that begin with docs/ are in the source distribution of nosto-tagging.",
)
_MOST = 200  # pages that are drawn: more than a browser, or a person, can take in


def pages_shown(pages: Sequence[Checked]) -> list[Checked]:
    """The pages that a report draws, in their order: those with the worst findings where there are too many."""
    if len(pages) <= _MOST:
        return list(pages)
    kept = {each.page for each in sorted(pages, key=_badness)[:_MOST]}
    return [each for each in pages if each.page in kept]


def _badness(checked: Checked) -> int:
    """The place of the worst finding in `SEVERITIES`; after them all where there is none."""
    return min((SEVERITIES.index(each.severity) for each in checked.findings), default=len(SEVERITIES))


def html_text(pages: Sequence[Checked], sources: Mapping[str, str | bytes]) -> str:
    """A report of `pages`, whose HTML `sources` holds by their names, to be opened as a file or served.

    It loads nothing and runs nothing: its own policy allows its one style sheet. Everything that comes from a page is
    escaped, and what is invisible is written out.
    """
    drawn = pages_shown(pages)
    style = sheet("report.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("title", "What Nosto will see"),
        Html(f"<style>{style}</style>"),
    ]
    several = len(pages) > 1
    header = [element("h1", "What Nosto will see"), element("p", counted(pages), class_="dim")]
    if len(drawn) < len(pages):
        header.append(element("p", f"Drawn are the {len(drawn)} pages with the worst findings.", class_="dim"))
    if several:
        header.append(element("ul", *(_in_index(number, each) for number, each in enumerate(drawn)), class_="index"))
    body = [
        element("header", *header),
        element("main", *(_page(number, each, sources.get(each.page)) for number, each in enumerate(drawn))),
        element("footer", *(element("p", each) for each in _FOOTER)),
    ]
    return f"<!doctype html>\n{element('html', element('head', *head), element('body', *body), lang='en')}\n"


def sheet(name: str) -> str:
    """A style sheet of this folder."""
    return files("nosto_tagging.reading").joinpath(name).read_text(encoding="utf-8")


def _in_index(number: int, checked: Checked) -> Html:
    link = element("a", _wrapped(checked.page), href=f"#page-{number}")
    return element("li", link, element("span", tally(checked.findings), class_="dim"))


def tally(findings: Iterable[Finding]) -> str:
    """How many findings there are of each severity that there is."""
    number = dict.fromkeys(SEVERITIES, 0)
    for each in findings:
        number[each.severity] += 1
    counts = [f"{count} {name if count == 1 else f'{name}s'}" for name, count in number.items() if count]
    return ", ".join(counts) or "nothing found"


def _page(number: int, checked: Checked, html: str | bytes | None) -> Html:
    beside = seen_and_found(PageTagging() if html is None else read(html), checked.findings)
    return element("section", element("h2", _wrapped(checked.page)), beside, class_="page", id=f"page-{number}")


def seen_and_found(page: PageTagging, findings: Iterable[Finding]) -> Html:
    """A page's tagging as cards, and what was found on it, the worst first."""
    seen = _cards(page) or [element("p", "Nosto will see nothing.", class_="dim")]
    ordered = sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), each.line or 0))
    if ordered:
        seen.insert(0, element("p", "What does not validate is not here: the findings say what that is.", class_="dim"))
    told = [*map(_finding, ordered)] or [element("p", "Nothing found.", class_="dim")]
    return element(
        "div",
        element("div", *seen, class_="cards"),
        element("div", *told, class_="findings"),
        class_="beside",
    )


def _finding(finding: Finding) -> Html:
    place = "" if finding.line is None else f" line {finding.line}, column {finding.column or 1}"
    severity = element("span", finding.severity, class_=f"severity {finding.severity}")
    lines = [
        element("p", severity, " ", element("code", finding.code), element("span", place, class_="dim")),
        element("p", shown(finding.message)),
    ]
    for name, value in (("Found", finding.found), ("Expected", finding.expected)):
        if value is not None:
            lines.append(element("p", f"{name} ", element("code", _wrapped(value))))
    lines.append(element("p", _wrapped(finding.docs), class_="dim"))
    return element("div", *lines, class_=f"finding {finding.severity}")


# Cards ----------------------------------------------------------------------------------------------------------------


def _cards(page: PageTagging) -> list[Html]:
    """A card for each model, and one for all that is not in a model."""
    rest: list[tuple[str, Any]] = []
    cards: list[Html] = []
    for step, value in members(page) or ():
        name = step.removeprefix(".")
        held: tuple[Any, ...] = value if isinstance(cast("object", value), tuple) else (value,)
        models = [each for each in held if isinstance(each, TaggingPart)]
        cards += [_card(name.removesuffix("s") if value is held else name, each) for each in models]
        if not models:
            rest.append((name, value))
    return [element("div", element("h3", "page"), _rows(rest), class_="card"), *cards] if rest else cards


def _card(name: str, model: TaggingPart) -> Html:
    return element("div", element("h3", name.replace("_", " ")), *_model(model), class_="card")


def _model(model: TaggingPart) -> list[Html]:
    """The rows of its fields, and the models in it as boxes below."""
    rows: list[tuple[str, Any]] = []
    boxes: list[Html] = []
    for step, value in members(model) or ():
        name = step.removeprefix(".")
        held: tuple[Any, ...] = value if isinstance(cast("object", value), tuple) else (value,)
        parts = [each for each in held if isinstance(each, TaggingPart)]
        for place, each in enumerate(parts, 1):
            title = f"{name.removesuffix('s').replace('_', ' ')} {place}" if value is held else name.replace("_", " ")
            boxes.append(element("div", element("h4", title), *_model(each), class_="part"))
        if not parts:
            rows.append((name, value))
    return [*([_rows(rows)] if rows else []), *boxes] or [element("p", "empty", class_="dim")]


def _rows(rows: Iterable[tuple[str, Any]]) -> Html:
    return element(
        "dl",
        *(element("div", element("dt", name.replace("_", " ")), element("dd", _value(value))) for name, value in rows),
    )


def _value(value: Any) -> Html:
    held = members(value)
    if held is None:
        return _wrapped(str(value).lower() if isinstance(value, bool) else str(value))
    if isinstance(cast("object", value), dict):
        groups: dict[str, Any] = value
        return element("ul", *(element("li", _wrapped(f"{name}: {_listed(each)}")) for name, each in groups.items()))
    return element("ul", *(element("li", _value(each)) for _, each in held))


def _listed(value: Any) -> str:
    return ", ".join([str(each) for _, each in members(value) or (("", value),)])


# Where an address, a path and the like are best divided, before a letter or a digit: browsers divide them anywhere.
_JOINTS = re.compile(r"(?<=[/@?&=_])(?=\w)|(?<=\.)(?=[^\W\d])")


def _wrapped(value: str) -> Html:
    return Html("<wbr>".join([text(each) for each in _JOINTS.split(shown(value))]))


_VOID = frozenset(("meta",))


class Html(str):
    """HTML made here: no value from elsewhere can be one, whatever it claims to be."""

    __slots__ = ()


def element(tag: str, *inside: str, **attributes: str) -> Html:
    """An element; what is inside is escaped unless it was made here."""
    named = "".join([f' {name.rstrip("_").replace("_", "-")}="{text(value)}"' for name, value in attributes.items()])
    if tag in _VOID:
        return Html(f"<{tag}{named}>")
    content = "".join([each if type(each) is Html else text(each) for each in inside])
    return Html(f"<{tag}{named}>{content}</{tag}>")
