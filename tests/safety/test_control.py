"""The harness sees: a renderer that escapes nothing is found out in every row."""

from __future__ import annotations

import json

from browser.engines import Engine
from browser.server import Site
from safety.places import PLACES, Output
from safety.report import Report
from safety.trial import Trials
from support.expected import ROOT, called, in_block
from support.hostile import EVERY

from nosto_tagging import Customer

# Those that a place may be left by; a page with all there is would be left before most of it is read.
WAYS_OUT = (
    *("script-end", "string-break", "string-break-single", "block-comment-end", "template-literal", "line-feed"),
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
    *("angular-brackets", "alpine", "url-percent", "markdown-emphasis"),
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


def test_an_unsafe_renderer_lights_up_every_row_but_those_that_are_safe_whatever_is_printed(
    browser_engine: Engine, site: Site, report: Report
) -> None:
    trials = Trials(browser_engine, site, unsafe)
    dark = [str(place) for place in PLACES if trials.holds(place, VALUES)]
    report.control[browser_engine.name] = [str(place) for place in PLACES if str(place) not in dark]
    assert dark == [str(place) for place in PLACES if place.guarded]
