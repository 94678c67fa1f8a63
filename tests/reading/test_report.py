"""The reports: what each form says, whole; and that nothing of a page gets out of its place in any of them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from selectolax.lexbor import LexborHTMLParser
from support.hostile import EVERY, HOSTILE

from nosto_tagging import Cart, Customer, PageTagging, block
from nosto_tagging.markup.escape import text
from nosto_tagging.reading import report
from nosto_tagging.reading.check import rules
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.formats import (
    Checked,
    as_bad_as,
    counted,
    json_text,
    junit_text,
    sarif_text,
    sentence,
    shown,
)
from nosto_tagging.reading.leaves import leaves

COMMA = Finding(
    code="price-separator",
    severity="error",
    line=3,
    column=5,
    message="The price has a comma in it.",
    found="1,50",
    expected="1.50",
    docs="docs/checks.md#price-separator",
    page="shop/canoe.html",
)
STUB = Finding("stub-missing", "warning", None, None, "There is no stub.", None, None, "docs/checks.md#stub-missing")
GUARD = Finding(
    "translation-guard",
    "note",
    1,
    None,
    "Translators may change it.",
    None,
    "notranslate",
    "docs/checks.md#translation-guard",
)
PAGES = [Checked("shop/canoe.html", (COMMA, STUB)), Checked("shop/a b.html", ())]
PAGE = PageTagging(
    page_type="product",
    customer=Customer(email="jane.doe@example.com", marketing_permission=True),
    cart=Cart(
        items=[{"product_id": "101", "name": "Canoe", "quantity": 1, "unit_price": 950, "price_currency_code": "EUR"}]
    ),
    custom_fields={"Colour": ["red", "blue"]},
    elements=["product-1", "product-2"],
)


def parsed(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - made by this library


def test_severities_are_ordered() -> None:
    worse = [[as_bad_as(each, severity) for severity in ("error", "warning", "note")] for each in (COMMA, STUB, GUARD)]
    assert worse == [[True, True, True], [False, True, True], [False, False, True]]


def test_a_finding_in_one_line() -> None:
    assert [sentence(each) for each in (COMMA, STUB, GUARD)] == [
        "3:5 error price-separator: The price has a comma in it. (found 1,50, expected 1.50)",
        "warning stub-missing: There is no stub.",
        "1:1 note translation-guard: Translators may change it. (expected notranslate)",
    ]


@pytest.mark.parametrize(
    "value", ["\x1b[31m", "\x9b2J", "a\rb", "\u202egnp", "\u00ad", "\ud800", "\U000e0041", "\u2028"]
)
def test_nothing_that_steers_a_terminal_reaches_one(value: str) -> None:
    assert shown(value).isprintable()
    assert shown(value) != value
    # Nothing is lost: Python reads it back.
    assert shown(value).encode().decode("unicode-escape") == value


def test_counts() -> None:
    assert counted(PAGES) == "2 pages: 1 error, 1 warning, 0 notes"
    assert counted([Checked("x", (GUARD,) * 1234)]) == "1 page: 0 errors, 0 warnings, 1,234 notes"


def test_a_model_field_by_field() -> None:
    assert dict(leaves(PAGE, "page")) == {
        "page.page_type": "product",
        "page.customer.email": "jane.doe@example.com",
        "page.customer.marketing_permission": True,
        "page.cart.items[0].product_id": "101",
        "page.cart.items[0].name": "Canoe",
        "page.cart.items[0].quantity": 1,
        "page.cart.items[0].unit_price": 950,
        "page.cart.items[0].price_currency_code": "EUR",
        "page.custom_fields['Colour'][0]": "red",
        "page.custom_fields['Colour'][1]": "blue",
        "page.elements[0]": "product-1",
        "page.elements[1]": "product-2",
    }


# Machines -------------------------------------------------------------------------------------------------------------


def test_json() -> None:
    assert json.loads(json_text(PAGES)) == {
        "pages": 2,
        "findings": [
            {
                "code": "price-separator",
                "severity": "error",
                "line": 3,
                "column": 5,
                "message": "The price has a comma in it.",
                "found": "1,50",
                "expected": "1.50",
                "docs": "docs/checks.md#price-separator",
                "page": "shop/canoe.html",
            },
            {
                "code": "stub-missing",
                "severity": "warning",
                "line": None,
                "column": None,
                "message": "There is no stub.",
                "found": None,
                "expected": None,
                "docs": "docs/checks.md#stub-missing",
                "page": "shop/canoe.html",
            },
        ],
    }


def described(code: str, severity: str, sentence: str) -> dict[str, Any]:
    """A rule in SARIF."""
    return {
        "id": code,
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": sentence},
        "help": {"text": f"{sentence} See docs/checks.md#{code} in the source distribution of nosto-tagging."},
        "defaultConfiguration": {"level": severity},
    }


def test_sarif() -> None:
    pages = [*PAGES[:1], Checked("shop/a b.html", (GUARD,)), Checked("https://shop.example.com/?a=1", (STUB,))]
    found = json.loads(sarif_text(pages, "1.2.3"))
    stub = {"ruleId": "stub-missing", "level": "warning", "message": {"text": "There is no stub."}}
    assert found == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "nosto-tagging",
                        "version": "1.2.3",
                        "rules": [
                            described("price-separator", "error", "A price has a comma or another separator in it."),
                            described(
                                "stub-missing",
                                "error",
                                "nostojs is called while the page is read, or as soon as it has been, and nothing has "
                                "defined it.",
                            ),
                            described(
                                "translation-guard",
                                "warning",
                                'Neither the tagging nor anything that it stands in has translate="no" or the class '
                                'notranslate, and the page has no <meta name="google" content="notranslate">.',
                            ),
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "price-separator",
                        "level": "error",
                        "message": {"text": "The price has a comma in it. (found 1,50, expected 1.50)"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "shop/canoe.html"},
                                    "region": {"startLine": 3, "startColumn": 5},
                                }
                            }
                        ],
                    },
                    {**stub, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "shop/canoe.html"}}}]},
                    {
                        "ruleId": "translation-guard",
                        "level": "note",
                        "message": {"text": "Translators may change it. (expected notranslate)"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "shop/a%20b.html"},
                                    "region": {"startLine": 1, "startColumn": 1},
                                }
                            }
                        ],
                    },
                    {
                        **stub,
                        "locations": [
                            {"physicalLocation": {"artifactLocation": {"uri": "https://shop.example.com/?a=1"}}}
                        ],
                    },
                ],
            }
        ],
    }


# What https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-schema-2.1.0.json says of the objects that are used here.


class Shape(BaseModel):
    """No property but those that the schema has."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


