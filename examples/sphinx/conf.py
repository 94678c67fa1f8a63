"""A shop's catalogue made by Sphinx: ``sphinx-build . build``."""

extensions = ["nosto_tagging.integrations.sphinx"]
nosto_account_id = "shopify-11368366139"

project = "Acme Boats"
html_baseurl = "https://shop.example.com/"
templates_path = ["templates"]
