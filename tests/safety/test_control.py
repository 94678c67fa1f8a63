"""The harness sees: a renderer that escapes nothing is found out in every row."""

from __future__ import annotations

import json

import pytest
from browser.engines import Engine, absent
from browser.server import Site
from safety.places import PLACES, Output
from safety.report import Report
from safety.trial import Trials, customer, ours
from support.expected import ROOT, called, in_block
from support.hostile import EVERY, QUICK

from nosto_tagging import Customer

# Those that a place may be left by; a page with all there is would be left before most of it is read.
WAYS_OUT = (
    *("script-end", "plain-double-quote", "plain-single-quote", "plain-block-comment", "plain-template-literal"),
    *("plain-line-feed", "plain-percent", "plain-entity"),
    *(
        "element",
        "attribute-double",
        "attribute-single",
        "element-after-comment-end",
        "element-textarea",
        "element-title",
    ),
    *(
        "element-style",
        "element-noscript",
        "element-ends-xmp-close",
        "element-ends-iframe-close",
        "vue-constructor",
        "angular-on",
    ),
    *("angular-brackets", "alpine", "markdown-emphasis"),
)
_NAMED = {name: value for _, name, value in EVERY}
VALUES = [_NAMED[name] for name in WAYS_OUT]


def unsafe(output: Output, who: Customer, nonce: str | None) -> str:
    """What one pastes together by hand."""
    if output == "block":
        spans = "".join(f'<span class="{name}">{value}</span>' for name, value in in_block(who))
        return f"{ROOT}{spans}</div>"
    fields = ",".join(f'"{name}":{_literal(value)}' for name, value in called(who).items())
    statement = f"nostojs(api => api.customer({{{fields}}}))"
    if output == "snippet":
        return f"<script{f' nonce={json.dumps(nonce)}' if nonce else ''}>{statement}</script>"
    # Of the attribute's own escaping what makes it an attribute at all is kept.
    return statement.replace("=>", "&#61;&#62;").replace('"', "&#34;") if output == "attribute" else statement


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else json.dumps(value)


# Where nothing that is foreign runs even so, though the page shows that something got out.
CONTAINED = {
    *("<template>: snippet", "JSON, put in with innerHTML: snippet"),  # scripts do not run there, and images come later
    *("single-quoted attribute, as it is: block", "single-quoted attribute, as it is: snippet"),
    *("unquoted attribute, escaped: block", "unquoted attribute, escaped: snippet", "srcdoc, as it is: snippet"),
    *("XHTML: block", "XHTML, attribute: attribute"),  # the parser stops
    *("CSP: a nonce: block", "CSP: a nonce and 'strict-dynamic': block", "CSP: Trusted Types: block"),
    *("CSP: a nonce, and none given: block", "CSP: a nonce, and none given: snippet"),
}


@pytest.fixture(autouse=True)
def _libraries(site: Site) -> None:
    if not any(path.startswith("/lib/") for path in site.answers):
        absent("The browser's libraries are absent: make build/npm/made")


def test_an_unsafe_renderer_lights_up_every_row_but_those_that_are_safe_whatever_is_printed(
    browser_engine: Engine, site: Site, report: Report
) -> None:
    trials = Trials(browser_engine, site, unsafe)
    customers = [customer(value) for value in VALUES]
    quiet = [place for place in PLACES if not trials.look(place, customers).ran]
    dark = [str(place) for place in quiet if trials.holds(place, VALUES)]
    report.control[browser_engine.name] = [str(place) for place in PLACES if str(place) not in dark]
    assert dark == [str(place) for place in PLACES if place.guarded]
    # In all the others foreign code ran.
    assert {str(place) for place in quiet} - set(dark) <= CONTAINED


# One character that is let through as it is, and a row that it gets out of: why the list of what is plain is so short.
LEAKS = [
    ("<", "HTML body: block"),
    ("<", "HTML body: snippet"),
    (">", "HTML comment: block"),
    ('"', "author's script: statement"),
    ("'", "single-quoted attribute, as it is: statement"),
    ("=", "double-quoted attribute, as it is: statement"),
    ("&", "XHTML: block"),
    ("&", "single-quoted attribute, as it is: statement"),
    ("%", 'href="javascript:": attribute'),
    ("*", "JavaScript block comment: statement"),
    ("*", "JavaScript block comment: block"),
    ("`", "JavaScript template literal: statement"),
    ("\n", "JavaScript line comment: statement"),
    ("\n", "JavaScript line comment: block"),
    ("\u2028", "JavaScript line comment: statement"),
    ("\u2029", "JavaScript line comment: statement"),
    ("\\", "author's script: statement"),
    ("\\", "JavaScript template literal, then innerHTML: block"),
]


@pytest.mark.parametrize(("character", "name"), LEAKS)
def test_one_character_that_is_let_through_is_seen(
    character: str, name: str, browser_engine: Engine, site: Site
) -> None:
    escapes = {f"\\u{ord(character):04x}", f"&#{ord(character)};", f"&#92;u{ord(character):04x}"}

    def leaky(output: Output, who: Customer, nonce: str | None) -> str:
        made = ours(output, who, nonce)
        # What the attribute's own escaping makes of the quotes of keys and texts stays.
        for escape in escapes if output != "attribute" or character != '"' else ():
            made = str.replace(made, escape, character)
        return made

    (place,) = [each for each in PLACES if str(each) == name]
    values = [value for _, _, value in QUICK]
    assert Trials(browser_engine, site).holds(place, values)
    assert not Trials(browser_engine, site, leaky).holds(place, values)


@pytest.mark.parametrize("framework", ["Vue 2", "Vue 3", "petite-vue", "AngularJS", "AngularJS with [[ ]]"])
def test_without_the_attributes_of_its_root_a_block_runs_in_a_framework(
    framework: str, browser_engine: Engine, site: Site
) -> None:
    def bare(output: Output, who: Customer, nonce: str | None) -> str:
        return str.replace(ours(output, who, nonce), ' v-pre="" ng-non-bindable=""', "")

    (place,) = [each for each in PLACES if str(each) == f"mounted by {framework}: block"]
    # One at a time: what does not compile ends the others, too.
    injections = [customer(value) for trick, _, value in EVERY if trick == "template-injection"]
    whole, without = Trials(browser_engine, site), Trials(browser_engine, site, bare)
    assert any(without.look(place, [each]).ran for each in injections)
    assert not whole.look(place, injections).ran