Level = Literal["none", "note", "warning", "error"]


class Message(Shape):
    text: Annotated[str, Field(min_length=1)]


class Configuration(Shape):
    level: Level


class Descriptor(Shape):
    id: str
    short_description: Message
    full_description: Message
    help: Message
    default_configuration: Configuration


class Driver(Shape):
    name: str
    version: str
    rules: list[Descriptor]


class Tool(Shape):
    driver: Driver


class Region(Shape):
    start_line: Annotated[int, Field(ge=1)]
    start_column: Annotated[int, Field(ge=1)]


class ArtifactLocation(Shape):
    uri: Annotated[str, Field(pattern=r"^(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-F]{2})+$")]


class PhysicalLocation(Shape):
    artifact_location: ArtifactLocation
    region: Region | None = None


class Location(Shape):
    physical_location: PhysicalLocation


class Result(Shape):
    rule_id: str
    level: Level
    message: Message
    locations: list[Location]


class Run(Shape):
    tool: Tool
    column_kind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    results: list[Result]


class Log(Shape):
    schema_: Annotated[str, Field(alias="$schema")]
    version: Literal["2.1.0"]
    runs: list[Run]


def test_sarif_has_the_shape_that_its_schema_says() -> None:
    every = [Finding(code, rule.severity, 1, None, rule.sentence, None, None, "") for code, rule in rules.items()]
    pages = [*PAGES, Checked("shop/\u202e b.html", tuple(every)), Checked("https://shop.example.com/?a=\xe9", (STUB,))]
    (run,) = Log.model_validate_json(sarif_text(pages, "1.2.3")).runs
    described = [each.id for each in run.tool.driver.rules]
    assert described == sorted(rules)
    assert {each.rule_id for each in run.results} == set(described)


