"""The endpoint that tells who the visitor is, and the visitor script: ``path("", include("….django.urls"))``.

They are at the setting ``VISITOR_URL`` below where they are included, as it is when the URLconf is loaded.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from nosto_tagging.integrations.django.middleware import DjangoVisit
from nosto_tagging.integrations.django.site import nosto
from nosto_tagging.integrations.endpoint import Reply, script_reply, script_url, visitor_reply

__all__ = ["app_name"]

app_name = "nosto_tagging"


@login_not_required
def _visitor(request: HttpRequest) -> HttpResponse:
    tagger = nosto.tagger
    visit = tagger.visit()
    if not isinstance(visit, DjangoVisit):
        raise ImproperlyConfigured("MIDDLEWARE must have 'nosto_tagging.integrations.django.Middleware'")
    site = request.headers.get("Sec-Fetch-Site")
    return _response(visitor_reply(tagger, visit, method=str(request.method), fetch_site=site))


@login_not_required
def _script(_: HttpRequest) -> HttpResponse:
    return _response(script_reply())


def _response(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, headers=reply.headers)


def __getattr__(name: str) -> list[URLPattern]:
    # When Django asks for them, and not when the module is imported: there are no settings before there is a project.
    if name != "urlpatterns":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    route = nosto.tagger.settings.visitor_url.removeprefix("/")
    return [path(route, _visitor, name="visitor"), path(script_url(route), _script, name="script")]
