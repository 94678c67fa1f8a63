"""A page with a panel on it: what Nosto will see there, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nosto_tagging.reading.check import check
from nosto_tagging.reading.decoding import as_sent
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.formats import SEVERITIES, shown
from nosto_tagging.reading.page import page_of, sources_of
from nosto_tagging.reading.report import Html, element, seen_and_found, sheet, tally
from nosto_tagging.reading.seen import looked, parsed
from nosto_tagging.reading.tagging import read, tagging_of

__all__ = ["panel_in"]

_HOST = "nosto-tagging-panel"


def panel_in(html: bytes, *, url: str | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """The page with a panel before its end that shows what `check` finds in it, and what `read` does.

    ``url``
        What the panel calls the page.
    ``headers``
        Those of its response. The nonce that their policy, or the page's own, has for styles is the panel's as well.

    The panel is a closed badge in a corner, and opens without a script. It stands in a shadow root, so that neither the
    page's styles nor Nosto's client see what is in it: `read` gives the same with it and without. It is ASCII, whatever
    the page is in.

    A page that has a panel, or that would swallow one (which ends inside of a script, say), comes back as it is. Raises
    nothing for what is in a page.

    >>> page = b'<!doctype html><title>Shop</title><p class="nosto_page_type" hidden translate="no">front</p>'
    >>> made = panel_in(page)
    >>> made.startswith(page), read(made) == read(page), panel_in(made) == made
    (True, True, True)
    """
    seen = looked(as_sent(html, headers))
    if seen.tree.css_first(_HOST) is not None:
        return html
    findings = check(html, url=url, headers=headers)
    tagging = tagging_of(seen)
    nonce = _nonce(page_of(seen, headers=headers, policy=None, leave_out_email=False).policies())
    parts = [
        _style(nonce),
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
        if end >= 0 and _stands(made) and read(as_sent(made, headers)) == tagging:
            return made
    return html


def _stands(html: bytes) -> bool:
    """Whether the panel is an element there, and its template a real one, in which there are none."""
    return [node.tag for node in parsed(html).css(f"{_HOST}, {_HOST} *")] == [_HOST, "template"]


def _style(nonce: str | None) -> Html:
    style = Html(sheet("report.css") + sheet("panel.css"))
    return element("style", style) if nonce is None else element("style", style, nonce=nonce)


def _nonce(policies: Iterable[str]) -> str | None:
    """The nonce by which a policy lets styles through; a header may hold several policies."""
    for policy in ",".join(policies).split(","):
        for source in sources_of(policy, "style-src-elem", "style-src", "default-src") or ():
            if source.startswith("'nonce-"):
                return source.removeprefix("'nonce-").rstrip("'")
    return None


def _worst(findings: Iterable[Finding]) -> str:
    found = {each.severity for each in findings}
    return next((severity for severity in SEVERITIES if severity in found), "")