def test_junit() -> None:
    pages = [*PAGES, Checked("notes.html", (GUARD,))]
    lines = "3:5 error price-separator: The price has a comma in it. (found 1,50, expected 1.50)\n" + sentence(STUB)
    suite = parsed(junit_text(pages, "warning", {"shop/canoe.html": 0.5, "shop/a b.html": 0.25, "notes.html": 1e-7}))
    assert (suite.tag, suite.attrib) == (
        "testsuite",
        {"name": "nosto-tagging", "tests": "3", "failures": "1", "errors": "0", "time": "0.750000"},
    )
    assert [(case.tag, case.attrib, [(each.tag, each.attrib, each.text) for each in case]) for case in suite] == [
        (
            "testcase",
            {"classname": "nosto-tagging", "name": "shop/canoe.html", "time": "0.500000"},
            [("failure", {"message": "2 findings: price-separator, stub-missing"}, lines)],
        ),
        ("testcase", {"classname": "nosto-tagging", "name": "shop/a b.html", "time": "0.250000"}, []),
        (
            "testcase",
            {"classname": "nosto-tagging", "name": "notes.html", "time": "0.000000"},
            [("system-out", {}, "1:1 note translation-guard: Translators may change it. (expected notranslate)")],
        ),
    ]


def test_junit_in_which_nothing_fails() -> None:
    suite = parsed(junit_text(PAGES, None, dict.fromkeys((each.page for each in PAGES), 0.0)))
    assert (suite.attrib["failures"], [each.tag for each in suite[0]]) == ("0", ["system-out"])


@pytest.mark.parametrize(("name", "value"), HOSTILE)
def test_hostile_values_stay_in_their_place_for_machines(name: str, value: str) -> None:
    finding = replace(COMMA, message=value, found=value)
    pages = [Checked(value, (replace(finding, page=None),))]
    found = json.loads(json_text(pages))["findings"][0]
    paired = json.loads(json.dumps(value))  # JSON makes one character of the two halves of a pair
    assert (found["page"], found["message"], found["found"]) == (paired, paired, paired)
    (result,) = json.loads(sarif_text(pages, "1"))["runs"][0]["results"]
    assert result["message"]["text"] == f"{paired} (found {shown(value)}, expected 1.50)"
    suite = parsed(junit_text(pages, "note", {value: 0.0}))
    assert [each.tag for each in suite.iter()] == ["testsuite", "testcase", "failure"]
    in_xml = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", value)
    assert suite[0].attrib["name"] == in_xml


# HTML -----------------------------------------------------------------------------------------------------------------


def texts(html: str, selector: str) -> list[str]:
    html = html.replace("<wbr>", "")
    return [" ".join(node.text(separator=" ").split()) for node in LexborHTMLParser(html).css(selector)]


def test_a_report_of_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    html = report.html_text([Checked("canoe.html", (STUB, COMMA))], {"canoe.html": block(PAGE)})
    assert texts(html, "h1, header p, h2") == [
        "What Nosto will see",
        "1 page: 1 error, 1 warning, 0 notes",
        "canoe.html",
    ]
    assert texts(html, ".card") == [
        "page page type product custom fields Colour: red, blue elements product-1 product-2",
        "customer email jane.doe@example.com marketing permission true",
        "cart item 1 product id 101 quantity 1 name Canoe unit price 950 price currency code EUR",
    ]
    assert texts(html, ".cards > p") == ["What does not validate is not here: the findings say what that is."]
    # The worst first.
    assert texts(html, ".finding") == [
        "error price-separator line 3, column 5 The price has a comma in it. Found 1,50 Expected 1.50 "
        "docs/checks.md#price-separator",
        "warning stub-missing There is no stub. docs/checks.md#stub-missing",
    ]
    assert texts(html, ".index") == []


def test_a_cart_with_nothing_in_it_is_empty() -> None:
    assert texts(report.html_text([Checked("a", ())], {"a": block(Cart())}), ".card") == ["cart empty"]


