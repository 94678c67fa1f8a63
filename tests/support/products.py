"""Records of products."""

from __future__ import annotations

from typing import Any

__all__ = ["products"]


def products(**names: str) -> list[dict[str, Any]]:
    """A basic product for each name, under the id that it is given by."""
    return [{"product_id": number, "name": name, "basic": True} for number, name in names.items()]
