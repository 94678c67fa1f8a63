"""The endpoint that tells who the visitor is, for pages that are the same for everyone."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from nosto_tagging.api.tagging import send_tagging
from nosto_tagging.integrations.site import SiteTagger
from nosto_tagging.integrations.visits import Visit
from nosto_tagging.markup.told import calls_of, visitor_source

__all__ = ["Reply", "script_reply", "script_url", "visitor_reply"]


class Reply(NamedTuple):
    """A response, before it is the framework's."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


# Nobody keeps it, takes it for something else, or reads it from another site. There is no header of CORS, so that no
# other site's script gets at it; what a browser says of where a request came from decides who is answered.
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie, Sec-Fetch-Site",
}
_OWN = (None, "same-origin", "none")


def visitor_reply(tagger: SiteTagger, visit: Visit, *, method: str, fetch_site: str | None) -> Reply:
    """What the endpoint answers; `fetch_site` is the request's ``Sec-Fetch-Site``.

    The visitor's customer and cart, as far as there are loaders, and what was pushed: 200 with JSON. 204 for nobody,
    403 for another site, 405 for anything but GET.
    """
    reply = _reply(tagger, visit, method=method, fetch_site=fetch_site)
    visit.reply = reply.headers
    return reply


def _reply(tagger: SiteTagger, visit: Visit, *, method: str, fetch_site: str | None) -> Reply:
    if method != "GET":
        return Reply(405, {**_HEADERS, "Allow": "GET"})
    if fetch_site not in _OWN:
        return Reply(403, _HEADERS)
    things: list[Any] = []
    if tagger.settings.enabled and tagger.consents():
        for topic in ("customer", "cart"):
            if topic in tagger.loaders:
                try:
                    things.append(tagger.current(topic))
                except Exception as error:
                    tagger.left_out(error)
        session = visit.session
        if session is not None:
            taken = tagger.taken(visit, session)
            things += taken
            # A provider says nothing by itself, once the page's tagging has been sent.
            if any(
                step.method == "setTaggingProvider" for each in taken for call in calls_of(each) for step in call.steps
            ):
                things.append(send_tagging())
    answer = tagger.payload(*things)
    if not answer["calls"]:
        return Reply(204, _HEADERS)
    # In ASCII, without a "<": whatever takes it for a page finds no markup in it.
    body = json.dumps(answer).replace("<", "\\u003c").encode()
    return Reply(200, {**_HEADERS, "Content-Type": "application/json"}, body)


def script_url(visitor_url: str) -> str:
    """Where `Tagger.visitor_script` is served, for pages that would rather name it than hold it."""
    return f"{visitor_url}.js"


def script_reply() -> Reply:
    """The script, the same for everyone."""
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "public, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Reply(200, headers, visitor_source().encode())
