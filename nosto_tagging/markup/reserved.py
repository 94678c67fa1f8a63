"""The classes by which Nosto's client script and the tools of its shops find tagging in a page."""

from __future__ import annotations

__all__ = ["RESERVED"]

# The roots, and what stands in them: by documentation, and by the markup of Nosto's PHP SDK and of its modules. A
# test holds it against the models.
_WORDS = """
    nosto_page_type nosto_customer nosto_cart nosto_purchase_order nosto_product nosto_basic nosto_sku
    nosto_variation nosto_category nosto_brand nosto_tag nosto_custom_field nosto_search_term
    nosto_affinity_signals nosto_element nosto_sort_order nosto_external_visit_ref nosto_email_capture
    notranslate no-inject email first_name last_name customer_reference marketing_permission newsletter hcid
    customer_group gender date_of_birth birth_date region city street phone post_code country subscription
    line_item items restore_link product_id sku_id quantity name unit_price price_currency_code order_number
    external_order_ref created_at buyer payment_provider order_status_code order_status_label purchased_items
    url image_url availability price list_price category categories category_id category_ids parent_category_id
    parent_category_ids brand description google_category tag tags1 tags2 tags3 tag1 tag2 tag3 rating_value
    review_count alternate_image_url alternate_image_urls thumb_url date_published condition age_group gtin
    unit_pricing_measure unit_pricing_base_measure unit_pricing_unit inventory_level supplier_cost custom_fields
    variation_id variation variations selected_sku_id sku skus id parent_id
"""
RESERVED = frozenset(_WORDS.split())
