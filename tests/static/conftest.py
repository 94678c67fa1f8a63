"""A page of a product, and the folder that pages go to."""

from pathlib import Path

import pytest


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("{{ product.product_id }}: {{ product.name }}", encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"