def test_a_report_of_several_pages_begins_with_a_list_of_them() -> None:
    html = report.html_text(PAGES, {"shop/canoe.html": block(PAGE), "shop/a b.html": "<p>Hello"})
    tree = LexborHTMLParser(html)
    assert texts(html, ".index li") == ["shop/canoe.html 1 error, 1 warning", "shop/a b.html nothing found"]
    targets = [node.attributes["href"] for node in tree.css(".index a")]
    assert targets == [f"#{node.attributes['id']}" for node in tree.css("section")] == ["#page-0", "#page-1"]
    assert texts(html, "#page-1 .beside") == ["Nosto will see nothing. Nothing found."]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("jane.doe@example.com", ["jane.", "doe@", "example.", "com"]),
        ("https://shop.example.com/a/b?c=1&d_e", ["https://", "shop.", "example.", "com/", "a/", "b?", "c=", "1&", "d_", "e"]),
        ("/Outdoor/Boats and more/", ["/", "Outdoor/", "Boats and more/"]),
        ("1299.00", ["1299.00"]),
        ("a.<b>&amp;", ["a.<b>&", "amp;"]),
    ],
)  # fmt: skip
def test_values_are_divided_where_their_parts_begin(value: str, lines: list[str]) -> None:
    html = report.html_text(
        [Checked("page", (replace(COMMA, found=value),))], {"page": block(PageTagging(tags=[value]))}
    )
    for tag in ("li", "code"):
        assert f"<{tag}>{'<wbr>'.join(map(text, lines))}</{tag}>" in html


def test_a_report_of_too_many_pages_draws_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_MOST", 2)
    pages = [Checked("1", ()), Checked("2", (STUB,)), Checked("3", (GUARD,)), Checked("4", (GUARD, COMMA))]
    assert [each.page for each in report.pages_shown(pages)] == ["2", "4"]
    html = report.html_text(pages, {"2": "", "4": ""})
    assert texts(html, "header p") == [
        "4 pages: 1 error, 1 warning, 2 notes",
        "Drawn are the 2 pages with the worst findings.",
    ]
    assert texts(html, "h2") == ["2", "4"]


def test_a_report_allows_its_own_style_sheet_and_nothing_else() -> None:
    html = report.html_text(PAGES, {})
    (style,) = LexborHTMLParser(html).css("style")
    digest = b64encode(sha256(style.text().encode()).digest()).decode()
    (policy,) = LexborHTMLParser(html).css("meta[http-equiv]")
    assert policy.attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    }
    # It stands before all that it is for.
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert LexborHTMLParser(html).css("script, link, img, iframe, object, [style], [src]") == []


ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "h4",
    "p", "div", "span", "wbr", "code", "dl", "dt", "dd", "ul", "li", "a",
}  # fmt: skip
ATTRIBUTES = {"class", "id", "href", "lang", "charset", "http-equiv", "content", "name"}


def test_hostile_values_are_text_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [
        Checked(f"{number} {value}", (Finding(value, "error", 1, 1, value, value, value, value),))
        for number, (_, _, value) in enumerate(EVERY)
        if len(value) < 1_000
    ]
    monkeypatch.setattr(report, "_MOST", len(pages))
    monkeypatch.setattr(
        report, "read", lambda value: PageTagging(tags=[f"x{value}"], custom_fields={"x": [f"x{value}"]})
    )
    sources = {each.page: each.findings[0].message for each in pages}
    tree = LexborHTMLParser(report.html_text(pages, sources))
    nodes = tree.css("*")
    assert {node.tag for node in nodes} == ELEMENTS - {"h4"}
    assert {name for node in nodes for name in node.attributes} <= ATTRIBUTES
    assert [node.text() for node in tree.css("h2")] == [shown(each.page) for each in pages]
    told = [node.text() for node in tree.css(".finding p:nth-child(2)")]
    assert told == [shown(each.findings[0].message) for each in pages]


def test_a_page_whose_name_claims_to_be_markup_is_text() -> None:
    html = report.html_text([Checked(block(PAGE), ())], {})
    assert texts(html, "h2 *, .nosto_customer") == []
