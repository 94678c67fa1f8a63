"""The classes by which Nosto's client finds what a page says: the models', and those of Nosto's PHP SDK."""

from __future__ import annotations

from nosto_tagging.models import Cart, Customer, LineItem, Order, PageTagging, Product
from nosto_tagging.models.order import Buyer
from nosto_tagging.models.page import PluginVersion
from nosto_tagging.models.product import ProductVariation, Sku
from nosto_tagging.models.tagging import TaggingPart, parts_of, printed

__all__ = ["BLOCKS", "CLASSES", "FIELDS", "KINDS", "MODELS", "PARTS", "PATH", "TEXTS", "WRAPPED"]

BLOCKS = frozenset((Customer.block_class, Cart.block_class, Order.block_class, Product.block_class))
"""The blocks that have fields."""
TEXTS = frozenset(
    called
    for name, called, _ in printed(PageTagging, "block")
    if name not in parts_of(PageTagging) and called.startswith("nosto_")
)
"""The elements of a page that hold a text."""
MODELS: dict[str, type[TaggingPart]] = {
    "nosto_customer": Customer,
    "nosto_cart": Cart,
    "nosto_purchase_order": Order,
    "nosto_product": Product,
    "line_item": LineItem,
    "buyer": Buyer,
    "nosto_sku": Sku,
    "variation": ProductVariation,
    "pluginVersion": PluginVersion,  # which no block has
}
"""The model of each block, and of each part of one that has fields."""
CLASSES = {model: called for called, model in MODELS.items()}
"""What each is called in a page."""
PARTS = {
    "nosto_cart": frozenset(("line_item",)),
    "nosto_purchase_order": frozenset(("line_item", "buyer")),
    "nosto_product": frozenset(("nosto_sku", "variation", "custom_fields")),
    "nosto_sku": frozenset(("custom_fields",)),
}
"""What stands in a block, or in a part of one, and has fields of its own."""
_PARTS = {each for parts in PARTS.values() for each in parts}
FIELDS = frozenset(
    called for model in MODELS.values() for _, called, _ in printed(model, "block") if called not in _PARTS
) | {
    # Of others than this library: the SDK's and the older documentation's, and what should not stand in a page.
    "newsletter",
    "birth_date",
    "phone",
    "post_code",
    "country",
    "subscription",
    "inventory_level",
    "supplier_cost",
    "valid_until",
}
"""The classes of elements in a block that hold a text."""
KINDS = {
    **dict.fromkeys(FIELDS, "field"),
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(BLOCKS, "block"),
    "nosto_element": "placement",
}
"""What an element of a class is; of `PARTS`, that depends on where it stands."""
WRAPPED = {
    ("tags1", "tag"): "tag1",
    ("tags2", "tag"): "tag2",
    ("tags3", "tag"): "tag3",
}
"""What an element is called that stands in another of a class, as the SDK nests them: all others keep their name."""
PATH = "category_string"
"""Where the SDK has the path of a ``nosto_category``, beside the category's id, name and address."""
