"""A product page with its whole tagging, out of rows as a database gives them: ``python page.py``."""

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from nosto_tagging import Settings
from nosto_tagging.jinja import install

env = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
install(env, Settings(account_id="shopify-11368366139"))

customer = {"email": "jane.doe@example.com", "first_name": "Jane", "marketing_permission": True}
product = {
    "product_id": "Canoe123",
    "name": "Acme Canoe",
    "url": "https://example.com/canoes/123",
    "image_url": "https://images.example.com/canoes/123.jpg",
    "availability": "InStock",
    "price": Decimal("999.00"),
    "price_currency_code": "EUR",
    "category": ["Boats/Canoes"],
    "inventory_level": 7,  # rows have it; no page ever gets it
}
skus = [
    {"id": f"123-{colour}", "name": f"Acme Canoe, {colour}", "price": Decimal("999.00"), "availability": "InStock"}
    for colour in ("red", "green")
]
line = {"product_id": "Canoe123", "sku_id": "123-red", "quantity": 2, "name": "Acme Canoe"}
cart = {
    "items": [{**line, "unit_price": Decimal("999.00"), "price_currency_code": "EUR"}],
    "restore_link": "https://example.com/cart/restore?key=4d5c3060",
}

page = env.get_template("product.html")
print(page.render(customer=customer, cart=cart, product=product, skus=skus, currency="EUR"))
