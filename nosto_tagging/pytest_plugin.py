"""The recorder and the off switch of `nosto_tagging.testing` as pytest's fixtures."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

# pytest loads this module at every start, in projects whose tests have nothing to do with it.
if TYPE_CHECKING:
    from nosto_tagging.testing import Recorder

__all__ = ["nosto_off", "nosto_recorder"]


@pytest.fixture
def nosto_recorder() -> Generator[Recorder]:
    """What is printed and told during the test: `nosto_tagging.testing.recorded`."""
    from nosto_tagging.testing import recorded  # noqa: PLC0415 - see above

    with recorded() as recorder:
        yield recorder


@pytest.fixture
def nosto_off() -> Generator[None]:
    """Nothing is printed during the test: `nosto_tagging.testing.tagging_off`."""
    from nosto_tagging.testing import tagging_off  # noqa: PLC0415 - see above

    with tagging_off():
        yield
