"""The site that these tests look at."""

from pathlib import Path

import pytest
from support.docs_site import built


@pytest.fixture(scope="session")
def site() -> Path:
    return built()
