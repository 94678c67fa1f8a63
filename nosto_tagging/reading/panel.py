"""A page with a panel on it: what Nosto will see there, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nosto_tagging.headers import Headers, joined
from nosto_tagging.reading.check import codes, findings_on
from nosto_tagging.reading.decoding import as_sent
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.formats import SEVERITIES, shown
from nosto_tagging.reading.page import page_of, sources_of
from nosto_tagging.reading.report import Html, element, seen_and_found, sheet, tally
from nosto_tagging.reading.seen import looked
from nosto_tagging.reading.tagging import tagging_of

# Not before `seen`, which says which extra is missing.
if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["panel_in"]

_HOST = "nosto-tagging-panel"


def panel_in(
    html: bytes,
    *,
    url: str | None = None,
    headers: Headers | None = None,
    ignore: Iterable[str] = (),
    leave_out_email: bool = False,
) -> bytes:
    """The page with a panel before its end that shows what `check` finds in it, and what `read` does.

    ``url``
        What the panel calls the page.
    ``headers``
        Those of its response. The nonce that their policy, or the page's own, has for styles is the panel's as well.
    ``ignore``, ``leave_out_email``
        Those of `check`.

    The panel is a closed badge in a corner, and opens without a script. It stands in a shadow root, so that neither the
    page's styles nor Nosto's client see what is in it: `read` gives the same with it and without. It is ASCII, whatever
    the page is in.

    A page that has a panel, or that would swallow one (which ends inside of a script, say), comes back as it is. Raises
    nothing for what is in a page; `InvalidArgument` for a code that no rule has.

    >>> page = b'<!doctype html><title>Shop</title><p class="nosto_page_type" hidden translate="no">front</p>'
    >>> made = panel_in(page)
    >>> made.startswith(page), panel_in(made) == made
    (True, True)
    """
    told = joined(headers)
    seen = looked(as_sent(html, told))
    if seen.tree.css_first(_HOST) is not None:
        return html
    page = page_of(seen, headers=told, policy=None, leave_out_email=leave_out_email)
    findings = findings_on(page, url, codes(ignore))
    tagging = tagging_of(seen)
    parts = [
        _style(_nonce(page.policies())),
        element(
            "details",
            element("summary", f"Nosto: {tally(findings)}", class_=_worst(findings)),
            element(
                "div",
                element("h2", f"What Nosto will see{'' if url is None else f' on {shown(url)}'}"),
                seen_and_found(tagging, findings),
                class_="sheet",
            ),
            lang="en",
        ),
    ]
    panel = element(_HOST, element("template", *parts, shadowrootmode="open")).encode("ascii", "xmlcharrefreplace")
    for end in (html.lower().rfind(b"</body>"), len(html)):
        made = html[:end] + panel + html[end:]
        if end >= 0 and _stands((again := looked(as_sent(made, told))).tree) and tagging_of(again) == tagging:
            return made
    return html


def _stands(tree: LexborHTMLParser) -> bool:
    """Whether the panel is an element there, and its template a real one, in which there are none."""
    return [node.tag for node in tree.css(f"{_HOST}, {_HOST} *")] == [_HOST, "template"]


def _style(nonce: str | None) -> Html:
    style = Html(sheet("report.css") + sheet("panel.css"))
    return element("style", style) if nonce is None else element("style", style, nonce=nonce)


def _nonce(policies: Iterable[str]) -> str | None:
    """The nonce by which a policy lets styles through."""
    for policy in policies:
        for source in sources_of(policy, "style-src-elem", "style-src", "default-src") or ():
            if source.startswith("'nonce-"):
                return source.removeprefix("'nonce-").rstrip("'")
    return None


def _worst(findings: Iterable[Finding]) -> str:
    found = {each.severity for each in findings}
    return next((severity for severity in SEVERITIES if severity in found), "")
