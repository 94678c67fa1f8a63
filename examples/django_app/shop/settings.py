"""The settings: those of Nosto, and as few others as there can be."""

import secrets
from pathlib import Path

DEBUG = True
SECRET_KEY = secrets.token_hex()  # a real shop keeps one for ever, with its other secrets
ROOT_URLCONF = "shop.urls"

INSTALLED_APPS = ["nosto_tagging.integrations.django"]
MIDDLEWARE = [
    "nosto_tagging.integrations.django.Middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
NOSTO = {
    "ACCOUNT_ID": "shopify-11368366139",
    "CUSTOMER_LOADER": "shop.visitors.customer",
    "ORDER_LOADER": "shop.visitors.order",
}

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # for want of a database
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
