"""The views: a page that tells Nosto who looks at it, and what changes that."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from nosto_tagging.integrations.django import nosto

from . import visitors


def account(request: HttpRequest) -> HttpResponse:
    """The page: its template has the tags."""
    return render(request, "account.html", {"customer": visitors.customer(request)})


@require_POST
def login(request: HttpRequest) -> HttpResponse:
    """A login by form: the next page carries the customer."""
    request.session["customer_id"] = 7
    return redirect("account")


@require_POST
def login_by_fetch(request: HttpRequest) -> HttpResponse:
    """A login without a page load: the answer carries what our script in the page tells Nosto."""
    request.session["customer_id"] = 7
    return JsonResponse(nosto.payload(visitors.customer(request)))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """An order: the next page carries it, once."""
    nosto.push(visitors.order(request, "1445"))
    return redirect("account")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """After a logout there is nobody to tell of: the next page has no customer in it."""
    request.session.flush()
    return redirect("account")
