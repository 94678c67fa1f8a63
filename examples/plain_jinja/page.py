"""A page for the customer who is logged in, with nothing but Jinja: ``python page.py``."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from nosto_tagging import Customer, Settings
from nosto_tagging.jinja import install

env = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
install(env, Settings(account_id="shopify-11368366139"))

jane = Customer(
    email="jane.doe@example.com",
    first_name="Jane",
    last_name="Doe",
    marketing_permission=True,
    customer_reference="5e3d4a9c-cf58-11ea-87d0-0242ac130003",
)

print(env.get_template("page.html").render(customer=jane))
