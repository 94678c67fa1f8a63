"""The addresses; those of Nosto are the endpoint of deferred tagging, and the visitor script."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.account, name="account"),
    path("login", views.login, name="login"),
    path("login.json", views.login_by_fetch, name="login_by_fetch"),
    path("order", views.order, name="order"),
    path("logout", views.logout, name="logout"),
    path("", include("nosto_tagging.integrations.django.urls")),
]
