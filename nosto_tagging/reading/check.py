"""`check`: what is wrong with what a page tells Nosto; and `check_site`: what shows across pages only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.headers import Headers, joined
from nosto_tagging.reading.decoding import as_sent
from nosto_tagging.reading.findings import Finding, Hit, Rule, docs_of, rules
from nosto_tagging.reading.page import Page, address, page_of
from nosto_tagging.reading.positions import Places
from nosto_tagging.reading.rules import absent, dropped, exposed, fields, pages, scripts
from nosto_tagging.reading.seen import looked
from nosto_tagging.reading.site import Site
from nosto_tagging.reading.switches import ignored_in
from nosto_tagging.reading.written import offsets
from nosto_tagging.settings import codes_in, is_code
from nosto_tagging.validation import kind_of

__all__ = ["LOADED", "check", "check_into", "check_site", "codes", "findings_on", "rules", "site_findings"]

LOADED = (absent, dropped, exposed, fields, pages, scripts)
"""The modules whose rules there are."""
_MOST = 50
"""So many findings of one rule are told of one page: more of them say nothing new."""


def check(
    html: str | bytes,
    *,
    url: str | None = None,
    headers: Headers | None = None,
    policy: str | None = None,
    leave_out_email: bool = False,
    ignore: Iterable[str] = (),
) -> list[Finding]:
    """What is wrong with what a page tells Nosto, in the order of the page.

    ``url``
        Where the page is from; each finding carries it as its ``page``, without what may be somebody's key or e-mail
        address in its query.
    ``headers``
        Those of its response, a mapping or pairs: how bytes are to be read, whether others may get it, and its
        Content-Security-Policy.
    ``policy``
        The Content-Security-Policy that the site will send, where the headers are not at hand.
    ``leave_out_email``
        The site's setting of that name: every e-mail address is a finding then.
    ``ignore``
        The codes of rules that are not wanted, as the setting ``check_ignore`` has them; a comment on the page,
        ``<!-- nosto-tagging: ignore code, code -->``, says the same of that page.

    Takes anything, and raises nothing for what is in it; `InvalidArgument` for a code that no rule has, and for headers
    that are neither a mapping nor pairs.

    >>> [finding.code for finding in check('<div class="nosto_page_type" hidden translate="no">home</div>')]
    ['page-type-unknown']
    """
    ignored, told = codes(ignore), joined(headers)
    page = page_of(looked(as_sent(html, told)), headers=told, policy=policy, leave_out_email=leave_out_email)
    return findings_on(page, None if url is None else address(url), ignored)


def check_site(
    pages: Iterable[tuple[str, str | bytes]],
    *,
    policy: str | None = None,
    leave_out_email: bool = False,
    ignore: Iterable[str] = (),
) -> list[Finding]:
    """What is wrong with pages, each of which is given with its name or URL, and what shows across them only.

    A finding carries the name as it is given, which is what tells pages apart. Goes through the pages once, and keeps
    none of them.
    """
    return list(site_findings(pages, policy=policy, leave_out_email=leave_out_email, ignore=ignore))


def site_findings(
    pages: Iterable[tuple[str, str | bytes]],
    *,
    policy: str | None = None,
    leave_out_email: bool = False,
    ignore: Iterable[str] = (),
) -> Iterator[Finding]:
    """The findings of `check_site`, page by page as they are found, and those across pages last."""
    ignored = codes(ignore)
    site = Site()
    for name, html in pages:
        yield from check_into(site, name, html, policy=policy, ignore=ignored, leave_out_email=leave_out_email)
    yield from site.findings()


def check_into(
    site: Site,
    name: str,
    html: str | bytes,
    *,
    headers: Headers | None = None,
    policy: str | None = None,
    ignore: Iterable[str] = (),
    leave_out_email: bool = False,
) -> list[Finding]:
    """`check` of one page of a site, of which `site` keeps what shows across pages: for pages on several cores."""
    ignored = codes(ignore)
    seen = looked(html)
    site.add(name, seen, ignored | ignored_in(seen))
    page = page_of(seen, headers=joined(headers), policy=policy, leave_out_email=leave_out_email)
    return findings_on(page, name, ignored)


def codes(ignore: Iterable[str]) -> frozenset[str]:
    """The codes of rules that somebody names. Raises `InvalidArgument` for one that no rule has."""
    found: set[str] = set()
    for each in (ignore,) if isinstance(ignore, str) else ignore:
        found.update(codes_in(each) if isinstance(each, str) else (each,))
    for code in found:
        if code not in rules:
            raise InvalidArgument("ignore", f"has no rule {_named(code)}, must be of: {', '.join(rules)}")
    return frozenset(found)


def _named(code: object) -> str:
    """What somebody took for a code, if it looks like one."""
    return code if isinstance(code, str) and is_code(code) else f"({kind_of(code)})"


def findings_on(page: Page, name: str | None, ignored: frozenset[str]) -> list[Finding]:
    """What is wrong with a page of that name, but for what the rules of these codes find."""
    hits = list(_hits(page, ignored))
    if not hits:
        return []
    seen = page.seen
    off = ignored_in(seen)
    hits = [(rule, hit) for rule, hit in hits if rule.code not in off]
    places = Places(seen.source, seen.tree, (hit.node for _, hit in hits if hit.node is not None))
    found: list[Finding] = []
    hits = _placed(hits)
    for rule, hit in sorted(hits, key=lambda each: places.in_order(each[1].node, each[1].offset)):
        place = None if hit.node is None else places.place(hit.node, hit.offset)
        line, column = place or (None, None)
        docs = docs_of(rule.code)
        found.append(Finding(rule.code, rule.severity, line, column, hit.message, hit.found, hit.expected, docs, name))
    return sorted(found, key=lambda each: (each.line or 0, each.column or 0))


def _placed(hits: list[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Those that are said of literals with where these are written."""
    starts = iter(offsets([hit.spot for _, hit in hits if hit.spot is not None]))
    return [(rule, hit if hit.spot is None else hit._replace(offset=next(starts))) for rule, hit in hits]


def _hits(page: Page, ignored: frozenset[str]) -> Iterator[tuple[Rule, Hit]]:
    for rule in rules.values():
        if rule.look is not None and rule.code not in ignored:
            for hit in islice(rule.look(page), _MOST):
                yield rule, hit
