"""A shop's catalogue made by Pelican, an article for each product: ``pelican content``."""

PLUGINS = ["nosto_tagging.integrations.pelican"]
NOSTO_ACCOUNT_ID = "shopify-11368366139"

SITENAME = "Acme Boats"
SITEURL = "https://shop.example.com"
TIMEZONE = "UTC"
DEFAULT_DATE_FORMAT = "%Y-%m-%d"
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
